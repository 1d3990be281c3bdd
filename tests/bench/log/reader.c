/* SPDX-License-Identifier: MIT */
/* The trigger's events, or the reference's matches, into a count and a digest. */
#define PCRE2_CODE_UNIT_WIDTH 8

#include "reader.h"

#include <pcre2.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "corpus.h"
#include "log-unit.h"
#include "plugin/call-trigger.h"
#include "plugin/unit.h"

/* What the rules' captures are called: in each only some of them are. */
static const char *const captures[] = {"user", "ip", "unit", "what", "code", "host"};

typedef struct {
	guint64 matches;
	GChecksum *checksum; /* NULL: not asked for */
} Sum;

static void
add_text(Sum *sum, const char *text, gsize length)
{
	g_checksum_update(sum->checksum, (const guchar *)text, (gssize)length);
	g_checksum_update(sum->checksum, (const guchar *)"\n", 1);
}

static gint32
on_emit(gpointer user, TocsinEvent *event, guint64 token)
{
	Sum *sum = user;

	sum->matches++;
	if (sum->checksum == NULL) {
		return TOCSIN_OK;
	}
	add_text(sum, event->kind, strlen(event->kind));
	for (guint i = 0; i < G_N_ELEMENTS(captures); i++) {
		const char *text = tocsin_event_field_string(event, captures[i]);

		if (text != NULL) {
			add_text(sum, captures[i], strlen(captures[i]));
			add_text(sum, text, strlen(text));
		}
	}
	add_text(sum, tocsin_event_field_string(event, "line"),
	         strlen(tocsin_event_field_string(event, "line")));
	return TOCSIN_OK;
}

static void
on_checkpoint(gpointer user, const char *name, GBytes *position)
{
}

static gboolean
on_restore(gpointer user, guint index, const char **out_name, GBytes **out_position)
{
	return FALSE;
}

static void
on_error(gpointer user, gint32 status, const GError *error)
{
	g_error("%s", error->message);
}

static const TocsinTriggerSink sink = {on_emit, on_checkpoint, on_restore, on_error};

static double
cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static gint64
resident_kib(void)
{
	g_autofree char *text = NULL;

	g_assert_true(g_file_get_contents("/proc/self/statm", &text, NULL, NULL));
	return g_ascii_strtoll(strchr(text, ' ') + 1, NULL, 10) * (sysconf(_SC_PAGESIZE) / 1024);
}

static TocsinSettings *
make_settings(const char *path, guint rules)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(GError) error = NULL;
	TocsinSettings *settings;

	tocsin_keys_add(keys, tocsin_log_unit.keys, NULL);
	settings = tocsin_settings_new(keys);
	tocsin_settings_add_item(settings, "files", path, NULL);
	tocsin_settings_set_text(settings, "from", "start", NULL);
	for (guint i = 0; i < rules; i++) {
		TocsinSettings *group = tocsin_settings_add_group(settings, "patterns", NULL);
		g_autofree char *name = g_strdup_printf("rule%u", i);
		g_autofree char *regex = corpus_make_regex(i);

		tocsin_settings_set_text(group, "name", name, NULL);
		tocsin_settings_set_text(group, "regex", regex, NULL);
	}
	tocsin_settings_finish(settings, &error);
	g_assert_no_error(error);
	return settings;
}

void
reader_run_trigger(const char *path, guint rules, guint64 expected, gboolean has_digest,
                   Reading *out_reading)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSettings) settings = make_settings(path, rules);
	g_autoptr(TocsinUnit) unit =
	        tocsin_unit_new(&tocsin_log_unit, "trigger-log", "/trigger-log.so");
	g_autoptr(GMainContext) context = g_main_context_new();
	g_autoptr(TocsinTrigger) trigger = NULL;
	g_autoptr(GChecksum) checksum = has_digest ? g_checksum_new(G_CHECKSUM_SHA256) : NULL;
	Sum sum = {0, checksum};
	gint64 before_kib = resident_kib();
	double began = cpu_seconds();

	trigger = tocsin_trigger_start(unit, "bench", settings, tocsin_clock_system(), context,
	                               &sink, &sum, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(trigger);
	out_reading->start_seconds = cpu_seconds() - began;
	began = cpu_seconds();
	while (g_main_context_iteration(context, FALSE) || sum.matches < expected) {
	}
	out_reading->seconds = cpu_seconds() - began;
	out_reading->kib = resident_kib() - before_kib;
	out_reading->matches = sum.matches;
	if (has_digest) {
		g_strlcpy(out_reading->digest, g_checksum_get_string(checksum),
		          sizeof out_reading->digest);
	}
}

/* A rule as PCRE2 alone has it. */
typedef struct {
	char *name;
	pcre2_code *code;
} Rule;

static void
clear_rule(gpointer data)
{
	Rule *rule = data;

	g_free(rule->name);
	pcre2_code_free(rule->code);
}

static GArray *
compile_rules(guint rules)
{
	GArray *compiled = g_array_new(FALSE, TRUE, sizeof(Rule));

	g_array_set_clear_func(compiled, clear_rule);
	for (guint i = 0; i < rules; i++) {
		g_autofree char *regex = corpus_make_regex(i);
		int status;
		gsize offset;
		Rule rule = {g_strdup_printf("rule%u", i),
		             pcre2_compile((PCRE2_SPTR)regex, PCRE2_ZERO_TERMINATED, 0, &status,
		                           &offset, NULL)};

		g_assert_nonnull(rule.code);
		g_assert_cmpint(pcre2_jit_compile(rule.code, PCRE2_JIT_COMPLETE), ==, 0);
		g_array_append_val(compiled, rule);
	}
	return compiled;
}

static void
add_match(Sum *sum, const Rule *rule, pcre2_match_data *data, const char *line, gsize length)
{
	const gsize *groups = pcre2_get_ovector_pointer(data);

	add_text(sum, rule->name, strlen(rule->name));
	for (guint i = 0; i < G_N_ELEMENTS(captures); i++) {
		int group = pcre2_substring_number_from_name(rule->code, (PCRE2_SPTR)captures[i]);

		if (group > 0 && groups[2 * group] != PCRE2_UNSET) {
			add_text(sum, captures[i], strlen(captures[i]));
			add_text(sum, line + groups[2 * group],
			         groups[2 * group + 1] - groups[2 * group]);
		}
	}
	add_text(sum, line, length);
}

void
reader_run_reference(const char *path, guint rules, Reading *out_reading)
{
	double began = cpu_seconds();
	g_autoptr(GMappedFile) map = g_mapped_file_new(path, FALSE, NULL);
	g_autoptr(GArray) compiled = compile_rules(rules);
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	pcre2_match_data *data = pcre2_match_data_create(100, NULL);
	const char *text = g_mapped_file_get_contents(map);
	gsize length = g_mapped_file_get_length(map);
	Sum sum = {0, checksum};

	out_reading->start_seconds = cpu_seconds() - began;
	began = cpu_seconds();
	for (gsize at = 0; at < length;) {
		const char *newline = memchr(text + at, '\n', length - at);
		gsize end = newline != NULL ? (gsize)(newline - text) : length;

		for (guint i = 0; i < rules; i++) {
			const Rule *rule = &g_array_index(compiled, Rule, i);

			if (pcre2_match(rule->code, (PCRE2_SPTR)(text + at), end - at, 0, 0, data,
			                NULL) >= 0) {
				sum.matches++;
				add_match(&sum, rule, data, text + at, end - at);
			}
		}
		at = end + 1;
	}
	out_reading->seconds = cpu_seconds() - began;
	out_reading->matches = sum.matches;
	out_reading->kib = 0;
	g_strlcpy(out_reading->digest, g_checksum_get_string(checksum), sizeof out_reading->digest);
	pcre2_match_data_free(data);
}
