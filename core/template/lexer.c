/* SPDX-License-Identifier: MIT */
/* Text and tags: where each begins and ends, and what white space goes with it. */
#include "template/lexer.h"

#include <string.h>
#include <tocsin/error.h>

#include "template/lexer-words.h"

static gboolean
is_space(char c)
{
	return g_ascii_isspace(c) || c == '\v';
}

static const char *
skip_space(const char *at)
{
	while (is_space(*at)) {
		at++;
	}
	return at;
}

/* The source with LF as the only line end, without its last one. */
static char *
normalize(const char *source, gsize length)
{
	GString *text = g_string_sized_new(length);

	for (gsize i = 0; i < length; i++) {
		if (source[i] != '\r') {
			g_string_append_c(text, source[i]);
		} else if (i + 1 == length || source[i + 1] != '\n') {
			g_string_append_c(text, '\n');
		}
	}
	if (text->len > 0 && text->str[text->len - 1] == '\n') {
		g_string_truncate(text, text->len - 1);
	}
	return g_string_free(text, FALSE);
}

/* The nearest of {{, {% and {#, or the end. */
static const char *
find_tag(const TocsinLexer *self)
{
	const char *at = self->at;

	while ((at = strchr(at, '{')) != NULL) {
		if (at[1] == '{' || at[1] == '%' || at[1] == '#') {
			return at;
		}
		at++;
	}
	return self->end;
}

/* Where the text that ends at @end shall end, with the sign of the tag there. */
static const char *
strip_before(const TocsinLexer *self, const char *end, gboolean is_output)
{
	char sign = end[0] != '\0' ? end[2] : '+';
	const char *at = end;

	if (sign == '-') {
		while (at > self->at && is_space(at[-1])) {
			at--;
		}
		return at;
	}
	if (sign == '+' || is_output) {
		return end;
	}
	while (at > self->at && at[-1] != '\n' && is_space(at[-1])) {
		at--;
	}
	return at == self->text || at[-1] == '\n' ? at : end;
}

static void
add_data(TocsinLexer *self, const char *end)
{
	if (end > self->at) {
		tocsin_lexer_add(self, TOCSIN_TOKEN_DATA, self->at)->value =
		        tocsin_datum_new_string(self->at, end - self->at);
	}
}

/* What follows a tag's end: with '-' all white space goes, with '+' none, else one line end. */
static const char *
strip_after(const char *at, char sign)
{
	if (sign == '-') {
		return skip_space(at);
	}
	return sign != '+' && *at == '\n' ? at + 1 : at;
}

static gboolean
skip_comment(TocsinLexer *self, GError **error)
{
	const char *start = self->at;
	const char *at = start + 2;
	const char *end;

	if (*at == '-' || *at == '+') {
		at++;
	}
	end = strstr(at, "#}");
	if (end == NULL) {
		return tocsin_lexer_fail(self, start, error, "the comment has no end: expected #}");
	}
	self->at = strip_after(end + 2, end > at ? end[-1] : ' ');
	return TRUE;
}

/* Behind "{% NAME %}" if it stands at @at, else NULL; @out_sign is the sign at its end. */
static const char *
match_bare_tag(const char *at, const char *name, char *out_sign)
{
	at += 2;
	if (*at == '-' || *at == '+') {
		at++;
	}
	at = skip_space(at);
	if (!g_str_has_prefix(at, name)) {
		return NULL;
	}
	at = skip_space(at + strlen(name));
	*out_sign = *at == '-' || *at == '+' ? *at++ : ' ';
	return at[0] == '%' && at[1] == '}' ? at + 2 : NULL;
}

/* @self->at stands at "{% raw %}", whose content begins at @content. */
static gboolean
read_raw(TocsinLexer *self, const char *content, char sign, GError **error)
{
	const char *start = self->at;
	const char *at = sign == '-' ? skip_space(content) : content;
	const char *behind = NULL;

	self->at = at;
	while ((at = strstr(at, "{%")) != NULL) {
		behind = match_bare_tag(at, "endraw", &sign);
		if (behind != NULL) {
			add_data(self, strip_before(self, at, FALSE));
			self->at = strip_after(behind, sign);
			return TRUE;
		}
		at += 2;
	}
	return tocsin_lexer_fail(self, start, error, "raw has no end: expected {%% endraw %%}");
}

/* The bytes of the tag's end at @self->at, 0 if it is none. */
static gsize
match_end(const TocsinLexer *self, gboolean is_output)
{
	const char *at = self->at;
	gsize sign = *at == '-' || (*at == '+' && !is_output) ? 1 : 0;

	return self->open == 0 && at[sign] == (is_output ? '}' : '%') && at[sign + 1] == '}'
	               ? sign + 2
	               : 0;
}

static gboolean
read_tag(TocsinLexer *self, gboolean is_output, GError **error)
{
	const char *start = self->at;
	gsize length = 0;

	tocsin_lexer_add(self, is_output ? TOCSIN_TOKEN_OUTPUT_BEGIN : TOCSIN_TOKEN_TAG_BEGIN,
	                 start);
	self->at += start[2] == '-' || start[2] == '+' ? 3 : 2;
	for (;;) {
		self->at = skip_space(self->at);
		length = match_end(self, is_output);
		if (length > 0) {
			break;
		}
		if (self->at >= self->end) {
			return tocsin_lexer_fail(self, self->end, error,
			                         "the tag has no end: expected %s",
			                         is_output ? "}}" : "%}");
		}
		if (!tocsin_lexer_read_word(self, error)) {
			return FALSE;
		}
	}
	tocsin_lexer_add(self, is_output ? TOCSIN_TOKEN_OUTPUT_END : TOCSIN_TOKEN_TAG_END,
	                 self->at);
	char sign = length == 3 ? *self->at : ' ';

	self->at += length;
	if (!is_output || sign == '-') {
		self->at = strip_after(self->at, sign);
	}
	return TRUE;
}

static gboolean
read_template(TocsinLexer *self, GError **error)
{
	while (self->at < self->end) {
		const char *tag = find_tag(self);
		const char *content = NULL;
		char sign = ' ';
		gboolean is_fine = TRUE;

		add_data(self, strip_before(self, tag, tag[0] != '\0' && tag[1] == '{'));
		self->at = tag;
		if (tag >= self->end) {
			break;
		}
		if (tag[1] == '#') {
			is_fine = skip_comment(self, error);
		} else if (tag[1] == '%' && (content = match_bare_tag(tag, "raw", &sign)) != NULL &&
		           sign != '+') {
			is_fine = read_raw(self, content, sign, error);
		} else {
			is_fine = read_tag(self, tag[1] == '{', error);
		}
		if (!is_fine) {
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
read_expression(TocsinLexer *self, GError **error)
{
	for (self->at = skip_space(self->at); self->at < self->end;
	     self->at = skip_space(self->at)) {
		if (!tocsin_lexer_read_word(self, error)) {
			return FALSE;
		}
	}
	return TRUE;
}

static void
clear_token(gpointer item)
{
	TocsinToken *token = item;

	g_free(token->text);
	tocsin_datum_unref(token->value);
}

static GArray *
split(const char *file, const char *source, gsize length, gsize limit, gboolean is_template,
      GError **error)
{
	g_autoptr(GArray) tokens = g_array_new(FALSE, TRUE, sizeof(TocsinToken));
	g_autofree char *text = NULL;
	TocsinLexer lexer = {.file = file, .line = 1, .column = 1, .tokens = tokens};

	g_array_set_clear_func(tokens, clear_token);
	if (length > limit) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "%s: %" G_GSIZE_FORMAT
		            " bytes are more than the limit of %" G_GSIZE_FORMAT,
		            file, length, limit);
		return NULL;
	}
	if (!g_utf8_validate_len(source, length, NULL)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TEMPLATE,
		            "%s: not valid UTF-8 without NUL: save the file as UTF-8", file);
		return NULL;
	}
	text = is_template ? normalize(source, length) : g_strndup(source, length);
	lexer.text = lexer.at = lexer.counted = text;
	lexer.end = text + strlen(text);
	if (!(is_template ? read_template(&lexer, error) : read_expression(&lexer, error))) {
		return NULL;
	}
	tocsin_lexer_add(&lexer, TOCSIN_TOKEN_END, lexer.end);
	return g_steal_pointer(&tokens);
}

GArray *
tocsin_lexer_split_template(const char *file, const char *source, gsize length, gsize limit,
                            GError **error)
{
	return split(file, source, length, limit, TRUE, error);
}

GArray *
tocsin_lexer_split_expression(const char *file, const char *source, gsize length, gsize limit,
                              GError **error)
{
	return split(file, source, length, limit, FALSE, error);
}
