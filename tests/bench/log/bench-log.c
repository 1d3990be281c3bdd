/* SPDX-License-Identifier: MIT */
/* The log trigger, run as the host runs it, over a generated log: bytes per CPU second. Beside it,
 * in the same run, reading alone and the plain loop of each regex on each line. */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "corpus.h"
#include "log-unit.h"
#include "plugin/call-trigger.h"
#include "plugin/unit.h"
#include "rule.h"

static guint64 raised;

static gint32
on_emit(gpointer user, TocsinEvent *event, guint64 token)
{
	raised++;
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
	const char *pages;

	g_assert_true(g_file_get_contents("/proc/self/statm", &text, NULL, NULL));
	pages = strchr(text, ' ');
	return g_ascii_strtoll(pages + 1, NULL, 10) * (sysconf(_SC_PAGESIZE) / 1024);
}

/* Lets the trigger read the whole log. Returns CPU seconds; the start, with the compilation of the
 * rules, is measured apart. */
static double
run_trigger(const char *path, guint rules, guint64 expected, double *out_start, gint64 *out_kib)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSettings) settings = NULL;
	g_autoptr(TocsinTrigger) trigger = NULL;
	g_autoptr(GMainContext) context = g_main_context_new();
	TocsinUnit *unit = tocsin_unit_new(&tocsin_log_unit, "trigger-log", "/trigger-log.so");
	double began, started, ended;
	gint64 before_kib = resident_kib();

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
	raised = 0;
	began = cpu_seconds();
	trigger = tocsin_trigger_start(unit, "bench", settings, tocsin_clock_system(), context,
	                               &sink, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_nonnull(trigger);
	started = cpu_seconds();
	*out_start = started - began;
	while (g_main_context_iteration(context, FALSE) || raised < expected) {
	}
	if (raised != expected) {
		g_error("%" G_GUINT64_FORMAT " events, not %" G_GUINT64_FORMAT, raised, expected);
	}
	ended = cpu_seconds();
	*out_kib = MAX(*out_kib, resident_kib() - before_kib);
	return ended - started;
}

static double
run_read(const char *path)
{
	g_autofree char *buffer = g_malloc(256u << 10);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	double began = cpu_seconds();

	while (read(fd, buffer, 256u << 10) > 0) {
	}
	close(fd);
	return cpu_seconds() - began;
}

/* Each regex on each line of the first @length bytes; also the reference for the count. */
static double
run_plain(const char *text, gsize length, guint rules, guint64 *out_matches)
{
	g_autoptr(TocsinLogFrequency) frequency = tocsin_log_frequency_new();
	g_autoptr(TocsinLogMatchSpace) space = tocsin_log_match_space_new();
	g_autoptr(GPtrArray) compiled =
	        g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_log_rule_free);
	double began;

	for (guint i = 0; i < rules; i++) {
		g_autofree char *regex = corpus_make_regex(i);

		g_ptr_array_add(compiled, tocsin_log_rule_new("r", regex, frequency, NULL));
	}
	began = cpu_seconds();
	*out_matches = 0;
	for (gsize at = 0; at < length;) {
		const char *newline = memchr(text + at, '\n', length - at);
		gsize end = newline != NULL ? (gsize)(newline - text) : length;

		for (guint i = 0; i < rules; i++) {
			*out_matches += tocsin_log_rule_match(compiled->pdata[i], space, text + at,
			                                      end - at, 0, TOCSIN_LOG_TEXT_ASCII) ==
			                TOCSIN_LOG_MATCH_YES;
		}
		at = end + 1;
	}
	return cpu_seconds() - began;
}

static void
measure(const char *folder, guint64 bytes, guint runs, guint rules, guint per_mille)
{
	g_autofree char *path = g_build_filename(folder, "bench.log", NULL);
	guint64 expected = corpus_write(path, bytes, per_mille, rules), plain_matches;
	g_autoptr(GMappedFile) map = g_mapped_file_new(path, FALSE, NULL);
	gsize length = g_mapped_file_get_length(map);
	gsize plain_length = MIN(length, MAX((gsize)(256u << 20) / (rules * 4), 1u << 20));
	double best = 1e9, best_read = 1e9, start = 0, plain;
	gint64 kib = 0;

	for (guint i = 0; i < runs; i++) {
		best_read = MIN(best_read, run_read(path));
		best = MIN(best, run_trigger(path, rules, expected, &start, &kib));
	}
	plain = run_plain(g_mapped_file_get_contents(map), plain_length, rules, &plain_matches);
	printf("%5u rules %4.1f %%: %7.0f MB per CPU s; reading alone %6.0f, plain loop %6.1f "
	       "(%5.1fx); start %5.1f ms, %4.1f MiB\n",
	       rules, per_mille / 10.0, (double)length / best / 1e6,
	       (double)length / best_read / 1e6, (double)plain_length / plain / 1e6,
	       ((double)length / best) / ((double)plain_length / plain), start * 1e3,
	       (double)kib / 1024);
	fflush(stdout);
	g_unlink(path);
}

int
main(int argc, char **argv)
{
	static const guint rules[] = {1, 10, 100, 1000};
	guint64 bytes = argc > 2 ? g_ascii_strtoull(argv[2], NULL, 10) << 20 : 0;
	guint runs = argc > 3 ? (guint)g_ascii_strtoull(argv[3], NULL, 10) : 3;

	if (bytes == 0 || runs == 0) {
		fprintf(stderr, "usage: %s FOLDER MEBIBYTES [RUNS]\n", argv[0]);
		return 64;
	}
	for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
		measure(argv[1], bytes, runs, rules[i], 10);
		measure(argv[1], bytes, runs, rules[i], 1);
	}
	return 0;
}
