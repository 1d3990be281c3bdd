/* SPDX-License-Identifier: MIT */
/* Group states, cursors and threads. */
#include "store/states.h"

#include <string.h>

#include "model/mail.h"

static gboolean
put(TocsinDb *db, const char *put_sql, const char *delete_sql, const TocsinStateItem *item,
    GError **error)
{
	sqlite3_stmt *statement =
	        tocsin_db_prepare(db, item->state != NULL ? put_sql : delete_sql, error);

	if (statement == NULL) {
		return FALSE;
	}
	if (item->state == NULL) {
		return tocsin_db_bind(db, statement, error, "ss", item->owner, item->name) &&
		       tocsin_db_run(db, statement, "delete a state", error);
	}
	return tocsin_db_bind(db, statement, error, "ssbl", item->owner, item->name, item->state,
	                      item->due_us) &&
	       tocsin_db_run(db, statement, "store a state", error);
}

gboolean
tocsin_states_put_group(TocsinDb *db, const TocsinStateItem *item, GError **error)
{
	return put(db,
	           "INSERT INTO group_states (rule, group_key, state, due) VALUES (?1, ?2, ?3, ?4)"
	           " ON CONFLICT DO UPDATE SET state = ?3, due = ?4",
	           "DELETE FROM group_states WHERE rule = ?1 AND group_key = ?2", item, error);
}

gboolean
tocsin_states_put_cursor(TocsinDb *db, const TocsinStateItem *item, GError **error)
{
	return put(db,
	           "INSERT INTO cursors (source, name, state) VALUES (?1, ?2, ?3)"
	           " ON CONFLICT DO UPDATE SET state = ?3 WHERE ?4 = 0",
	           "DELETE FROM cursors WHERE source = ?1 AND name = ?2", item, error);
}

static gboolean
read_all(TocsinDb *db, const char *sql, const char *owner, const char *name, GPtrArray *records,
         GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(db, sql, error);
	gboolean has_row;

	if (statement == NULL || !tocsin_db_bind(db, statement, error, "ss", owner, name)) {
		return FALSE;
	}
	for (;;) {
		if (!tocsin_db_step(db, statement, "read states", &has_row, error)) {
			return FALSE;
		}
		if (!has_row) {
			return TRUE;
		}
		TocsinStateRecord *record = g_new0(TocsinStateRecord, 1);
		const void *bytes = sqlite3_column_blob(statement, 2);

		record->owner = g_strdup((const char *)sqlite3_column_text(statement, 0));
		record->name = g_strdup((const char *)sqlite3_column_text(statement, 1));
		record->state = g_bytes_new(bytes, (gsize)sqlite3_column_bytes(statement, 2));
		record->due_us = sqlite3_column_int64(statement, 3);
		g_ptr_array_add(records, record);
	}
}

gboolean
tocsin_states_read_groups(TocsinDb *db, const char *owner, const char *name, GPtrArray *records,
                          GError **error)
{
	const char *sql = "SELECT rule, group_key, state, due FROM group_states";

	if (name != NULL) {
		sql = "SELECT rule, group_key, state, due FROM group_states"
		      " WHERE rule = ?1 AND group_key = ?2";
	} else if (owner != NULL) {
		sql = "SELECT rule, group_key, state, due FROM group_states"
		      " WHERE rule = ?1 AND ?2 IS NULL ORDER BY group_key";
	} else {
		sql = "SELECT rule, group_key, state, due FROM group_states"
		      " WHERE ?1 IS NULL AND ?2 IS NULL ORDER BY rule, group_key";
	}
	return read_all(db, sql, owner, name, records, error);
}

gboolean
tocsin_states_read_cursors(TocsinDb *db, const char *owner, const char *name, GPtrArray *records,
                           GError **error)
{
	const char *sql;

	if (name != NULL) {
		sql = "SELECT source, name, state, 0 FROM cursors WHERE source = ?1 AND name = ?2";
	} else if (owner != NULL) {
		sql = "SELECT source, name, state, 0 FROM cursors WHERE source = ?1 AND ?2 IS NULL"
		      " ORDER BY name";
	} else {
		sql = "SELECT source, name, state, 0 FROM cursors WHERE ?1 IS NULL AND ?2 IS NULL"
		      " ORDER BY source, name";
	}
	return read_all(db, sql, owner, name, records, error);
}

gboolean
tocsin_states_read_thread(TocsinDb *db, const char *rule, const char *key,
                          const char *const *addresses, char **out_root, char **out_last,
                          GError **error)
{
	g_autofree char *root = NULL;
	g_autofree char *last = NULL;
	sqlite3_stmt *statement =
	        tocsin_db_prepare(db,
	                          "SELECT root_id, last_id FROM threads"
	                          " WHERE rule = ?1 AND group_key = ?2 AND address = ?3",
	                          error);
	gboolean is_common = TRUE;

	if (statement == NULL) {
		return FALSE;
	}
	for (const char *const *address = addresses; *address != NULL && is_common; address++) {
		if (!tocsin_db_bind(db, statement, error, "sss", rule, key, *address) ||
		    !tocsin_db_step(db, statement, "read a thread", &is_common, error)) {
			return FALSE;
		}
		if (!is_common) {
			break;
		}
		const char *its_root = (const char *)sqlite3_column_text(statement, 0);
		const char *its_last = (const char *)sqlite3_column_text(statement, 1);

		if (address == addresses) {
			root = g_strdup(its_root);
			last = g_strdup(its_last);
		}
		is_common = strcmp(root, its_root) == 0;
		if (last != NULL && strcmp(last, its_last) != 0) {
			g_clear_pointer(&last, g_free);
		}
		tocsin_db_reset(statement);
	}
	*out_root = is_common ? g_steal_pointer(&root) : NULL;
	*out_last = is_common ? g_steal_pointer(&last) : NULL;
	return TRUE;
}

gboolean
tocsin_states_read_missed(TocsinDb *db, const char *rule, const char *key,
                          const char *const *addresses, gint64 since_us, gboolean *out_has_missed,
                          GError **error)
{
	/* Refused, removed by hand, or given up without doubt. Ids grow with time. */
	sqlite3_stmt *statement = tocsin_db_prepare(
	        db,
	        "SELECT count(*),"
	        " sum(r.state IN (2, 4) OR (r.state = 3 AND ifnull(r.status, 0) <> ?5))"
	        " FROM mails m JOIN recipients r ON r.mail = m.id"
	        " WHERE m.id >= ?4 AND m.rule = ?1 AND m.group_key = ?2 AND r.address = ?3",
	        error);

	if (statement == NULL) {
		return FALSE;
	}
	for (guint i = 0; addresses[i] != NULL; i++) {
		gboolean is_found;

		if (!tocsin_db_bind(db, statement, error, "sssli", rule, key, addresses[i],
		                    tocsin_mail_first_number(since_us), (int)TOCSIN_FATE_UNKNOWN) ||
		    !tocsin_db_step(db, statement, "read who was told", &is_found, error)) {
			return FALSE;
		}
		gint64 count = sqlite3_column_int64(statement, 0);

		out_has_missed[i] =
		        is_found && count > 0 && count == sqlite3_column_int64(statement, 1);
		tocsin_db_reset(statement);
	}
	return TRUE;
}
