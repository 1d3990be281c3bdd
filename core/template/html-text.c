/* SPDX-License-Identifier: MIT */
/* From HTML to text in one pass: no tree, so nothing to nest too deep. */
#include "template/html-text.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
	GString *out;
	guint breaks;       /* line ends that are due before the next text */
	gboolean has_space; /* white space is due */
	gboolean is_exact;  /* a space that must not break stays one */
	char *link;         /* the open link's address, or NULL */
	gsize link_from;    /* where its text begins in @out */
} Deriver;

static void
add_text(Deriver *self, const char *text, gsize length)
{
	if (self->out->len > 0) {
		for (; self->breaks > 0; self->breaks--) {
			g_string_append_c(self->out, '\n');
			self->has_space = FALSE;
		}
		if (self->has_space && self->out->str[self->out->len - 1] != '\n') {
			g_string_append_c(self->out, ' ');
		}
	}
	self->breaks = 0;
	self->has_space = FALSE;
	g_string_append_len(self->out, text, (gssize)length);
}

static void
add_break(Deriver *self, guint count)
{
	self->breaks = MAX(self->breaks, count);
}

/* Behind the entity at @at; its character goes to @out_c. @at itself if it is none. */
static const char *
read_entity(const char *at, gunichar *out_c)
{
	static const struct {
		const char *name;
		gunichar c;
	} names[] = {{"amp;", '&'},       {"lt;", '<'},    {"gt;", '>'},       {"quot;", '"'},
	             {"apos;", '\''},     {"nbsp;", 0xa0}, {"ndash;", 0x2013}, {"mdash;", 0x2014},
	             {"hellip;", 0x2026}, {"copy;", 0xa9}, {"middot;", 0xb7},  {"rarr;", 0x2192}};
	char *end = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		if (g_str_has_prefix(at + 1, names[i].name)) {
			*out_c = names[i].c;
			return at + 1 + strlen(names[i].name);
		}
	}
	if (at[1] == '#') {
		gboolean is_hex = at[2] == 'x' || at[2] == 'X';
		guint64 c = g_ascii_strtoull(at + (is_hex ? 3 : 2), &end, is_hex ? 16 : 10);

		if (*end == ';' && c >= 0x20 && c <= 0x10ffff && g_unichar_validate((gunichar)c)) {
			*out_c = (gunichar)c;
			return end + 1;
		}
	}
	return at;
}

static void
add_entity(Deriver *self, const char **at)
{
	gunichar c = '&';
	char bytes[6];
	const char *behind = read_entity(*at, &c);

	if (c == 0xa0 && !self->is_exact) {
		c = ' ';
	}
	*at = behind == *at ? *at + 1 : behind;
	add_text(self, bytes, (gsize)g_unichar_to_utf8(c, bytes));
}

static gboolean
is_named(const char *tag, gsize length, const char *names)
{
	g_autofree char *name = g_strdup_printf(" %.*s ", (int)MIN(length, 20), tag);
	g_autofree char *lower = g_ascii_strdown(name, -1);

	return strstr(names, lower) != NULL;
}

static char *
read_address(const char *tag, gsize length)
{
	g_autofree char *text = g_strndup(tag, length);
	g_autofree char *lower = g_ascii_strdown(text, -1);
	const char *found = strstr(lower, "href=");
	const char *value = found != NULL ? text + (found - lower) + 5 : NULL;
	char quote;

	if (value == NULL) {
		return NULL;
	}
	quote = *value == '"' || *value == '\'' ? *value++ : ' ';
	g_autofree char *raw =
	        g_strndup(value, quote == ' ' ? strcspn(value, " \t\n")
	                                      : (gsize)(strchrnul(value, quote) - value));
	GString *address = g_string_new(raw);

	g_string_replace(address, "&amp;", "&", 0);
	return g_string_free(address, FALSE);
}

static void
end_link(Deriver *self)
{
	g_autofree char *link = g_steal_pointer(&self->link);

	if (link != NULL && *link != '\0' && *link != '#' && self->out->len >= self->link_from &&
	    strstr(self->out->str + self->link_from, link) == NULL) {
		g_autofree char *shown = g_strdup_printf("<%s>", link);

		self->has_space = self->out->len > self->link_from;
		add_text(self, shown, strlen(shown));
	}
}

static void
take_tag(Deriver *self, const char *tag, gsize length)
{
	gboolean is_end = *tag == '/';
	const char *name = tag + (is_end ? 1 : 0);
	gsize size = strcspn(name, " \t\r\n/>");

	if (is_named(name, size, " br ")) {
		self->breaks++;
		self->breaks = MIN(self->breaks, 2);
	} else if (is_named(name, size, " p h1 h2 h3 h4 h5 h6 ul ol table blockquote pre hr ")) {
		add_break(self, 2);
	} else if (is_named(name, size, " div tr section header footer title dt dd ")) {
		add_break(self, 1);
	} else if (is_named(name, size, " li ") && !is_end) {
		add_break(self, 1);
		add_text(self, "- ", 2);
	} else if (is_named(name, size, " td th ") && is_end) {
		g_string_append(self->out, self->breaks == 0 && self->out->len > 0 ? " " : "");
		self->has_space = TRUE;
	} else if (is_named(name, size, " a ")) {
		end_link(self);
		if (!is_end) {
			self->link = read_address(tag, length);
			self->link_from = self->out->len;
		}
	}
}

/* Behind the next end tag of the element @name; NULL if there is none. */
static const char *
skip_element(const char *at, const char *name)
{
	while ((at = strstr(at, "</")) != NULL) {
		at += 2;
		if (g_ascii_strncasecmp(at, name, strlen(name)) == 0) {
			const char *end = strchr(at, '>');

			return end != NULL ? end + 1 : at + strlen(at);
		}
	}
	return NULL;
}

/* Behind the end of the element whose content is not text, or @at. */
static const char *
skip_hidden(const char *at)
{
	static const char *const hidden[] = {"style", "script", "head"};

	for (guint i = 0; i < G_N_ELEMENTS(hidden); i++) {
		gsize size = strlen(hidden[i]);

		if (g_ascii_strncasecmp(at + 1, hidden[i], size) == 0 &&
		    !g_ascii_isalnum(at[1 + size])) {
			const char *end = skip_element(at + 1, hidden[i]);

			return end != NULL ? end : at + strlen(at);
		}
	}
	return at;
}

static const char *
take_markup(Deriver *self, const char *at)
{
	const char *behind = skip_hidden(at);
	const char *end;

	if (behind != at) {
		return behind;
	}
	if (g_str_has_prefix(at, "<!--")) {
		end = strstr(at + 4, "-->");
		return end != NULL ? end + 3 : at + strlen(at);
	}
	if (!g_ascii_isalpha(at[1]) && at[1] != '/' && at[1] != '!') {
		add_text(self, "<", 1);
		return at + 1;
	}
	end = strchr(at, '>');
	if (end == NULL) {
		return at + strlen(at);
	}
	take_tag(self, at + 1, (gsize)(end - at - 1));
	return end + 1;
}

char *
tocsin_html_text_derive(const char *html)
{
	Deriver self = {.out = g_string_new(NULL)};
	const char *at = html;

	while (*at != '\0') {
		gsize plain = strcspn(at, "<& \t\r\n\f");

		if (plain > 0) {
			add_text(&self, at, plain);
			at += plain;
		} else if (*at == '<') {
			at = take_markup(&self, at);
		} else if (*at == '&') {
			add_entity(&self, &at);
		} else {
			self.has_space = TRUE;
			at++;
		}
	}
	end_link(&self);
	if (self.out->len > 0) {
		g_string_append_c(self.out, '\n');
	}
	return g_string_free(self.out, FALSE);
}

/* Behind the comment or tag that begins at @at; @at itself if it has no end. */
static const char *
skip_markup(const char *at)
{
	gboolean is_comment = g_str_has_prefix(at, "<!--");
	const char *end = is_comment ? strstr(at, "-->") : strchr(at, '>');

	if (is_comment && end == NULL) {
		is_comment = FALSE;
		end = strchr(at, '>');
	}
	return end != NULL ? end + (is_comment ? 3 : 1) : at;
}

char *
tocsin_html_text_strip(const char *html)
{
	Deriver self = {.out = g_string_new(NULL), .is_exact = TRUE};
	const char *at = html;

	while (*at != '\0') {
		const char *behind = *at == '<' ? skip_markup(at) : at;

		if (behind != at) {
			at = behind;
		} else if (*at == '&') {
			add_entity(&self, &at);
		} else if (g_unichar_isspace(g_utf8_get_char(at))) {
			self.has_space = TRUE;
			at = g_utf8_next_char(at);
		} else {
			const char *next = g_utf8_next_char(at);

			add_text(&self, at, (gsize)(next - at));
			at = next;
		}
	}
	return g_string_free(self.out, FALSE);
}
