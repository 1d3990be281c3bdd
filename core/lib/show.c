/* SPDX-License-Identifier: MIT */
/* The dialogue as smtplib's debug level shows it: Python's repr() of what went and came. */
#include "lib/show.h"

#include <string.h>

#include "base/clock.h"
#include "base/secret.h"

#define REDACTED "***"
#define HIDDEN_CHALLENGE "334 ***\r\n"

/* More of a message than this makes another line. */
#define PART_MAX ((gsize)64 << 10)

static void
append_octet(GString *out, guchar octet, char quote)
{
	switch (octet) {
	case '\t':
		g_string_append(out, "\\t");
		break;
	case '\n':
		g_string_append(out, "\\n");
		break;
	case '\r':
		g_string_append(out, "\\r");
		break;
	default:
		if (octet == '\\' || octet == (guchar)quote) {
			g_string_append_c(out, '\\');
			g_string_append_c(out, (char)octet);
		} else if (octet < 0x20 || octet >= 0x7f) {
			g_string_append_printf(out, "\\x%02x", (guint)octet);
		} else {
			g_string_append_c(out, (char)octet);
		}
	}
}

/* Appends repr() of bytes, or of a str that is UTF-8. */
static void
append_repr(GString *out, const char *text, gsize length, gboolean is_bytes)
{
	gboolean is_double =
	        memchr(text, '\'', length) != NULL && memchr(text, '"', length) == NULL;
	char quote = is_double ? '"' : '\'';
	gboolean is_plain = !is_bytes && g_utf8_validate(text, (gssize)length, NULL);

	if (is_bytes) {
		g_string_append_c(out, 'b');
	}
	g_string_append_c(out, quote);
	for (gsize i = 0; i < length; i++) {
		if (is_plain && ((guchar)text[i] & 0x80) != 0) {
			g_string_append_c(out, text[i]);
		} else {
			append_octet(out, (guchar)text[i], quote);
		}
	}
	g_string_append_c(out, quote);
}

static void
tell(TocsinSmtp *self, const GString *line)
{
	g_autoptr(GString) whole = g_string_new(NULL);

	if (self->debug_level > 1) {
		gint64 now_us = tocsin_clock_wall_us(tocsin_clock_system());
		g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(now_us / G_USEC_PER_SEC);
		g_autofree char *time = g_date_time_format(now, "%H:%M:%S");

		g_string_append_printf(whole, "%s.%06d ", time, (int)(now_us % G_USEC_PER_SEC));
	}
	g_string_append(whole, line->str);
	if (self->on_line != NULL) {
		self->on_line(self->line_user, whole->str);
	} else {
		/* lint: allow banned-call: the caller asked for standard error */
		g_printerr("%s\n", whole->str);
	}
	tocsin_wipe(whole->str, whole->len);
}

static void
tell_repr(TocsinSmtp *self, const char *prefix, const char *bytes, gsize length, gboolean is_bytes)
{
	g_autoptr(GString) line = g_string_sized_new(length + strlen(prefix) + 8);

	g_string_append(line, prefix);
	append_repr(line, bytes, length, is_bytes);
	tell(self, line);
	tocsin_wipe(line->str, line->len);
}

/* Commands come in parts, of which one may be a secret: they are shown once they are whole. */
static void
show_command(TocsinSmtp *self, const char *bytes, gsize length)
{
	GString *line = self->line;

	g_string_append_len(line, bytes, (gssize)length);
	if (line->len < 2 || line->str[line->len - 1] != '\n') {
		return;
	}
	if (self->on_send != NULL) {
		self->on_send(self->audit_user, line->str, line->len);
	}
	if (self->debug_level > 0) {
		tell_repr(self, "send: ", line->str, line->len, FALSE);
	}
	tocsin_wipe(line->str, line->allocated_len);
	g_string_truncate(line, 0);
}

static void
show_content(TocsinSmtp *self, const char *bytes, gsize length)
{
	if (self->on_send != NULL) {
		self->on_send(self->audit_user, bytes, length);
	}
	while (self->debug_level > 0 && length > 0) {
		gsize part = MIN(length, PART_MAX);

		tell_repr(self, "send: ", bytes, part, TRUE);
		bytes += part;
		length -= part;
	}
}

static void
show_reply(TocsinSmtp *self, const char *bytes, gsize length)
{
	const char *end = bytes + length;

	for (const char *at = bytes; self->debug_level > 0 && at < end;) {
		const char *lf = memchr(at, '\n', (gsize)(end - at));
		const char *next = lf != NULL ? lf + 1 : end;

		tell_repr(self, "reply: ", at, (gsize)(next - at), TRUE);
		at = next;
	}
}

/* Behind a reply's lines smtplib tells what it made of them. */
static void
show_meaning(TocsinSmtp *self, const char *bytes, gsize length)
{
	TocsinReplyParser parser = {0};
	TocsinReply reply;
	g_autofree char *text = NULL;
	g_autoptr(GString) prefix = g_string_new(NULL);
	gsize text_length = 0;

	if (self->debug_level == 0 ||
	    tocsin_reply_parse(&parser, bytes, length, &reply, NULL) != TOCSIN_REPLY_COMPLETE) {
		return;
	}
	text = tocsin_reply_dup_text(&reply, &text_length);
	g_string_printf(prefix, "reply: retcode (%d); Msg: ", reply.code);
	tell_repr(self, prefix->str, text, text_length, TRUE);
}

void
tocsin_lib_show_trace(gpointer user, TocsinTraceKind kind, const void *bytes, gsize length)
{
	TocsinSmtp *self = user;
	g_autofree char *covered = NULL;

	if (self->debug_level == 0 && self->on_send == NULL) {
		return;
	}
	switch (kind) {
	case TOCSIN_TRACE_SENT_COMMAND:
		show_command(self, bytes, length);
		break;
	case TOCSIN_TRACE_SENT_SECRET:
		if (self->shows_secrets) {
			show_command(self, bytes, length);
		} else {
			show_command(self, REDACTED, strlen(REDACTED));
		}
		break;
	case TOCSIN_TRACE_SENT_CONTENT:
		show_content(self, bytes, length);
		break;
	case TOCSIN_TRACE_CHALLENGE:
		if (!self->shows_secrets) {
			bytes = HIDDEN_CHALLENGE;
			length = strlen(HIDDEN_CHALLENGE);
		}
		show_reply(self, bytes, length);
		show_meaning(self, bytes, length);
		break;
	case TOCSIN_TRACE_REPLY:
	default:
		covered = self->shows_secrets ? NULL : tocsin_veil_cover(self->veil, bytes, length);
		show_reply(self, covered == NULL ? bytes : covered, length);
		show_meaning(self, covered == NULL ? bytes : covered, length);
	}
}

void
tocsin_lib_show_connect(TocsinSmtp *self, const char *host, guint16 port)
{
	g_autoptr(GString) pair = g_string_new("(");
	g_autoptr(GString) line = g_string_new(NULL);

	/* Of a Unix socket smtplib tells nothing. */
	if (self->debug_level == 0 || host[0] == '/' || host[0] == '@') {
		return;
	}
	append_repr(pair, host, strlen(host), FALSE);
	g_string_append_printf(pair, ", %u)", (guint)port);
	if (self->kind == TOCSIN_SMTP_TLS) {
		g_string_printf(line, "connect: %s", pair->str);
		tell(self, line);
	}
	g_string_printf(line, "connect: to %s ", pair->str);
	if (self->source_address == NULL) {
		g_string_append(line, "None");
	} else {
		g_string_append_c(line, '(');
		append_repr(line, self->source_address, strlen(self->source_address), FALSE);
		g_string_append_printf(line, ", %u)", (guint)self->source_port);
	}
	tell(self, line);
}

void
tocsin_lib_show_greeting(TocsinSmtp *self, const TocsinReply *reply)
{
	gsize length = 0;
	g_autofree char *text = NULL;

	if (self->debug_level > 0) {
		text = tocsin_reply_dup_text(reply, &length);
		tell_repr(self, "connect: ", text, length, TRUE);
	}
}

void
tocsin_lib_show_data(TocsinSmtp *self, const TocsinReply *reply)
{
	gsize length = 0;
	g_autofree char *text = NULL;
	g_autoptr(GString) line = g_string_new(NULL);

	if (self->debug_level > 0) {
		text = tocsin_reply_dup_text(reply, &length);
		g_string_printf(line, "data: (%d, ", reply->code);
		append_repr(line, text, length, TRUE);
		g_string_append_c(line, ')');
		tell(self, line);
	}
}
