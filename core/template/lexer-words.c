/* SPDX-License-Identifier: MIT */
/* Names, numbers, strings and operators, with Python's escapes and number forms. */
#include "template/lexer-words.h"

#include <string.h>
#include <tocsin/error.h>

#include "base/text.h"
#include "template/tree.h"

#define NUMBER_MAX 400u /* bytes: longer than any double written out */

static void
count_to(TocsinLexer *self, const char *at)
{
	for (; self->counted < at; self->counted = g_utf8_next_char(self->counted)) {
		if (*self->counted == '\n') {
			self->line++;
			self->column = 1;
		} else {
			self->column++;
		}
	}
}

gboolean
tocsin_lexer_fail(TocsinLexer *self, const char *at, GError **error, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list arguments;

	count_to(self, at);
	va_start(arguments, format);
	message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TEMPLATE, "%s:%u:%u: %s", self->file,
	            self->line, self->column, message);
	return FALSE;
}

TocsinToken *
tocsin_lexer_add(TocsinLexer *self, TocsinTokenKind kind, const char *at)
{
	TocsinToken token = {.kind = kind};

	count_to(self, at);
	token.line = self->line;
	token.column = self->column;
	g_array_append_val(self->tokens, token);
	return &g_array_index(self->tokens, TocsinToken, self->tokens->len - 1);
}

static gboolean
is_name_start(const char *at)
{
	return g_ascii_isalpha(*at) || *at == '_' ||
	       ((guchar)*at >= 0x80 && g_unichar_isalpha(g_utf8_get_char(at)));
}

static void
read_name(TocsinLexer *self)
{
	const char *start = self->at;

	while (is_name_start(self->at) || g_ascii_isdigit(*self->at)) {
		self->at = g_utf8_next_char(self->at);
	}
	tocsin_lexer_add(self, TOCSIN_TOKEN_NAME, start)->text =
	        g_strndup(start, (gsize)(self->at - start));
}

/* Digits with single underscores between them; how many bytes. */
static gsize
span_digits(const char *at, gboolean is_hex)
{
	const char *start = at;

	while (is_hex ? g_ascii_isxdigit(*at) : g_ascii_isdigit(*at)) {
		at++;
		if (*at == '_' && (is_hex ? g_ascii_isxdigit(at[1]) : g_ascii_isdigit(at[1]))) {
			at++;
		}
	}
	return (gsize)(at - start);
}

static char *
without_underscores(const char *start, gsize length)
{
	GString *text = g_string_sized_new(length);

	for (gsize i = 0; i < length; i++) {
		if (start[i] != '_') {
			g_string_append_c(text, start[i]);
		}
	}
	return g_string_free(text, FALSE);
}

static guint
number_base(const char *at)
{
	if (at[0] != '0') {
		return 10;
	}
	switch (g_ascii_tolower(at[1])) {
	case 'x':
		return g_ascii_isxdigit(at[2]) ? 16 : 10;
	case 'o':
		return g_ascii_isdigit(at[2]) ? 8 : 10;
	case 'b':
		return g_ascii_isdigit(at[2]) ? 2 : 10;
	default:
		return 10;
	}
}

/* The bytes of a fraction and an exponent after the digits, 0 if it is an int. */
static gsize
span_fraction(const char *at)
{
	gsize length = 0;
	gsize sign;

	if (at[0] == '.' && g_ascii_isdigit(at[1])) {
		length = 1 + span_digits(at + 1, FALSE);
	}
	if (at[length] == 'e' || at[length] == 'E') {
		sign = at[length + 1] == '+' || at[length + 1] == '-' ? 1 : 0;
		if (g_ascii_isdigit(at[length + 1 + sign])) {
			length += 1 + sign + span_digits(at + length + 1 + sign, FALSE);
		}
	}
	return length;
}

static gboolean
read_number(TocsinLexer *self, GError **error)
{
	const char *start = self->at;
	guint base = number_base(start);
	gsize length = base == 10 ? span_digits(start, FALSE) : 2 + span_digits(start + 2, TRUE);
	gsize fraction = base == 10 && (start == self->text || start[-1] != '.')
	                         ? span_fraction(start + length)
	                         : 0;
	g_autofree char *text = NULL;
	gint64 value = 0;
	char *rest = NULL;

	if (length + fraction > NUMBER_MAX) {
		return tocsin_lexer_fail(self, start, error, "the number is too long");
	}
	text = without_underscores(start, length + fraction);
	self->at += length + fraction;
	if (fraction > 0) {
		tocsin_lexer_add(self, TOCSIN_TOKEN_VALUE, start)->value =
		        tocsin_datum_new_double(g_ascii_strtod(text, NULL));
		return TRUE;
	}
	if (base == 10 && text[0] == '0' && strspn(text, "0") != strlen(text)) {
		return tocsin_lexer_fail(self, start, error,
		                         "a number does not begin with 0: found '%s'", text);
	}
	errno = 0;
	value = g_ascii_strtoll(base == 10 ? text : text + 2, &rest, base);
	if (errno == ERANGE || *rest != '\0') {
		return tocsin_lexer_fail(self, start, error, "'%s' is not a number of 64 bits",
		                         text);
	}
	tocsin_lexer_add(self, TOCSIN_TOKEN_VALUE, start)->value = tocsin_datum_new_int(value);
	return TRUE;
}

/* A character given by @digits hexadecimal digits. */
static gboolean
read_hex(const char **at, guint digits, GString *out)
{
	gunichar c = 0;

	for (guint i = 0; i < digits; i++) {
		if (!g_ascii_isxdigit((*at)[i])) {
			return FALSE;
		}
		c = c * 16 + (gunichar)g_ascii_xdigit_value((*at)[i]);
	}
	*at += digits;
	if (!g_unichar_validate(c)) {
		return FALSE;
	}
	g_string_append_unichar(out, c == 0 ? 0xfffd : c);
	return TRUE;
}

static void
read_octal(const char **at, GString *out)
{
	gunichar c = 0;

	for (guint i = 0; i < 3 && **at >= '0' && **at <= '7'; i++) {
		c = c * 8 + (gunichar)(**at - '0');
		(*at)++;
	}
	g_string_append_unichar(out, c == 0 ? 0xfffd : c);
}

/* @at stands behind a backslash. */
static gboolean
read_escape(const char **at, GString *out)
{
	static const char letters[] = "ntrabfv\\'\"";
	static const char meanings[] = "\n\t\r\a\b\f\v\\'\"";
	const char *letter = **at != '\0' ? strchr(letters, **at) : NULL;

	if (letter != NULL) {
		g_string_append_c(out, meanings[letter - letters]);
		(*at)++;
		return TRUE;
	}
	if (**at >= '0' && **at <= '7') {
		read_octal(at, out);
		return TRUE;
	}
	if (**at == 'x' || **at == 'u' || **at == 'U') {
		guint digits = **at == 'x' ? 2 : **at == 'u' ? 4 : 8;

		(*at)++;
		return read_hex(at, digits, out);
	}
	if (**at == '\n') {
		(*at)++;
		return TRUE;
	}
	g_string_append_c(out, '\\');
	return TRUE;
}

static gboolean
read_string(TocsinLexer *self, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	const char *start = self->at;
	const char *at = start + 1;

	while (*at != *start) {
		if (at >= self->end) {
			return tocsin_lexer_fail(self, start, error,
			                         "the string has no end: expected %c", *start);
		}
		if (*at != '\\') {
			g_string_append_c(out, *at++);
			continue;
		}
		at++;
		if (!read_escape(&at, out)) {
			return tocsin_lexer_fail(self, start, error,
			                         "the string has a bad escape \\x, \\u or \\U");
		}
	}
	self->at = at + 1;
	tocsin_lexer_add(self, TOCSIN_TOKEN_VALUE, start)->value =
	        tocsin_datum_new_string(out->str, (gssize)out->len);
	return TRUE;
}

static gboolean
balance(TocsinLexer *self, char c, GError **error)
{
	static const char openers[] = "([{";
	static const char closers[] = ")]}";
	const char *opener = strchr(openers, c);
	const char *closer = strchr(closers, c);

	if (opener != NULL) {
		if (self->open == TOCSIN_LEXER_BRACKETS_MAX) {
			return tocsin_lexer_fail(self, self->at, error,
			                         "more than %u brackets are open",
			                         TOCSIN_LEXER_BRACKETS_MAX);
		}
		self->brackets[self->open++] = closers[opener - openers];
	} else if (closer != NULL) {
		if (self->open == 0) {
			return tocsin_lexer_fail(self, self->at, error, "unexpected '%c'", c);
		}
		if (self->brackets[--self->open] != c) {
			return tocsin_lexer_fail(self, self->at, error,
			                         "unexpected '%c', expected '%c'", c,
			                         self->brackets[self->open]);
		}
	}
	return TRUE;
}

static gboolean
read_operator(TocsinLexer *self, GError **error)
{
	static const char *const pairs[] = {"==", "!=", "<=", ">=", "//", "**"};
	g_autofree char *shown = NULL;
	gsize length = 0;

	for (guint i = 0; i < G_N_ELEMENTS(pairs); i++) {
		if (memcmp(self->at, pairs[i], MIN((gsize)(self->end - self->at), 2)) == 0 &&
		    self->end - self->at >= 2) {
			length = 2;
		}
	}
	if (length == 0 && strchr("+-/*%~[](){}<>=.:|,", *self->at) != NULL) {
		length = 1;
	}
	if (length == 0) {
		shown = tocsin_text_for_display(self->at, MIN(6, (gsize)(self->end - self->at)), 6);
		return tocsin_lexer_fail(self, self->at, error, "unexpected character at '%s'",
		                         shown);
	}
	if (!balance(self, *self->at, error)) {
		return FALSE;
	}
	tocsin_lexer_add(self, TOCSIN_TOKEN_OPERATOR, self->at)->operator= length == 2
	        ? TOCSIN_OPERATOR(self->at[0], self->at[1])
	        : self->at[0];
	self->at += length;
	return TRUE;
}

gboolean
tocsin_lexer_read_word(TocsinLexer *self, GError **error)
{
	if (is_name_start(self->at)) {
		read_name(self);
		return TRUE;
	}
	if (g_ascii_isdigit(*self->at)) {
		return read_number(self, error);
	}
	if (*self->at == '"' || *self->at == '\'') {
		return read_string(self, error);
	}
	return read_operator(self, error);
}
