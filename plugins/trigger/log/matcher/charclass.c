/* SPDX-License-Identifier: MIT */
/* Escapes and bracket classes of PCRE2 (pcre2pattern(3)), as sets of characters. */
#include "charclass.h"

#include <string.h>

void
tocsin_log_cursor_fail(TocsinLogCursor *cursor)
{
	cursor->is_failed = TRUE;
	cursor->at = cursor->end;
}

gboolean
tocsin_log_cursor_take(TocsinLogCursor *cursor, const char *wanted)
{
	gsize length = strlen(wanted);

	if ((gsize)(cursor->end - cursor->at) >= length &&
	    memcmp(cursor->at, wanted, length) == 0) {
		cursor->at += length;
		return TRUE;
	}
	return FALSE;
}

static void
add(TocsinLogAtom *atom, guint8 c)
{
	atom->low[c / 64] |= (guint64)1 << (c % 64);
}

gboolean
tocsin_log_atom_has(const TocsinLogAtom *self, guint8 ascii)
{
	return ascii < 128 && ((self->low[ascii / 64] >> (ascii % 64)) & 1) != 0;
}

gint
tocsin_log_atom_next(const TocsinLogAtom *self, gint ascii)
{
	for (guint half = ascii < 63 ? 0 : 1; half < 2; half++) {
		guint from = half == 0 ? (guint)(ascii + 1) : (guint)MAX(ascii - 63, 0);
		guint64 bits = from < 64 ? self->low[half] >> from : 0;

		if (bits != 0) {
			return (gint)(half * 64 + from) + __builtin_ctzll(bits);
		}
	}
	return -1;
}

void
tocsin_log_atom_set_character(TocsinLogAtom *out, gunichar c)
{
	*out = (TocsinLogAtom){.kind = TOCSIN_LOG_ATOM_CHARACTERS, .character = c};
	if (c < 128) {
		add(out, (guint8)c);
	} else {
		out->is_wide = TRUE;
	}
}

void
tocsin_log_atom_set_any(TocsinLogAtom *out, gboolean has_newline)
{
	*out = (TocsinLogAtom){.kind = TOCSIN_LOG_ATOM_CHARACTERS, .is_wide = TRUE};
	out->low[0] = has_newline ? G_MAXUINT64 : G_MAXUINT64 & ~((guint64)1 << '\n');
	out->low[1] = G_MAXUINT64;
}

static void
set_members(TocsinLogAtom *out, const char *members)
{
	*out = (TocsinLogAtom){.kind = TOCSIN_LOG_ATOM_CHARACTERS};
	for (; *members != '\0'; members++) {
		add(out, (guint8)*members);
	}
}

static void
negate(TocsinLogAtom *atom)
{
	atom->low[0] = ~atom->low[0];
	atom->low[1] = ~atom->low[1];
	atom->is_wide = TRUE;
	atom->character = 0;
}

void
tocsin_log_cursor_skip_past(TocsinLogCursor *cursor, guint8 stop)
{
	const guint8 *found = memchr(cursor->at, stop, (gsize)(cursor->end - cursor->at));

	if (found == NULL) {
		tocsin_log_cursor_fail(cursor);
		return;
	}
	cursor->at = found + 1;
}

void
tocsin_log_cursor_read_character(TocsinLogCursor *cursor, TocsinLogAtom *out)
{
	gunichar c = g_utf8_get_char_validated((const char *)cursor->at,
	                                       (gssize)(cursor->end - cursor->at));

	tocsin_log_atom_set_character(out, c);
	if (c == (gunichar)-1 || c == (gunichar)-2 || c == 0) {
		tocsin_log_cursor_fail(cursor);
		return;
	}
	cursor->at += g_unichar_to_utf8(c, NULL);
}

/* Digits of @base up to @most, and then, if @is_braced, the closing brace. */
static void
read_number(TocsinLogCursor *cursor, guint base, guint most, gboolean is_braced, TocsinLogAtom *out)
{
	guint64 value = 0;

	for (guint i = 0; i < most && cursor->at < cursor->end; i++, cursor->at++) {
		gint digit = g_ascii_xdigit_value((char)*cursor->at);

		if (digit < 0 || (guint)digit >= base) {
			break;
		}
		value = value * base + (guint)digit;
	}
	tocsin_log_atom_set_character(out, (gunichar)MIN(value, 0x10ffff));
	if (value == 0) {
		out->low[0] = 1; /* NUL, which character = 0 cannot say */
	}
	if (is_braced && (cursor->at == cursor->end || *cursor->at++ != '}')) {
		tocsin_log_cursor_fail(cursor);
	}
}

/* \d, \S and their like. FALSE if @letter is none of them. */
static gboolean
read_shorthand(guint8 letter, TocsinLogAtom *out)
{
	switch (g_ascii_tolower((char)letter)) {
	case 'd':
		set_members(out, "0123456789");
		break;
	case 'w':
		set_members(out, "0123456789_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
		break;
	case 's':
		set_members(out, " \t\n\v\f\r");
		break;
	case 'h':
		set_members(out, " \t");
		out->is_wide = TRUE;
		break;
	case 'v':
		set_members(out, "\n\v\f\r");
		out->is_wide = TRUE;
		break;
	default:
		return FALSE;
	}
	if (g_ascii_isupper((char)letter)) {
		negate(out);
	}
	return TRUE;
}

/* Escapes that are one character. FALSE if @letter begins none. */
static gboolean
read_single(TocsinLogCursor *cursor, guint8 letter, TocsinLogAtom *out)
{
	static const char letters[] = "aefnrt";
	static const char meanings[] = "\a\033\f\n\r\t";
	const char *known = letter != 0 ? strchr(letters, letter) : NULL;

	if (known != NULL) {
		tocsin_log_atom_set_character(out, (guint8)meanings[known - letters]);
	} else if (letter == '0') {
		read_number(cursor, 8, 2, FALSE, out);
	} else if (letter == 'o' && tocsin_log_cursor_take(cursor, "{")) {
		read_number(cursor, 8, 12, TRUE, out);
	} else if (letter == 'x' && tocsin_log_cursor_take(cursor, "{")) {
		read_number(cursor, 16, 8, TRUE, out);
	} else if (letter == 'x') {
		read_number(cursor, 16, 2, FALSE, out);
	} else if (letter == 'c' && cursor->at < cursor->end && *cursor->at < 128) {
		tocsin_log_atom_set_character(out,
		                              (guint8)g_ascii_toupper((char)*cursor->at++) ^ 0x40);
	} else if (letter < 128 && !g_ascii_isalnum((char)letter) && letter != 0) {
		tocsin_log_atom_set_character(out, letter);
	} else {
		return FALSE;
	}
	return TRUE;
}

/* \p{...}, \PL: which characters these are is PCRE2's business. */
static void
read_property(TocsinLogCursor *cursor, TocsinLogAtom *out)
{
	tocsin_log_atom_set_any(out, TRUE);
	if (tocsin_log_cursor_take(cursor, "{")) {
		tocsin_log_cursor_skip_past(cursor, '}');
	} else if (cursor->at < cursor->end) {
		cursor->at++;
	} else {
		tocsin_log_cursor_fail(cursor);
	}
}

/* References to groups: by one digit, or \g and \k with what follows in braces, <> or ''. */
static void
read_reference(TocsinLogCursor *cursor, guint8 letter, TocsinLogAtom *out)
{
	*out = (TocsinLogAtom){.kind = TOCSIN_LOG_ATOM_OPAQUE};
	if (letter >= '1' && letter <= '9') {
		/* More digits may mean a character in octal. */
		if (cursor->at < cursor->end && g_ascii_isdigit((char)*cursor->at)) {
			tocsin_log_cursor_fail(cursor);
		}
	} else if (tocsin_log_cursor_take(cursor, "{")) {
		tocsin_log_cursor_skip_past(cursor, '}');
	} else if (tocsin_log_cursor_take(cursor, "<")) {
		tocsin_log_cursor_skip_past(cursor, '>');
	} else if (tocsin_log_cursor_take(cursor, "'")) {
		tocsin_log_cursor_skip_past(cursor, '\'');
	} else {
		tocsin_log_cursor_fail(cursor);
	}
}

/* The rest of the escapes, which cannot stand in a class. */
static void
read_outer_escape(TocsinLogCursor *cursor, guint8 letter, TocsinLogAtom *out)
{
	*out = (TocsinLogAtom){.kind = TOCSIN_LOG_ATOM_EMPTY};
	if (letter != 0 && strchr("bBK", letter) != NULL) {
		return;
	}
	if (letter != 0 && strchr("AZzG", letter) != NULL) {
		cursor->is_line_bound = FALSE;
	} else if (letter != 0 && strchr("RXC", letter) != NULL) {
		out->kind = TOCSIN_LOG_ATOM_OPAQUE;
		cursor->is_line_bound = FALSE;
	} else if (letter == 'N' && !tocsin_log_cursor_take(cursor, "{")) {
		tocsin_log_atom_set_any(out, FALSE);
	} else if (letter == 'g' || letter == 'k' || (letter >= '1' && letter <= '9')) {
		read_reference(cursor, letter, out);
	} else {
		tocsin_log_cursor_fail(cursor);
	}
}

void
tocsin_log_cursor_read_escape(TocsinLogCursor *cursor, gboolean is_in_class, TocsinLogAtom *out)
{
	guint8 letter;

	*out = (TocsinLogAtom){.kind = TOCSIN_LOG_ATOM_OPAQUE};
	if (cursor->at == cursor->end) {
		tocsin_log_cursor_fail(cursor);
		return;
	}
	letter = *cursor->at;
	if (letter >= 128) {
		tocsin_log_cursor_read_character(cursor, out);
		return;
	}
	cursor->at++;
	if (letter == 'p' || letter == 'P') {
		read_property(cursor, out);
	} else if (is_in_class && letter == 'b') {
		tocsin_log_atom_set_character(out, '\b');
	} else if (!read_shorthand(letter, out) && !read_single(cursor, letter, out)) {
		if (is_in_class) {
			tocsin_log_cursor_fail(cursor);
		} else {
			read_outer_escape(cursor, letter, out);
		}
	}
}

/* [:name:] within a class: taken as any character, with a newline only where the name has one. */
static void
read_posix(TocsinLogCursor *cursor, TocsinLogAtom *out)
{
	static const char *const with_newline[] = {"space", "cntrl", "ascii"};
	static const char *const without[] = {"alpha", "digit", "alnum",  "upper", "lower", "punct",
	                                      "word",  "graph", "xdigit", "print", "blank"};
	gboolean is_negated = tocsin_log_cursor_take(cursor, "^");
	const guint8 *name = cursor->at;
	gsize length;

	tocsin_log_cursor_skip_past(cursor, ':');
	length = (gsize)(cursor->at - name) - 1;
	if (cursor->is_failed || !tocsin_log_cursor_take(cursor, "]")) {
		tocsin_log_cursor_fail(cursor);
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(with_newline); i++) {
		if (length == 5 && memcmp(name, with_newline[i], length) == 0) {
			tocsin_log_atom_set_any(out, TRUE);
			return;
		}
	}
	for (guint i = 0; i < G_N_ELEMENTS(without); i++) {
		if (length == strlen(without[i]) && memcmp(name, without[i], length) == 0) {
			tocsin_log_atom_set_any(out, is_negated);
			return;
		}
	}
	tocsin_log_cursor_fail(cursor);
}

/* One member of a class, which may be the lower end of a range. */
static void
read_member(TocsinLogCursor *cursor, TocsinLogAtom *out)
{
	if (*cursor->at == '[' && cursor->end - cursor->at > 1 && strchr(":.=", cursor->at[1])) {
		if (cursor->at[1] != ':') {
			tocsin_log_cursor_fail(cursor);
			return;
		}
		cursor->at += 2;
		read_posix(cursor, out);
	} else if (*cursor->at == '\\') {
		cursor->at++;
		tocsin_log_cursor_read_escape(cursor, TRUE, out);
	} else {
		tocsin_log_cursor_read_character(cursor, out);
	}
}

/* The upper end of a range that begins with @low, or the hyphen itself before the closing bracket.
 */
static void
read_range(TocsinLogCursor *cursor, TocsinLogAtom *low)
{
	TocsinLogAtom high;

	if (cursor->end - cursor->at < 2 || cursor->at[0] != '-' || cursor->at[1] == ']') {
		return;
	}
	cursor->at++;
	read_member(cursor, &high);
	if (cursor->is_failed || low->character == 0 || high.character == 0 ||
	    high.character < low->character) {
		tocsin_log_cursor_fail(cursor);
		return;
	}
	for (gunichar c = low->character; c <= high.character && c < 128; c++) {
		add(low, (guint8)c);
	}
	low->is_wide |= high.is_wide;
}

void
tocsin_log_cursor_read_class(TocsinLogCursor *cursor, TocsinLogAtom *out)
{
	gboolean is_negated = tocsin_log_cursor_take(cursor, "^");
	guint members = 0;

	*out = (TocsinLogAtom){.kind = TOCSIN_LOG_ATOM_CHARACTERS};
	for (;; members++) {
		TocsinLogAtom member = {0};

		if (cursor->at == cursor->end) {
			tocsin_log_cursor_fail(cursor);
			return;
		}
		if (*cursor->at == ']' && members > 0) {
			cursor->at++;
			break;
		}
		read_member(cursor, &member);
		if (!cursor->is_failed) {
			read_range(cursor, &member);
		}
		out->low[0] |= member.low[0];
		out->low[1] |= member.low[1];
		out->is_wide |= member.is_wide;
	}
	if (is_negated) {
		negate(out);
	}
}
