/* SPDX-License-Identifier: MIT */
/* How long the file trigger takes until it watches many files, and how much memory: FOLDER has
 * been filled with folders of files. Once as new, and once after a restart. Prints one line of
 * JSON. */
#include <stdio.h>
#include <time.h>

#include "file-unit.h"
#include "trigger-host.h"

static gint64
resident_bytes(void)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) fields = NULL;

	if (!g_file_get_contents("/proc/self/statm", &text, NULL, NULL)) {
		return -1;
	}
	fields = g_strsplit(text, " ", 3);
	return g_ascii_strtoll(fields[1], NULL, 10) * 4096;
}

static gint64
cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* From when the paths are remembered on, nothing goes unnoticed: it is ready. What has become of
 * each file since the last run is then found out in the background. */
static void
measure(TriggerHost *host, const char *name)
{
	GBytes *before = g_hash_table_lookup(host->positions, "paths");
	gint64 wall_us = g_get_monotonic_time();
	gint64 began_us = cpu_us();

	if (before != NULL) {
		g_bytes_ref(before); /* so that the next is another */
	}
	trigger_host_start(host);
	while (g_hash_table_lookup(host->positions, "paths") == before) {
		g_main_context_iteration(host->context, FALSE);
	}
	printf("\"%s_ms\": %.1f, \"%s_cpu_ms\": %.1f, ", name,
	       (double)(g_get_monotonic_time() - wall_us) / 1000, name,
	       (double)(cpu_us() - began_us) / 1000);
	g_clear_pointer(&before, g_bytes_unref);
	trigger_host_settle(host);
	printf("\"%s_at_rest_ms\": %.1f, ", name,
	       (double)(g_get_monotonic_time() - wall_us) / 1000);
}

int
main(int argc, char *argv[])
{
	TriggerHost host;
	gint64 before;

	if (argc != 2) {
		fprintf(stderr, "usage: bench-watch FOLDER\n");
		return 64;
	}
	trigger_host_set_up(&host, &tocsin_file_unit);
	trigger_host_add(&host, "paths", argv[1]);
	trigger_host_set_number(&host, "recursive", 1);
	before = resident_bytes();
	putchar('{');
	measure(&host, "ready");
	printf("\"resident_mib\": %.1f, ", (double)(resident_bytes() - before) / (1 << 20));
	trigger_host_stop(&host);
	measure(&host, "restart");
	printf("\"positions\": %u, \"events\": %u}\n", g_hash_table_size(host.positions),
	       host.events->len);
	trigger_host_tear_down(&host);
	return 0;
}
