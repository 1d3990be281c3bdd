/* SPDX-License-Identifier: MIT */
/* The MAIL and RCPT commands of an envelope, as far as the server understands them. */
#include "smtp/envelope.h"

#include <string.h>

#include "base/text.h"
#include "model/address.h"
#include "smtp/moment.h"
#include "tocsin/error.h"

static gboolean
is_offered(const TocsinEnvelopeContext *context, TocsinFeature feature)
{
	return tocsin_features_has(context->features, feature);
}

static gboolean
fail_unsupported(const char *what, const char *extension, GError **error)
{
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
	            "%s, but the server does not offer %s", what, extension);
	return FALSE;
}

/* Whether @path may stand between angle brackets: nothing in it ends them or begins a parameter,
 * unless it is quoted. */
static gboolean
check_path(const char *path, GError **error)
{
	gboolean is_quoted = FALSE;

	for (const char *at = path; *at != '\0'; at++) {
		if (is_quoted && *at == '\\' && at[1] != '\0') {
			at++;
		} else if (*at == '"') {
			is_quoted = !is_quoted;
		}
		if ((guchar)*at < 0x20 || *at == 0x7f ||
		    (!is_quoted && strchr("<> ", *at) != NULL)) {
			is_quoted = TRUE;
			break;
		}
	}
	if (is_quoted) {
		g_autofree char *shown = tocsin_text_for_display(path, strlen(path), 120);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the address \"%s\" cannot be sent: it holds a control, a bracket, a "
		            "blank outside quotes, or a quote without its end",
		            shown);
		return FALSE;
	}
	return TRUE;
}

gboolean
tocsin_envelope_append_path(const char *address, gboolean is_utf8_allowed, GString *line,
                            GError **error)
{
	g_autofree char *ascii = NULL;
	g_autoptr(GError) cause = NULL;

	if (!check_path(address, error)) {
		return FALSE;
	}
	if (!tocsin_address_is_ascii(address)) {
		ascii = tocsin_address_to_ascii(address, &cause);
		if (ascii == NULL && !is_utf8_allowed) {
			g_propagate_prefixed_error(error, g_steal_pointer(&cause),
			                           "the server does not offer SMTPUTF8: ");
			return FALSE;
		}
	}
	if (!g_utf8_validate(address, -1, NULL)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "an address is not UTF-8");
		return FALSE;
	}
	g_string_append_c(line, '<');
	g_string_append(line, ascii != NULL ? ascii : address);
	g_string_append_c(line, '>');
	return TRUE;
}

void
tocsin_envelope_append_xtext(const char *text, GString *line)
{
	for (; *text != '\0'; text++) {
		if (*text >= '!' && *text <= '~' && *text != '+' && *text != '=') {
			g_string_append_c(line, *text);
		} else {
			g_string_append_printf(line, "+%02X", (guint)(guchar)*text);
		}
	}
}

/* Options as the caller wrote them: words parted by single blanks. */
static gboolean
append_options(const char *options, GString *line, GError **error)
{
	if (options == NULL || options[0] == '\0') {
		return TRUE;
	}
	if (tocsin_text_find_control(options, (gssize)strlen(options)) >= 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the options of a command hold a control byte");
		return FALSE;
	}
	g_string_append_c(line, ' ');
	g_string_append(line, options);
	return TRUE;
}

static gboolean
append_size(const TocsinEnvelopeContext *context, GString *line, GError **error)
{
	guint64 size = tocsin_content_scan_size(context->scan);
	guint64 limit = context->features->size_max;

	if (context->omits_size || !is_offered(context, TOCSIN_FEATURE_SIZE)) {
		return TRUE;
	}
	if (limit != 0 && size > limit) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "the message has %" G_GUINT64_FORMAT
		            " bytes, but the server takes no more than %" G_GUINT64_FORMAT,
		            size, limit);
		return FALSE;
	}
	g_string_append_printf(line, " SIZE=%" G_GUINT64_FORMAT, size);
	return TRUE;
}

static gboolean
append_body(const TocsinEnvelope *self, const TocsinEnvelopeContext *context, GString *line,
            GError **error)
{
	TocsinBody body = context->is_reencoded ? TOCSIN_BODY_UNSET : self->body;
	gboolean is_8bit = body == TOCSIN_BODY_8BITMIME || context->scan->has_8bit;

	if (body == TOCSIN_BODY_BINARYMIME) {
		if (!is_offered(context, TOCSIN_FEATURE_BINARYMIME) ||
		    !is_offered(context, TOCSIN_FEATURE_CHUNKING)) {
			return fail_unsupported("the message is binary", "BINARYMIME and CHUNKING",
			                        error);
		}
		g_string_append(line, " BODY=BINARYMIME");
		return TRUE;
	}
	if (context->scan->has_nul) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the message holds a NUL byte, which only BINARYMIME can carry");
		return FALSE;
	}
	if (!is_8bit) {
		g_string_append(line, body == TOCSIN_BODY_7BIT &&
		                                      is_offered(context, TOCSIN_FEATURE_8BITMIME)
		                              ? " BODY=7BIT"
		                              : "");
		return TRUE;
	}
	if (is_offered(context, TOCSIN_FEATURE_8BITMIME)) {
		g_string_append(line, " BODY=8BITMIME");
		return TRUE;
	}
	/* Servers that offer SMTPUTF8 alone take 8 bits all the same (RFC 6531 section 3.1). */
	if (context->sends_8bit_anyway || is_offered(context, TOCSIN_FEATURE_SMTPUTF8)) {
		return TRUE;
	}
	return fail_unsupported("the message is not 7-bit", "8BITMIME", error);
}

/* The date stands as it is, without xtext (RFC 4865 section 5, erratum 2040). */
static gboolean
append_hold_until(const char *date, const TocsinFeatures *features, GString *line, GError **error)
{
	g_autofree char *upper = g_ascii_strup(date, -1);
	gint64 at_s = 0;

	if (!tocsin_moment_read(date, &at_s)) {
		g_autofree char *shown = tocsin_text_for_display(date, strlen(date), 40);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the mail is to be held until \"%s\", which is no RFC 3339 date and "
		            "time such as 2030-01-31T08:00:00+02:00",
		            shown);
		return FALSE;
	}
	if (features->hold_until_max_s != 0 && at_s > features->hold_until_max_s) {
		g_autoptr(GDateTime) most =
		        g_date_time_new_from_unix_utc(features->hold_until_max_s);
		g_autofree char *shown = g_date_time_format_iso8601(most);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "the mail is to be held until %s, but the server holds none beyond %s",
		            upper, shown);
		return FALSE;
	}
	g_string_append_printf(line, " HOLDUNTIL=%s", upper);
	return TRUE;
}

static gboolean
append_hold(const TocsinEnvelope *self, const TocsinEnvelopeContext *context, GString *line,
            GError **error)
{
	gint64 most = context->features->hold_max_s;

	if (self->hold_for_s <= 0 && self->hold_until == NULL) {
		return TRUE;
	}
	if (!is_offered(context, TOCSIN_FEATURE_FUTURERELEASE)) {
		return fail_unsupported("the mail is to be held back", "FUTURERELEASE", error);
	}
	if (self->hold_until != NULL) {
		return append_hold_until(self->hold_until, context->features, line, error);
	}
	if (most > 0 && self->hold_for_s > most) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "the mail is to be held for %" G_GINT64_FORMAT
		            " seconds, but the server holds none for more than %" G_GINT64_FORMAT,
		            self->hold_for_s, most);
		return FALSE;
	}
	g_string_append_printf(line, " HOLDFOR=%" G_GINT64_FORMAT, self->hold_for_s);
	return TRUE;
}

static gboolean
append_deliver_by(const TocsinEnvelope *self, const TocsinEnvelopeContext *context, GString *line,
                  GError **error)
{
	gboolean is_return = self->deliver_by == TOCSIN_DELIVER_BY_RETURN;
	gint64 least = context->features->deliver_by_min_s;

	if (self->deliver_by == TOCSIN_DELIVER_BY_UNSET) {
		return TRUE;
	}
	if (!is_offered(context, TOCSIN_FEATURE_DELIVERBY)) {
		return is_return ? fail_unsupported("the mail is to come back when it is late",
		                                    "DELIVERBY", error)
		                 : TRUE;
	}
	if (is_return && (self->deliver_by_s <= 0 || self->deliver_by_s < least)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "the mail is to come back after %" G_GINT64_FORMAT
		            " seconds, but the server wants at least %" G_GINT64_FORMAT,
		            self->deliver_by_s, MAX(least, 1));
		return FALSE;
	}
	g_string_append_printf(line, " BY=%" G_GINT64_FORMAT ";%c%s", self->deliver_by_s,
	                       is_return ? 'R' : 'N', self->is_deliver_by_traced ? "T" : "");
	return TRUE;
}

static gboolean
append_require_tls(const TocsinEnvelope *self, const TocsinEnvelopeContext *context, GString *line,
                   GError **error)
{
	if (!self->is_tls_required) {
		return TRUE;
	}
	if (!context->is_encrypted) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
		            "the mail requires TLS, but the connection has none");
		return FALSE;
	}
	if (!is_offered(context, TOCSIN_FEATURE_REQUIRETLS)) {
		return fail_unsupported("the mail requires TLS all the way", "REQUIRETLS", error);
	}
	g_string_append(line, " REQUIRETLS");
	return TRUE;
}

/* A-labels do for the domain, and go to more servers. */
static gboolean
needs_utf8(const char *address)
{
	return !tocsin_address_is_ascii(address) && tocsin_address_needs_utf8(address);
}

/* Does an address of the envelope, or its content, need SMTPUTF8? */
static gboolean
wants_utf8(const TocsinEnvelope *self, const TocsinEnvelopeContext *context)
{
	const TocsinContentScan *scan = context->scan;
	gboolean wants = self->is_smtputf8 || needs_utf8(self->sender) ||
	                 (scan->has_8bit_header && !scan->is_header_foreign);

	for (guint i = 0; i < self->n_recipients && !wants; i++) {
		wants = needs_utf8(self->recipients[i].address);
	}
	return wants;
}

gboolean
tocsin_envelope_append_mail(const TocsinEnvelope *self, const TocsinEnvelopeContext *context,
                            GString *line, GError **error)
{
	gboolean has_utf8 = is_offered(context, TOCSIN_FEATURE_SMTPUTF8);

	if (self->is_smtputf8 && !has_utf8) {
		return fail_unsupported("the mail is internationalized", "SMTPUTF8", error);
	}
	g_string_append(line, "MAIL FROM:");
	if (!tocsin_envelope_append_path(self->sender, has_utf8, line, error) ||
	    !append_size(context, line, error) || !append_body(self, context, line, error)) {
		return FALSE;
	}
	if (has_utf8 && wants_utf8(self, context)) {
		g_string_append(line, " SMTPUTF8");
	}
	if (is_offered(context, TOCSIN_FEATURE_DSN)) {
		if (self->ret != TOCSIN_RET_UNSET) {
			g_string_append(line,
			                self->ret == TOCSIN_RET_FULL ? " RET=FULL" : " RET=HDRS");
		}
		if (self->envid != NULL) {
			g_string_append(line, " ENVID=");
			tocsin_envelope_append_xtext(self->envid, line);
		}
	}
	if (self->has_mt_priority && is_offered(context, TOCSIN_FEATURE_MT_PRIORITY)) {
		g_string_append_printf(line, " MT-PRIORITY=%d", self->mt_priority);
	}
	return append_require_tls(self, context, line, error) &&
	       append_hold(self, context, line, error) &&
	       append_deliver_by(self, context, line, error) &&
	       append_options(self->options, line, error);
}

static void
append_notify(guint notify, GString *line)
{
	static const char *const names[] = {"NEVER", "SUCCESS", "FAILURE", "DELAY"};
	const char *separator = " NOTIFY=";

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		if ((notify & 1u << i) != 0) {
			g_string_append(line, separator);
			g_string_append(line, names[i]);
			separator = ",";
		}
	}
}

/* "type;address": the type is an atom, the address xtext. */
static gboolean
append_orcpt(const char *orcpt, GString *line, GError **error)
{
	gsize type = strcspn(orcpt, ";");

	if (type == 0 || orcpt[type] != ';' ||
	    strspn(orcpt, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") <
	            type) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the original recipient has no address type, as in \"rfc822;a@b\"");
		return FALSE;
	}
	g_string_append(line, " ORCPT=");
	g_string_append_len(line, orcpt, (gssize)type + 1);
	tocsin_envelope_append_xtext(orcpt + type + 1, line);
	return TRUE;
}

gboolean
tocsin_envelope_append_recipient(const TocsinEnvelopeRecipient *recipient,
                                 const TocsinEnvelopeContext *context, GString *line,
                                 GError **error)
{
	gboolean has_utf8 = is_offered(context, TOCSIN_FEATURE_SMTPUTF8);

	g_string_append(line, "RCPT TO:");
	if (!tocsin_envelope_append_path(recipient->address, has_utf8, line, error)) {
		return FALSE;
	}
	if (is_offered(context, TOCSIN_FEATURE_DSN)) {
		append_notify(recipient->notify, line);
		if (recipient->orcpt != NULL && !append_orcpt(recipient->orcpt, line, error)) {
			return FALSE;
		}
	}
	return append_options(recipient->options, line, error);
}
