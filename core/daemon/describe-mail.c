/* SPDX-License-Identifier: MIT */
/* What the store gives out, as JSON. */
#include "daemon/describe-mail.h"

#include <string.h>
#include <tocsin/error.h>

#include "base/text.h"
#include "daemon/json-put.h"
#include "store/schedule.h"

#define SHOWN_MAX 40u

static const char *const state_names[] = {"waiting", "held", "done", "dead", "removed", NULL};
static const char *const recipient_names[] = {"waiting", "delivered", "refused",
                                              "expired", "removed",   NULL};

const char *
tocsin_describe_state(TocsinMailState state)
{
	return state <= TOCSIN_MAIL_REMOVED ? state_names[state] : "unknown";
}

gboolean
tocsin_describe_parse_state(const char *name, TocsinMailState *out_state, GError **error)
{
	for (guint i = 0; state_names[i] != NULL; i++) {
		if (strcmp(name, state_names[i]) == 0) {
			*out_state = (TocsinMailState)i;
			return TRUE;
		}
	}
	g_autofree char *shown = tocsin_text_for_display(name, strlen(name), SHOWN_MAX);

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
	            "there is no state '%s'; a mail is waiting, held, done, dead or removed",
	            shown);
	return FALSE;
}

static JsonObject *
describe_fate(const TocsinFate *fate)
{
	JsonObject *object = json_object_new();

	tocsin_json_put_text(object, "status", tocsin_fate_status_name(fate->status));
	tocsin_json_put_text(object, "stage", tocsin_stage_name(fate->stage));
	json_object_set_int_member(object, "code", fate->code);
	tocsin_json_put_text(object, "enhanced", fate->enhanced);
	tocsin_json_put_text(object, "text", fate->text);
	tocsin_json_put_text(object, "account", fate->account);
	tocsin_json_put_time(object, "time", fate->time_us);
	return object;
}

static JsonObject *
describe_recipient(const TocsinRecipientInfo *recipient)
{
	JsonObject *object = json_object_new();

	tocsin_json_put_text(object, "address", recipient->address);
	tocsin_json_put_text(object, "state",
	                     recipient->state <= TOCSIN_RECIPIENT_REMOVED
	                             ? recipient_names[recipient->state]
	                             : "unknown");
	if (recipient->fate == NULL) {
		json_object_set_null_member(object, "fate");
	} else {
		json_object_set_object_member(object, "fate", describe_fate(recipient->fate));
	}
	return object;
}

/* When it is tried next: only of mails that wait, since others are not tried. */
static gint64
get_due_us(const TocsinMailInfo *info)
{
	return info->state == TOCSIN_MAIL_WAITING && info->due_us != TOCSIN_SCHEDULE_NEVER
	               ? MAX(info->due_us, info->mail->created_us)
	               : 0;
}

JsonObject *
tocsin_describe_mail(const TocsinMailInfo *info)
{
	const TocsinMail *mail = info->mail;
	JsonObject *object = json_object_new();
	JsonArray *recipients = json_array_new();

	tocsin_json_put_text(object, "id", mail->id);
	tocsin_json_put_text(object, "state", tocsin_describe_state(info->state));
	tocsin_json_put_text(object, "account", info->account);
	tocsin_json_put_texts(object, "via", (const char *const *)mail->via);
	json_object_set_int_member(object, "tries", info->tries);
	tocsin_json_put_time(object, "created", mail->created_us);
	tocsin_json_put_time(object, "due", get_due_us(info));
	tocsin_json_put_time(object, "expires", mail->expire_us);
	tocsin_json_put_time(object, "finished", info->finished_us);
	json_object_set_int_member(object, "size", info->size);
	tocsin_json_put_text(object, "message_id", mail->message_id);
	tocsin_json_put_text(object, "rule", mail->rule);
	tocsin_json_put_text(object, "key", mail->group_key);
	tocsin_json_put_text(object, "cause", mail->cause);
	tocsin_json_put_text(object, "sender", mail->sender);
	for (guint i = 0; i < info->recipients->len; i++) {
		json_array_add_object_element(
		        recipients, describe_recipient(g_ptr_array_index(info->recipients, i)));
	}
	json_object_set_array_member(object, "recipients", recipients);
	return object;
}

JsonObject *
tocsin_describe_line(const TocsinLogLine *line)
{
	JsonObject *object = json_object_new();

	json_object_set_int_member(object, "seq", line->seq);
	tocsin_json_put_time(object, "time", line->time_us);
	tocsin_json_put_text(object, "event", line->event);
	tocsin_json_put_text(object, "mail", line->mail);
	tocsin_json_put_text(object, "rule", line->rule);
	tocsin_json_put_text(object, "action", line->action);
	tocsin_json_put_text(object, "text", line->text);
	return object;
}
