/* SPDX-License-Identifier: MIT */
/* One SQLite connection, held by one program at a time. */
#include "store/db.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdarg.h>
#include <string.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "store/lock.h"

/* Pages of write-ahead log after which it is copied into the database: 16 MiB. Fewer would copy
 * often, more would make the first read after a crash long. */
#define CHECKPOINT_PAGES 4096

struct _TocsinDb {
	char *path;
	TocsinLock *lock;
	sqlite3 *handle;
	GHashTable *statements; /* of const char * (by address) : sqlite3_stmt */
	int wal_pages;
};

static const char *
advise(int code, int system_error)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
		return "free space on its file system, or raise its limit; nothing was accepted";
	case SQLITE_IOERR:
		return system_error == ENOSPC || system_error == EDQUOT
		               ? "free space on its file system; nothing was accepted"
		               : "check its disk; nothing was accepted";
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return "move it away, or restore it from a backup; nothing was accepted";
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return "another program has it open: end that; nothing was accepted";
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return "make it and its folder writable for this user; nothing was accepted";
	default:
		return "nothing was accepted";
	}
}

void
tocsin_db_set_error(TocsinDb *self, const char *what, GError **error)
{
	int code = sqlite3_extended_errcode(self->handle);
	int system_error = sqlite3_system_errno(self->handle);

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_STORE, "store '%s': cannot %s: %s%s%s; %s",
	            self->path, what, sqlite3_errmsg(self->handle), system_error != 0 ? ": " : "",
	            system_error != 0 ? g_strerror(system_error) : "", advise(code, system_error));
}

const char *
tocsin_db_path(const TocsinDb *self)
{
	return self->path;
}

static int
on_wal(void *data, sqlite3 *handle, const char *name, int pages)
{
	TocsinDb *self = data;

	self->wal_pages = pages;
	return SQLITE_OK;
}

void
tocsin_db_checkpoint(TocsinDb *self)
{
	if (self->wal_pages < CHECKPOINT_PAGES) {
		return;
	}
	int code = sqlite3_wal_checkpoint_v2(self->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
	                                     NULL);

	if (code != SQLITE_OK) {
		g_debug("store '%s': checkpoint: %s", self->path, sqlite3_errmsg(self->handle));
	}
	self->wal_pages = 0;
}

static void
free_statement(gpointer data)
{
	sqlite3_finalize(data);
}

void
tocsin_db_close(TocsinDb *self)
{
	if (self == NULL) {
		return;
	}
	g_hash_table_unref(self->statements);
	sqlite3_close(self->handle);
	tocsin_lock_release(self->lock);
	g_free(self->path);
	g_free(self);
}

/* locking_mode comes first: then the index of the log is kept in memory and no other program can
 * get in, which would cost a lock for each transaction. */
static gboolean
set_up(TocsinDb *self, guint64 max_bytes, GError **error)
{
	gint64 mode;

	if (!tocsin_db_execute(self,
	                       "PRAGMA locking_mode = EXCLUSIVE;"
	                       "PRAGMA page_size = 4096;"
	                       "PRAGMA journal_mode = WAL;"
	                       "PRAGMA synchronous = FULL;"
	                       "PRAGMA temp_store = MEMORY;"
	                       "PRAGMA cache_size = -8192;"
	                       "PRAGMA secure_delete = FAST;"
	                       "PRAGMA trusted_schema = OFF;"
	                       "PRAGMA journal_size_limit = 33554432;",
	                       "set it up", error)) {
		return FALSE;
	}
	if (!tocsin_db_get_int(self,
	                       "SELECT (SELECT journal_mode FROM pragma_journal_mode) = 'wal'",
	                       &mode, error)) {
		return FALSE;
	}
	if (mode != 1) {
		g_set_error(
		        error, TOCSIN_ERROR, TOCSIN_ERROR_STORE,
		        "store '%s': its file system cannot keep a write-ahead log; put the store "
		        "on a local disk",
		        self->path);
		return FALSE;
	}
	if (max_bytes > 0) {
		g_autofree char *sql = g_strdup_printf("PRAGMA max_page_count = %" G_GUINT64_FORMAT,
		                                       CLAMP(max_bytes / 4096, 64, 1073741823));

		return tocsin_db_execute(self, sql, "limit it", error);
	}
	return TRUE;
}

TocsinDb *
tocsin_db_open(const char *path, guint64 max_bytes, GError **error)
{
	g_autoptr(TocsinDb) self = g_new0(TocsinDb, 1);

	self->path = g_strdup(path);
	self->statements =
	        g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_statement);
	self->lock = tocsin_lock_take(path, error);
	if (self->lock == NULL) {
		return NULL;
	}
	if (sqlite3_open_v2(path, &self->handle,
	                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW |
	                            SQLITE_OPEN_EXRESCODE,
	                    NULL) != SQLITE_OK) {
		tocsin_db_set_error(self, "open it", error);
		return NULL;
	}
	sqlite3_db_config(self->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (!set_up(self, max_bytes, error)) {
		return NULL;
	}
	sqlite3_wal_hook(self->handle, on_wal, self);
	return g_steal_pointer(&self);
}

sqlite3_stmt *
tocsin_db_prepare(TocsinDb *self, const char *sql, GError **error)
{
	sqlite3_stmt *statement = g_hash_table_lookup(self->statements, sql);

	if (statement != NULL) {
		return statement;
	}
	if (sqlite3_prepare_v3(self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement,
	                       NULL) != SQLITE_OK) {
		tocsin_db_set_error(self, "prepare a statement", error);
		return NULL;
	}
	g_hash_table_insert(self->statements, (gpointer)sql, statement);
	return statement;
}

static int
bind_bytes(sqlite3_stmt *statement, int index, GBytes *bytes)
{
	gsize length;

	if (bytes == NULL) {
		return sqlite3_bind_null(statement, index);
	}
	const void *data = g_bytes_get_data(bytes, &length);

	return sqlite3_bind_blob64(statement, index, data != NULL ? data : "", length,
	                           SQLITE_STATIC);
}

gboolean
tocsin_db_bind(TocsinDb *self, sqlite3_stmt *statement, GError **error, const char *types, ...)
{
	int code = SQLITE_OK;
	va_list values;

	va_start(values, types);
	for (int i = 1; types[i - 1] != '\0' && code == SQLITE_OK; i++) {
		switch (types[i - 1]) {
		case 's':
			code = sqlite3_bind_text(statement, i, va_arg(values, const char *), -1,
			                         SQLITE_STATIC);
			break;
		case 'i':
			code = sqlite3_bind_int(statement, i, va_arg(values, int));
			break;
		case 'l':
			code = sqlite3_bind_int64(statement, i, va_arg(values, gint64));
			break;
		default:
			code = bind_bytes(statement, i, va_arg(values, GBytes *));
			break;
		}
	}
	va_end(values);
	if (code != SQLITE_OK) {
		tocsin_db_set_error(self, "bind a value", error);
		return FALSE;
	}
	return TRUE;
}

gboolean
tocsin_db_step(TocsinDb *self, sqlite3_stmt *statement, const char *what, gboolean *out_has_row,
               GError **error)
{
	int code = sqlite3_step(statement);

	if (code == SQLITE_ROW) {
		*out_has_row = TRUE;
		return TRUE;
	}
	if (code != SQLITE_DONE) {
		tocsin_db_set_error(self, what, error);
		sqlite3_reset(statement);
		return FALSE;
	}
	sqlite3_reset(statement);
	*out_has_row = FALSE;
	return TRUE;
}

gboolean
tocsin_db_run(TocsinDb *self, sqlite3_stmt *statement, const char *what, GError **error)
{
	gboolean has_row;

	return tocsin_db_step(self, statement, what, &has_row, error);
}

void
tocsin_db_reset(sqlite3_stmt *statement)
{
	if (statement != NULL) {
		sqlite3_reset(statement);
	}
}

int
tocsin_db_changes(TocsinDb *self)
{
	return sqlite3_changes(self->handle);
}

gboolean
tocsin_db_execute(TocsinDb *self, const char *sql, const char *what, GError **error)
{
	if (sqlite3_exec(self->handle, sql, NULL, NULL, NULL) != SQLITE_OK) {
		tocsin_db_set_error(self, what, error);
		return FALSE;
	}
	return TRUE;
}

gboolean
tocsin_db_get_int(TocsinDb *self, const char *sql, gint64 *out_value, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(self, sql, error);
	gboolean has_row = FALSE;

	if (statement == NULL || !tocsin_db_step(self, statement, "read it", &has_row, error)) {
		return FALSE;
	}
	*out_value = has_row ? sqlite3_column_int64(statement, 0) : 0;
	tocsin_db_reset(statement);
	return TRUE;
}

gboolean
tocsin_db_begin(TocsinDb *self, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(self, "BEGIN", error);

	return statement != NULL && tocsin_db_run(self, statement, "begin a transaction", error);
}

gboolean
tocsin_db_commit(TocsinDb *self, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(self, "COMMIT", error);

	if (statement != NULL && tocsin_db_run(self, statement, "commit", error)) {
		return TRUE;
	}
	tocsin_db_rollback(self);
	return FALSE;
}

void
tocsin_db_rollback(TocsinDb *self)
{
	/* A full disk may have rolled back by itself. */
	if (!sqlite3_get_autocommit(self->handle)) {
		sqlite3_exec(self->handle, "ROLLBACK", NULL, NULL, NULL);
	}
}
