/* SPDX-License-Identifier: MIT */
/* Server replies: where one ends, and what is in it. */
#include "smtp/reply.h"

#include <string.h>

#include "base/text.h"
#include "tocsin/error.h"

/* The three digits at the front of a line, or -1. */
static int
parse_code(const char *line, gsize length)
{
	if (length < 3 || !g_ascii_isdigit(line[0]) || !g_ascii_isdigit(line[1]) ||
	    !g_ascii_isdigit(line[2])) {
		return -1;
	}
	return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

/* What stands behind the code: ' ' at the last line, '-' at others, 0 for anything else. */
static char
parse_separator(const char *line, gsize length)
{
	if (length == 3 || line[3] == ' ' || line[3] == '\t') {
		return ' ';
	}
	return line[3] == '-' ? '-' : 0;
}

static gboolean
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static TocsinReplyStatus
fail(GError **error, TocsinError code, const char *what, const char *line, gsize length)
{
	g_autofree char *shown = tocsin_text_for_display(line, length, 80);

	g_set_error(error, TOCSIN_ERROR, code, "the server sent %s: \"%s\"", what, shown);
	return TOCSIN_REPLY_BROKEN;
}

/* Takes in a line of @length bytes, line end included. */
static TocsinReplyStatus
parse_line(TocsinReplyParser *self, const char *line, gsize length, GError **error)
{
	gsize end = length - 1; /* without the line end */
	int code;
	char separator;

	if (end > 0 && line[end - 1] == '\r') {
		end--;
	} else {
		self->flags |= TOCSIN_REPLY_BARE_LF;
	}
	if (memchr(line, '\0', end) != NULL) {
		return fail(error, TOCSIN_ERROR_PROTOCOL, "a NUL byte in a reply", line, end);
	}
	code = parse_code(line, end);
	separator = code < 0 ? 0 : parse_separator(line, end);
	if (separator == 0) {
		return fail(error, TOCSIN_ERROR_PROTOCOL, "what is no SMTP reply", line, end);
	}
	if (self->lines > 0 && code != self->code) {
		self->flags |= TOCSIN_REPLY_MIXED;
		self->flags |= code / 100 != self->code / 100 ? TOCSIN_REPLY_MIXED_CLASS : 0;
	}
	self->code = code;
	if (++self->lines > TOCSIN_REPLY_LINES_MAX) {
		return fail(error, TOCSIN_ERROR_LIMIT, "a reply of too many lines", line, end);
	}
	return separator == '-' ? TOCSIN_REPLY_MORE : TOCSIN_REPLY_COMPLETE;
}

static gboolean
has_eight_bit(const char *bytes, gsize length)
{
	guchar seen = 0;

	for (gsize i = 0; i < length; i++) {
		seen |= (guchar)bytes[i];
	}
	return (seen & 0x80) != 0;
}

static void
finish(TocsinReplyParser *self, const char *bytes, gsize length, TocsinReply *out_reply)
{
	if (has_eight_bit(bytes, length)) {
		self->flags |= TOCSIN_REPLY_EIGHT_BIT;
	}
	*out_reply = (TocsinReply){
	        .code = self->code,
	        .flags = self->flags,
	        .lines = self->lines,
	        .length = length,
	        .raw = bytes,
	};
	*self = (TocsinReplyParser){0};
}

TocsinReplyStatus
tocsin_reply_parse(TocsinReplyParser *self, const char *bytes, gsize length, TocsinReply *out_reply,
                   GError **error)
{
	while (self->scanned < length) {
		const char *line = bytes + self->line;
		const char *lf = memchr(bytes + self->scanned, '\n', length - self->scanned);
		gsize line_length = (gsize)((lf != NULL ? lf + 1 : bytes + length) - line);
		TocsinReplyStatus status;

		if (line_length > TOCSIN_REPLY_LINE_MAX) {
			return fail(error, TOCSIN_ERROR_LIMIT, "a line that is too long", line, 80);
		}
		if (self->line + line_length > TOCSIN_REPLY_BYTES_MAX) {
			return fail(error, TOCSIN_ERROR_LIMIT, "a reply that is too long", line,
			            MIN(line_length, 80));
		}
		self->scanned = self->line + line_length;
		if (lf == NULL) {
			return TOCSIN_REPLY_MORE;
		}
		status = parse_line(self, line, line_length, error);
		if (status == TOCSIN_REPLY_COMPLETE) {
			finish(self, bytes, self->scanned, out_reply);
		}
		if (status != TOCSIN_REPLY_MORE) {
			return status;
		}
		self->line = self->scanned;
	}
	return TOCSIN_REPLY_MORE;
}

TocsinReply *
tocsin_reply_new_garbage(const char *bytes, gsize length)
{
	gsize at = 0;
	guint lines = 0;

	while (at < length) {
		const char *lf = memchr(bytes + at, '\n', length - at);
		gsize end;

		if (lf == NULL) {
			return NULL;
		}
		end = (gsize)(lf - bytes) + 1;
		lines++;
		if (parse_code(bytes + at, end - at - 1) < 0) {
			TocsinReply all = {.code = -1, .lines = lines, .length = end, .raw = bytes};

			return tocsin_reply_copy(&all);
		}
		at = end;
	}
	return NULL;
}

TocsinReply *
tocsin_reply_copy(const TocsinReply *self)
{
	TocsinReply *copy = g_malloc(sizeof(TocsinReply) + self->length);
	char *raw = (char *)(copy + 1);

	*copy = *self;
	memcpy(raw, self->raw, self->length);
	copy->raw = raw;
	return copy;
}

void
tocsin_reply_free(TocsinReply *self)
{
	g_free(self);
}

/* The text of a line of @length bytes, as a range of it. */
static void
strip_line(const char **line, gsize *length)
{
	gsize skip = MIN(*length, 4);

	*line += skip;
	*length -= skip;
	while (*length > 0 && is_blank((*line)[*length - 1])) {
		(*length)--;
	}
	while (*length > 0 && is_blank((*line)[0])) {
		(*line)++;
		(*length)--;
	}
}

char *
tocsin_reply_dup_text(const TocsinReply *self, gsize *out_length)
{
	GString *text = g_string_sized_new(self->length);
	const char *end = self->raw + self->length;

	for (const char *line = self->raw; line < end;) {
		const char *lf = memchr(line, '\n', (gsize)(end - line));
		const char *next = lf != NULL ? lf + 1 : end;
		gsize length = (gsize)(next - line);
		const char *words = line;

		strip_line(&words, &length);
		if (line != self->raw) {
			g_string_append_c(text, '\n');
		}
		g_string_append_len(text, words, (gssize)length);
		line = next;
	}
	if (out_length != NULL) {
		*out_length = text->len;
	}
	return g_string_free(text, FALSE);
}

char *
tocsin_reply_dup_display(const TocsinReply *self, gsize limit)
{
	gsize length;
	g_autofree char *text = tocsin_reply_dup_text(self, &length);
	g_autofree char *line = NULL;

	for (gsize i = 0; i < length; i++) {
		text[i] = is_blank(text[i]) ? ' ' : text[i];
	}
	if (self->code < 0) {
		return tocsin_text_for_display(text, length, limit);
	}
	line = tocsin_text_for_display(text, length, limit > 4 ? limit - 4 : 0);
	return g_strdup_printf("%03d%s%s", self->code, line[0] != '\0' ? " " : "", line);
}

/* How many bytes of @text are one to three digits, 0 if there is none or too many. */
static gsize
count_digits(const char *text, gsize length)
{
	gsize digits = 0;

	while (digits < length && g_ascii_isdigit(text[digits])) {
		digits++;
	}
	return digits <= 3 ? digits : 0;
}

gboolean
tocsin_reply_get_enhanced(const TocsinReply *self, char out_enhanced[TOCSIN_REPLY_ENHANCED_MAX])
{
	const char *before = self->length > 1 ? memrchr(self->raw, '\n', self->length - 1) : NULL;
	const char *text = before != NULL ? before + 1 : self->raw;
	gsize length = (gsize)(self->raw + self->length - text);
	gsize subject;
	gsize detail;
	gsize end;

	strip_line(&text, &length);
	if (length < 5 || text[0] != '0' + tocsin_reply_class(self) ||
	    strchr("245", text[0]) == NULL || text[1] != '.') {
		return FALSE;
	}
	subject = count_digits(text + 2, length - 2);
	if (subject == 0 || subject + 2 >= length || text[2 + subject] != '.') {
		return FALSE;
	}
	detail = count_digits(text + 3 + subject, length - 3 - subject);
	end = 3 + subject + detail;
	if (detail == 0 || (end < length && !is_blank(text[end]))) {
		return FALSE;
	}
	memcpy(out_enhanced, text, end);
	out_enhanced[end] = '\0';
	return TRUE;
}

gboolean
tocsin_reply_mentions(const TocsinReply *self, const char *word)
{
	gsize length = strlen(word);

	for (gsize i = 0; i + length <= self->length; i++) {
		if (g_ascii_strncasecmp(self->raw + i, word, length) == 0) {
			return TRUE;
		}
	}
	return FALSE;
}
