/* SPDX-License-Identifier: MIT */
/* wordwrap: breaks lines where Python's textwrap does, which is what Jinja2 uses. */
#include <string.h>

#include "template/escape.h"
#include "template/filter.h"

/* What a line can be broken between: white space, words up to a hyphen, dashes. */
typedef struct {
	const char *text;
	gsize size;
	glong width; /* in characters */
} Chunk;

typedef struct {
	GArray *chunks; /* of Chunk */
	guint at;
	gint64 width;
	gboolean breaks_words;
	gboolean breaks_hyphens;
} Wrapper;

static GRegex *
chunk_pattern(void)
{
	static const char pattern[] =
	        "[\\t\\n\\x0b\\x0c\\r ]+"
	        "|(?<=[\\w!\"'&.,?])-{2,}(?=\\w)"
	        "|[^\\t\\n\\x0b\\x0c\\r ]+?(?:"
	        "-(?:(?<=[^\\d\\W]{2}-)|(?<=[^\\d\\W]-[^\\d\\W]-))(?=[^\\d\\W]-?[^\\d\\W])"
	        "|(?=[\\t\\n\\x0b\\x0c\\r ]|\\z)"
	        "|(?<=[\\w!\"'&.,?])(?=-{2,}\\w))";
	static gsize compiled;

	if (g_once_init_enter(&compiled)) {
		g_once_init_leave(&compiled,
		                  (gsize)g_regex_new(pattern, G_REGEX_OPTIMIZE, 0, NULL));
	}
	return (GRegex *)compiled;
}

static GRegex *
space_pattern(void)
{
	static gsize compiled;

	if (g_once_init_enter(&compiled)) {
		g_once_init_leave(&compiled, (gsize)g_regex_new("[\\t\\n\\x0b\\x0c\\r ]+"
		                                                "|[^\\t\\n\\x0b\\x0c\\r ]+",
		                                                G_REGEX_OPTIMIZE, 0, NULL));
	}
	return (GRegex *)compiled;
}

static void
add_chunk(Wrapper *self, const char *text, gsize size)
{
	Chunk chunk = {text, size, g_utf8_strlen(text, (gssize)size)};

	if (size > 0) {
		g_array_append_val(self->chunks, chunk);
	}
}

static void
split_chunks(Wrapper *self, const char *line, gsize length)
{
	g_autoptr(GMatchInfo) info = NULL;
	gint from = 0;
	gint to = 0;

	g_array_set_size(self->chunks, 0);
	self->at = 0;
	g_regex_match_full(self->breaks_hyphens ? chunk_pattern() : space_pattern(), line,
	                   (gssize)length, 0, 0, &info, NULL);
	while (g_match_info_matches(info)) {
		g_match_info_fetch_pos(info, 0, &from, &to);
		add_chunk(self, line + from, (gsize)(to - from));
		g_match_info_next(info, NULL);
	}
	/* Were a match to fail for its limits, the rest stands as one word. */
	add_chunk(self, line + to, length - (gsize)to);
}

static gboolean
is_space(const char *text, gsize size)
{
	for (const char *at = text; at < text + size; at = g_utf8_next_char(at)) {
		if (!g_unichar_isspace(g_utf8_get_char(at)) && *at != '\v') {
			return FALSE;
		}
	}
	return TRUE;
}

/* How many of the chunk's characters go on a line with room for @room. */
static glong
find_break(const Wrapper *self, const Chunk *chunk, glong room)
{
	const char *end = g_utf8_offset_to_pointer(chunk->text, room);
	const char *hyphen = self->breaks_hyphens && chunk->width > room
	                             ? g_strrstr_len(chunk->text, end - chunk->text, "-")
	                             : NULL;

	for (const char *at = chunk->text; hyphen != NULL && at < hyphen; at++) {
		if (*at != '-') {
			return g_utf8_pointer_to_offset(chunk->text, hyphen) + 1;
		}
	}
	return room;
}

/* Puts as much of a word that is longer than a line on this one as goes. */
static void
break_word(Wrapper *self, glong used, GString *line)
{
	Chunk *chunk = &g_array_index(self->chunks, Chunk, self->at);
	glong count;
	gsize size;

	if (!self->breaks_words) {
		g_string_append_len(line, chunk->text, (gssize)chunk->size);
		self->at++;
		return;
	}
	count = find_break(self, chunk, (glong)self->width - used);
	size = (gsize)(g_utf8_offset_to_pointer(chunk->text, count) - chunk->text);
	g_string_append_len(line, chunk->text, (gssize)size);
	chunk->text += size;
	chunk->size -= size;
	chunk->width -= count;
}

/* The next line to @line, without white space at its end. */
static void
fill_line(Wrapper *self, gboolean is_first, GString *line)
{
	glong used = 0;
	gsize before_last = 0;

	if (!is_first) {
		const Chunk *chunk = &g_array_index(self->chunks, Chunk, self->at);

		self->at += is_space(chunk->text, chunk->size) ? 1 : 0;
	}
	while (self->at < self->chunks->len) {
		const Chunk *chunk = &g_array_index(self->chunks, Chunk, self->at);

		if (used + chunk->width > self->width) {
			break;
		}
		before_last = line->len;
		used += chunk->width;
		g_string_append_len(line, chunk->text, (gssize)chunk->size);
		self->at++;
	}
	if (self->at < self->chunks->len &&
	    g_array_index(self->chunks, Chunk, self->at).width > self->width &&
	    (self->breaks_words || used == 0)) {
		before_last = line->len;
		break_word(self, used, line);
	}
	/* What was put last goes if it is white space, as in Python only that one. */
	if (is_space(line->str + before_last, line->len - before_last)) {
		g_string_truncate(line, before_last);
	}
}

static void
append_line(const GString *line, gboolean is_safe, const char *separator, gboolean *is_first,
            GString *out)
{
	g_string_append(out, *is_first ? "" : separator);
	*is_first = FALSE;
	if (is_safe) {
		tocsin_escape_html(line->str, out);
		return;
	}
	g_string_append_len(out, line->str, (gssize)line->len);
}

static TocsinDatum *
wrap(const TocsinFilterCall *call)
{
	g_autoptr(GArray) chunks = g_array_new(FALSE, FALSE, sizeof(Chunk));
	g_autoptr(GString) line = g_string_new(NULL);
	Wrapper self = {.chunks = chunks,
	                .breaks_words = tocsin_filter_bool(call, 1, TRUE),
	                .breaks_hyphens = tocsin_filter_bool(call, 3, TRUE)};
	const char *separator = tocsin_filter_string(call, 2, "\n");
	gboolean is_safe = call->given[2] != NULL && tocsin_datum_is_safe(call->given[2]);
	const char *at = tocsin_datum_text(call->input);
	const char *paragraph;
	gboolean is_first = TRUE;
	gsize length;
	GString *out;

	if (separator == NULL || !tocsin_filter_int(call, 0, 79, &self.width)) {
		return NULL;
	}
	if (!tocsin_datum_is_string(call->input) || self.width < 1) {
		return tocsin_run_fail(call->run,
		                       "wordwrap needs a string and a width of at least 1");
	}
	out = g_string_sized_new(tocsin_datum_size(call->input));
	while (tocsin_filter_next_line(&at, &paragraph, &length) &&
	       out->len <= call->run->limits->string_bytes) {
		gboolean is_begin = TRUE;

		split_chunks(&self, paragraph, length);
		do {
			g_string_truncate(line, 0);
			if (self.at < chunks->len) {
				fill_line(&self, is_begin, line);
			}
			if (line->len > 0 || (is_begin && self.at >= chunks->len)) {
				append_line(line, is_safe, separator, &is_first, out);
				is_begin = FALSE;
			}
		} while (self.at < chunks->len && out->len <= call->run->limits->string_bytes);
	}
	return tocsin_run_gstring_take(call->run, out, is_safe);
}

const TocsinFilter tocsin_filters_wrap[] = {
        {"wrap", "width break_long_words wrapstring break_on_hyphens", wrap, 0, FALSE},
        {"wordwrap", "width break_long_words wrapstring break_on_hyphens", wrap, 0, FALSE},
        {NULL, NULL, NULL, 0, FALSE},
};
