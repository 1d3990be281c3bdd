/* SPDX-License-Identifier: MIT */
/* The state machine, and the stack traces of common languages as its data. */
#include "multiline.h"

#include <string.h>

#include "rule.h"
#include "tocsin/error.h"

#define LINES_MOST 1000u
#define BYTES_MOST (64u << 10)

/* States; what follows ENDED can only begin another record. GROUP is a trace in which every line is
 * indented. */
enum { FIRST, PLAIN, TRACE, GROUP, TAIL, ENDED };

typedef struct {
	int from;
	int to;
	const char *regex;
} EdgeText;

typedef struct {
	const char *name;
	EdgeText edges[12];
} Preset;

static const Preset presets[] = {
        {"java",
         {{PLAIN, PLAIN,
           "^(?:\\s+at |\\s*\\.\\.\\. \\d+ (?:more|common)|Caused by: |\\s*Suppressed: |"
           "\\s+- (?:locked|waiting)|[\\w.$]+(?:Exception|Error)(?:: |$)|\\t)"}}},
        {"python",
         {{FIRST, TRACE, "^Traceback \\(most recent call last\\):"},
          {FIRST, GROUP, "^  \\+ Exception Group Traceback"},
          {PLAIN, TRACE, "^Traceback \\(most recent call last\\):"},
          {PLAIN, GROUP, "^  \\+ Exception Group Traceback"},
          {TRACE, TRACE, "^(?:\\s|$)"},
          {TRACE, TAIL, "^\\S"},
          {GROUP, GROUP, "^\\s"},
          {GROUP, TAIL, "^$"},
          {TAIL, TAIL,
           "^(?:$|During handling of the above|The above exception was the direct cause)"},
          {TAIL, TRACE, "^Traceback \\(most recent call last\\):"},
          {TAIL, GROUP, "^  \\+ Exception Group Traceback"}}},
        {"go",
         {{FIRST, TRACE, "^(?:panic: |fatal error: |goroutine \\d+ \\[)"},
          {PLAIN, TRACE, "^(?:panic: |fatal error: |goroutine \\d+ \\[)"},
          {TRACE, TRACE,
           "^(?:$|\\s|goroutine \\d+ \\[|\\[signal |created by |panic: |exit status |"
           "\\S+\\(.*\\)$)"}}},
        {"rust",
         {{FIRST, TRACE, "^thread '.*' (?:\\(\\d+\\) )?panicked at "},
          {PLAIN, TRACE, "^thread '.*' (?:\\(\\d+\\) )?panicked at "},
          {TRACE, TAIL, "^\\S"},
          {TRACE, TRACE, "^\\s"},
          {TAIL, TAIL, "^(?:stack backtrace:|\\s|note: )"}}},
        {"c",
         {{FIRST, TRACE,
           "^(?:={10,}$|==\\d+==|\\*\\*\\* .* \\*\\*\\*|WARNING: ThreadSanitizer: |"
           "Program received signal )"},
          {PLAIN, TRACE, "^(?:={10,}$|==\\d+==|WARNING: ThreadSanitizer: |\\s*#\\d+ )"},
          {TRACE, TRACE,
           "^(?:$|\\s|#\\d+ |==\\d+==|={3,}|=>|0x|SUMMARY: |READ of |WRITE of |"
           "freed by |previously allocated |allocated by |Shadow |HINT: |Thread |Backtrace|"
           "(?:Direct|Indirect) leak of |Address 0x|WARNING: ThreadSanitizer: |"
           "ThreadSanitizer: reported |Exiting$|\\S+\\(.*\\)\\s*\\[0x)"}}},
        {"php",
         {{FIRST, TRACE, "^(?:\\[[^\\]\\n]*\\] )?PHP (?:Fatal|Parse|Warning|Notice|Recoverable)"},
          {PLAIN, TRACE, "^(?:(?:PHP )?Stack trace:|\\[stacktrace\\])"},
          {TRACE, TRACE,
           "^(?:#\\d+ |(?:\\[[^\\]\\n]*\\] )?PHP (?:Stack trace:|\\s+\\d+\\. )|Stack trace:|"
           "\\s+thrown in |\\{main\\}|Next \\S|\\[previous exception\\]|\\[stacktrace\\]|\"\\})"}}},
        {"ruby",
         {{FIRST, TRACE, "^Traceback \\(most recent call last\\):"},
          {PLAIN, TRACE, "^Traceback \\(most recent call last\\):"},
          {PLAIN, PLAIN, "^(?:\\s+(?:from |\\d+: from )|\\t|\\S+:\\d+:in [`'][^']*'$|\\s*$)"},
          {TRACE, TRACE, "^\\s"},
          {TRACE, PLAIN, "^\\S+:\\d+:in "}}},
};

const char *const tocsin_log_multiline_presets[] = {"java", "python", "go",   "rust",
                                                    "c",    "php",    "ruby", NULL};

typedef struct {
	int from;
	int to;
	gboolean is_unless; /* taken by lines that do not match */
	TocsinLogRule *rule;
} Edge;

struct _TocsinLogMultiline {
	GArray *edges; /* of Edge */
	TocsinLogMatchSpace *space;
	guint line_limit;
	gsize byte_limit;
};

static void
clear_edge(gpointer data)
{
	tocsin_log_rule_free(((Edge *)data)->rule);
}

static TocsinLogMultiline *
new_empty(void)
{
	TocsinLogMultiline *self = g_new0(TocsinLogMultiline, 1);

	self->edges = g_array_new(FALSE, FALSE, sizeof(Edge));
	g_array_set_clear_func(self->edges, clear_edge);
	self->space = tocsin_log_match_space_new();
	self->line_limit = LINES_MOST;
	self->byte_limit = BYTES_MOST;
	return self;
}

static gboolean
add_edge(TocsinLogMultiline *self, int from, int to, const char *name, const char *regex,
         gboolean is_unless, GError **error)
{
	g_autoptr(TocsinLogFrequency) frequency = tocsin_log_frequency_new();
	Edge edge = {from, to, is_unless, tocsin_log_rule_new(name, regex, frequency, error)};

	if (edge.rule == NULL) {
		return FALSE;
	}
	g_array_append_val(self->edges, edge);
	return TRUE;
}

TocsinLogMultiline *
tocsin_log_multiline_new_preset(const char *name, GError **error)
{
	g_autofree char *known = NULL;

	for (guint i = 0; i < G_N_ELEMENTS(presets); i++) {
		g_autoptr(TocsinLogMultiline) self = NULL;

		if (strcmp(presets[i].name, name) != 0) {
			continue;
		}
		self = new_empty();
		for (const EdgeText *edge = presets[i].edges; edge->regex != NULL; edge++) {
			if (!add_edge(self, edge->from, edge->to, name, edge->regex, FALSE,
			              error)) {
				return NULL;
			}
		}
		return g_steal_pointer(&self);
	}
	known = g_strjoinv(", ", (char **)tocsin_log_multiline_presets);
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
	            "there is no preset '%s' for records of several lines; there are %s", name,
	            known);
	return NULL;
}

TocsinLogMultiline *
tocsin_log_multiline_new(const char *begin, const char *go_on, const char *end, GError **error)
{
	g_autoptr(TocsinLogMultiline) self = new_empty();

	if (end != NULL && (!add_edge(self, FIRST, ENDED, "multiline.end", end, FALSE, error) ||
	                    !add_edge(self, PLAIN, ENDED, "multiline.end", end, FALSE, error))) {
		return NULL;
	}
	if (go_on != NULL) {
		if (!add_edge(self, PLAIN, PLAIN, "multiline.continue", go_on, FALSE, error)) {
			return NULL;
		}
		/* Still has to be right, though it then says nothing. */
		if (begin != NULL &&
		    !add_edge(self, FIRST, PLAIN, "multiline.start", begin, FALSE, error)) {
			return NULL;
		}
	} else if (begin != NULL) {
		if (!add_edge(self, PLAIN, PLAIN, "multiline.start", begin, TRUE, error)) {
			return NULL;
		}
	} else if (!add_edge(self, PLAIN, PLAIN, "multiline", "", FALSE, error)) {
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
tocsin_log_multiline_free(TocsinLogMultiline *self)
{
	if (self != NULL) {
		g_array_unref(self->edges);
		tocsin_log_match_space_free(self->space);
		g_free(self);
	}
}

void
tocsin_log_multiline_set_limits(TocsinLogMultiline *self, guint lines, gsize bytes)
{
	self->line_limit = lines;
	self->byte_limit = bytes;
}

/* Follows an edge from *@state. FALSE if none takes the line. */
static gboolean
step(TocsinLogMultiline *self, const char *bytes, gsize length, int *state)
{
	gsize line_length;
	const char *line = tocsin_log_text_trim_line(bytes, length, &line_length);
	TocsinLogText text = tocsin_log_text_of(line, line_length);

	for (guint i = 0; i < self->edges->len; i++) {
		const Edge *edge = &g_array_index(self->edges, Edge, i);
		gboolean has_matched;

		if (edge->from != *state) {
			continue;
		}
		has_matched = tocsin_log_rule_match(edge->rule, self->space, line, line_length, 0,
		                                    text) == TOCSIN_LOG_MATCH_YES;
		if (has_matched != edge->is_unless) {
			*state = edge->to;
			return TRUE;
		}
	}
	return FALSE;
}

gsize
tocsin_log_multiline_next(TocsinLogMultiline *self, const char *bytes, gsize length,
                          gboolean is_final)
{
	gsize record = 0;
	int state = FIRST;

	for (guint lines = 0; record < length; lines++) {
		const char *newline = memchr(bytes + record, '\n', length - record);
		gsize end = newline != NULL ? (gsize)(newline + 1 - bytes) : length;
		gsize line_length = end - record - (newline != NULL);
		gboolean is_taken = step(self, bytes + record, line_length, &state);

		if (lines == 0 && !is_taken) {
			state = PLAIN;
		} else if (lines > 0 &&
		           (!is_taken || lines >= self->line_limit || end > self->byte_limit)) {
			return record;
		}
		record = end;
		if (state == ENDED) {
			return record;
		}
	}
	return is_final ? record : 0;
}
