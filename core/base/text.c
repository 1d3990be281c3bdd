/* SPDX-License-Identifier: MIT */
/* Text from outside, made safe to show; and the guess behind "did you mean". */
#include "base/text.h"

#include <string.h>

/* Longer words are never compared: nobody mistypes a whole sentence. */
#define NEAREST_MAX 64u

gssize
tocsin_text_find_control(const void *bytes, gsize length)
{
	const unsigned char *p = bytes;

	for (gsize i = 0; i < length; i++) {
		if (p[i] < 0x20 || p[i] == 0x7f) {
			return (gssize)i;
		}
	}
	return -1;
}

/* The length of the valid, printable UTF-8 character at @p, or 0. */
static gsize
printable_length(const char *p, gsize length)
{
	gunichar c = g_utf8_get_char_validated(p, (gssize)length);

	if (c == (gunichar)-1 || c == (gunichar)-2 || c == 0 || !g_unichar_isprint(c)) {
		return 0;
	}
	return (gsize)g_unichar_to_utf8(c, NULL);
}

gboolean
tocsin_text_is_printable(const char *text, gsize length)
{
	for (gsize i = 0; i < length;) {
		gsize step = printable_length(text + i, length - i);

		if (step == 0) {
			return FALSE;
		}
		i += step;
	}
	return TRUE;
}

static void
append_escaped(GString *out, unsigned char byte)
{
	switch (byte) {
	case '\n':
		g_string_append(out, "\\n");
		break;
	case '\r':
		g_string_append(out, "\\r");
		break;
	case '\t':
		g_string_append(out, "\\t");
		break;
	case '\\':
		g_string_append(out, "\\\\");
		break;
	default:
		g_string_append_printf(out, "\\x%02x", byte);
	}
}

static char *
escape(const void *bytes, gsize length, gsize limit, gboolean keeps_backslashes)
{
	GString *out = g_string_sized_new(MIN(length, limit) + 4);
	const char *p = bytes;

	for (gsize i = 0; i < length;) {
		gsize before = out->len;
		gsize step = p[i] == '\\' && !keeps_backslashes
		                     ? 0
		                     : printable_length(p + i, length - i);

		if (step > 0) {
			g_string_append_len(out, p + i, (gssize)step);
			i += step;
		} else {
			append_escaped(out, (unsigned char)p[i]);
			i++;
		}
		if (out->len > limit) {
			g_string_truncate(out, before);
			g_string_append(out, "...");
			break;
		}
	}
	return g_string_free(out, FALSE);
}

char *
tocsin_text_for_display(const void *bytes, gsize length, gsize limit)
{
	return escape(bytes, length, limit, FALSE);
}

char *
tocsin_text_keep_displayed(const void *bytes, gsize length, gsize limit)
{
	return escape(bytes, length, limit, TRUE);
}

char *
tocsin_text_for_body(const void *bytes, gsize length)
{
	g_autofree char *valid = g_utf8_make_valid(bytes, (gssize)length);
	char *out = g_malloc(strlen(valid) + 1);
	char *end = out;

	/* g_utf8_make_valid() turns NUL into U+FFFD too, so the string really ends at its end. */
	for (const char *p = valid; *p != '\0'; p++) {
		if (*p == '\r') {
			*end++ = '\n';
			p += p[1] == '\n';
		} else if (*p == '\n' || *p == '\t' || ((unsigned char)*p >= 0x20 && *p != 0x7f)) {
			*end++ = *p;
		}
	}
	*end = '\0';
	return out;
}

/* Edits (insert, delete, replace, swap neighbours) between two words of at most NEAREST_MAX bytes.
 */
static guint
edit_distance(const char *a, gsize a_length, const char *b, gsize b_length)
{
	guint rows[3][NEAREST_MAX + 1];

	for (gsize j = 0; j <= b_length; j++) {
		rows[0][j] = (guint)j;
	}
	for (gsize i = 1; i <= a_length; i++) {
		guint *now = rows[i % 3];
		const guint *last = rows[(i + 2) % 3];
		const guint *before = rows[(i + 1) % 3];

		now[0] = (guint)i;
		for (gsize j = 1; j <= b_length; j++) {
			guint best = last[j - 1] + (a[i - 1] != b[j - 1]);

			best = MIN(best, last[j] + 1);
			best = MIN(best, now[j - 1] + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
				best = MIN(best, before[j - 2] + 1);
			}
			now[j] = best;
		}
	}
	return rows[a_length % 3][b_length];
}

const char *
tocsin_text_nearest(const char *word, const char *const *candidates)
{
	gsize length = strlen(word);
	/* A third of the letters may be wrong, one always, but not all of them. */
	guint best = (guint)MIN(MAX(length / 3, 1) + 1, MAX(length, 1));
	const char *nearest = NULL;

	if (length > NEAREST_MAX) {
		return NULL;
	}
	for (; *candidates != NULL; candidates++) {
		gsize candidate_length = strlen(*candidates);

		if (candidate_length > NEAREST_MAX) {
			continue;
		}
		guint distance = edit_distance(word, length, *candidates, candidate_length);

		if (distance < best) {
			best = distance;
			nearest = *candidates;
		}
	}
	return nearest;
}
