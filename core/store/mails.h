/* SPDX-License-Identifier: MIT */
/* Mails in the database: in, out to a worker, back with fates. Used by the writer's thread,
 * inside a transaction. */
#ifndef TOCSIN_STORE_MAILS_H
#define TOCSIN_STORE_MAILS_H

#include "store/batch-items.h"
#include "store/content.h"
#include "store/db.h"
#include "store/leases.h"

G_BEGIN_DECLS

/* What the functions of this file share. */
typedef struct {
	TocsinDb *db;
	TocsinContents *contents;
	TocsinLeases *leases;
} TocsinMails;

/* Adds the item's mail unless its (rule, cause) is there already. */
gboolean tocsin_mails_insert(const TocsinMails *self, TocsinMailItem *item, GError **error);

/* Adds TocsinClaim to @claims, up to @limit in all, and leases their mails until @lease_end_us
 * (monotonic; 0: until released). */
gboolean tocsin_mails_claim(const TocsinMails *self, const char *account, guint limit,
                            gint64 now_us, gint64 monotonic_us, gint64 lease_end_us,
                            GPtrArray *claims, GError **error);

/* When the first mail of @account that is not leased is due, or TOCSIN_SCHEDULE_NEVER. */
gboolean tocsin_mails_next_due(const TocsinMails *self, const char *account, gint64 monotonic_us,
                               gint64 *out_due_us, GError **error);

/* Writes down what became of a claim. The lease stays. */
gboolean tocsin_mails_settle(const TocsinMails *self, TocsinSettleItem *item, gint64 now_us,
                             GError **error);

/* Says that the failures of a mail were told. */
gboolean tocsin_mails_mark_told(const TocsinMails *self, gint64 number, GError **error);

/* The number of the mail @id, or TOCSIN_ERROR_INVALID. */
gboolean tocsin_mails_parse_id(const char *id, gint64 *out_number, GError **error);

/* Reads the mail that @statement's row holds, its first columns being TOCSIN_MAILS_COLUMNS. */
TocsinMail *tocsin_mails_read_row(sqlite3_stmt *statement, GError **error);

#define TOCSIN_MAILS_COLUMNS                                                             \
	"id, sender, options, rule, group_key, cause, message_id, created, due, expire," \
	" priority, tries"
#define TOCSIN_MAILS_COLUMN_COUNT 12

G_END_DECLS

#endif
