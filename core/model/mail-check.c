/* SPDX-License-Identifier: MIT */
/* What a mail must be like to be taken. */
#include "model/mail.h"

#include "base/text.h"
#include "model/address.h"

#include <string.h>
#include <tocsin/error.h>

/* RFC 2852 section 4: at most nine digits of seconds. RFC 4865 section 4.1: the same. */
#define SECONDS_MAX 999999999

static gboolean
refuse(const TocsinMail *self, const char *what, GError **error)
{
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "mail %s: %s",
	            self->id != NULL ? self->id : "without id", what);
	return FALSE;
}

/* @text may be NULL; @name says what it is. */
static gboolean
check_string(const TocsinMail *self, const char *name, const char *text, GError **error)
{
	if (text == NULL) {
		return TRUE;
	}
	gsize length = strlen(text);

	if (length > TOCSIN_MAIL_STRING_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "mail %s: its %s of %zu bytes is longer than the %u allowed", self->id,
		            name, length, TOCSIN_MAIL_STRING_MAX);
		return FALSE;
	}
	if (tocsin_text_find_control(text, length) >= 0 ||
	    !g_utf8_validate_len(text, length, NULL)) {
		g_autofree char *shown = tocsin_text_for_display(text, length, 80);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "mail %s: its %s '%s' holds a control byte or is no UTF-8", self->id,
		            name, shown);
		return FALSE;
	}
	return TRUE;
}

static gboolean
check_id(const TocsinMail *self, GError **error)
{
	gint64 number;

	if (self->id == NULL || !tocsin_mail_parse_id(self->id, &number)) {
		return refuse(self, "its id is none; let tocsin_mail_make_id() make one", error);
	}
	return TRUE;
}

static gboolean
check_strings(const TocsinMail *self, GError **error)
{
	return check_string(self, "Message-ID", self->message_id, error) &&
	       check_string(self, "rule", self->rule, error) &&
	       check_string(self, "group", self->group_key, error) &&
	       check_string(self, "cause", self->cause, error) &&
	       check_string(self, "ENVID", self->envid, error);
}

static gboolean
check_recipient(const TocsinMail *self, const TocsinRecipient *recipient, GError **error)
{
	if (!tocsin_address_check_spec(recipient->address, TRUE, error)) {
		g_prefix_error(error, "mail %s: recipient: ", self->id);
		return FALSE;
	}
	if (recipient->orcpt != NULL && strchr(recipient->orcpt, ';') == NULL) {
		return refuse(self, "an ORCPT is an address type, ';' and an address", error);
	}
	if ((recipient->notify & TOCSIN_NOTIFY_NEVER) != 0 &&
	    recipient->notify != TOCSIN_NOTIFY_NEVER) {
		return refuse(self, "NOTIFY=NEVER excludes the other words", error);
	}
	return check_string(self, "ORCPT", recipient->orcpt, error);
}

static gboolean
check_recipients(const TocsinMail *self, GError **error)
{
	if (self->recipients->len == 0) {
		return refuse(self, "it has no recipient", error);
	}
	if (self->recipients->len > TOCSIN_MAIL_RECIPIENTS_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "mail %s: %u recipients are more than the %u allowed", self->id,
		            self->recipients->len, TOCSIN_MAIL_RECIPIENTS_MAX);
		return FALSE;
	}
	for (guint i = 0; i < self->recipients->len; i++) {
		if (!check_recipient(self, tocsin_mail_recipient(self, i), error)) {
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
check_via(const TocsinMail *self, GError **error)
{
	guint accounts = self->via != NULL ? g_strv_length(self->via) : 0;

	if (accounts > TOCSIN_MAIL_VIA_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "mail %s: %u accounts in 'via' are more than the %u allowed", self->id,
		            accounts, TOCSIN_MAIL_VIA_MAX);
		return FALSE;
	}
	for (guint i = 0; i < accounts; i++) {
		if (!check_string(self, "account", self->via[i], error)) {
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
check_options(const TocsinMail *self, GError **error)
{
	if (self->hold_for_s < 0 || self->hold_for_s > SECONDS_MAX) {
		return refuse(self, "HOLDFOR takes 0 to 999999999 seconds", error);
	}
	if (ABS(self->deliver_by_s) > SECONDS_MAX) {
		return refuse(self, "BY takes at most 999999999 seconds", error);
	}
	/* RFC 2852 section 4: the time may have passed already only when it asks for a notice. */
	if (self->deliver_by == TOCSIN_DELIVER_BY_RETURN && self->deliver_by_s <= 0) {
		return refuse(self, "BY with mode R takes more than 0 seconds", error);
	}
	if (self->mt_priority < -9 || self->mt_priority > 9) {
		return refuse(self, "MT-PRIORITY is between -9 and 9", error);
	}
	if (self->expire_us != 0 && self->expire_us < self->due_us) {
		return refuse(self, "it would expire before it is due", error);
	}
	return TRUE;
}

gboolean
tocsin_mail_check(const TocsinMail *self, GError **error)
{
	if (!check_id(self, error) || !check_strings(self, error)) {
		return FALSE;
	}
	if (self->sender == NULL) {
		return refuse(self, "it has no sender; \"\" would be the null sender", error);
	}
	if (self->sender[0] != '\0' && !tocsin_address_check_spec(self->sender, TRUE, error)) {
		g_prefix_error(error, "mail %s: sender: ", self->id);
		return FALSE;
	}
	if ((self->content == NULL) == (self->path == NULL)) {
		return refuse(self, "it needs either a content or a file", error);
	}
	if (self->path != NULL && !g_path_is_absolute(self->path)) {
		return refuse(self, "the path of its file must be absolute", error);
	}
	return check_recipients(self, error) && check_via(self, error) &&
	       check_options(self, error);
}
