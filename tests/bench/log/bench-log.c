/* SPDX-License-Identifier: MIT */
/* Parts of measuring the log trigger, one a call:
 *
 *   corpus PATH BYTES PER-MILLE RULES   writes a log; prints how many lines match
 *   rules RULES                         prints the rules, one a line
 *   trigger PATH RULES MATCHES          the log trigger reads it
 *   reference PATH RULES                PCRE2 alone does
 *   read PATH                           nobody looks at what is read
 *   check FOLDER BYTES                  trigger and reference find the same; a test
 *
 * What reads prints one line: matches, digest, processor seconds to start and to read, KiB. */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "corpus.h"
#include "reader.h"

static void
print(const Reading *reading)
{
	printf("%" G_GUINT64_FORMAT " %s %.6f %.6f %" G_GINT64_FORMAT "\n", reading->matches,
	       reading->digest[0] != '\0' ? reading->digest : "-", reading->start_seconds,
	       reading->seconds, reading->kib);
}

static void
read_only(const char *path)
{
	g_autofree char *buffer = g_malloc(256u << 10);
	Reading reading = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct timespec begin, end;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
	while (read(fd, buffer, 256u << 10) > 0) {
	}
	close(fd);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
	reading.seconds =
	        (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
	print(&reading);
}

static int
check(const char *folder, guint64 bytes)
{
	static const guint rules[] = {1, 10, 100, 1000};
	int status = 0;

	printf("1..%u\n", (guint)G_N_ELEMENTS(rules));
	for (guint i = 0; i < G_N_ELEMENTS(rules); i++) {
		g_autofree char *path = g_strdup_printf("%s/check-%u.log", folder, rules[i]);
		guint64 expected = corpus_write(path, bytes, 20, rules[i]);
		Reading trigger = {0}, reference = {0};
		gboolean is_same;

		reader_run_reference(path, rules[i], &reference);
		reader_run_trigger(path, rules[i], reference.matches, TRUE, &trigger);
		is_same = expected == reference.matches && expected == trigger.matches &&
		          strcmp(trigger.digest, reference.digest) == 0;
		printf("%sok %u %u rules: %" G_GUINT64_FORMAT
		       " matches by the trigger, %" G_GUINT64_FORMAT
		       " by the reference, %" G_GUINT64_FORMAT " written\n",
		       is_same ? "" : "not ", i + 1, rules[i], trigger.matches, reference.matches,
		       expected);
		status |= !is_same;
		g_unlink(path);
	}
	return status;
}

static guint64
number(const char *text)
{
	return g_ascii_strtoull(text, NULL, 10);
}

int
main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	Reading reading = {0};

	if (strcmp(what, "corpus") == 0 && argc == 6) {
		printf("%" G_GUINT64_FORMAT "\n",
		       corpus_write(argv[2], number(argv[3]), (guint)number(argv[4]),
		                    (guint)number(argv[5])));
	} else if (strcmp(what, "rules") == 0 && argc == 3) {
		for (guint i = 0; i < number(argv[2]); i++) {
			g_autofree char *regex = corpus_make_regex(i);

			puts(regex);
		}
	} else if (strcmp(what, "trigger") == 0 && argc == 5) {
		reader_run_trigger(argv[2], (guint)number(argv[3]), number(argv[4]), FALSE,
		                   &reading);
		print(&reading);
	} else if (strcmp(what, "reference") == 0 && argc == 4) {
		reader_run_reference(argv[2], (guint)number(argv[3]), &reading);
		print(&reading);
	} else if (strcmp(what, "read") == 0 && argc == 3) {
		read_only(argv[2]);
	} else if (strcmp(what, "check") == 0 && argc == 4) {
		return check(argv[2], number(argv[3]));
	} else {
		fprintf(stderr, "usage: bench-log corpus|rules|trigger|reference|read|check …\n");
		return 64;
	}
	return 0;
}
