/* SPDX-License-Identifier: MIT */
/* From configuration to what the parts of the trigger take. */
#include "settings.h"

#include <string.h>

/* lint: allow plugin-edge: the trigger links base statically, as the design lets it */
#include "base/units.h"
#include "tocsin/error.h"

#define KEY(variable, ...) \
	static const tocsin_key variable = {.size = sizeof(tocsin_key), __VA_ARGS__}

static const char *const severities[] = {"debug",    "info",  "notice",    "warning", "error",
                                         "critical", "alert", "emergency", NULL};

KEY(pattern_name, .type = TOCSIN_KEY_STRING, .flags = TOCSIN_KEY_REQUIRED, .name = "name",
    .help = "The events' kind; a rule names it as TRIGGER.NAME.");
KEY(pattern_regex, .type = TOCSIN_KEY_STRING, .flags = TOCSIN_KEY_REQUIRED, .name = "regex",
    .help = "PCRE2; named groups become the event's fields.");
KEY(pattern_severity, .type = TOCSIN_KEY_STRING, .name = "severity", .choices = severities,
    .help = "The events' severity.");
KEY(pattern_key, .type = TOCSIN_KEY_STRING, .name = "key",
    .help = "The named group that says what the event is about.");
KEY(pattern_status, .type = TOCSIN_KEY_STRING, .name = "status",
    .help = "The events' status, such as problem or ok.");
static const tocsin_key *const pattern_keys[] = {&pattern_name, &pattern_regex,  &pattern_severity,
                                                 &pattern_key,  &pattern_status, NULL};

KEY(context_before, .type = TOCSIN_KEY_INT, .name = "before", .fallback = "0", .maximum = 100,
    .help = "Lines shown before the one that matched.");
KEY(context_after, .type = TOCSIN_KEY_INT, .name = "after", .fallback = "0", .maximum = 100,
    .help = "Lines shown after it; the event waits for them up to flush_after.");
static const tocsin_key *const context_keys[] = {&context_before, &context_after, NULL};

KEY(key_files, .type = TOCSIN_KEY_LIST, .flags = TOCSIN_KEY_REQUIRED, .minimum = 1, .maximum = 1000,
    .name = "files",
    .help = "Absolute paths of the files to follow; *, ? and [] stand for any part of a name.");
KEY(key_from, .type = TOCSIN_KEY_STRING, .name = "from", .fallback = "checkpoint",
    .help = "Where to begin: checkpoint, start, end, or \"since 10m\".");
KEY(key_patterns, .type = TOCSIN_KEY_GROUPS, .maximum = 10000, .name = "patterns",
    .help = "What to look for.", .keys = pattern_keys);
KEY(key_pattern_file, .type = TOCSIN_KEY_STRING, .name = "pattern_file",
    .help = "Absolute path of a file with further patterns: a name, blanks and a regex per line.");
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
                                             &key_from,
                                             &key_patterns,
                                             &key_pattern_file,
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

static void
pattern_free(gpointer data)
{
	TocsinLogPatternSetting *self = data;

	g_free(self->name);
	g_free(self->regex);
	g_free(self->key);
	g_free(self->status);
	g_free(self);
}

void
tocsin_log_settings_free(TocsinLogSettings *self)
{
	if (self != NULL) {
		g_strfreev(self->files);
		g_ptr_array_unref(self->patterns);
		tocsin_log_matcher_free(self->matcher);
		tocsin_log_multiline_free(self->multiline);
		g_free(self->time_format);
		g_free(self);
	}
}

/* Gathers what is wrong, to be told at once. */
static void G_GNUC_PRINTF(2, 3) complain(GString *problems, const char *format, ...)
{
	va_list arguments;

	if (problems->len > 0) {
		g_string_append(problems, "; ");
	}
	va_start(arguments, format);
	g_string_append_vprintf(problems, format, arguments);
	va_end(arguments);
}

static void
complain_error(GString *problems, GError **error)
{
	complain(problems, "%s", (*error)->message);
	g_clear_error(error);
}

static void
read_files(TocsinLogSettings *self, const tocsin_host *host, const tocsin_config *config,
           GString *problems)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new();
	const char *file;

	for (guint i = 0; (file = host->get_item(host, config, "files", i)) != NULL; i++) {
		if (file[0] != '/') {
			complain(problems, "files: '%s' must be an absolute path", file);
		}
		g_ptr_array_add(files, g_strdup(file));
	}
	g_ptr_array_add(files, NULL);
	self->files = (char **)g_ptr_array_free(g_steal_pointer(&files), FALSE);
	self->follower.patterns = (const char *const *)self->files;
}

static void
read_from(TocsinLogSettings *self, const char *from, gint64 now_us, GString *problems)
{
	g_autoptr(GError) error = NULL;
	gint64 ago_us;

	if (strcmp(from, "checkpoint") == 0) {
		self->follower.from = TOCSIN_LOG_FROM_CHECKPOINT;
	} else if (strcmp(from, "start") == 0) {
		self->follower.from = TOCSIN_LOG_FROM_START;
	} else if (strcmp(from, "end") == 0) {
		self->follower.from = TOCSIN_LOG_FROM_END;
	} else if (!g_str_has_prefix(from, "since ")) {
		complain(problems, "from: '%s' is none of checkpoint, start, end and \"since 10m\"",
		         from);
	} else if (!tocsin_units_parse_duration(from + strlen("since "), &ago_us, &error)) {
		g_prefix_error(&error, "from: ");
		complain_error(problems, &error);
	} else {
		self->follower.from = TOCSIN_LOG_FROM_SINCE;
		self->follower.since_us = now_us - ago_us;
	}
}

static void
add_pattern(TocsinLogSettings *self, const char *name, const char *regex, GString *problems)
{
	TocsinLogPatternSetting *pattern = g_new0(TocsinLogPatternSetting, 1);

	if (name[0] == '\0' || strpbrk(name, ". \t\n*") != NULL) {
		complain(problems, "pattern '%s': a name has no dots, blanks or asterisks", name);
	}
	pattern->name = g_strdup(name);
	pattern->regex = g_strdup(regex);
	g_ptr_array_add(self->patterns, pattern);
}

static void
read_patterns(TocsinLogSettings *self, const tocsin_host *host, const tocsin_config *config,
              GString *problems)
{
	const tocsin_config *group;

	for (guint i = 0; (group = host->get_group(host, config, "patterns", i)) != NULL; i++) {
		const char *severity = host->get_string(host, group, "severity");
		TocsinLogPatternSetting *pattern;

		add_pattern(self, host->get_string(host, group, "name"),
		            host->get_string(host, group, "regex"), problems);
		pattern = self->patterns->pdata[self->patterns->len - 1];
		pattern->key = g_strdup(host->get_string(host, group, "key"));
		pattern->status = g_strdup(host->get_string(host, group, "status"));
		for (guint32 j = 0; severity != NULL && severities[j] != NULL; j++) {
			if (strcmp(severity, severities[j]) == 0) {
				pattern->severity = TOCSIN_LEVEL_DEBUG + j;
			}
		}
	}
}

/* A line of the pattern file: a name, blanks, a regex to the line's end; or a comment. */
static void
read_pattern_line(TocsinLogSettings *self, const char *path, guint number, char *line,
                  GString *problems)
{
	gsize name = strcspn(line, " \t");
	gsize blanks = strspn(line + name, " \t");

	g_strchomp(line);
	if (line[0] == '\0' || line[0] == '#') {
		return;
	}
	if (blanks == 0 || name + blanks >= strlen(line)) {
		complain(problems, "%s:%u: no regex follows the name '%s'", path, number, line);
		return;
	}
	line[name] = '\0';
	add_pattern(self, line, line + name + blanks, problems);
}

static void
read_pattern_file(TocsinLogSettings *self, const char *path, GString *problems)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents(path, &text, NULL, &error)) {
		g_prefix_error(&error, "pattern_file: ");
		complain_error(problems, &error);
		return;
	}
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		read_pattern_line(self, path, i + 1, lines[i], problems);
	}
}

static void
compile_patterns(TocsinLogSettings *self, GString *problems)
{
	g_autofree TocsinLogPattern *texts = g_new0(TocsinLogPattern, self->patterns->len + 1);
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < self->patterns->len; i++) {
		const TocsinLogPatternSetting *pattern = self->patterns->pdata[i];

		texts[i] = (TocsinLogPattern){pattern->name, pattern->regex};
		if (!g_hash_table_add(names, pattern->name)) {
			complain(problems, "pattern '%s' is there twice", pattern->name);
		}
	}
	self->matcher = tocsin_log_matcher_new(texts, self->patterns->len, &error);
	/* To name all that are wrong, each is tried by itself. */
	for (guint i = 0; self->matcher == NULL && i < self->patterns->len; i++) {
		g_autoptr(GError) one = NULL;
		g_autoptr(TocsinLogMatcher) single = tocsin_log_matcher_new(&texts[i], 1, &one);

		if (single == NULL) {
			complain_error(problems, &one);
			g_clear_error(&error);
		}
	}
	if (error != NULL) {
		complain_error(problems, &error);
	}
}

static gboolean
has_capture(const TocsinLogMatcher *matcher, guint pattern, const char *name)
{
	const char *capture;
	guint group;

	for (guint i = 0;
	     (capture = tocsin_log_matcher_get_capture(matcher, pattern, i, &group)) != NULL; i++) {
		if (strcmp(capture, name) == 0) {
			return TRUE;
		}
	}
	return FALSE;
}

static void
check_captures(TocsinLogSettings *self, GString *problems)
{
	for (guint i = 0; self->matcher != NULL && i < self->patterns->len; i++) {
		const TocsinLogPatternSetting *pattern = self->patterns->pdata[i];
		const char *capture;
		guint group;

		if (pattern->key != NULL && !has_capture(self->matcher, i, pattern->key)) {
			complain(problems, "pattern '%s': key: there is no group named '%s'",
			         pattern->name, pattern->key);
		}
		for (guint j = 0; (capture = tocsin_log_matcher_get_capture(self->matcher, i, j,
		                                                            &group)) != NULL;
		     j++) {
			if (!g_ascii_islower(capture[0]) || strlen(capture) > 40 ||
			    capture[strspn(capture, "abcdefghijklmnopqrstuvwxyz0123456789_")] !=
			            '\0') {
				complain(problems,
				         "pattern '%s': the group '%s' must be named in small "
				         "letters, digits and _",
				         pattern->name, capture);
			}
		}
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
		complain(problems, "multiline and multiline_start, _continue, _end exclude each "
		                   "other: remove one");
	} else if (preset != NULL) {
		self->multiline = tocsin_log_multiline_new_preset(preset, &error);
	} else if (has_own) {
		self->multiline = tocsin_log_multiline_new(begin, go_on, end, &error);
	}
	if (error != NULL) {
		complain_error(problems, &error);
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
	self->patterns = g_ptr_array_new_with_free_func(pattern_free);
	self->follower.line_limit = (gsize)host->get_int(host, config, "line_limit");
	self->follower.slice_size = MAX(self->follower.slice_size, 4 * self->follower.line_limit);
	self->follower.idle_flush_us = host->get_int(host, config, "flush_after");
	self->follower.sweep_us = host->get_int(host, config, "sweep");
	self->follower.rotate_wait_us = host->get_int(host, config, "rotate_wait");
	self->time_format = g_strdup(host->get_string(host, config, "time"));
	if (context != NULL) {
		self->before = (guint)host->get_int(host, context, "before");
		self->after = (guint)host->get_int(host, context, "after");
	}
	read_files(self, host, config, problems);
	read_from(self, host->get_string(host, config, "from"), now_us, problems);
	read_patterns(self, host, config, problems);
	if (pattern_file != NULL && pattern_file[0] != '/') {
		complain(problems, "pattern_file: '%s' must be an absolute path", pattern_file);
	} else if (pattern_file != NULL && reads_files) {
		read_pattern_file(self, pattern_file, problems);
	}
	if (self->patterns->len == 0 && (pattern_file == NULL || reads_files)) {
		complain(problems, "there is no pattern: give patterns or pattern_file");
	}
	compile_patterns(self, problems);
	check_captures(self, problems);
	read_multiline(self, host, config, problems);
	if (problems->len > 0) {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG, problems->str);
		return NULL;
	}
	return g_steal_pointer(&self);
}
