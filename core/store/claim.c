/* SPDX-License-Identifier: MIT */
/* Mails out to those who send them. */
#include "store/mails.h"

#include "store/batch.h"
#include "store/schedule.h"

/* The highest priority below @below at which mails of @account wait; FALSE in @out_has_one if there
 * is none. Seeking from priority to priority keeps mails that are not due out of the way of those
 * that are. */
static gboolean
find_priority(const TocsinMails *self, const char *account, gint64 below, gboolean *out_has_one,
              gint64 *out_priority, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db,
	        "SELECT priority FROM mails INDEXED BY mails_due WHERE state = 0 AND account = ?1"
	        " AND priority < ?2 ORDER BY priority DESC LIMIT 1",
	        error);

	if (statement == NULL ||
	    !tocsin_db_bind(self->db, statement, error, "sl", account, below) ||
	    !tocsin_db_step(self->db, statement, "look for waiting mails", out_has_one, error)) {
		return FALSE;
	}
	*out_priority = *out_has_one ? sqlite3_column_int64(statement, 0) : 0;
	tocsin_db_reset(statement);
	return TRUE;
}

/* Adds the recipients that wait, and remembers their places. */
static gboolean
read_recipients(const TocsinMails *self, gint64 number, TocsinClaim *claim, GError **error)
{
	g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(guint));
	sqlite3_stmt *statement =
	        tocsin_db_prepare(self->db,
	                          "SELECT number, address, orcpt, notify FROM recipients"
	                          " WHERE mail = ?1 AND state = 0",
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
			break;
		}
		guint place = (guint)sqlite3_column_int(statement, 0);
		TocsinRecipient *recipient = tocsin_mail_add_recipient(
		        claim->mail, (const char *)sqlite3_column_text(statement, 1));

		recipient->orcpt = g_strdup((const char *)sqlite3_column_text(statement, 2));
		recipient->notify = (guint)sqlite3_column_int(statement, 3);
		g_array_append_val(places, place);
	}
	claim->numbers = (guint *)(gpointer)g_array_free(g_steal_pointer(&places), FALSE);
	return TRUE;
}

static gboolean
read_claim(const TocsinMails *self, sqlite3_stmt *row, GPtrArray *claims, GError **error)
{
	gint64 number = sqlite3_column_int64(row, 0);
	g_autoptr(TocsinClaim) claim = g_new0(TocsinClaim, 1);

	claim->tries = (guint)sqlite3_column_int(row, 11);
	claim->mail = tocsin_mails_read_row(row, error);
	if (claim->mail == NULL || !read_recipients(self, number, claim, error) ||
	    !tocsin_contents_get(self->contents, number, claim->mail, error)) {
		return FALSE;
	}
	g_ptr_array_add(claims, g_steal_pointer(&claim));
	return TRUE;
}

static gboolean
claim_priority(const TocsinMails *self, const char *account, gint64 priority, guint limit,
               gint64 now_us, gint64 monotonic_us, gint64 lease_end_us, GPtrArray *claims,
               GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db,
	        "SELECT " TOCSIN_MAILS_COLUMNS " FROM mails INDEXED BY mails_due WHERE state = 0"
	        " AND account = ?1 AND priority = ?2 AND due <= ?3 ORDER BY due",
	        error);
	gboolean has_row;

	if (statement == NULL ||
	    !tocsin_db_bind(self->db, statement, error, "sll", account, priority, now_us)) {
		return FALSE;
	}
	while (claims->len < limit) {
		if (!tocsin_db_step(self->db, statement, "claim mails", &has_row, error)) {
			return FALSE;
		}
		if (!has_row) {
			return TRUE;
		}
		gint64 number = sqlite3_column_int64(statement, 0);

		if (tocsin_leases_is_taken(self->leases, number, monotonic_us)) {
			continue;
		}
		if (!read_claim(self, statement, claims, error)) {
			tocsin_db_reset(statement);
			return FALSE;
		}
		tocsin_leases_take(self->leases, number, lease_end_us);
	}
	tocsin_db_reset(statement);
	return TRUE;
}

gboolean
tocsin_mails_claim(const TocsinMails *self, const char *account, guint limit, gint64 now_us,
                   gint64 monotonic_us, gint64 lease_end_us, GPtrArray *claims, GError **error)
{
	gint64 priority = G_MAXINT64;
	gboolean has_one;

	while (claims->len < limit) {
		if (!find_priority(self, account, priority, &has_one, &priority, error)) {
			return FALSE;
		}
		if (!has_one) {
			break;
		}
		if (!claim_priority(self, account, priority, limit, now_us, monotonic_us,
		                    lease_end_us, claims, error)) {
			return FALSE;
		}
	}
	return TRUE;
}

/* The first due time of one priority, mails that are leased left out. */
static gboolean
find_due(const TocsinMails *self, const char *account, gint64 priority, gint64 monotonic_us,
         gint64 *out_due_us, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db,
	        "SELECT due, id FROM mails INDEXED BY mails_due WHERE state = 0 AND account = ?1"
	        " AND priority = ?2 ORDER BY due",
	        error);
	gboolean has_row;

	if (statement == NULL ||
	    !tocsin_db_bind(self->db, statement, error, "sl", account, priority)) {
		return FALSE;
	}
	for (;;) {
		if (!tocsin_db_step(self->db, statement, "look for the next mail", &has_row,
		                    error)) {
			return FALSE;
		}
		if (!has_row) {
			*out_due_us = TOCSIN_SCHEDULE_NEVER;
			return TRUE;
		}
		if (!tocsin_leases_is_taken(self->leases, sqlite3_column_int64(statement, 1),
		                            monotonic_us)) {
			*out_due_us = sqlite3_column_int64(statement, 0);
			tocsin_db_reset(statement);
			return TRUE;
		}
	}
}

gboolean
tocsin_mails_next_due(const TocsinMails *self, const char *account, gint64 monotonic_us,
                      gint64 *out_due_us, GError **error)
{
	gint64 priority = G_MAXINT64;
	gint64 earliest = TOCSIN_SCHEDULE_NEVER;
	gboolean has_one;
	gint64 due;

	for (;;) {
		if (!find_priority(self, account, priority, &has_one, &priority, error)) {
			return FALSE;
		}
		if (!has_one) {
			*out_due_us = earliest;
			return TRUE;
		}
		if (!find_due(self, account, priority, monotonic_us, &due, error)) {
			return FALSE;
		}
		if (due != TOCSIN_SCHEDULE_NEVER && (earliest < 0 || due < earliest)) {
			earliest = due;
		}
	}
}
