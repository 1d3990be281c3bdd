/* SPDX-License-Identifier: MIT */
/* sendmail() and send_message(): from what the caller gives to a transaction. */
#include <string.h>

#include "lib/path.h"
#include "lib/transaction.h"
#include "model/address.h"
#include "smtp/envelope.h"

void
tocsin_lib_mail_clear(TocsinLibMail *self)
{
	g_clear_pointer(&self->sender, g_free);
	g_clear_pointer(&self->paths, g_ptr_array_unref);
}

static gboolean
has_option(const char *const *options, const char *name)
{
	gsize length = strlen(name);

	for (; options != NULL && *options != NULL; options++) {
		if (g_ascii_strncasecmp(*options, name, length) == 0 &&
		    ((*options)[length] == '\0' || (*options)[length] == '=')) {
			return TRUE;
		}
	}
	return FALSE;
}

/* Also tries each path in a command, so that nothing is sent when the third of five is wrong. */
gboolean
tocsin_lib_mail_read_paths(TocsinLibMail *self, const TocsinSmtp *client, GError **error)
{
	gboolean is_utf8 = has_option(self->mail_options, "SMTPUTF8");
	g_autoptr(GString) trial = g_string_new(NULL);

	self->paths = g_ptr_array_new_with_free_func(g_free);
	self->sender = tocsin_lib_path(client, self->sender_given, TRUE, error);
	if (self->sender == NULL ||
	    !tocsin_envelope_append_path(self->sender, is_utf8, trial, error)) {
		return FALSE;
	}
	for (guint i = 0; self->recipients[i] != NULL; i++) {
		char *path = tocsin_lib_path(client, self->recipients[i], FALSE, error);

		if (path == NULL) {
			return FALSE;
		}
		g_ptr_array_add(self->paths, path);
		g_string_truncate(trial, 0);
		if (!tocsin_envelope_append_path(path, is_utf8, trial, error)) {
			return FALSE;
		}
	}
	if (self->paths->len == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the mail has no recipients: nothing was sent");
		return FALSE;
	}
	return TRUE;
}

static gboolean
add_size(const TocsinFeatures *features, const TocsinLibMail *mail, GPtrArray *options,
         GError **error)
{
	guint64 size = tocsin_content_scan_size(&mail->scan);

	if (!tocsin_features_has(features, TOCSIN_FEATURE_SIZE) ||
	    has_option(mail->mail_options, "SIZE")) {
		return TRUE;
	}
	if (features->size_max > 0 && size > features->size_max) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "the message of %" G_GUINT64_FORMAT
		            " bytes is larger than the %" G_GUINT64_FORMAT
		            " that the server takes: nothing was sent",
		            size, features->size_max);
		return FALSE;
	}
	g_ptr_array_add(options, g_strdup_printf("SIZE=%" G_GUINT64_FORMAT, size));
	return TRUE;
}

static gboolean
check_nul(const TocsinLibMail *mail, GError **error)
{
	if (mail->scan.has_nul) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the message holds a NUL byte, which DATA cannot carry: nothing was "
		            "sent");
		return FALSE;
	}
	return TRUE;
}

static gboolean
add_body(const TocsinSmtp *client, const TocsinFeatures *features, const TocsinLibMail *mail,
         GPtrArray *options, GError **error)
{
	if (!mail->scan.has_8bit || has_option(mail->mail_options, "BODY")) {
		return TRUE;
	}
	if (tocsin_features_has(features, TOCSIN_FEATURE_8BITMIME)) {
		g_ptr_array_add(options, g_strdup("BODY=8BITMIME"));
		return TRUE;
	}
	if (client->is_compatible) {
		return TRUE;
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
	            "the message is not ASCII and the server lacks 8BITMIME: "
	            "tocsin_smtp_send_message() encodes it");
	return FALSE;
}

char **
tocsin_lib_mail_options(const TocsinSmtp *client, const TocsinLibMail *mail, GError **error)
{
	const TocsinFeatures *features = tocsin_session_get_features(client->session);
	g_autoptr(GPtrArray) options = g_ptr_array_new_with_free_func(g_free);

	if (!check_nul(mail, error) || !add_size(features, mail, options, error) ||
	    !add_body(client, features, mail, options, error)) {
		return NULL;
	}
	for (const char *const *each = mail->mail_options; each != NULL && *each != NULL; each++) {
		g_ptr_array_add(options, g_strdup(*each));
	}
	g_ptr_array_add(options, NULL);
	return (char **)g_ptr_array_steal(options, NULL);
}

gboolean
tocsin_smtp_sendmail(TocsinSmtp *self, const char *sender, const char *const *recipients,
                     const void *octets, gsize length, const char *const *mail_options,
                     const char *const *rcpt_options, TocsinSmtpRefused **out_refused,
                     GError **error)
{
	g_auto(TocsinLibMail) mail = {
	        .sender_given = sender,
	        .recipients = recipients,
	        .content = {.bytes = length > 0 ? octets : "", .length = length},
	        .mail_options = mail_options,
	        .rcpt_options = rcpt_options,
	};

	return tocsin_lib_begin_greeted(self, error) != NULL &&
	       tocsin_lib_mail_read_paths(&mail, self, error) &&
	       tocsin_content_survey(&mail.content, &mail.scan, error) &&
	       tocsin_lib_transact(self, &mail, out_refused, error);
}

/* Whether the header, all before the first empty line, has bytes that are not ASCII. */
static gboolean
has_utf8_header(const char *octets, gsize length)
{
	gboolean is_line_empty = TRUE;

	for (gsize i = 0; i < length; i++) {
		gboolean is_end = octets[i] == '\n' ||
		                  (octets[i] == '\r' && (i + 1 == length || octets[i + 1] != '\n'));

		if (is_end && is_line_empty) {
			return FALSE;
		}
		if ((octets[i] & 0x80) != 0) {
			return TRUE;
		}
		is_line_empty = is_end || (is_line_empty && octets[i] == '\r');
	}
	return FALSE;
}

static gboolean
needs_utf8(const TocsinLibMail *mail)
{
	if (has_utf8_header(mail->content.bytes, mail->content.length)) {
		return TRUE;
	}
	for (guint i = 0; i <= mail->paths->len; i++) {
		const char *path =
		        i < mail->paths->len ? g_ptr_array_index(mail->paths, i) : mail->sender;
		g_autofree char *ascii = NULL;

		if (!tocsin_address_is_ascii(path)) {
			ascii = tocsin_address_to_ascii(path, NULL);
			if (ascii == NULL) {
				return TRUE;
			}
		}
	}
	return FALSE;
}

/* What smtplib adds for a mail in UTF-8. NULL if @mail needs nothing of the kind, or on error. */
static char **
add_utf8_options(TocsinSmtp *self, const TocsinLibMail *mail, GError **error)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();

	if (!needs_utf8(mail)) {
		return NULL;
	}
	if (!tocsin_smtp_has_extn(self, "SMTPUTF8")) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
		            "an address or the header is not ASCII, and the server lacks SMTPUTF8");
		return NULL;
	}
	if (mail->mail_options != NULL) {
		g_strv_builder_addv(builder, (const char **)mail->mail_options);
	}
	if (!has_option(mail->mail_options, "SMTPUTF8")) {
		g_strv_builder_add(builder, "SMTPUTF8");
	}
	if (!has_option(mail->mail_options, "BODY") && tocsin_smtp_has_extn(self, "8BITMIME")) {
		g_strv_builder_add(builder, "BODY=8BITMIME");
	}
	return g_strv_builder_end(builder);
}

/* The octets to send of @message: without Bcc, and in 7 bits if the server can do no more. */
static GBytes *
make_octets(TocsinSmtp *self, TocsinMessage *message, TocsinContentScan *scan, GError **error)
{
	g_autoptr(TocsinMessage) visible = tocsin_message_without_bcc(message);
	g_autoptr(TocsinMessage) encoded = NULL;
	GBytes *octets = tocsin_message_get_octets(visible);
	TocsinContentScan seen = {0};
	gsize length;
	const char *bytes = g_bytes_get_data(octets, &length);

	tocsin_content_scan(&seen, bytes, length);
	if (seen.has_8bit && !tocsin_smtp_has_extn(self, "8BITMIME") && !self->is_compatible &&
	    !has_utf8_header(bytes, length)) {
		g_bytes_unref(octets);
		encoded = tocsin_message_to_7bit(visible, error);
		if (encoded == NULL) {
			return NULL;
		}
		octets = tocsin_message_get_octets(encoded);
		bytes = g_bytes_get_data(octets, &length);
		seen = (TocsinContentScan){0};
		tocsin_content_scan(&seen, bytes, length);
	}
	*scan = seen;
	return octets;
}

/* sendmail() of a message whose addresses are known. */
static gboolean
send_octets(TocsinSmtp *self, GBytes *octets, TocsinLibMail *mail, TocsinSmtpRefused **out_refused,
            GError **error)
{
	g_auto(GStrv) options = NULL;
	g_autoptr(GError) cause = NULL;
	gsize length;
	const char *const *given = mail->mail_options;
	static const char *const utf8[] = {"SMTPUTF8", NULL};

	mail->content.bytes = g_bytes_get_data(octets, &length);
	mail->content.bytes = length > 0 ? mail->content.bytes : "";
	mail->content.length = length;
	/* Whether the paths may be UTF-8 is known when they are. */
	mail->mail_options = utf8;
	if (!tocsin_lib_mail_read_paths(mail, self, error)) {
		return FALSE;
	}
	mail->mail_options = given;
	options = add_utf8_options(self, mail, &cause);
	if (cause != NULL) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return FALSE;
	}
	if (options != NULL) {
		mail->mail_options = (const char *const *)options;
	}
	return tocsin_lib_transact(self, mail, out_refused, error);
}

gboolean
tocsin_smtp_send_message(TocsinSmtp *self, TocsinMessage *message, const char *sender,
                         const char *const *recipients, const char *const *mail_options,
                         const char *const *rcpt_options, TocsinSmtpRefused **out_refused,
                         GError **error)
{
	g_autofree char *read_sender = NULL;
	g_auto(GStrv) read_recipients = NULL;
	g_autoptr(GBytes) octets = NULL;
	g_auto(TocsinLibMail) mail = {.mail_options = mail_options, .rcpt_options = rcpt_options};

	if (tocsin_lib_begin_greeted(self, error) == NULL ||
	    ((sender == NULL || recipients == NULL) &&
	     !tocsin_message_get_envelope(message, sender == NULL ? &read_sender : NULL,
	                                  recipients == NULL ? &read_recipients : NULL, error))) {
		return FALSE;
	}
	mail.sender_given = sender != NULL ? sender : read_sender;
	mail.recipients = recipients != NULL ? recipients : (const char *const *)read_recipients;
	octets = make_octets(self, message, &mail.scan, error);
	return octets != NULL && send_octets(self, octets, &mail, out_refused, error);
}
