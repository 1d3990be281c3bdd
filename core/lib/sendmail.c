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

/* Also tries each path in a command, so that nothing is sent when the third of five is wrong.
 * Whether the server takes UTF-8 in them is asked when it is known what the mail needs. */
gboolean
tocsin_lib_mail_read_paths(TocsinLibMail *self, const TocsinSmtp *client, GError **error)
{
	g_autoptr(GString) trial = g_string_new(NULL);

	self->paths = g_ptr_array_new_with_free_func(g_free);
	self->sender = tocsin_lib_path(client, self->sender_given, TRUE, error);
	if (self->sender == NULL ||
	    !tocsin_envelope_append_path(self->sender, TRUE, trial, error)) {
		return FALSE;
	}
	for (guint i = 0; self->recipients[i] != NULL; i++) {
		char *path = tocsin_lib_path(client, self->recipients[i], FALSE, error);

		if (path == NULL) {
			return FALSE;
		}
		g_ptr_array_add(self->paths, path);
		g_string_truncate(trial, 0);
		if (!tocsin_envelope_append_path(path, TRUE, trial, error)) {
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

/* The first address that no A-label helps, or NULL. */
static const char *
find_utf8_path(const TocsinLibMail *mail)
{
	if (tocsin_address_needs_utf8(mail->sender)) {
		return mail->sender;
	}
	for (guint i = 0; i < mail->paths->len; i++) {
		if (tocsin_address_needs_utf8(g_ptr_array_index(mail->paths, i))) {
			return g_ptr_array_index(mail->paths, i);
		}
	}
	return NULL;
}

static gboolean
fail_foreign(GError **error)
{
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
	            "the message's header is neither ASCII nor UTF-8: "
	            "tocsin_smtp_send_message() encodes it");
	return FALSE;
}

/* SMTPUTF8 where an address or the header needs it (RFC 6531 section 3.2). */
static gboolean
add_utf8(const TocsinSmtp *client, const TocsinFeatures *features, const TocsinLibMail *mail,
         GPtrArray *options, GError **error)
{
	const char *path = find_utf8_path(mail);
	gboolean is_needed = path != NULL || mail->scan.has_8bit_header;

	if (has_option(mail->mail_options, "SMTPUTF8") || !is_needed) {
		return TRUE;
	}
	if (mail->scan.is_header_foreign && !client->is_compatible) {
		return fail_foreign(error);
	}
	if (mail->scan.is_header_foreign && path == NULL) {
		return TRUE;
	}
	if (tocsin_features_has(features, TOCSIN_FEATURE_SMTPUTF8)) {
		g_ptr_array_add(options, g_strdup("SMTPUTF8"));
		return TRUE;
	}
	if (path == NULL && client->is_compatible) {
		return TRUE;
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
	            "%s is not ASCII, and the server lacks SMTPUTF8%s",
	            path != NULL ? path : "the message's header",
	            path != NULL ? "" : ": tocsin_smtp_send_message() encodes it");
	return FALSE;
}

static gboolean
add_body(const TocsinSmtp *client, const TocsinFeatures *features, const TocsinLibMail *mail,
         GPtrArray *options, GError **error)
{
	gboolean is_8bit = mail->scan.has_8bit || find_utf8_path(mail) != NULL;

	if (!is_8bit || has_option(mail->mail_options, "BODY")) {
		return TRUE;
	}
	if (tocsin_features_has(features, TOCSIN_FEATURE_8BITMIME)) {
		g_ptr_array_add(options, g_strdup("BODY=8BITMIME"));
		return TRUE;
	}
	if (!mail->scan.has_8bit || client->is_compatible ||
	    tocsin_features_has(features, TOCSIN_FEATURE_SMTPUTF8)) {
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
	    !add_utf8(client, features, mail, options, error) ||
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

static gboolean
use_octets(GBytes *octets, TocsinLibMail *mail, GError **error)
{
	gsize length;
	const char *bytes = g_bytes_get_data(octets, &length);

	mail->content = (TocsinContent){.bytes = length > 0 ? bytes : "", .length = length};
	return tocsin_content_survey(&mail->content, &mail->scan, error);
}

/* Whether the server can carry what @scan saw as it is. */
static gboolean
is_carried(const TocsinSmtp *self, const TocsinContentScan *scan)
{
	const TocsinFeatures *features = tocsin_session_get_features(self->session);

	if (tocsin_features_has(features, TOCSIN_FEATURE_SMTPUTF8)) {
		return !scan->is_header_foreign;
	}
	return !scan->has_8bit_header && (!scan->has_8bit || self->is_compatible ||
	                                  tocsin_features_has(features, TOCSIN_FEATURE_8BITMIME));
}

/* Points @mail at what is sent of @message: without Bcc, and in 7 bits if the server can do no
 * more. Returns the octets, or NULL. */
static GBytes *
use_message(TocsinSmtp *self, TocsinMessage *message, TocsinLibMail *mail, GError **error)
{
	g_autoptr(TocsinMessage) visible = tocsin_message_without_bcc(message);
	g_autoptr(TocsinMessage) encoded = NULL;
	g_autoptr(GBytes) octets = tocsin_message_get_octets(visible);

	if (!use_octets(octets, mail, error)) {
		return NULL;
	}
	if (is_carried(self, &mail->scan)) {
		return g_steal_pointer(&octets);
	}
	encoded = tocsin_message_to_7bit(visible, error);
	if (encoded == NULL) {
		return NULL;
	}
	g_bytes_unref(octets);
	octets = tocsin_message_get_octets(encoded);
	return use_octets(octets, mail, error) ? g_steal_pointer(&octets) : NULL;
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
	octets = use_message(self, message, &mail, error);
	return octets != NULL && tocsin_lib_mail_read_paths(&mail, self, error) &&
	       tocsin_lib_transact(self, &mail, out_refused, error);
}
