/* SPDX-License-Identifier: MIT */
/* What became of a claim. */
#include "store/mails.h"

#include "store/schedule.h"

static TocsinRecipientState
state_after(const TocsinFate *fate, gboolean is_last)
{
	if (fate != NULL && fate->status == TOCSIN_FATE_DELIVERED) {
		return TOCSIN_RECIPIENT_DELIVERED;
	}
	if (fate != NULL && fate->status == TOCSIN_FATE_REFUSED) {
		return TOCSIN_RECIPIENT_REFUSED;
	}
	return is_last ? TOCSIN_RECIPIENT_EXPIRED : TOCSIN_RECIPIENT_WAITING;
}

static gboolean
write_fate(const TocsinMails *self, gint64 mail, guint place, TocsinRecipientState state,
           const TocsinFate *fate, GError **error)
{
	sqlite3_stmt *statement;

	if (fate == NULL) {
		statement = tocsin_db_prepare(
		        self->db,
		        "UPDATE recipients SET state = ?3 WHERE mail = ?1 AND number = ?2", error);
		return statement != NULL &&
		       tocsin_db_bind(self->db, statement, error, "lii", mail, (int)place,
		                      (int)state) &&
		       tocsin_db_run(self->db, statement, "store a fate", error);
	}
	statement = tocsin_db_prepare(
	        self->db,
	        "UPDATE recipients SET state = ?3, status = ?4, stage = ?5, code = ?6,"
	        " enhanced = ?7, text = ?8, account = ?9, time = ?10"
	        " WHERE mail = ?1 AND number = ?2",
	        error);
	return statement != NULL &&
	       tocsin_db_bind(self->db, statement, error, "liiiiisssl", mail, (int)place,
	                      (int)state, (int)fate->status, (int)fate->stage, (int)fate->code,
	                      fate->enhanced, fate->text, fate->account, fate->time_us) &&
	       tocsin_db_run(self->db, statement, "store a fate", error);
}

/* These recipients have got @mail: the next mail of the group may refer to it. */
static gboolean
write_thread(const TocsinMails *self, const TocsinMail *mail, const char *address, gint64 now_us,
             GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db,
	        "INSERT INTO threads (rule, group_key, address, root_id, last_id, time)"
	        " VALUES (?1, ?2, ?3, ?4, ?4, ?5)"
	        " ON CONFLICT DO UPDATE SET last_id = ?4, time = ?5",
	        error);

	return statement != NULL &&
	       tocsin_db_bind(self->db, statement, error, "ssssl", mail->rule, mail->group_key,
	                      address, mail->message_id, now_us) &&
	       tocsin_db_run(self->db, statement, "store a thread", error);
}

/* A mail that was held meanwhile stays held, and one that was removed stays so. */
static gboolean
write_waiting(const TocsinMails *self, gint64 mail, const TocsinSettleItem *item, gboolean is_tried,
              GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db,
	        "UPDATE mails SET due = ?2, tries = tries + ?3, account = ifnull(?4, account)"
	        " WHERE id = ?1 AND state IN (0, 1)",
	        error);

	return statement != NULL &&
	       tocsin_db_bind(self->db, statement, error, "llis", mail, item->due_us, is_tried != 0,
	                      item->account) &&
	       tocsin_db_run(self->db, statement, "store a mail's next try", error);
}

static gboolean
write_finished(const TocsinMails *self, gint64 mail, TocsinMailState state, gboolean is_tried,
               gint64 now_us, GError **error)
{
	sqlite3_stmt *statement =
	        tocsin_db_prepare(self->db,
	                          "UPDATE mails SET state = ?2, tries = tries + ?3, finished = ?4"
	                          " WHERE id = ?1 AND state IN (0, 1)",
	                          error);

	return statement != NULL &&
	       tocsin_db_bind(self->db, statement, error, "liil", mail, (int)state, is_tried != 0,
	                      now_us) &&
	       tocsin_db_run(self->db, statement, "store a mail's end", error);
}

/* Whether some recipient did not get the mail: now, or on an earlier try. */
static gboolean
has_failures(const TocsinMails *self, gint64 mail, gboolean *out_has_failures, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db, "SELECT 1 FROM recipients WHERE mail = ?1 AND state <> 1 LIMIT 1", error);

	if (statement == NULL || !tocsin_db_bind(self->db, statement, error, "l", mail) ||
	    !tocsin_db_step(self->db, statement, "read fates", out_has_failures, error)) {
		return FALSE;
	}
	tocsin_db_reset(statement);
	return TRUE;
}

static gboolean
write_recipients(const TocsinMails *self, gint64 number, const TocsinSettleItem *item,
                 gint64 now_us, guint *out_waiting, gboolean *out_is_tried, GError **error)
{
	const TocsinMail *mail = item->claim->mail;
	gboolean has_thread =
	        mail->rule != NULL && mail->group_key != NULL && mail->message_id != NULL;
	guint waiting = 0;
	gboolean is_tried = FALSE;

	for (guint i = 0; i < item->fates->len; i++) {
		const TocsinFate *fate = item->fates->pdata[i];
		TocsinRecipientState state =
		        state_after(fate, item->due_us == TOCSIN_SCHEDULE_NEVER);

		is_tried = is_tried || fate != NULL;
		waiting += state == TOCSIN_RECIPIENT_WAITING;
		if (fate == NULL && state == TOCSIN_RECIPIENT_WAITING) {
			continue;
		}
		if (!write_fate(self, number, item->claim->numbers[i], state, fate, error)) {
			return FALSE;
		}
		if (has_thread && state == TOCSIN_RECIPIENT_DELIVERED &&
		    !write_thread(self, mail, tocsin_mail_recipient(mail, i)->address, now_us,
		                  error)) {
			return FALSE;
		}
	}
	*out_waiting = waiting;
	*out_is_tried = is_tried;
	return TRUE;
}

gboolean
tocsin_mails_settle(const TocsinMails *self, TocsinSettleItem *item, gint64 now_us, GError **error)
{
	gint64 number = 0;
	guint waiting;
	gboolean is_tried;
	gboolean is_failed;

	tocsin_mail_parse_id(item->claim->mail->id, &number);
	if (!write_recipients(self, number, item, now_us, &waiting, &is_tried, error)) {
		return FALSE;
	}
	if (waiting > 0) {
		item->state = TOCSIN_MAIL_WAITING;
		return write_waiting(self, number, item, is_tried, error);
	}
	if (!has_failures(self, number, &is_failed, error)) {
		return FALSE;
	}
	item->state = is_failed ? TOCSIN_MAIL_DEAD : TOCSIN_MAIL_DONE;
	if (!write_finished(self, number, item->state, is_tried, now_us, error)) {
		return FALSE;
	}
	/* A dead mail keeps its message: it may be looked at, and tried again by hand. */
	return is_failed || tocsin_contents_drop(self->contents, number, error);
}
