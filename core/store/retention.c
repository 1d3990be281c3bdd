/* SPDX-License-Identifier: MIT */
/* The end of history.
 *
 * Ids are the time a mail was made, so old mails stand at the front of their table: the search for
 * finished ones stops at the first that is too young to have ended before. */
#include "store/retention.h"

/* Bits below the time in a mail's id: see tocsin_mail_make_id(). */
#define ID_NOISE_BITS 12

static gboolean
delete_of(TocsinDb *db, const char *sql, gint64 number, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(db, sql, error);

	return statement != NULL && tocsin_db_bind(db, statement, error, "l", number) &&
	       tocsin_db_run(db, statement, "delete history", error);
}

static gboolean
delete_mail(const TocsinMails *self, gint64 number, GError **error)
{
	return tocsin_contents_drop(self->contents, number, error) &&
	       delete_of(self->db, "DELETE FROM recipients WHERE mail = ?1", number, error) &&
	       delete_of(self->db, "DELETE FROM mails WHERE id = ?1", number, error);
}

static gboolean
find_old(const TocsinMails *self, gint64 before_us, guint limit, GArray *found, GError **error)
{
	gint64 last = MIN(before_us, G_MAXINT64 >> ID_NOISE_BITS) << ID_NOISE_BITS;
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db,
	        "SELECT id FROM mails WHERE id < ?1 AND state IN (2, 3, 4) AND finished < ?2"
	        " ORDER BY id LIMIT ?3",
	        error);
	gboolean has_row;

	if (statement == NULL ||
	    !tocsin_db_bind(self->db, statement, error, "lli", last, before_us, (int)limit)) {
		return FALSE;
	}
	for (;;) {
		if (!tocsin_db_step(self->db, statement, "look for old mails", &has_row, error)) {
			return FALSE;
		}
		if (!has_row) {
			return TRUE;
		}
		gint64 number = sqlite3_column_int64(statement, 0);

		g_array_append_val(found, number);
	}
}

/* Deletes up to @limit rows; says in *@count how many there were. */
static gboolean
purge_rows(TocsinDb *db, const char *sql, gint64 before_us, guint limit, guint *count,
           GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(db, sql, error);

	if (statement == NULL ||
	    !tocsin_db_bind(db, statement, error, "li", before_us, (int)limit) ||
	    !tocsin_db_run(db, statement, "delete history", error)) {
		return FALSE;
	}
	*count = (guint)tocsin_db_changes(db);
	return TRUE;
}

gboolean
tocsin_retention_purge(const TocsinMails *self, gint64 before_us, guint limit, gboolean *out_more,
                       GError **error)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(gint64));
	guint lines;
	guint threads;

	if (!find_old(self, before_us, limit, found, error)) {
		return FALSE;
	}
	for (guint i = 0; i < found->len; i++) {
		if (!delete_mail(self, g_array_index(found, gint64, i), error)) {
			return FALSE;
		}
	}
	/* Lines are written in the order of time, or nearly: a clock that was set back only
	 * delays. */
	if (!purge_rows(self->db,
	                "DELETE FROM log WHERE seq IN"
	                " (SELECT seq FROM (SELECT seq, time FROM log ORDER BY seq LIMIT ?2)"
	                " WHERE time < ?1)",
	                before_us, limit, &lines, error) ||
	    !purge_rows(self->db,
	                "DELETE FROM threads WHERE (rule, group_key, address) IN"
	                " (SELECT rule, group_key, address FROM threads WHERE time < ?1 LIMIT ?2)",
	                before_us, limit, &threads, error)) {
		return FALSE;
	}
	*out_more = found->len == limit || lines == limit || threads == limit;
	return TRUE;
}
