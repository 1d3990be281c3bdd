/* SPDX-License-Identifier: MIT */
/* The decision log. */
#include "store/log.h"

#include "store/records.h"

#define QUERY_MAX 1000u

gboolean
tocsin_log_append(TocsinDb *db, const TocsinLogItem *item, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        db,
	        "INSERT INTO log (time, event, rule, action, text, mail)"
	        " VALUES (?1, ?2, ?3, ?4, ?5, CASE WHEN ?6 < 0 THEN NULL ELSE ?6 END)",
	        error);
	gint64 mail = -1;

	if (item->mail != NULL) {
		tocsin_mail_parse_id(item->mail, &mail);
	}
	return statement != NULL &&
	       tocsin_db_bind(db, statement, error, "lssssl", item->time_us, item->event,
	                      item->rule, item->action, item->text, mail) &&
	       tocsin_db_run(db, statement, "write the decision log", error);
}

static char *
copy_text(sqlite3_stmt *statement, int column)
{
	return g_strdup((const char *)sqlite3_column_text(statement, column));
}

static TocsinLogLine *
read_line(sqlite3_stmt *statement)
{
	TocsinLogLine *line = g_new0(TocsinLogLine, 1);

	line->seq = sqlite3_column_int64(statement, 0);
	line->time_us = sqlite3_column_int64(statement, 1);
	line->event = copy_text(statement, 2);
	if (sqlite3_column_type(statement, 3) != SQLITE_NULL) {
		line->mail = tocsin_mail_format_id(sqlite3_column_int64(statement, 3));
	}
	line->rule = copy_text(statement, 4);
	line->action = copy_text(statement, 5);
	line->text = copy_text(statement, 6);
	return line;
}

gboolean
tocsin_log_query(TocsinDb *db, const char *event, gint64 mail, gint64 after_seq, guint limit,
                 GPtrArray *lines, GError **error)
{
	const char *sql = "SELECT seq, time, event, mail, rule, action, text FROM log"
	                  " WHERE ?1 IS NULL AND ?2 < 0 AND seq > ?3 ORDER BY seq LIMIT ?4";
	gboolean has_row;

	if (event != NULL) {
		sql = "SELECT seq, time, event, mail, rule, action, text FROM log"
		      " WHERE event = ?1 AND (?2 < 0 OR mail = ?2) AND seq > ?3"
		      " ORDER BY seq LIMIT ?4";
	} else if (mail >= 0) {
		sql = "SELECT seq, time, event, mail, rule, action, text FROM log"
		      " WHERE ?1 IS NULL AND mail = ?2 AND seq > ?3 ORDER BY seq LIMIT ?4";
	}
	sqlite3_stmt *statement = tocsin_db_prepare(db, sql, error);

	if (statement == NULL || !tocsin_db_bind(db, statement, error, "slli", event, mail,
	                                         after_seq, (int)MIN(limit, QUERY_MAX))) {
		return FALSE;
	}
	for (;;) {
		if (!tocsin_db_step(db, statement, "read the decision log", &has_row, error)) {
			return FALSE;
		}
		if (!has_row) {
			return TRUE;
		}
		g_ptr_array_add(lines, read_line(statement));
	}
}
