/* SPDX-License-Identifier: MIT */
/* Blocks of lines: gather which pattern might match which line, then confirm in order. */
#include "matcher.h"

#include <string.h>

#include "index.h"
#include "rule.h"
#include "tocsin/error.h"

/* Bytes looked at together: they stay in the processor's cache. */
#define BLOCK (64u << 10)
/* Candidates gathered at once; with more, a smaller block is taken. */
#define CANDIDATES_MAX 16384u

typedef struct {
	guint32 line; /* where it begins in the block */
	guint32 pattern;
} Candidate;

typedef struct {
	guint32 start;
	guint32 end;
} Seen;

struct _TocsinLogMatcher {
	GPtrArray *rules; /* of TocsinLogRule */
	TocsinLogFrequency *frequency;
	TocsinLogIndex *index;
	TocsinLogMatchSpace *space;
	GArray *unfiltered; /* of guint: patterns without a literal */
	guint64 *failures;  /* per pattern */

	/* The block at hand. */
	GArray *candidates; /* of Candidate */
	Seen *seen;         /* per pattern: the last line it is a candidate for */
	const char *block;
	gsize block_length;
	gsize line_start; /* the line found last */
	gsize line_end;
	gboolean is_unit; /* the block is one line, whatever it holds */
};

TocsinLogMatcher *
tocsin_log_matcher_new(const TocsinLogPattern *patterns, guint count, GError **error)
{
	g_autoptr(TocsinLogMatcher) self = g_new0(TocsinLogMatcher, 1);

	self->rules = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_log_rule_free);
	self->frequency = tocsin_log_frequency_new();
	self->space = tocsin_log_match_space_new();
	self->unfiltered = g_array_new(FALSE, FALSE, sizeof(guint));
	self->candidates = g_array_new(FALSE, FALSE, sizeof(Candidate));
	if (count > TOCSIN_LOG_PATTERNS_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "%u patterns are too many, at most %u are allowed", count,
		            TOCSIN_LOG_PATTERNS_MAX);
		return NULL;
	}
	self->failures = g_new0(guint64, count);
	self->seen = g_new0(Seen, count);
	for (guint i = 0; i < count; i++) {
		TocsinLogRule *rule = tocsin_log_rule_new(patterns[i].name, patterns[i].regex,
		                                          self->frequency, error);

		if (rule == NULL) {
			return NULL;
		}
		g_ptr_array_add(self->rules, rule);
	}
	self->index = tocsin_log_index_new(self->rules, self->frequency);
	for (guint i = 0; i < count; i++) {
		if (!tocsin_log_index_has(self->index, i)) {
			g_array_append_val(self->unfiltered, i);
		}
	}
	return g_steal_pointer(&self);
}

void
tocsin_log_matcher_free(TocsinLogMatcher *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_log_index_free(self->index);
	tocsin_log_match_space_free(self->space);
	tocsin_log_frequency_free(self->frequency);
	g_ptr_array_unref(self->rules);
	g_array_unref(self->unfiltered);
	g_array_unref(self->candidates);
	g_free(self->failures);
	g_free(self->seen);
	g_free(self);
}

/* Makes line_start and line_end the bounds of the line that holds the byte at @at. */
static void
find_line(TocsinLogMatcher *self, gsize at)
{
	const char *before, *after;

	if (self->is_unit) {
		self->line_start = 0;
		self->line_end = self->block_length;
		return;
	}
	if (at >= self->line_start && at < self->line_end) {
		return;
	}
	before = memrchr(self->block, '\n', at);
	after = memchr(self->block + at, '\n', self->block_length - at);
	self->line_start = before != NULL ? (gsize)(before + 1 - self->block) : 0;
	self->line_end = after != NULL ? (gsize)(after - self->block) : self->block_length;
}

static void
add_candidate(TocsinLogMatcher *self, guint pattern, gsize line)
{
	Candidate candidate = {(guint32)line, pattern};

	if (self->candidates->len <= CANDIDATES_MAX) {
		g_array_append_val(self->candidates, candidate);
	}
}

static void
on_candidate(guint pattern, gsize at, gpointer data)
{
	TocsinLogMatcher *self = data;

	if (at >= self->seen[pattern].start && at < self->seen[pattern].end) {
		return;
	}
	find_line(self, at);
	self->seen[pattern] = (Seen){(guint32)self->line_start, (guint32)self->line_end};
	add_candidate(self, pattern, self->line_start);
}

static TocsinLogOutcome
match(TocsinLogMatcher *self, guint pattern, const char *bytes, gsize length, gsize start,
      TocsinLogText text)
{
	return tocsin_log_rule_match(g_ptr_array_index(self->rules, pattern), self->space, bytes,
	                             length, start, text);
}

/* Runs @pattern on each line from @start to @end. */
static void
run_on_lines(TocsinLogMatcher *self, guint pattern, gsize start, gsize end)
{
	while (start < end) {
		gsize length;
		const char *line;

		self->line_start = self->line_end = 0;
		find_line(self, start);
		line = tocsin_log_text_trim_line(self->block + start, self->line_end - start,
		                                 &length);
		if (match(self, pattern, line, length, 0, tocsin_log_text_of(line, length)) !=
		    TOCSIN_LOG_MATCH_NO) {
			add_candidate(self, pattern, start);
		}
		start = self->line_end + 1;
	}
}

/* Runs @pattern, which is line-bound, over the lines from @start to @end at once; they are plain
 * ASCII without CR and NUL. */
static void
run_over_lines(TocsinLogMatcher *self, guint pattern, gsize start, gsize end)
{
	gboolean has_newline = end > start && self->block[end - 1] == '\n';
	gsize length = end - start;
	gsize at = 0;

	while (at < length) {
		const gsize *groups;
		guint count;
		TocsinLogOutcome outcome = match(self, pattern, self->block + start, length, at,
		                                 TOCSIN_LOG_TEXT_ASCII);

		if (outcome == TOCSIN_LOG_MATCH_TOO_HARD) {
			run_on_lines(self, pattern, start + at, end);
		}
		if (outcome != TOCSIN_LOG_MATCH_YES) {
			return;
		}
		groups = tocsin_log_match_space_get_groups(self->space, &count);
		/* The last newline ends a line and begins none. */
		if (groups[0] == length && has_newline) {
			return;
		}
		self->line_start = self->line_end = 0;
		find_line(self, MIN(start + groups[0], end - 1));
		add_candidate(self, pattern, self->line_start);
		at = self->line_end + 1 - start;
	}
}

static void
run_unfiltered(TocsinLogMatcher *self, guint pattern)
{
	const TocsinLogRule *rule = g_ptr_array_index(self->rules, pattern);
	gsize start = 0;

	if (self->is_unit || !tocsin_log_syntax_is_line_bound(tocsin_log_rule_get_syntax(rule))) {
		run_on_lines(self, pattern, 0, self->block_length);
		return;
	}
	while (start < self->block_length && self->candidates->len <= CANDIDATES_MAX) {
		gsize special =
		        tocsin_log_text_find_special(self->block, start, self->block_length);
		gsize line_start = self->block_length, line_end = self->block_length;

		if (special < self->block_length) {
			self->line_start = self->line_end = 0;
			find_line(self, special);
			line_start = self->line_start;
			line_end = self->line_end;
		}
		run_over_lines(self, pattern, start, line_start);
		run_on_lines(self, pattern, line_start, line_end);
		start = line_end + 1;
	}
}

static int
compare_candidates(const void *a, const void *b)
{
	const Candidate *x = a, *y = b;

	if (x->line != y->line) {
		return x->line < y->line ? -1 : 1;
	}
	return (x->pattern > y->pattern) - (x->pattern < y->pattern);
}

/* Which pattern might match which line of the block. FALSE if there are too many. */
static gboolean
gather(TocsinLogMatcher *self, const char *block, gsize length)
{
	self->block = block;
	self->block_length = length;
	self->line_start = self->line_end = 0;
	g_array_set_size(self->candidates, 0);
	memset(self->seen, 0, self->rules->len * sizeof *self->seen);
	tocsin_log_index_scan(self->index, block, length, on_candidate, self);
	for (guint i = 0; i < self->unfiltered->len; i++) {
		run_unfiltered(self, g_array_index(self->unfiltered, guint, i));
	}
	if (self->candidates->len > 1) {
		qsort(self->candidates->data, self->candidates->len, sizeof(Candidate),
		      compare_candidates);
	}
	return self->candidates->len <= CANDIDATES_MAX;
}

/* Confirms the candidates in order. Returns FALSE if the callback ended the scan, and then where.
 */
static gboolean
confirm(TocsinLogMatcher *self, gsize base, TocsinLogOnMatch on_match, gpointer data,
        gsize *out_stop)
{
	TocsinLogText text = TOCSIN_LOG_TEXT_ASCII;
	TocsinLogMatch result = {0};
	gsize start = G_MAXSIZE;

	for (guint i = 0; i < self->candidates->len; i++) {
		Candidate *candidate = &g_array_index(self->candidates, Candidate, i);
		TocsinLogOutcome outcome;

		if (i > 0 && compare_candidates(candidate, candidate - 1) == 0) {
			continue;
		}
		if (candidate->line != start) {
			start = candidate->line;
			self->line_start = self->line_end = 0;
			find_line(self, start);
			result.line = tocsin_log_text_trim_line(
			        self->block + start, self->line_end - start, &result.length);
			result.offset = base + (gsize)(result.line - self->block);
			text = tocsin_log_text_of(result.line, result.length);
		}
		outcome = match(self, candidate->pattern, result.line, result.length, 0, text);
		tocsin_log_index_count(self->index, candidate->pattern,
		                       outcome == TOCSIN_LOG_MATCH_YES);
		self->failures[candidate->pattern] += outcome == TOCSIN_LOG_MATCH_TOO_HARD;
		if (outcome != TOCSIN_LOG_MATCH_YES) {
			continue;
		}
		result.pattern = candidate->pattern;
		result.groups = tocsin_log_match_space_get_groups(self->space, &result.group_count);
		if (!on_match(&result, data)) {
			*out_stop = base + start;
			return FALSE;
		}
	}
	return TRUE;
}

/* The end of the block of about @size bytes that begins at @start: just behind a newline. */
static gsize
block_end(const char *bytes, gsize length, gsize start, gsize size)
{
	const char *newline;

	if (length - start <= size) {
		return length;
	}
	newline = memrchr(bytes + start, '\n', size);
	if (newline == NULL) {
		newline = memchr(bytes + start + size, '\n', length - start - size);
	}
	return newline != NULL ? (gsize)(newline + 1 - bytes) : length;
}

gsize
tocsin_log_matcher_scan(TocsinLogMatcher *self, const char *bytes, gsize length,
                        TocsinLogOnMatch on_match, gpointer data)
{
	gsize start = 0, size = BLOCK, stop;

	self->is_unit = FALSE;
	while (start < length) {
		gsize end = block_end(bytes, length, start, size);

		/* One line has at most as many candidates as there are patterns. */
		if (!gather(self, bytes + start, end - start) && size > 1) {
			size /= 2;
			continue;
		}
		if (!confirm(self, start, on_match, data, &stop)) {
			return stop;
		}
		tocsin_log_index_reconsider(self->index, bytes + start, end - start);
		start = end;
		size = MIN(size * 2, BLOCK);
	}
	return length;
}

void
tocsin_log_matcher_match_unit(TocsinLogMatcher *self, const char *bytes, gsize length,
                              TocsinLogOnMatch on_match, gpointer data)
{
	gsize stop;

	self->is_unit = TRUE;
	gather(self, bytes, length);
	confirm(self, 0, on_match, data, &stop);
}

const char *
tocsin_log_matcher_get_capture(const TocsinLogMatcher *self, guint pattern, guint index,
                               guint *out_group)
{
	return tocsin_log_rule_get_capture(g_ptr_array_index(self->rules, pattern), index,
	                                   out_group);
}

const char *
tocsin_log_matcher_get_name(const TocsinLogMatcher *self, guint pattern)
{
	return tocsin_log_rule_get_name(g_ptr_array_index(self->rules, pattern));
}

guint64
tocsin_log_matcher_get_failures(const TocsinLogMatcher *self, guint pattern)
{
	return self->failures[pattern];
}

gboolean
tocsin_log_matcher_has_literal(const TocsinLogMatcher *self, guint pattern)
{
	return tocsin_log_index_has(self->index, pattern);
}
