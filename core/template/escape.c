/* SPDX-License-Identifier: MIT */
/* Escaping, one function a target. */
#include "template/escape.h"

#include <string.h>

void
tocsin_escape_html(const char *text, GString *out)
{
	for (const char *at = text;; at++) {
		gsize plain = strcspn(at, "&<>\"'");

		g_string_append_len(out, at, (gssize)plain);
		at += plain;
		switch (*at) {
		case '&':
			g_string_append(out, "&amp;");
			break;
		case '<':
			g_string_append(out, "&lt;");
			break;
		case '>':
			g_string_append(out, "&gt;");
			break;
		case '"':
			g_string_append(out, "&#34;");
			break;
		case '\'':
			g_string_append(out, "&#39;");
			break;
		default:
			return;
		}
	}
}

static gboolean
is_direction(gunichar c)
{
	return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x200e ||
	       c == 0x200f || c == 0x061c;
}

static gboolean
is_header_space(gunichar c)
{
	return c <= 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029;
}

void
tocsin_escape_header(const char *text, GString *out)
{
	gboolean has_space = FALSE;
	gboolean has_text = FALSE;

	for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
		gunichar c = g_utf8_get_char(at);

		if (is_header_space(c)) {
			has_space = TRUE;
			continue;
		}
		if (is_direction(c)) {
			continue;
		}
		if (has_space && has_text) {
			g_string_append_c(out, ' ');
		}
		has_space = FALSE;
		has_text = TRUE;
		g_string_append_unichar(out, c);
	}
}

void
tocsin_escape_url(const char *text, const char *keep, GString *out)
{
	for (const char *at = text; *at != '\0'; at++) {
		if (g_ascii_isalnum(*at) || strchr("-._~", *at) != NULL ||
		    strchr(keep, *at) != NULL) {
			g_string_append_c(out, *at);
		} else {
			g_string_append_printf(out, "%%%02X", (guchar)*at);
		}
	}
}

void
tocsin_escape_shell(const char *text, GString *out)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	                            "0123456789@%+=:,./-_";

	if (*text != '\0' && text[strspn(text, plain)] == '\0') {
		g_string_append(out, text);
		return;
	}
	g_string_append_c(out, '\'');
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '\'') {
			g_string_append(out, "'\"'\"'");
		} else {
			g_string_append_c(out, *at);
		}
	}
	g_string_append_c(out, '\'');
}

static void
escape_json_character(gunichar c, GString *out)
{
	static const char letters[] = "\"\\\b\f\n\r\t";
	static const char names[] = "\"\\bfnrt";
	const char *letter = c < 0x80 ? strchr(letters, (int)c) : NULL;

	if (letter != NULL) {
		g_string_append_printf(out, "\\%c", names[letter - letters]);
	} else if (c >= 0x10000) {
		c -= 0x10000;
		g_string_append_printf(out, "\\u%04x\\u%04x", 0xd800 + (c >> 10),
		                       0xdc00 + (c & 0x3ff));
	} else if (c < 0x20 || c >= 0x7f || strchr("<>&'", (int)c) != NULL) {
		g_string_append_printf(out, c == 0x7f ? "%c" : "\\u%04x", c);
	} else {
		g_string_append_c(out, (char)c);
	}
}

void
tocsin_escape_json(const char *text, GString *out)
{
	for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at)) {
		escape_json_character(g_utf8_get_char(at), out);
	}
}
