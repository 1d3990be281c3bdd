/* SPDX-License-Identifier: MIT */
/* What people see of the queue. */
#include "store/admin.h"

#define LIST_MAX 1000u

/* Columns behind those of a mail. */
enum { STATE = TOCSIN_MAILS_COLUMN_COUNT, ACCOUNT, FINISHED, TOLD, SIZE };

#define INFO_COLUMNS TOCSIN_MAILS_COLUMNS ", state, account, finished, told, size"

static void
free_recipient(gpointer data)
{
	TocsinRecipientInfo *info = data;

	g_free(info->address);
	tocsin_fate_unref(info->fate);
	g_free(info);
}

static char *
copy_text(sqlite3_stmt *statement, int column)
{
	return g_strdup((const char *)sqlite3_column_text(statement, column));
}

static TocsinFate *
read_fate(sqlite3_stmt *statement, int column)
{
	if (sqlite3_column_type(statement, column) == SQLITE_NULL) {
		return NULL;
	}
	return tocsin_fate_new((TocsinFateStatus)sqlite3_column_int(statement, column),
	                       (TocsinStage)sqlite3_column_int(statement, column + 1),
	                       (guint)sqlite3_column_int(statement, column + 2),
	                       (const char *)sqlite3_column_text(statement, column + 3),
	                       (const char *)sqlite3_column_text(statement, column + 4),
	                       (const char *)sqlite3_column_text(statement, column + 5),
	                       sqlite3_column_int64(statement, column + 6));
}

static gboolean
read_recipients(const TocsinMails *self, gint64 number, TocsinMailInfo *info, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db,
	        "SELECT address, orcpt, notify, state, status, stage, code, enhanced, text,"
	        " account, time FROM recipients WHERE mail = ?1",
	        error);
	gboolean has_row;

	if (statement == NULL || !tocsin_db_bind(self->db, statement, error, "l", number)) {
		return FALSE;
	}
	for (;;) {
		if (!tocsin_db_step(self->db, statement, "read recipients", &has_row, error)) {
			return FALSE;
		}
		if (!has_row) {
			return TRUE;
		}
		TocsinRecipientInfo *recipient = g_new0(TocsinRecipientInfo, 1);

		recipient->address = copy_text(statement, 0);
		recipient->state = (TocsinRecipientState)sqlite3_column_int(statement, 3);
		recipient->fate = read_fate(statement, 4);
		g_ptr_array_add(info->recipients, recipient);
		TocsinRecipient *known = tocsin_mail_add_recipient(info->mail, recipient->address);

		known->orcpt = copy_text(statement, 1);
		known->notify = (guint)sqlite3_column_int(statement, 2);
	}
}

static TocsinMailInfo *
read_info(const TocsinMails *self, sqlite3_stmt *row, GError **error)
{
	TocsinMail *mail = tocsin_mails_read_row(row, error);

	if (mail == NULL) {
		return NULL;
	}
	g_autoptr(TocsinMailInfo) info = g_new0(TocsinMailInfo, 1);

	info->mail = mail;
	info->recipients = g_ptr_array_new_with_free_func(free_recipient);
	info->state = (TocsinMailState)sqlite3_column_int(row, STATE);
	info->account = copy_text(row, ACCOUNT);
	info->tries = (guint)sqlite3_column_int(row, 11);
	info->due_us = mail->due_us;
	info->finished_us = sqlite3_column_int64(row, FINISHED);
	info->is_told = sqlite3_column_int(row, TOLD) != 0;
	info->size = (guint64)sqlite3_column_int64(row, SIZE);
	if (!read_recipients(self, sqlite3_column_int64(row, 0), info, error)) {
		return NULL;
	}
	return g_steal_pointer(&info);
}

/* Adds the rows of @statement, which is bound, up to @limit. */
static gboolean
add_rows(const TocsinMails *self, sqlite3_stmt *statement, guint limit, GPtrArray *infos,
         GError **error)
{
	gboolean has_row;

	while (infos->len < limit) {
		if (!tocsin_db_step(self->db, statement, "list mails", &has_row, error)) {
			return FALSE;
		}
		if (!has_row) {
			return TRUE;
		}
		TocsinMailInfo *info = read_info(self, statement, error);

		if (info == NULL) {
			tocsin_db_reset(statement);
			return FALSE;
		}
		g_ptr_array_add(infos, info);
	}
	tocsin_db_reset(statement);
	return TRUE;
}

/* Mails that are held or dead have an index, and so have those that wait: a list of them does not
 * read through all of history. */
static const char *
choose_query(guint states)
{
	const guint waiting = 1u << TOCSIN_MAIL_WAITING;
	const guint kept = 1u << TOCSIN_MAIL_HELD | 1u << TOCSIN_MAIL_DEAD;

	if (states != 0 && (states & ~waiting) == 0) {
		return "SELECT " INFO_COLUMNS " FROM mails INDEXED BY mails_due WHERE state = 0"
		       " AND id > ?1 AND (?2 >> state) & 1 AND (told = 0 OR NOT ?3)"
		       " ORDER BY id LIMIT ?4";
	}
	if (states != 0 && (states & ~kept) == 0) {
		return "SELECT " INFO_COLUMNS " FROM mails INDEXED BY mails_kept"
		       " WHERE state IN (1, 3) AND id > ?1 AND (?2 >> state) & 1"
		       " AND (told = 0 OR NOT ?3) ORDER BY id LIMIT ?4";
	}
	return "SELECT " INFO_COLUMNS " FROM mails WHERE id > ?1 AND (?2 >> state) & 1"
	       " AND (told = 0 OR NOT ?3) ORDER BY id LIMIT ?4";
}

gboolean
tocsin_admin_list(const TocsinMails *self, const TocsinListFilter *filter, GPtrArray *infos,
                  GError **error)
{
	guint limit = MIN(filter->limit, LIST_MAX);
	gint64 after = -1;
	sqlite3_stmt *statement = tocsin_db_prepare(self->db, choose_query(filter->states), error);

	if (filter->after_id != NULL) {
		tocsin_mail_parse_id(filter->after_id, &after);
	}
	return statement != NULL &&
	       tocsin_db_bind(self->db, statement, error, "liii", after,
	                      filter->states != 0 ? (int)filter->states : 0xff,
	                      filter->is_untold != 0, (int)limit) &&
	       add_rows(self, statement, limit, infos, error);
}

gboolean
tocsin_admin_show(const TocsinMails *self, gint64 number, GPtrArray *infos, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db, "SELECT " INFO_COLUMNS " FROM mails WHERE id = ?1", error);

	if (statement == NULL || !tocsin_db_bind(self->db, statement, error, "l", number) ||
	    !add_rows(self, statement, 1, infos, error)) {
		return FALSE;
	}
	if (infos->len == 0) {
		return TRUE;
	}
	TocsinMailInfo *info = infos->pdata[0];

	return tocsin_contents_get(self->contents, number, info->mail, error);
}
