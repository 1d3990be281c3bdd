/* SPDX-License-Identifier: MIT */
/* How long the file trigger takes until it watches many files, and how much memory: FOLDER has
 * been filled with folders of files. Prints one line of JSON. */
#include <stdio.h>

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

int
main(int argc, char *argv[])
{
	TriggerHost host;
	gint64 before, begin_us, ready_us, first_us;

	if (argc != 2) {
		fprintf(stderr, "usage: bench-watch FOLDER\n");
		return 64;
	}
	trigger_host_set_up(&host, &tocsin_file_unit);
	trigger_host_add(&host, "paths", argv[1]);
	trigger_host_set_number(&host, "recursive", 1);
	before = resident_bytes();
	begin_us = g_get_monotonic_time();
	trigger_host_start(&host);
	trigger_host_settle(&host);
	first_us = g_get_monotonic_time() - begin_us;
	printf("{\"ready_ms\": %.1f, \"resident_mib\": %.1f, ", (double)first_us / 1000,
	       (double)(resident_bytes() - before) / (1 << 20));
	trigger_host_stop(&host);
	begin_us = g_get_monotonic_time();
	trigger_host_start(&host);
	trigger_host_settle(&host);
	ready_us = g_get_monotonic_time() - begin_us;
	printf("\"restart_ms\": %.1f, \"positions\": %u, \"events\": %u}\n",
	       (double)ready_us / 1000, g_hash_table_size(host.positions), host.events->len);
	trigger_host_tear_down(&host);
	return 0;
}
