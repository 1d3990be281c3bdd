/* SPDX-License-Identifier: MIT */
/* The envelope's extras as text, and the content in memory. */
#include "plugin/handed-mail.h"

#include <string.h>
#include <tocsin/error.h>

static GBytes *
open_content(const TocsinMail *mail, GError **error)
{
	g_autoptr(GError) reason = NULL;

	if (mail->content != NULL) {
		return g_bytes_ref(mail->content);
	}
	if (mail->path == NULL) {
		return g_bytes_new_static("", 0);
	}
	g_autoptr(GMappedFile) file = g_mapped_file_new(mail->path, FALSE, &reason);

	if (file == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "cannot read the mail: %s",
		            reason->message);
		return NULL;
	}
	return g_mapped_file_get_bytes(file);
}

tocsin_mail *
tocsin_handed_mail_new(TocsinMail *mail, GError **error)
{
	g_autoptr(TocsinMail) owned = mail;
	GBytes *content = open_content(mail, error);

	if (content == NULL) {
		return NULL;
	}
	tocsin_mail *self = g_new0(tocsin_mail, 1);

	self->mail = g_steal_pointer(&owned);
	self->content = content;
	self->untold = mail->recipients->len;
	self->told = g_new0(guint8, self->untold + 1);
	self->texts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return self;
}

void
tocsin_handed_mail_clear(tocsin_mail *self)
{
	g_clear_pointer(&self->mail, tocsin_mail_unref);
	g_clear_pointer(&self->content, g_bytes_unref);
	g_clear_pointer(&self->told, g_free);
	g_clear_pointer(&self->texts, g_hash_table_unref);
}

void
tocsin_handed_mail_free(tocsin_mail *self)
{
	tocsin_handed_mail_clear(self);
	g_free(self);
}

static char *
make_deliver_by(const TocsinMail *mail)
{
	if (mail->deliver_by == TOCSIN_DELIVER_BY_UNSET) {
		return NULL;
	}
	return g_strdup_printf("%" G_GINT64_FORMAT ";%s%s", mail->deliver_by_s,
	                       mail->deliver_by == TOCSIN_DELIVER_BY_NOTIFY ? "N" : "R",
	                       mail->is_deliver_by_traced ? "T" : "");
}

static const char *
find_ret(const TocsinMail *mail)
{
	switch (mail->ret) {
	case TOCSIN_RET_HEADERS:
		return "HDRS";
	case TOCSIN_RET_FULL:
		return "FULL";
	default:
		return NULL;
	}
}

static const char *
find_body(const TocsinMail *mail)
{
	switch (mail->body) {
	case TOCSIN_BODY_7BIT:
		return "7BIT";
	case TOCSIN_BODY_8BITMIME:
		return "8BITMIME";
	case TOCSIN_BODY_BINARYMIME:
		return "BINARYMIME";
	default:
		return NULL;
	}
}

/* What has to be written out anew. */
static char *
make_text(const TocsinMail *mail, const char *name)
{
	if (strcmp(name, "hold-for") == 0 && mail->hold_for_s != 0) {
		return g_strdup_printf("%" G_GINT64_FORMAT, mail->hold_for_s);
	}
	if (strcmp(name, "deliver-by") == 0) {
		return make_deliver_by(mail);
	}
	if (strcmp(name, "priority") == 0 && mail->has_mt_priority) {
		return g_strdup_printf("%d", mail->mt_priority);
	}
	return NULL;
}

const char *
tocsin_handed_mail_property(tocsin_mail *self, const char *name)
{
	const TocsinMail *mail = self->mail;

	if (strcmp(name, "message-id") == 0) {
		return mail->message_id;
	}
	if (strcmp(name, "envid") == 0) {
		return mail->envid;
	}
	if (strcmp(name, "ret") == 0) {
		return find_ret(mail);
	}
	if (strcmp(name, "body") == 0) {
		return find_body(mail);
	}
	if (strcmp(name, "smtputf8") == 0) {
		return mail->is_smtputf8 ? "1" : NULL;
	}
	if (strcmp(name, "require-tls") == 0) {
		return mail->is_tls_required ? "1" : NULL;
	}
	const char *known = g_hash_table_lookup(self->texts, name);

	if (known == NULL) {
		char *text = make_text(mail, name);

		if (text != NULL) {
			g_hash_table_insert(self->texts, g_strdup(name), text);
		}
		known = text;
	}
	return known;
}

/* RFC 3461 section 4.1, in its order. */
static const char *
find_notify(guint notify)
{
	static const char *const names[] = {
	        NULL,    "SUCCESS",       "FAILURE",       "SUCCESS,FAILURE",
	        "DELAY", "SUCCESS,DELAY", "FAILURE,DELAY", "SUCCESS,FAILURE,DELAY",
	};

	if (notify & TOCSIN_NOTIFY_NEVER) {
		return "NEVER";
	}
	return names[((notify & TOCSIN_NOTIFY_SUCCESS) ? 1 : 0) +
	             ((notify & TOCSIN_NOTIFY_FAILURE) ? 2 : 0) +
	             ((notify & TOCSIN_NOTIFY_DELAY) ? 4 : 0)];
}

const char *
tocsin_handed_mail_recipient_property(tocsin_mail *self, guint index, const char *name)
{
	const TocsinRecipient *recipient = tocsin_mail_recipient(self->mail, index);

	if (strcmp(name, "orcpt") == 0) {
		return recipient->orcpt;
	}
	return strcmp(name, "notify") == 0 ? find_notify(recipient->notify) : NULL;
}
