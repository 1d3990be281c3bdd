/* SPDX-License-Identifier: MIT */
/* A mail of <tocsin/smtp-stream.h> as the pipeline takes it. */
#ifndef TOCSIN_LIB_MAIL_H
#define TOCSIN_LIB_MAIL_H

#include <tocsin/smtp-stream.h>

#include "smtp/pipeline.h"

G_BEGIN_DECLS

struct _TocsinSmtpMail {
	gatomicrefcount references;
	TocsinOutgoing outgoing;
	char *sender;
	GArray *recipients; /* of TocsinEnvelopeRecipient, which own their strings */
	char *envelope_id;
	char *hold_until;
	char *options;
	GBytes *octets; /* NULL: pulled */
	gpointer pull_user;
	GDestroyNotify free_pull_user;
	gpointer data;
	GDestroyNotify free_data;

	/* While it is on its way. */
	guint told;
	GBytes *reencoded;
	TocsinContent reencoded_content;
};

/* Makes the envelope point at what was set. Valid until the mail changes. */
const TocsinOutgoing *tocsin_lib_mail_prepare(TocsinSmtpMail *self);

/* The content in 7 bits; lives as long as the mail. TOCSIN_ERROR_NOT_SUPPORTED if it is pulled, or
 * cannot be encoded. */
const TocsinContent *tocsin_lib_mail_reencode(TocsinSmtpMail *self, GError **error);

G_END_DECLS

#endif
