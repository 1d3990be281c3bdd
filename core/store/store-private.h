/* SPDX-License-Identifier: MIT */
/* What the files of store.h share. */
#ifndef TOCSIN_STORE_STORE_PRIVATE_H
#define TOCSIN_STORE_STORE_PRIVATE_H

#include "store/mails.h"
#include "store/store.h"
#include "store/wake.h"
#include "store/writer.h"

G_BEGIN_DECLS

struct _TocsinStore {
	TocsinClock *clock;
	TocsinWriter *writer; /* owns mails.db; mails belongs to its thread */
	TocsinMails mails;
	TocsinWake *wake;
};

/* The number of the mail @id, or TOCSIN_ERROR_INVALID. */
gboolean tocsin_store_parse_id(const char *id, gint64 *out_number, GError **error);

G_END_DECLS

#endif
