/* SPDX-License-Identifier: MIT */
/* Addresses as CPython's email._parseaddr.AddrlistClass reads them, its oddities kept. Where that
 * recurses (comments in comments, groups in groups) this counts, so that no input can exhaust the
 * stack. */
#include "model/address-compat.h"

#include <string.h>

typedef struct {
	const char *text;
	gsize length;
	gsize at;
	GString *comments; /* joined by spaces */
	gboolean has_comment;
} Reader;

/* What ends an atom, and what ends a word of a phrase: there a dot does not. */
static const char atom_ends[] = "()<>@,:;.\"[] \t\r\n";
static const char phrase_ends[] = "()<>@,:;\"[] \t\r\n";

static gboolean
is_at(const Reader *self, const char *set)
{
	char c = self->at < self->length ? self->text[self->at] : '\0';

	return c != '\0' && strchr(set, c) != NULL;
}

static gboolean
is_end(const Reader *self)
{
	return self->at >= self->length;
}

/* From behind an opening byte to behind one of @ends, or to the text's end. */
static void
read_delimited(Reader *self, const char *ends, gboolean is_nesting, GString *out)
{
	gboolean is_escaped = FALSE;
	gsize depth = 1;

	for (self->at++; !is_end(self); self->at++) {
		char c = self->text[self->at];

		if (is_escaped) {
			g_string_append_c(out, c);
			is_escaped = FALSE;
		} else if (strchr(ends, c) != NULL) {
			if (--depth == 0) {
				self->at++;
				return;
			}
		} else if (is_nesting && c == '(') {
			depth++;
		} else if (c == '\\') {
			is_escaped = TRUE;
		} else {
			g_string_append_c(out, c);
		}
	}
}

static void
read_comment(Reader *self)
{
	if (self->has_comment) {
		g_string_append_c(self->comments, ' ');
	}
	self->has_comment = TRUE;
	read_delimited(self, ")\r", TRUE, self->comments);
}

/* Skips white space and comments; the spaces and tabs among it go to @out if that is not NULL. */
static void
skip_space(Reader *self, GString *out)
{
	for (;;) {
		if (is_at(self, "(")) {
			read_comment(self);
		} else if (is_at(self, " \t\r\n")) {
			if (out != NULL && is_at(self, " \t")) {
				g_string_append_c(out, self->text[self->at]);
			}
			self->at++;
		} else {
			return;
		}
	}
}

static void
read_atom(Reader *self, const char *ends, GString *out)
{
	while (!is_end(self) && !is_at(self, ends)) {
		g_string_append_c(out, self->text[self->at++]);
	}
}

/* A domain; empty if it holds an '@'. */
static void
read_domain(Reader *self, GString *out)
{
	gsize start = out->len;

	while (!is_end(self)) {
		if (is_at(self, " \t")) {
			self->at++;
		} else if (is_at(self, "(")) {
			read_comment(self);
		} else if (is_at(self, "[")) {
			g_string_append_c(out, '[');
			read_delimited(self, "]\r", FALSE, out);
			g_string_append_c(out, ']');
		} else if (is_at(self, ".")) {
			g_string_append_c(out, '.');
			self->at++;
		} else if (is_at(self, "@")) {
			g_string_truncate(out, start);
			return;
		} else if (is_at(self, atom_ends)) {
			return;
		} else {
			read_atom(self, atom_ends, out);
		}
	}
}

static void
read_quoted(Reader *self, GString *out)
{
	g_autoptr(GString) inner = g_string_new(NULL);

	read_delimited(self, "\"\r", FALSE, inner);
	g_string_append_c(out, '"');
	for (gsize i = 0; i < inner->len; i++) {
		if (inner->str[i] == '"' || inner->str[i] == '\\') {
			g_string_append_c(out, '\\');
		}
		g_string_append_c(out, inner->str[i]);
	}
	g_string_append_c(out, '"');
}

/* local@domain; the local part alone if no '@' follows; empty if the domain is. */
static void
read_spec(Reader *self, GString *out)
{
	gsize space =
	        0; /* how much of @out's end is white space that a dot or the end takes back */

	skip_space(self, NULL);
	while (!is_end(self)) {
		gboolean is_dot = is_at(self, ".");

		if (is_dot || (is_at(self, atom_ends) && !is_at(self, "\""))) {
			g_string_truncate(out, out->len - space);
		}
		if (is_dot) {
			g_string_append_c(out, '.');
			self->at++;
		} else if (is_at(self, "\"")) {
			read_quoted(self, out);
		} else if (is_at(self, atom_ends)) {
			break;
		} else {
			read_atom(self, atom_ends, out);
		}
		gsize before = out->len;

		skip_space(self, is_dot ? NULL : out);
		space = out->len - before;
	}
	if (!is_at(self, "@")) {
		return;
	}
	g_string_append_c(out, '@');
	self->at++;
	skip_space(self, NULL);
	gsize domain = out->len;

	read_domain(self, out);
	if (out->len == domain) {
		g_string_truncate(out, 0);
	}
}

/* "<route:spec>"; what the spec leaves of it is skipped by one byte only. */
static void
read_route(Reader *self, GString *out)
{
	gboolean is_route = FALSE;

	self->at++;
	skip_space(self, NULL);
	while (!is_end(self)) {
		if (is_route) {
			g_autoptr(GString) route = g_string_new(NULL);

			read_domain(self, route);
			is_route = FALSE;
		} else if (is_at(self, ">")) {
			self->at++;
			return;
		} else if (is_at(self, "@")) {
			self->at++;
			is_route = TRUE;
		} else if (is_at(self, ":")) {
			self->at++;
		} else {
			read_spec(self, out);
			self->at++;
			return;
		}
		skip_space(self, NULL);
	}
}

/* Words of a name: joined by spaces in @out; the first alone in @first. Returns how many. */
static guint
read_phrase(Reader *self, GString *out, GString *first)
{
	guint words = 0;

	while (!is_end(self)) {
		if (is_at(self, " \t\r\n")) {
			self->at++;
			continue;
		}
		if (is_at(self, "(")) {
			read_comment(self);
			continue;
		}
		gboolean is_quoted = is_at(self, "\"");

		if (!is_quoted && is_at(self, phrase_ends)) {
			break;
		}
		if (words++ > 0) {
			g_string_append_c(out, ' ');
		}
		gsize start = out->len;

		if (is_quoted) {
			read_delimited(self, "\"\r", FALSE, out);
		} else {
			read_atom(self, phrase_ends, out);
		}
		if (words == 1) {
			g_string_append(first, out->str + start);
		}
	}
	return words;
}

typedef enum { NOTHING, FOUND, GROUP } Outcome;

/* One address, or the head of a group, or nothing. */
static Outcome
read_address(Reader *self, GString *name, GString *spec)
{
	g_autoptr(GString) phrase = g_string_new(NULL);
	g_autoptr(GString) first = g_string_new(NULL);

	g_string_truncate(self->comments, 0);
	self->has_comment = FALSE;
	skip_space(self, NULL);
	gsize start = self->at;
	guint words = read_phrase(self, phrase, first);

	skip_space(self, NULL);
	if (is_at(self, ".@")) {
		/* Comments met before are met again, and so said twice, as in Python. */
		self->at = start;
		read_spec(self, spec);
		g_string_append(name, self->comments->str);
		return FOUND;
	}
	if (is_at(self, ":")) {
		self->at++;
		return GROUP;
	}
	if (is_at(self, "<")) {
		read_route(self, spec);
		g_string_append(name, phrase->str);
		if (self->has_comment) {
			g_string_append_printf(name, " (%s)", self->comments->str);
		}
		return FOUND;
	}
	if (words > 0) {
		g_string_append(name, self->comments->str);
		g_string_append(spec, first->str);
		return FOUND;
	}
	if (is_at(self, "()<>@,:;.\"[]")) {
		self->at++;
	}
	return NOTHING;
}

static void
skip_comma(Reader *self)
{
	skip_space(self, NULL);
	if (is_at(self, ",")) {
		self->at++;
	}
}

void
tocsin_address_parseaddr(const char *text, char **out_name, char **out_spec)
{
	g_autoptr(GString) comments = g_string_new(NULL);
	g_autoptr(GString) name = g_string_new(NULL);
	g_autoptr(GString) spec = g_string_new(NULL);
	Reader reader = {.text = text, .length = strlen(text), .comments = comments};
	gsize groups = 0;

	/* The first address that comes, unless the first member of the list has none. */
	do {
		if (groups > 0) {
			skip_space(&reader, NULL);
		}
		if (groups > 0 && is_at(&reader, ";")) {
			reader.at++;
			groups--;
			skip_comma(&reader);
			continue;
		}
		Outcome outcome = read_address(&reader, name, spec);

		if (outcome == FOUND) {
			break;
		}
		if (outcome == GROUP) {
			groups++;
		} else {
			skip_comma(&reader);
		}
	} while (groups > 0 && !is_end(&reader));
	if (out_name != NULL) {
		*out_name = g_string_free(g_steal_pointer(&name), FALSE);
	}
	if (out_spec != NULL) {
		*out_spec = g_string_free(g_steal_pointer(&spec), FALSE);
	}
}

/* The addr-spec, or NULL if parseaddr() gives nothing at all. */
static char *
parse_spec(const char *text)
{
	g_autofree char *name = NULL;
	g_autofree char *spec = NULL;

	tocsin_address_parseaddr(text, &name, &spec);
	if (name[0] == '\0' && spec[0] == '\0') {
		return NULL;
	}
	return g_steal_pointer(&spec);
}

char *
tocsin_address_quoteaddr(const char *text)
{
	g_autofree char *spec = parse_spec(text);

	if (spec == NULL && text[strspn(text, " \t\n\v\f\r\x1c\x1d\x1e\x1f")] == '<') {
		return g_strdup(text);
	}
	return g_strdup_printf("<%s>", spec != NULL ? spec : text);
}

char *
tocsin_address_addr_only(const char *text)
{
	char *spec = parse_spec(text);

	return spec != NULL ? spec : g_strdup(text);
}
