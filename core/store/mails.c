/* SPDX-License-Identifier: MIT */
/* Mails into the database, and their rows back out. */
#include "store/mails.h"

#include <string.h>
#include <tocsin/error.h>

/* The id of the mail that has this (rule, cause) is all that tells a duplicate from a clash of ids.
 */
static gboolean
is_known_cause(const TocsinMails *self, const TocsinMail *mail, gboolean *out_is_known,
               GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db, "SELECT 1 FROM mails WHERE rule = ?1 AND cause = ?2", error);

	if (statement == NULL ||
	    !tocsin_db_bind(self->db, statement, error, "ss", mail->rule != NULL ? mail->rule : "",
	                    mail->cause) ||
	    !tocsin_db_step(self->db, statement, "look for a duplicate", out_is_known, error)) {
		return FALSE;
	}
	tocsin_db_reset(statement);
	return TRUE;
}

/* *@out_is_new FALSE: the row was there. */
static gboolean
insert_row(const TocsinMails *self, gint64 number, const TocsinMail *mail, gint64 size,
           gboolean *out_is_new, GError **error)
{
	g_autoptr(GByteArray) packed = tocsin_mail_pack_options(mail);
	g_autoptr(GBytes) options = g_byte_array_free_to_bytes(g_steal_pointer(&packed));
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db,
	        "INSERT OR IGNORE INTO mails (id, state, account, priority, due, tries, created,"
	        " expire, finished, told, size, rule, group_key, cause, message_id,"
	        " sender, options)"
	        " VALUES (?1, 0, ?2, ?3, ?4, 0, ?5, ?6, 0, 0, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
	        error);

	if (statement == NULL ||
	    !tocsin_db_bind(self->db, statement, error,
	                    "lsilllls"
	                    "ssss"
	                    "b",
	                    number, mail->via != NULL ? mail->via[0] : "", mail->priority,
	                    mail->due_us != 0 ? mail->due_us : mail->created_us, mail->created_us,
	                    mail->expire_us, size, mail->rule != NULL ? mail->rule : "",
	                    mail->group_key, mail->cause, mail->message_id, mail->sender,
	                    options) ||
	    !tocsin_db_run(self->db, statement, "store a mail", error)) {
		return FALSE;
	}
	*out_is_new = tocsin_db_changes(self->db) == 1;
	return TRUE;
}

static gboolean
insert_recipients(const TocsinMails *self, gint64 number, const TocsinMail *mail, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db,
	        "INSERT INTO recipients (mail, number, state, notify, address, orcpt)"
	        " VALUES (?1, ?2, 0, ?3, ?4, ?5)",
	        error);

	if (statement == NULL) {
		return FALSE;
	}
	for (guint i = 0; i < mail->recipients->len; i++) {
		const TocsinRecipient *recipient = tocsin_mail_recipient(mail, i);

		if (!tocsin_db_bind(self->db, statement, error, "liiss", number, (int)i,
		                    (int)recipient->notify, recipient->address, recipient->orcpt) ||
		    !tocsin_db_run(self->db, statement, "store a recipient", error)) {
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
set_size(const TocsinMails *self, gint64 number, gint64 size, GError **error)
{
	sqlite3_stmt *statement =
	        tocsin_db_prepare(self->db, "UPDATE mails SET size = ?2 WHERE id = ?1", error);

	return statement != NULL &&
	       tocsin_db_bind(self->db, statement, error, "ll", number, size) &&
	       tocsin_db_run(self->db, statement, "store a mail", error);
}

gboolean
tocsin_mails_insert(const TocsinMails *self, TocsinMailItem *item, GError **error)
{
	const TocsinMail *mail = item->mail;
	gint64 expected = mail->content != NULL ? (gint64)g_bytes_get_size(mail->content) : 0;
	gint64 size = 0;
	gint64 number = 0;
	gboolean is_new = FALSE;
	gboolean is_known = FALSE;

	item->is_duplicate = FALSE;
	tocsin_mail_parse_id(mail->id, &number);
	if (!insert_row(self, number, mail, expected, &is_new, error)) {
		return FALSE;
	}
	if (is_new) {
		return insert_recipients(self, number, mail, error) &&
		       tocsin_contents_put(self->contents, number, mail, TOCSIN_CONTENT_MAX, &size,
		                           error) &&
		       (size == expected || set_size(self, number, size, error));
	}
	if (mail->cause != NULL && !is_known_cause(self, mail, &is_known, error)) {
		return FALSE;
	}
	if (!is_known) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_STORE,
		            "store '%s': there is a mail %s already; give the new one another id",
		            tocsin_db_path(self->db), mail->id);
		return FALSE;
	}
	item->is_duplicate = TRUE;
	return TRUE;
}

gboolean
tocsin_mails_mark_told(const TocsinMails *self, gint64 number, GError **error)
{
	sqlite3_stmt *statement =
	        tocsin_db_prepare(self->db, "UPDATE mails SET told = 1 WHERE id = ?1", error);

	return statement != NULL && tocsin_db_bind(self->db, statement, error, "l", number) &&
	       tocsin_db_run(self->db, statement, "mark a mail as told", error);
}

gboolean
tocsin_mails_parse_id(const char *id, gint64 *out_number, GError **error)
{
	if (!tocsin_mail_parse_id(id, out_number)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "'%s' is no mail's id", id);
		return FALSE;
	}
	return TRUE;
}

static char *
copy_text(sqlite3_stmt *statement, int column)
{
	return g_strdup((const char *)sqlite3_column_text(statement, column));
}

TocsinMail *
tocsin_mails_read_row(sqlite3_stmt *statement, GError **error)
{
	g_autofree char *id = tocsin_mail_format_id(sqlite3_column_int64(statement, 0));
	const char *sender = (const char *)sqlite3_column_text(statement, 1);
	g_autoptr(TocsinMail) mail =
	        tocsin_mail_new(id, sender, sqlite3_column_int64(statement, 7));
	const void *options = sqlite3_column_blob(statement, 2);

	if (!tocsin_mail_unpack_options(mail, options, (gsize)sqlite3_column_bytes(statement, 2),
	                                error)) {
		return NULL;
	}
	if (sqlite3_column_bytes(statement, 3) > 0) {
		mail->rule = copy_text(statement, 3);
	}
	mail->group_key = copy_text(statement, 4);
	mail->cause = copy_text(statement, 5);
	mail->message_id = copy_text(statement, 6);
	mail->due_us = sqlite3_column_int64(statement, 8);
	mail->expire_us = sqlite3_column_int64(statement, 9);
	mail->priority = sqlite3_column_int(statement, 10);
	return g_steal_pointer(&mail);
}
