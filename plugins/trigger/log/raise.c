/* SPDX-License-Identifier: MIT */
/* Slices in, events out. */
#include "raise.h"

#include <string.h>

#include "excerpt.h"
#include "text.h"
#include "when.h"

#define FIELDS_MAX 102u /* as many as a regex may have groups, and ours */

/* What is raised from a slice, under way. */
typedef struct {
	TocsinLogRaiser *raiser;
	const TocsinLogSlice *slice;
	gsize base;       /* of what is matched, in the slice */
	gsize end;        /* of the record, in the slice */
	gboolean is_held; /* the match needs lines that are not there yet */
	gboolean is_blocked;
} Raising;

/* Events raised from what will be offered again: "offset:pattern". */
static GHashTable *
raised_before(TocsinLogFile *file)
{
	if (file->user == NULL) {
		file->user = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
		file->user_free = (GDestroyNotify)g_hash_table_unref;
	}
	return file->user;
}

static gint64
time_of(const TocsinLogRaiser *raiser, const TocsinLogMatch *match)
{
	gint64 now_us = raiser->loop->wall_us(raiser->source);
	const char *format = raiser->settings->time_format;
	gint64 us = 0;

	if (format != NULL) {
		tocsin_log_when_parse(raiser->zone, format, match->line, match->length, now_us,
		                      &us);
	} else {
		tocsin_log_when_find(raiser->zone, match->line, match->length, now_us, &us);
	}
	return us;
}

/* The captures that took part, and the file and line where no capture has these names. */
static guint
make_fields(const Raising *raising, const TocsinLogMatch *match, tocsin_field *out_fields)
{
	const char *path = raising->slice->file->path;
	guint count = tocsin_patterns_take_fields(raising->raiser->settings->patterns, match,
	                                          out_fields, FIELDS_MAX - 2);

	if (tocsin_patterns_find_field(out_fields, count, "file") == NULL) {
		out_fields[count++] = tocsin_patterns_text_field("file", path, strlen(path));
	}
	if (tocsin_patterns_find_field(out_fields, count, "line") == NULL) {
		out_fields[count++] =
		        tocsin_patterns_text_field("line", match->line, match->length);
	}
	return count;
}

static int32_t
emit(Raising *raising, const TocsinLogMatch *match, const char *id, gint64 time_us)
{
	TocsinLogRaiser *raiser = raising->raiser;
	const TocsinLogSlice *slice = raising->slice;
	const TocsinPattern *pattern = raiser->settings->patterns->list->pdata[match->pattern];
	tocsin_field fields[FIELDS_MAX];
	const tocsin_field *list[FIELDS_MAX + 1] = {NULL};
	guint count = make_fields(raising, match, fields);
	const tocsin_field *key = pattern->key != NULL
	                                  ? tocsin_patterns_find_field(fields, count, pattern->key)
	                                  : NULL;
	g_autofree char *valid_key = key != NULL ? tocsin_patterns_make_key(key) : NULL;
	g_autoptr(TocsinLogExcerpt) excerpt = NULL;
	tocsin_event event = {
	        .size = sizeof event,
	        .severity = pattern->severity,
	        .time_us = time_us,
	        .kind = pattern->name,
	        .id = id,
	        .key = valid_key,
	        .status = pattern->status,
	        .fields = list,
	};

	for (guint i = 0; i < count; i++) {
		list[i] = &fields[i];
	}
	if ((slice->flags & TOCSIN_LOG_SLICE_CATCH_UP) != 0) {
		event.flags |= TOCSIN_EMIT_CATCH_UP;
	}
	if ((slice->flags & TOCSIN_LOG_SLICE_PARTIAL) != 0) {
		event.flags |= TOCSIN_EMIT_PARTIAL;
	}
	excerpt = tocsin_log_excerpt_new(slice, raising->base + match->offset, raising->end,
	                                 match->line, match->length, raiser->settings->before,
	                                 raiser->settings->after);
	event.excerpt = tocsin_log_excerpt_get_lines(excerpt);
	tocsin_log_follower_secure(raiser->follower, slice->file);
	return raiser->loop->emit(raiser->source, &event, raiser->error);
}

/* Is the line older than what was asked for? */
static gboolean
is_too_old(const Raising *raising, gint64 time_us)
{
	const TocsinLogFollowerOptions *options = &raising->raiser->settings->follower;

	return options->from == TOCSIN_LOG_FROM_SINCE && time_us != 0 &&
	       (raising->slice->flags & TOCSIN_LOG_SLICE_CATCH_UP) != 0 &&
	       time_us < options->since_us;
}

static gboolean
on_match(const TocsinLogMatch *match, gpointer data)
{
	Raising *raising = data;
	TocsinLogRaiser *raiser = raising->raiser;
	TocsinLogFile *file = raising->slice->file;
	const char *name =
	        tocsin_log_matcher_get_name(raiser->settings->patterns->matcher, match->pattern);
	guint64 offset = raising->slice->offset + raising->base + match->offset;
	g_autofree char *place = g_strdup_printf("%" G_GINT64_MODIFIER "x:%s", offset, name);
	g_autofree char *id = NULL;
	gint64 time_us;
	int32_t status;

	if (file->user != NULL && g_hash_table_contains(file->user, place)) {
		return TRUE;
	}
	if (tocsin_log_excerpt_must_wait(raising->slice,
	                                 raising->end > 0 ? raising->end - 1
	                                                  : raising->base + match->offset,
	                                 raiser->settings->after)) {
		raising->is_held = TRUE;
		return FALSE;
	}
	time_us = time_of(raiser, match);
	if (is_too_old(raising, time_us)) {
		return TRUE;
	}
	id = g_strdup_printf("%016" G_GINT64_MODIFIER "x:%s", file->lineage, place);
	status = emit(raising, match, id, time_us);
	if (status != TOCSIN_OK) {
		raiser->status = status == TOCSIN_E_TEMP ? raiser->status : status;
		raising->is_blocked = TRUE;
		return FALSE;
	}
	file->must_save = TRUE;
	/* The same line can be offered again until it is settled. */
	g_hash_table_add(raised_before(file), g_steal_pointer(&place));
	return TRUE;
}

static gssize
answer(const Raising *raising, gsize settled)
{
	return raising->is_blocked ? TOCSIN_LOG_BLOCKED - (gssize)settled : (gssize)settled;
}

/* Matches the records of several lines. Returns how far the slice is settled. */
static gsize
raise_records(Raising *raising)
{
	const TocsinLogSlice *slice = raising->slice;
	const TocsinLogSettings *settings = raising->raiser->settings;
	gboolean is_final = (slice->flags & TOCSIN_LOG_SLICE_PARTIAL) != 0;

	while (raising->base < slice->length) {
		gsize length = tocsin_log_multiline_next(
		        settings->multiline, slice->bytes + raising->base,
		        slice->length - raising->base,
		        is_final || (raising->base == 0 &&
		                     (slice->flags & TOCSIN_LOG_SLICE_FULL) != 0));
		gsize text_length;
		const char *text;

		if (length == 0) {
			break;
		}
		raising->end = raising->base + length;
		text = tocsin_log_text_trim_line(slice->bytes + raising->base,
		                                 length - (slice->bytes[raising->end - 1] == '\n'),
		                                 &text_length);
		raising->base = (gsize)(text - slice->bytes);
		tocsin_log_matcher_match_unit(settings->patterns->matcher, text, text_length,
		                              on_match, raising);
		if (raising->is_held || raising->is_blocked) {
			return raising->end - length;
		}
		raising->base = raising->end;
	}
	return raising->base;
}

static gboolean
is_before(gpointer place, gpointer value, gpointer data)
{
	return g_ascii_strtoull(place, NULL, 16) < *(const guint64 *)data;
}

/* What is settled is not offered again: without this a flood, in which hardly a slice is taken as a
 * whole, would be remembered line by line. */
static void
forget_raised(TocsinLogFile *file, guint64 offset)
{
	if (file->user != NULL) {
		g_hash_table_foreach_remove(file->user, is_before, &offset);
	}
}

gssize
tocsin_log_raise(const TocsinLogSlice *slice, gpointer data)
{
	TocsinLogRaiser *raiser = data;
	Raising raising = {.raiser = raiser, .slice = slice};
	gsize settled;

	if ((slice->flags & TOCSIN_LOG_SLICE_CUT) != 0) {
		raising.end = slice->length;
		tocsin_log_matcher_match_unit(raiser->settings->patterns->matcher, slice->bytes,
		                              slice->length, on_match, &raising);
		settled = raising.is_held || raising.is_blocked ? 0 : slice->length;
	} else if (raiser->settings->multiline != NULL) {
		settled = raise_records(&raising);
	} else {
		settled = tocsin_log_matcher_scan(raiser->settings->patterns->matcher, slice->bytes,
		                                  slice->length, on_match, &raising);
	}
	if (settled > 0 && (slice->flags & TOCSIN_LOG_SLICE_PARTIAL) == 0) {
		forget_raised(slice->file, slice->offset + settled);
	}
	return answer(&raising, settled);
}
