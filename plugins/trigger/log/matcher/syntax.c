/* SPDX-License-Identifier: MIT */
/* A recursive descent over PCRE2's syntax that keeps, for each part, either all strings it can
 * match, or sets of literals that each of its matches must hold. */
#include "syntax.h"

#include <string.h>

#include "charclass.h"
#include "part.h"
#include "token.h"

/* Deeper groups are not looked into. */
#define MAX_DEPTH 40u
/* Classes with more members are not spelled out. */
#define MAX_MEMBERS 8u

struct _TocsinLogSyntax {
	gboolean is_line_bound;
	gboolean needs_utf;
	GArray *sets; /* of TocsinLogLiteralSet */
};

static void parse_alternation(TocsinLogCursor *cursor, TocsinLogFlags flags,
                              const TocsinLogFrequency *frequency, TocsinLogPart *out);

/* Turns the characters that @atom stands for into strings, if they are few and certain. */
static void
part_from_atom(TocsinLogPart *out, const TocsinLogAtom *atom, const TocsinLogFlags *flags,
               TocsinLogCursor *cursor)
{
	TocsinLogLiteralSet set;

	set.count = 0;
	set.is_caseless = flags->is_caseless;
	if (atom->kind == TOCSIN_LOG_ATOM_EMPTY) {
		return;
	}
	if (tocsin_log_atom_has(atom, '\n')) {
		cursor->is_line_bound = FALSE;
	}
	if (atom->kind == TOCSIN_LOG_ATOM_OPAQUE) {
		tocsin_log_part_set_opaque(out);
		return;
	}
	/* Above ASCII an escape means a byte or a character, as the pattern is compiled. */
	if (atom->is_wide && (atom->character == 0 || flags->is_caseless || !cursor->is_utf)) {
		tocsin_log_part_set_opaque(out);
		return;
	}
	if (atom->is_wide) {
		char bytes[6];

		set.items[0].length = (guint8)g_unichar_to_utf8(atom->character, bytes);
		memcpy(set.items[0].bytes, bytes, set.items[0].length);
		set.count = 1;
	}
	for (gint c = -1; set.count <= MAX_MEMBERS && (c = tocsin_log_atom_next(atom, c)) >= 0;) {
		set.items[set.count].length = 1;
		set.items[set.count++].bytes[0] = (guint8)c;
	}
	if (set.count == 0 || set.count > MAX_MEMBERS) {
		tocsin_log_part_set_opaque(out);
		return;
	}
	tocsin_log_literals_copy(&out->exact, &set);
}

/* A group; @cursor stands behind its parenthesis. TocsinLogFlags set in it that last for the rest
 * of the group around it change @flags. */
static void
parse_group(TocsinLogCursor *cursor, TocsinLogFlags *flags, const TocsinLogFrequency *frequency,
            TocsinLogPart *out)
{
	TocsinLogFlags inner = *flags;
	char kind = tocsin_log_cursor_take(cursor, "?") ? tocsin_log_cursor_take_group_kind(cursor)
	                                                : 'g';

	if (kind == 'o') {
		tocsin_log_part_set_opaque(out);
		return;
	}
	if (kind == 'f' && !tocsin_log_cursor_take_flags(cursor, &inner)) {
		*flags = inner;
		return;
	}
	if (tocsin_log_cursor_take(cursor, "*") || ++cursor->depth > MAX_DEPTH) {
		tocsin_log_cursor_fail(cursor); /* a verb can change what the whole pattern means */
		return;
	}
	tocsin_log_part_clear(out);
	parse_alternation(cursor, inner, frequency, out);
	cursor->depth--;
	if (!tocsin_log_cursor_take(cursor, ")")) {
		tocsin_log_cursor_fail(cursor);
	}
	if (kind == 'a') {
		tocsin_log_part_clear(out);
		tocsin_log_part_init(out);
	}
}

static void
parse_atom(TocsinLogCursor *cursor, TocsinLogFlags *flags, const TocsinLogFrequency *frequency,
           TocsinLogPart *out)
{
	TocsinLogAtom atom = {.kind = TOCSIN_LOG_ATOM_EMPTY};

	tocsin_log_part_init(out);
	if (cursor->is_quoting) {
		tocsin_log_cursor_read_character(cursor, &atom);
		cursor->is_quoting = !tocsin_log_cursor_take(cursor, "\\E");
	} else if (tocsin_log_cursor_take(cursor, "(")) {
		parse_group(cursor, flags, frequency, out);
		return;
	} else if (tocsin_log_cursor_take(cursor, "\\Q")) {
		/* An empty quotation would leave a quantifier to what stands before it. */
		cursor->is_quoting = TRUE;
		if (tocsin_log_cursor_take(cursor, "\\E")) {
			tocsin_log_cursor_fail(cursor);
		}
		return;
	} else if (tocsin_log_cursor_take(cursor, "\\")) {
		tocsin_log_cursor_read_escape(cursor, FALSE, &atom);
	} else if (tocsin_log_cursor_take(cursor, "[")) {
		tocsin_log_cursor_read_class(cursor, &atom);
	} else if (tocsin_log_cursor_take(cursor, ".")) {
		tocsin_log_atom_set_any(&atom, flags->is_dotall);
	} else if (!tocsin_log_cursor_take(cursor, "^") && !tocsin_log_cursor_take(cursor, "$")) {
		if (strchr("*+?", *cursor->at) != NULL) {
			tocsin_log_cursor_fail(cursor);
			return;
		}
		tocsin_log_cursor_read_character(cursor, &atom);
	}
	part_from_atom(out, &atom, flags, cursor);
}

static void
parse_sequence(TocsinLogCursor *cursor, TocsinLogFlags *flags, const TocsinLogFrequency *frequency,
               TocsinLogPart *out)
{
	tocsin_log_part_init(out);
	for (;;) {
		TocsinLogPart atom;
		gint minimum = 1, maximum = 1;
		gint again = 0;

		tocsin_log_cursor_skip_blanks(cursor, flags);
		if (cursor->at == cursor->end ||
		    (!cursor->is_quoting && (*cursor->at == '|' || *cursor->at == ')'))) {
			break;
		}
		if (tocsin_log_cursor_take_comment(cursor)) {
			continue;
		}
		parse_atom(cursor, flags, frequency, &atom);
		tocsin_log_cursor_skip_blanks(cursor, flags);
		if (tocsin_log_cursor_take_quantifier(cursor, &minimum, &maximum)) {
			tocsin_log_cursor_skip_blanks(cursor, flags);
			if (tocsin_log_cursor_take_quantifier(cursor, &again, &again)) {
				tocsin_log_cursor_fail(cursor);
			}
		}
		tocsin_log_part_append(out, &atom, minimum, maximum, frequency);
		tocsin_log_part_clear(&atom);
	}
	if (!out->is_exact) {
		tocsin_log_part_break(out, frequency);
	}
}

static void
parse_alternation(TocsinLogCursor *cursor, TocsinLogFlags flags,
                  const TocsinLogFrequency *frequency, TocsinLogPart *out)
{
	parse_sequence(cursor, &flags, frequency, out);
	while (!cursor->is_quoting && tocsin_log_cursor_take(cursor, "|")) {
		TocsinLogPart branch;

		parse_sequence(cursor, &flags, frequency, &branch);
		tocsin_log_part_alternate(out, &branch, frequency);
		tocsin_log_part_clear(&branch);
	}
}

static void
keep_set(TocsinLogSyntax *self, const TocsinLogLiteralSet *set)
{
	TocsinLogLiteralSet folded;

	tocsin_log_literals_copy(&folded, set);
	if (tocsin_log_literals_is_useful(set) && tocsin_log_literals_add_folds(&folded)) {
		g_array_set_size(self->sets, self->sets->len + 1);
		tocsin_log_literals_copy(
		        &g_array_index(self->sets, TocsinLogLiteralSet, self->sets->len - 1),
		        &folded);
	}
}

TocsinLogSyntax *
tocsin_log_syntax_new(const char *regex, const TocsinLogFrequency *frequency)
{
	TocsinLogSyntax *self = g_new0(TocsinLogSyntax, 1);
	TocsinLogCursor cursor = {
	        .at = (const guint8 *)regex,
	        .end = (const guint8 *)regex + strlen(regex),
	        .is_line_bound = TRUE,
	};
	TocsinLogPart whole;

	self->sets = g_array_new(FALSE, FALSE, sizeof(TocsinLogLiteralSet));
	self->needs_utf = cursor.is_utf = tocsin_log_token_needs_utf(regex);
	parse_alternation(&cursor, (TocsinLogFlags){0}, frequency, &whole);
	if (!cursor.is_failed && cursor.at == cursor.end) {
		self->is_line_bound = cursor.is_line_bound;
		if (whole.is_exact) {
			keep_set(self, &whole.exact);
		}
		for (guint i = 0; i < tocsin_log_part_count(&whole); i++) {
			keep_set(self, tocsin_log_part_get(&whole, i));
		}
	}
	tocsin_log_part_clear(&whole);
	return self;
}

void
tocsin_log_syntax_free(TocsinLogSyntax *self)
{
	if (self != NULL) {
		g_array_unref(self->sets);
		g_free(self);
	}
}

gboolean
tocsin_log_syntax_is_line_bound(const TocsinLogSyntax *self)
{
	return self->is_line_bound;
}

gboolean
tocsin_log_syntax_needs_utf(const TocsinLogSyntax *self)
{
	return self->needs_utf;
}

guint
tocsin_log_syntax_count(const TocsinLogSyntax *self)
{
	return self->sets->len;
}

const TocsinLogLiteralSet *
tocsin_log_syntax_get(const TocsinLogSyntax *self, guint index)
{
	return &g_array_index(self->sets, TocsinLogLiteralSet, index);
}
