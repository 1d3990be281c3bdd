/* SPDX-License-Identifier: MIT */
/* tocsin_mail: a mail as a transport sees it. Thread: the job's. */
#ifndef TOCSIN_PLUGIN_HANDED_MAIL_H
#define TOCSIN_PLUGIN_HANDED_MAIL_H

#include <tocsin/plugin.h>

#include "model/mail.h"

G_BEGIN_DECLS

struct tocsin_mail {
	tocsin_job *job;  /* that it was handed to */
	TocsinMail *mail; /* NULL once all fates are told */
	GBytes *content;
	guint8 *told; /* one a recipient */
	guint untold;
	GHashTable *texts; /* of name : char *, properties made so far */
};

/* Takes the reference to @mail. TOCSIN_ERROR_IO when the content cannot be read. */
tocsin_mail *tocsin_handed_mail_new(TocsinMail *mail, GError **error);

/* Gives everything back but the struct itself, of which late calls can still ask. */
void tocsin_handed_mail_clear(tocsin_mail *self);

/* Gives back all. */
void tocsin_handed_mail_free(tocsin_mail *self);

/* (nullable) As tocsin_delivery has them; live as long as the mail. */
const char *tocsin_handed_mail_property(tocsin_mail *self, const char *name);
const char *tocsin_handed_mail_recipient_property(tocsin_mail *self, guint index, const char *name);

G_END_DECLS

#endif
