/* SPDX-License-Identifier: MIT */
/* One SQLite connection, held by one program at a time: opening with its checks, statements,
 * errors.
 *
 * Belongs to the thread that uses it. Nothing here knows what the tables hold. */
#ifndef TOCSIN_STORE_DB_H
#define TOCSIN_STORE_DB_H

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

typedef struct _TocsinDb TocsinDb;

/* Opens or makes the database at @path, in WAL mode with synchronous=FULL, for this program alone.
 * @max_bytes limits its size; 0: none. TOCSIN_ERROR_TRUST if the file or its folder belongs to
 * others or may be written by others, TOCSIN_ERROR_STORE otherwise. */
TocsinDb *tocsin_db_open(const char *path, guint64 max_bytes, GError **error);

/* Copies what is left in the write-ahead log and closes. Does nothing on NULL. */
void tocsin_db_close(TocsinDb *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinDb, tocsin_db_close)

/* As given to tocsin_db_open(). */
const char *tocsin_db_path(const TocsinDb *self);

/* The statement for @sql, which must be a literal: statements are kept by its address. It is ready
 * to be bound and belongs to the connection. */
sqlite3_stmt *tocsin_db_prepare(TocsinDb *self, const char *sql, GError **error);

/* Binds the statement's next parameters in turn by @types: 's' const char * (may be NULL), 'i' int,
 * 'l' gint64, 'b' GBytes * (may be NULL). Texts and bytes must live until the statement has run. */
gboolean tocsin_db_bind(TocsinDb *self, sqlite3_stmt *statement, GError **error, const char *types,
                        ...);

/* Steps a statement. TRUE with *@out_has_row TRUE: a row may be read with sqlite3_column_*();
 * step again. FALSE or *@out_has_row FALSE: the statement has been reset. @what is said on
 * failure, as in "cannot @what". */
gboolean tocsin_db_step(TocsinDb *self, sqlite3_stmt *statement, const char *what,
                        gboolean *out_has_row, GError **error);

/* Steps a statement that gives no rows. */
gboolean tocsin_db_run(TocsinDb *self, sqlite3_stmt *statement, const char *what, GError **error);

/* Ends a statement before its last row. Does nothing on NULL. */
void tocsin_db_reset(sqlite3_stmt *statement);

/* Rows that the last statement changed. */
int tocsin_db_changes(TocsinDb *self);

/* Runs literal SQL without parameters and rows. */
gboolean tocsin_db_execute(TocsinDb *self, const char *sql, const char *what, GError **error);

/* The one integer that @sql gives. */
gboolean tocsin_db_get_int(TocsinDb *self, const char *sql, gint64 *out_value, GError **error);

/* Transactions do not nest. */
gboolean tocsin_db_begin(TocsinDb *self, GError **error);

/* On failure the transaction has been rolled back. */
gboolean tocsin_db_commit(TocsinDb *self, GError **error);
/* Does nothing outside a transaction. */
void tocsin_db_rollback(TocsinDb *self);

/* Copies the write-ahead log into the database if it has become long. A failure is no loss and is
 * tried again the next time. */
void tocsin_db_checkpoint(TocsinDb *self);

/* Sets the error for what SQLite said last. */
void tocsin_db_set_error(TocsinDb *self, const char *what, GError **error);

G_END_DECLS

#endif
