/* SPDX-License-Identifier: MIT */
/* The messages themselves: small ones in the database, large ones in files beside it.
 *
 * A message in the database costs no fsync of its own, but is written twice, to the log and then to
 * the table, and must be in memory as a whole. Up to some 100 KiB SQLite is faster than files
 * (sqlite.org/intern-v-extern-blob.html); beyond, a file is written once and can be sent without
 * being read into memory.
 *
 * A file is complete and synced, and so is its folder's entry, before the transaction that names it
 * commits; it is deleted after the transaction that ends it has committed. A crash between leaves a
 * file that nobody names: those are swept when the store is opened. Used by the writer's thread. */
#ifndef TOCSIN_STORE_CONTENT_H
#define TOCSIN_STORE_CONTENT_H

#include "model/mail.h"
#include "store/db.h"

G_BEGIN_DECLS

/* The largest message, bytes. */
#define TOCSIN_CONTENT_MAX (512u << 20)

/* Larger messages go to files. */
#define TOCSIN_CONTENT_INLINE_MAX (256u << 10)

typedef struct _TocsinContents TocsinContents;

/* @db must outlive it. Makes the folder "PATH.d" if it is not there, and sweeps it. */
TocsinContents *tocsin_contents_new(TocsinDb *db, GError **error);

/* Does nothing on NULL. */
void tocsin_contents_free(TocsinContents *self);

/* Keeps the content of @mail under @number; *@out_size is its length. TOCSIN_ERROR_LIMIT if it is
 * longer than @limit. */
gboolean tocsin_contents_put(TocsinContents *self, gint64 number, const TocsinMail *mail,
                             guint64 limit, gint64 *out_size, GError **error);

/* Sets @mail's content or path; neither, if there is none any more. */
gboolean tocsin_contents_get(TocsinContents *self, gint64 number, TocsinMail *mail, GError **error);

/* Deletes the content in the transaction; its file is deleted by tocsin_contents_settle(). */
gboolean tocsin_contents_drop(TocsinContents *self, gint64 number, GError **error);

/* After a transaction: deletes the files that it ended if @is_committed, or else those that it
 * made. */
void tocsin_contents_settle(TocsinContents *self, gboolean is_committed);

G_END_DECLS

#endif
