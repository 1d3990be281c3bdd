/* SPDX-License-Identifier: MIT */
/* A log read by the log trigger, as the host runs it; and by a plain loop of each regex on each
 * line, which shares no code with it. Both are to find the same. */
#ifndef TOCSIN_BENCH_READER_H
#define TOCSIN_BENCH_READER_H

#include <glib.h>

/* What was found, and what that took. */
typedef struct {
	guint64 matches;
	char digest
	        [65]; /* of line, rule and captures of all matches in order; "" if not asked for */
	double start_seconds; /* of the processor: until the rules are compiled */
	double seconds;       /* of the processor: reading and matching */
	gint64 kib;           /* more memory than before, at the most */
} Reading;

/* Reads @path, with the first @rules rules. @expected: it has found all when it has found so many
 * matches; more are an error. */
void reader_run_trigger(const char *path, guint rules, guint64 expected, gboolean has_digest,
                        Reading *out_reading);

/* The same by PCRE2 alone. */
void reader_run_reference(const char *path, guint rules, Reading *out_reading);

#endif
