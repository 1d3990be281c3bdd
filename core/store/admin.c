/* SPDX-License-Identifier: MIT */
/* What people do to mails in the queue. */
#include "store/admin.h"

#include <tocsin/error.h>

/* Why a change of state changed nothing. */
static gboolean
fail_state(const TocsinMails *self, gint64 number, const char *what, GError **error)
{
	static const char *const names[] = {"waiting", "held", "done", "dead", "removed"};
	g_autofree char *id = tocsin_mail_format_id(number);
	sqlite3_stmt *statement =
	        tocsin_db_prepare(self->db, "SELECT state FROM mails WHERE id = ?1", error);
	gboolean has_row;

	if (statement == NULL || !tocsin_db_bind(self->db, statement, error, "l", number) ||
	    !tocsin_db_step(self->db, statement, "read a mail", &has_row, error)) {
		return FALSE;
	}
	if (!has_row) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "there is no mail %s", id);
		return FALSE;
	}
	guint state = (guint)sqlite3_column_int(statement, 0);

	tocsin_db_reset(statement);
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "mail %s cannot be %s: it is %s", id,
	            what, state < G_N_ELEMENTS(names) ? names[state] : "in an unknown state");
	return FALSE;
}

/* Runs @statement, bound; fails if it changed nothing. */
static gboolean
change(const TocsinMails *self, sqlite3_stmt *statement, gint64 number, const char *what,
       GError **error)
{
	if (!tocsin_db_run(self->db, statement, "change a mail", error)) {
		return FALSE;
	}
	return tocsin_db_changes(self->db) > 0 || fail_state(self, number, what, error);
}

gboolean
tocsin_admin_hold(const TocsinMails *self, gint64 number, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db, "UPDATE mails SET state = 1 WHERE id = ?1 AND state = 0", error);

	return statement != NULL && tocsin_db_bind(self->db, statement, error, "l", number) &&
	       change(self, statement, number, "held", error);
}

gboolean
tocsin_admin_release(const TocsinMails *self, gint64 number, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db, "UPDATE mails SET state = 0 WHERE id = ?1 AND state = 1", error);

	return statement != NULL && tocsin_db_bind(self->db, statement, error, "l", number) &&
	       change(self, statement, number, "released", error);
}

gboolean
tocsin_admin_retry(const TocsinMails *self, gint64 number, gint64 now_us, gint64 expire_us,
                   GError **error)
{
	/* The recipients first, while the mail's state still tells: only a dead mail has the
	 * refused ones back, for a waiting one is not finished with the others. */
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db,
	        "UPDATE recipients SET state = 0 WHERE mail = ?1 AND state IN (2, 3)"
	        " AND (SELECT state FROM mails WHERE id = ?1) = 3",
	        error);

	if (statement == NULL || !tocsin_db_bind(self->db, statement, error, "l", number) ||
	    !tocsin_db_run(self->db, statement, "change recipients", error)) {
		return FALSE;
	}
	statement = tocsin_db_prepare(
	        self->db,
	        "UPDATE mails SET expire = CASE state WHEN 3 THEN ?3 ELSE expire END, state = 0,"
	        " due = ?2, finished = 0, told = 0 WHERE id = ?1 AND state IN (0, 3)",
	        error);
	return statement != NULL &&
	       tocsin_db_bind(self->db, statement, error, "lll", number, now_us, expire_us) &&
	       change(self, statement, number, "retried", error);
}

gboolean
tocsin_admin_remove(const TocsinMails *self, gint64 number, gint64 now_us, GError **error)
{
	sqlite3_stmt *statement =
	        tocsin_db_prepare(self->db,
	                          "UPDATE mails SET state = 4, finished = ?2, told = 1"
	                          " WHERE id = ?1 AND state IN (0, 1, 3)",
	                          error);

	if (statement == NULL ||
	    !tocsin_db_bind(self->db, statement, error, "ll", number, now_us) ||
	    !change(self, statement, number, "removed", error)) {
		return FALSE;
	}
	statement = tocsin_db_prepare(
	        self->db, "UPDATE recipients SET state = 4 WHERE mail = ?1 AND state = 0", error);
	return statement != NULL && tocsin_db_bind(self->db, statement, error, "l", number) &&
	       tocsin_db_run(self->db, statement, "change recipients", error) &&
	       tocsin_contents_drop(self->contents, number, error);
}

gboolean
tocsin_admin_count(const TocsinMails *self, guint64 *out_counts, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db, "SELECT state, count(*) FROM mails GROUP BY state", error);
	gboolean has_row;

	if (statement == NULL) {
		return FALSE;
	}
	for (;;) {
		if (!tocsin_db_step(self->db, statement, "count mails", &has_row, error)) {
			return FALSE;
		}
		if (!has_row) {
			return TRUE;
		}
		guint state = (guint)sqlite3_column_int(statement, 0);

		if (state <= TOCSIN_MAIL_REMOVED) {
			out_counts[state] = (guint64)sqlite3_column_int64(statement, 1);
		}
	}
}

gboolean
tocsin_admin_list_accounts(const TocsinMails *self, GPtrArray *accounts, GError **error)
{
	/* From one account to the next along the index, however many mails each has. */
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db,
	        "WITH RECURSIVE found (account) AS ("
	        " SELECT min(account) FROM mails INDEXED BY mails_due WHERE state = 0 UNION ALL"
	        " SELECT (SELECT min(account) FROM mails INDEXED BY mails_due WHERE state = 0"
	        "  AND mails.account > found.account) FROM found WHERE found.account IS NOT NULL)"
	        " SELECT account FROM found WHERE account IS NOT NULL",
	        error);
	gboolean has_row;

	if (statement == NULL) {
		return FALSE;
	}
	for (;;) {
		if (!tocsin_db_step(self->db, statement, "list accounts", &has_row, error)) {
			return FALSE;
		}
		if (!has_row) {
			return TRUE;
		}
		g_ptr_array_add(accounts,
		                g_strdup((const char *)sqlite3_column_text(statement, 0)));
	}
}
