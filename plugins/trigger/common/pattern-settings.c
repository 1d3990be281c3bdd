/* SPDX-License-Identifier: MIT */
/* From configuration to compiled patterns, and from captures to fields. */
#include "pattern-settings.h"

#include <string.h>

#include "event.h"
#include "problems.h"

#define NAME_MAX_LENGTH 200u
#define KEY_MAX ((gsize)4 << 10)

#define KEY(variable, ...) \
	static const tocsin_key variable = {.size = sizeof(tocsin_key), __VA_ARGS__}

KEY(pattern_name, .type = TOCSIN_KEY_STRING, .flags = TOCSIN_KEY_REQUIRED, .name = "name",
    .help = "The events' kind; a rule names it as TRIGGER.NAME.");
KEY(pattern_regex, .type = TOCSIN_KEY_STRING, .flags = TOCSIN_KEY_REQUIRED, .name = "regex",
    .help = "PCRE2; named groups become the event's fields.");
KEY(pattern_severity, .type = TOCSIN_KEY_STRING, .name = "severity",
    .choices = tocsin_draft_severities, .help = "The events' severity.");
KEY(pattern_key, .type = TOCSIN_KEY_STRING, .name = "key",
    .help = "The named group that says what the event is about.");
static const char *const pattern_statuses[] = {"problem", "ok", "failure", "success", NULL};
KEY(pattern_status, .type = TOCSIN_KEY_STRING, .name = "status", .choices = pattern_statuses,
    .help = "The events' status.");
static const tocsin_key *const pattern_keys[] = {&pattern_name, &pattern_regex,  &pattern_severity,
                                                 &pattern_key,  &pattern_status, NULL};

const tocsin_key tocsin_patterns_key = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_GROUPS,
        .maximum = TOCSIN_LOG_PATTERNS_MAX,
        .name = "patterns",
        .help = "What to look for.",
        .keys = pattern_keys,
};
const tocsin_key tocsin_patterns_key_file = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_STRING,
        .name = "pattern_file",
        .help = "Absolute path of a file with further patterns: a name, blanks and a regex a line.",
};

static void
pattern_free(gpointer data)
{
	TocsinPattern *self = data;

	g_free(self->name);
	g_free(self->regex);
	g_free(self->key);
	g_free(self->status);
	g_free(self);
}

void
tocsin_patterns_free(TocsinPatterns *self)
{
	if (self != NULL) {
		g_ptr_array_unref(self->list);
		tocsin_log_matcher_free(self->matcher);
		g_free(self);
	}
}

static TocsinPattern *
add(TocsinPatterns *self, const char *name, const char *regex, GString *problems)
{
	TocsinPattern *pattern = g_new0(TocsinPattern, 1);

	if (name[0] == '\0' || strpbrk(name, ". \t\n*") != NULL) {
		tocsin_problems_add(problems,
		                    "pattern '%s': a name has no dots, blanks or asterisks", name);
	}
	pattern->name = g_strdup(name);
	pattern->regex = g_strdup(regex);
	g_ptr_array_add(self->list, pattern);
	return pattern;
}

static void
read_groups(TocsinPatterns *self, const tocsin_host *host, const tocsin_config *config,
            GString *problems)
{
	const tocsin_config *group;

	for (guint i = 0; (group = host->get_group(host, config, "patterns", i)) != NULL; i++) {
		TocsinPattern *pattern = add(self, host->get_string(host, group, "name"),
		                             host->get_string(host, group, "regex"), problems);

		pattern->key = g_strdup(host->get_string(host, group, "key"));
		pattern->status = g_strdup(host->get_string(host, group, "status"));
		pattern->severity = tocsin_draft_parse_severity(
		        host->get_string(host, group, "severity"), TOCSIN_LEVEL_NONE);
	}
}

/* A line of the pattern file: a name, blanks, a regex to the line's end; or a comment. */
static void
read_line(TocsinPatterns *self, const char *path, guint number, char *line, GString *problems)
{
	gsize name = strcspn(line, " \t");
	gsize blanks = strspn(line + name, " \t");

	g_strchomp(line);
	if (line[0] == '\0' || line[0] == '#') {
		return;
	}
	if (blanks == 0 || name + blanks >= strlen(line)) {
		tocsin_problems_add(problems, "%s:%u: no regex follows the name '%s'", path, number,
		                    line);
		return;
	}
	line[name] = '\0';
	add(self, line, line + name + blanks, problems);
}

static void
read_file(TocsinPatterns *self, const char *path, gboolean reads_files, GString *problems)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (path[0] != '/') {
		tocsin_problems_add(problems, "pattern_file: '%s' must be an absolute path", path);
		return;
	}
	if (!reads_files) {
		return;
	}
	if (!g_file_get_contents(path, &text, NULL, &error)) {
		g_prefix_error(&error, "pattern_file: ");
		tocsin_problems_add_error(problems, &error);
		return;
	}
	lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i] != NULL; i++) {
		read_line(self, path, i + 1, lines[i], problems);
	}
}

static void
compile(TocsinPatterns *self, GString *problems)
{
	g_autofree TocsinLogPattern *texts = g_new0(TocsinLogPattern, self->list->len + 1);
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < self->list->len; i++) {
		const TocsinPattern *pattern = self->list->pdata[i];

		texts[i] = (TocsinLogPattern){pattern->name, pattern->regex};
		if (!g_hash_table_add(names, pattern->name)) {
			tocsin_problems_add(problems, "pattern '%s' is there twice", pattern->name);
		}
	}
	self->matcher = tocsin_log_matcher_new(texts, self->list->len, &error);
	/* To name all that are wrong, each is tried by itself. */
	for (guint i = 0; self->matcher == NULL && i < self->list->len; i++) {
		g_autoptr(GError) one = NULL;
		g_autoptr(TocsinLogMatcher) single = tocsin_log_matcher_new(&texts[i], 1, &one);

		if (single == NULL) {
			tocsin_problems_add_error(problems, &one);
			g_clear_error(&error);
		}
	}
	if (error != NULL) {
		tocsin_problems_add_error(problems, &error);
	}
}

static gboolean
has_capture(const TocsinPatterns *self, guint pattern, const char *name)
{
	const char *capture;
	guint group;

	for (guint i = 0;
	     (capture = tocsin_log_matcher_get_capture(self->matcher, pattern, i, &group)) != NULL;
	     i++) {
		if (strcmp(capture, name) == 0) {
			return TRUE;
		}
	}
	return FALSE;
}

/* A rule names it as the kind of its events. */
static gboolean
is_word(const char *name)
{
	for (; *name != '\0'; name = g_utf8_next_char(name)) {
		gunichar letter = g_utf8_get_char(name);

		if (g_unichar_isspace(letter) || !g_unichar_isprint(letter)) {
			return FALSE;
		}
	}
	return TRUE;
}

static void
check_captures(const TocsinPatterns *self, guint index, GString *problems)
{
	const TocsinPattern *pattern = self->list->pdata[index];
	const char *capture;
	guint group;

	if (strlen(pattern->name) > NAME_MAX_LENGTH || !is_word(pattern->name)) {
		tocsin_problems_add(problems,
		                    "pattern '%s': a name has up to %u bytes, and no blanks",
		                    pattern->name, NAME_MAX_LENGTH);
	}
	if (pattern->key != NULL && !has_capture(self, index, pattern->key)) {
		tocsin_problems_add(problems, "pattern '%s': key: there is no group named '%s'",
		                    pattern->name, pattern->key);
	}
	for (guint i = 0;
	     (capture = tocsin_log_matcher_get_capture(self->matcher, index, i, &group)) != NULL;
	     i++) {
		if (!g_ascii_islower(capture[0]) || strlen(capture) > 40 ||
		    capture[strspn(capture, "abcdefghijklmnopqrstuvwxyz0123456789_")] != '\0') {
			tocsin_problems_add(problems,
			                    "pattern '%s': the group '%s' must be named in small "
			                    "letters, digits and _",
			                    pattern->name, capture);
		}
	}
}

TocsinPatterns *
tocsin_patterns_new(const tocsin_host *host, const tocsin_config *config, gboolean reads_files,
                    GString *problems)
{
	const char *path = host->get_string(host, config, "pattern_file");
	TocsinPatterns *self = g_new0(TocsinPatterns, 1);

	self->list = g_ptr_array_new_with_free_func(pattern_free);
	read_groups(self, host, config, problems);
	if (path != NULL) {
		read_file(self, path, reads_files, problems);
	}
	compile(self, problems);
	for (guint i = 0; self->matcher != NULL && i < self->list->len; i++) {
		check_captures(self, i, problems);
	}
	return self;
}

static int32_t
declare_one(const TocsinPatterns *self, guint pattern, const tocsin_schemas *schemas,
            tocsin_schema *schema, const char *const *others)
{
	const char *kind = tocsin_log_matcher_get_name(self->matcher, pattern);
	const char *capture, *last = NULL;
	guint group;
	int32_t status = schemas->add_kind(schema, kind, "A line or record that matches.");

	/* The names come in order, so that a repeated one follows itself. */
	for (guint i = 0;
	     status == TOCSIN_OK &&
	     (capture = tocsin_log_matcher_get_capture(self->matcher, pattern, i, &group)) != NULL;
	     i++) {
		if (!g_strv_contains(others, capture) &&
		    (last == NULL || strcmp(capture, last) != 0)) {
			status = schemas->add_field(schema, kind, capture, TOCSIN_FIELD_TEXT,
			                            "What the regex's group took.");
		}
		last = capture;
	}
	return status;
}

int32_t
tocsin_patterns_declare(const TocsinPatterns *self, const tocsin_host *host, tocsin_schema *schema,
                        const char *const *others, tocsin_error *error)
{
	const tocsin_schemas *schemas = host->extension(host, TOCSIN_SCHEMA);

	for (guint i = 0; schemas != NULL && i < self->list->len; i++) {
		int32_t status = declare_one(self, i, schemas, schema, others);

		if (status != TOCSIN_OK) {
			return host->fail(host, error, status,
			                  "the patterns raise more kinds of events or have more "
			                  "groups than can be declared");
		}
	}
	return TOCSIN_OK;
}

tocsin_field
tocsin_patterns_text_field(const char *name, const char *text, gsize length)
{
	return (tocsin_field){
	        .size = sizeof(tocsin_field),
	        .type = TOCSIN_FIELD_TEXT,
	        .name = name,
	        .text = text,
	        .length = length,
	};
}

const tocsin_field *
tocsin_patterns_find_field(const tocsin_field *fields, guint count, const char *name)
{
	for (guint i = 0; i < count; i++) {
		if (strcmp(fields[i].name, name) == 0) {
			return &fields[i];
		}
	}
	return NULL;
}

char *
tocsin_patterns_make_key(const tocsin_field *field)
{
	g_autofree char *text = g_strndup(field->text, MIN(field->length, KEY_MAX));

	return g_utf8_make_valid(text, -1);
}

guint
tocsin_patterns_take_fields(const TocsinPatterns *self, const TocsinLogMatch *match,
                            tocsin_field *out_fields, guint max)
{
	const char *name;
	guint count = 0, group = 0;

	for (guint i = 0;
	     count < max && (name = tocsin_log_matcher_get_capture(self->matcher, match->pattern, i,
	                                                           &group)) != NULL;
	     i++) {
		const gsize *bounds = match->groups + 2 * (gsize)group;

		if (group < match->group_count && bounds[0] <= bounds[1] &&
		    bounds[0] != G_MAXSIZE &&
		    tocsin_patterns_find_field(out_fields, count, name) == NULL) {
			out_fields[count++] = tocsin_patterns_text_field(
			        name, match->line + bounds[0], bounds[1] - bounds[0]);
		}
	}
	return count;
}

void
tocsin_patterns_tell_failures(TocsinPatterns *self, const tocsin_host *host)
{
	for (guint i = 0; i < self->list->len; i++) {
		TocsinPattern *pattern = self->list->pdata[i];
		guint64 failures = tocsin_log_matcher_get_failures(self->matcher, i);
		g_autofree char *text = NULL;

		if (failures == 0 || failures < pattern->failures_told * 10) {
			continue;
		}
		pattern->failures_told = failures;
		text = g_strdup_printf(
		        "pattern '%s': the regex backtracked too much on %" G_GUINT64_FORMAT
		        " lines so far and was given up there: make it simpler",
		        pattern->name, failures);
		host->log(host, TOCSIN_LOG_WARNING, text);
	}
}
