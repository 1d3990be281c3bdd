/* SPDX-License-Identifier: MIT */
/* From configuration to what the parts of the trigger take. */
#include "settings.h"

#include <string.h>

#include "from.h"
#include "problems.h"

#define KEY(variable, ...) \
	static const tocsin_key variable = {.size = sizeof(tocsin_key), __VA_ARGS__}

KEY(context_before, .type = TOCSIN_KEY_INT, .name = "before", .fallback = "0", .maximum = 100,
    .help = "Lines shown before the one that matched.");
KEY(context_after, .type = TOCSIN_KEY_INT, .name = "after", .fallback = "0", .maximum = 100,
    .help = "Lines shown after it; the event waits for them up to flush_after.");
static const tocsin_key *const context_keys[] = {&context_before, &context_after, NULL};

KEY(key_files, .type = TOCSIN_KEY_LIST, .flags = TOCSIN_KEY_REQUIRED, .minimum = 1, .maximum = 1000,
    .name = "files",
    .help = "Absolute paths of the files to follow; *, ? and [] stand for any part of a name.");
KEY(key_multiline, .type = TOCSIN_KEY_STRING, .name = "multiline",
    .choices = tocsin_log_multiline_presets,
    .help = "Takes the stack traces of this language as one record.");
KEY(key_multiline_start, .type = TOCSIN_KEY_STRING, .name = "multiline_start",
    .help = "A regex that a record's first line matches.");
KEY(key_multiline_continue, .type = TOCSIN_KEY_STRING, .name = "multiline_continue",
    .help = "A regex that lines match which belong to the one before.");
KEY(key_multiline_end, .type = TOCSIN_KEY_STRING, .name = "multiline_end",
    .help = "A regex that a record's last line matches.");
KEY(key_multiline_lines, .type = TOCSIN_KEY_INT, .name = "multiline_lines", .fallback = "1000",
    .minimum = 1, .maximum = 10000, .help = "A longer record is divided.");
KEY(key_context, .type = TOCSIN_KEY_GROUP, .name = "context",
    .help = "Lines around the match for the mail's excerpt.", .keys = context_keys);
KEY(key_time, .type = TOCSIN_KEY_STRING, .name = "time",
    .help = "How the lines write their time, for strptime(3), if it is none of the usual ways.");
KEY(key_line_limit, .type = TOCSIN_KEY_SIZE, .name = "line_limit", .fallback = "64k",
    .minimum = 1024, .maximum = 1 << 20, .help = "Of a longer line the middle is cut out.");
KEY(key_flush_after, .type = TOCSIN_KEY_DURATION, .name = "flush_after", .fallback = "2s",
    .minimum = 1000, .maximum = 3600 * (int64_t)G_USEC_PER_SEC,
    .help = "How long to wait for the rest of a line, record or context.");
KEY(key_sweep, .type = TOCSIN_KEY_DURATION, .name = "sweep", .fallback = "10s", .minimum = 100000,
    .maximum = 3600 * (int64_t)G_USEC_PER_SEC,
    .help = "How often all files are looked at, whatever the kernel tells.");
KEY(key_rotate_wait, .type = TOCSIN_KEY_DURATION, .name = "rotate_wait", .fallback = "10s",
    .minimum = 0, .maximum = 3600 * (int64_t)G_USEC_PER_SEC,
    .help = "How long a rotated file is read on after it last grew.");

const tocsin_key *const tocsin_log_keys[] = {&key_files,
                                             &tocsin_from_key,
                                             &tocsin_patterns_key,
                                             &tocsin_patterns_key_file,
                                             &key_multiline,
                                             &key_multiline_start,
                                             &key_multiline_continue,
                                             &key_multiline_end,
                                             &key_multiline_lines,
                                             &key_context,
                                             &key_time,
                                             &key_line_limit,
                                             &key_flush_after,
                                             &key_sweep,
                                             &key_rotate_wait,
                                             NULL};

void
tocsin_log_settings_free(TocsinLogSettings *self)
{
	if (self != NULL) {
		g_strfreev(self->files);
		tocsin_patterns_free(self->patterns);
		tocsin_log_multiline_free(self->multiline);
		g_free(self->time_format);
		g_free(self);
	}
}

static void
read_files(TocsinLogSettings *self, const tocsin_host *host, const tocsin_config *config,
           GString *problems)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new();
	const char *file;

	for (guint i = 0; (file = host->get_item(host, config, "files", i)) != NULL; i++) {
		if (file[0] != '/') {
			tocsin_problems_add(problems, "files: '%s' must be an absolute path", file);
		}
		g_ptr_array_add(files, g_strdup(file));
	}
	g_ptr_array_add(files, NULL);
	self->files = (char **)g_ptr_array_free(g_steal_pointer(&files), FALSE);
	self->follower.patterns = (const char *const *)self->files;
}

static void
read_from(TocsinLogSettings *self, const char *text, gint64 now_us, GString *problems)
{
	static const TocsinLogFrom meanings[] = {
	        [TOCSIN_FROM_CHECKPOINT] = TOCSIN_LOG_FROM_CHECKPOINT,
	        [TOCSIN_FROM_START] = TOCSIN_LOG_FROM_START,
	        [TOCSIN_FROM_END] = TOCSIN_LOG_FROM_END,
	        [TOCSIN_FROM_SINCE] = TOCSIN_LOG_FROM_SINCE,
	};
	TocsinFrom from;

	if (tocsin_from_parse(text, now_us, &from, &self->follower.since_us, problems)) {
		self->follower.from = meanings[from];
	}
}

static void
read_multiline(TocsinLogSettings *self, const tocsin_host *host, const tocsin_config *config,
               GString *problems)
{
	const char *preset = host->get_string(host, config, "multiline");
	const char *begin = host->get_string(host, config, "multiline_start");
	const char *go_on = host->get_string(host, config, "multiline_continue");
	const char *end = host->get_string(host, config, "multiline_end");
	gboolean has_own = begin != NULL || go_on != NULL || end != NULL;
	g_autoptr(GError) error = NULL;

	if (preset != NULL && has_own) {
		tocsin_problems_add(problems,
		                    "multiline and multiline_start, _continue, _end exclude each "
		                    "other: remove one");
	} else if (preset != NULL) {
		self->multiline = tocsin_log_multiline_new_preset(preset, &error);
	} else if (has_own) {
		self->multiline = tocsin_log_multiline_new(begin, go_on, end, &error);
	}
	if (error != NULL) {
		tocsin_problems_add_error(problems, &error);
	}
	if (self->multiline != NULL) {
		tocsin_log_multiline_set_limits(
		        self->multiline, (guint)host->get_int(host, config, "multiline_lines"),
		        self->follower.line_limit);
	}
}

TocsinLogSettings *
tocsin_log_settings_new(const tocsin_host *host, const tocsin_config *config, gboolean reads_files,
                        gint64 now_us, GError **error)
{
	g_autoptr(TocsinLogSettings) self = g_new0(TocsinLogSettings, 1);
	g_autoptr(GString) problems = g_string_new(NULL);
	const tocsin_config *context = host->get_group(host, config, "context", 0);
	const char *pattern_file = host->get_string(host, config, "pattern_file");

	tocsin_log_follower_options_init(&self->follower);
	self->follower.line_limit = (gsize)host->get_int(host, config, "line_limit");
	self->follower.slice_size = MAX(self->follower.slice_size, 4 * self->follower.line_limit);
	self->follower.idle_flush_us = host->get_int(host, config, "flush_after");
	self->follower.sweep_us = host->get_int(host, config, "sweep");
	self->follower.rotate_wait_us = host->get_int(host, config, "rotate_wait");
	self->time_format = g_strdup(host->get_string(host, config, "time"));
	if (context != NULL) {
		self->before = (guint)host->get_int(host, context, "before");
		self->follower.is_carrying = self->before > 0;
		self->after = (guint)host->get_int(host, context, "after");
	}
	read_files(self, host, config, problems);
	read_from(self, host->get_string(host, config, "from"), now_us, problems);
	self->patterns = tocsin_patterns_new(host, config, reads_files, problems);
	if (self->patterns->list->len == 0 && (pattern_file == NULL || reads_files)) {
		tocsin_problems_add(problems, "there is no pattern: give patterns or pattern_file");
	}
	read_multiline(self, host, config, problems);
	return tocsin_problems_are_none(problems, error) ? g_steal_pointer(&self) : NULL;
}
