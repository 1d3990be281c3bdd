/* SPDX-License-Identifier: MIT */
/* Times in lines, and which lines belong together. */
#include <stdlib.h>
#include <string.h>

#include "multiline.h"
#include "when.h"

/* 2026-11-23 20:24:28 UTC */
#define NOW (G_GINT64_CONSTANT(1795465468) * G_USEC_PER_SEC)

static void
finds_the_usual_times(void)
{
	g_autoptr(TocsinLogZone) zone = tocsin_log_zone_new();
	static const struct {
		const char *line;
		gint64 us;
	} cases[] = {
	        {"2026-11-23T20:24:28Z x", NOW},
	        {"2026-11-23T20:24:28.123456+01:00 host", NOW - 3600 * (gint64)1000000 + 123456},
	        {"2026-11-23 20:24:28,123 INFO x", NOW + 123000},
	        {"2026-11-23 20:24:28.5 -0330 x", NOW + (gint64)12600 * 1000000 + 500000},
	        {"[2026-11-23 20:24:28] x", NOW},
	        {"2026/11/23 20:24:28 [error] 12#3: *4", NOW},
	        {"20261123T202428Z x", NOW},
	        {"app 20261123t202428,5+0100 x", NOW - 3600 * (gint64)1000000 + 500000},
	        {"{\"time\":\"2026-11-23T20:24:28Z\"}", NOW},
	        {"Nov 23 20:24:28 host sshd[1]: x", NOW},
	        {"<13>Nov 23 20:24:28 host x", NOW},
	        {"Nov  3 20:24:28 host x", NOW - (gint64)20 * 86400 * 1000000},
	        {"Dec 23 20:24:28 host x", NOW - (gint64)335 * 86400 * 1000000},
	        {"Nov 24 20:24:28 host x", NOW + (gint64)86400 * 1000000},
	        {"1.2.3.4 - - [23/Nov/2026:20:24:28 +0000] \"GET /\"", NOW},
	        {"1795465468 x", NOW},
	        {"1795465468.25 x", NOW + 250000},
	        {"1795465468123 x", NOW + 123000},
	        {"[1795465468] x", NOW},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 us = 0;

		g_test_message("%s", cases[i].line);
		g_assert_true(
		        tocsin_log_when_find(zone, cases[i].line, strlen(cases[i].line), NOW, &us));
		g_assert_cmpint(us, ==, cases[i].us);
	}
}

static void
finds_no_time_where_there_is_none(void)
{
	g_autoptr(TocsinLogZone) zone = tocsin_log_zone_new();
	static const char *const lines[] = {
	        "",
	        "no time",
	        "2026-13-23 20:24:28",
	        "2026-11-23 25:24:28",
	        "12345678",
	        "Nov 31 x",
	        "17954654681 x",
	        "2026-11-23",
	        "20261123 202428",
	        "20261123T2024287",
	        "20261323T202428Z",
	        "Feb 30 10:00:00 x",
	        "x1795465468",
	        "1795465468-5 x",
	};

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		gint64 us = 7;

		g_test_message("%s", lines[i]);
		g_assert_false(tocsin_log_when_find(zone, lines[i], strlen(lines[i]), NOW, &us));
		g_assert_cmpint(us, ==, 7);
	}
}

static void
reads_a_format_of_ones_own(void)
{
	g_autoptr(TocsinLogZone) zone = tocsin_log_zone_new();
	gint64 us;

	g_assert_true(tocsin_log_when_parse(zone, "%d.%m.%Y %H:%M:%S", "23.11.2026 20:24:28 x", 21,
	                                    NOW, &us));
	g_assert_cmpint(us, ==, NOW);
	g_assert_true(
	        tocsin_log_when_parse(zone, "%d.%m. %H:%M:%S", "23.11. 20:24:28", 15, NOW, &us));
	g_assert_cmpint(us, ==, NOW);
	g_assert_true(tocsin_log_when_parse(zone, "%s", "1795465468 x", 12, NOW, &us));
	g_assert_cmpint(us, ==, NOW);
	g_assert_false(tocsin_log_when_parse(zone, "%d.%m.%Y", "x", 1, NOW, &us));
}

/* The records' numbers of lines, such as "1,3,1". */
static char *
divide(TocsinLogMultiline *multiline, const char *text)
{
	GString *out = g_string_new(NULL);
	gsize length = strlen(text);

	for (gsize at = 0; at < length;) {
		gsize record = tocsin_log_multiline_next(multiline, text + at, length - at, TRUE);
		guint lines = 0;

		g_assert_cmpuint(record, >, 0);
		for (gsize i = 0; i < record; i++) {
			lines += text[at + i] == '\n';
		}
		g_string_append_printf(out, "%s%u", at > 0 ? "," : "", lines);
		at += record;
	}
	return g_string_free(out, FALSE);
}

static void
keeps_stack_traces_together(void)
{
	static const struct {
		const char *preset, *text, *records;
	} cases[] = {
	        {"java",
	         "INFO before\nERROR failed\njava.lang.IllegalStateException: no\n"
	         "\tat a.b.C.d(C.java:1)\n\tat a.b.C.e(C.java:2)\n"
	         "Caused by: java.io.IOException: disk\n\t... 3 more\nINFO after\n",
	         "1,6,1"},
	        {"python",
	         "INFO before\nERROR failed\nTraceback (most recent call last):\n"
	         "  File \"x.py\", line 1, in <module>\n    f()\nValueError: no\n\n"
	         "During handling of the above exception, another exception occurred:\n\n"
	         "Traceback (most recent call last):\n  File \"y.py\", line 2\nKeyError: 1\n"
	         "INFO after\n",
	         "1,11,1"},
	        {"go",
	         "before\npanic: runtime error\n\ngoroutine 1 [running]:\nmain.main()\n"
	         "\t/x/main.go:7 +0x18\nexit status 2\nafter it\n",
	         "7,1"},
	        {"rust",
	         "before\nthread 'main' panicked at src/main.rs:2:5:\nindex out of bounds\n"
	         "stack backtrace:\n   0: rust_begin_unwind\n             at /rustc/x\n"
	         "note: run with x\nafter it\n",
	         "7,1"},
	        {"c",
	         "==7==ERROR: AddressSanitizer: heap-use-after-free\nREAD of size 4\n"
	         "    #0 0x4 in main x.c:3\n\n0x6 is located\nfreed by thread T0 here:\n"
	         "    #0 0x5 in free\nSUMMARY: AddressSanitizer: x\nafter it\n",
	         "8,1"},
	        {"php",
	         "PHP Fatal error:  Uncaught Exception: no in /x.php:3\nStack trace:\n"
	         "#0 {main}\n  thrown in /x.php on line 3\nafter it\n",
	         "4,1"},
	        {"ruby",
	         "x.rb:1:in `f': no (RuntimeError)\n\tfrom x.rb:4:in `g'\n"
	         "\tfrom x.rb:7:in `<main>'\nafter it\n",
	         "3,1"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(TocsinLogMultiline) multiline =
		        tocsin_log_multiline_new_preset(cases[i].preset, &error);
		g_autofree char *records = NULL;

		g_assert_no_error(error);
		records = divide(multiline, cases[i].text);
		g_test_message("%s", cases[i].preset);
		g_assert_cmpstr(records, ==, cases[i].records);
	}
}

/* What compilers and interpreters of today wrote, shortened in width only. */
static const struct {
	const char *preset, *text, *records;
} written[] = {
        {"java",
         "Exception in thread \"main\" java.lang.RuntimeException: no\n"
         "\tat J.g(J.java:1)\n\tat J.main(J.java:2)\n"
         "\tSuppressed: java.lang.IllegalStateException: also\n"
         "\t\tat J.g(J.java:1)\n\t\t... 7 more\n"
         "Caused by: java.io.IOException: disk full\n\tat J.g(J.java:1)\n\t... 7 more\n"
         "after it\n",
         "9,1"},
        {"python",
         "ERROR:root:grouped\n"
         "  + Exception Group Traceback (most recent call last):\n"
         "  |   File \"p.py\", line 12, in <module>\n  |     try: g()\n  |          ^^^\n"
         "  | ExceptionGroup: several (2 sub-exceptions)\n"
         "  +-+---------------- 1 ----------------\n    | ValueError: 1\n"
         "    +---------------- 2 ----------------\n    | TypeError: 2\n"
         "    +------------------------------------\n"
         "ERROR:root:after\nERROR:root:deep\nTraceback (most recent call last):\n"
         "  File \"p.py\", line 15, in r\n"
         "    def r(n): return r(n-1) if n else 1/0\n                     ^^^^^^\n"
         "  [Previous line repeated 3 more times]\nZeroDivisionError: division by zero\n"
         "Traceback (most recent call last):\n  File \"p.py\", line 18, in <module>\n"
         "    eval(\"1 +\")\n  File \"<string>\", line 1\n    1 +\n"
         "SyntaxError: invalid syntax\nafter it\n",
         "11,1,13,1"},
        {"go",
         "panic: assignment to entry in nil map [recovered]\n"
         "\tpanic: assignment to entry in nil map\n"
         "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x48]\n\n"
         "goroutine 1 [running]:\nmain.(*T).f(0x0, {0x0?, 0x0?})\n"
         "\t/tmp/m.go:4 +0x25\nmain.main()\n\t/tmp/m.go:5 +0x7c\n\n"
         "goroutine 18 [chan receive]:\nmain.main.func1()\n\t/tmp/m.go:5 +0x1d\n"
         "created by main.main in goroutine 1\n\t/tmp/m.go:5 +0x5f\nexit status 2\n"
         "after it\n",
         "16,1"},
        {"rust",
         "\nthread '<unnamed>' (23115) panicked at p.rs:2:67:\n"
         "assertion `left == right` failed: sum is wrong\n  left: 2\n right: 3\n"
         "stack backtrace:\n   0: __rustc::rust_begin_unwind\n"
         "             at /rustc/5980/library/std/src/panicking.rs:689:5\n"
         "   4: p::main::{{closure}}\n"
         "note: Some details are omitted, run with `RUST_BACKTRACE=full`\n\n"
         "thread 'main' (23112) panicked at p.rs:1:40:\nindex out of bounds\n"
         "note: run with `RUST_BACKTRACE=1` environment variable\nafter it\n",
         "10,4,1"},
        {"c",
         "=================================================================\n"
         "==21954==ERROR: LeakSanitizer: detected memory leaks\n\n"
         "Direct leak of 4 byte(s) in 1 object(s) allocated from:\n"
         "    #0 0x7f43a38b89cf in __interceptor_malloc asan_malloc_linux.cpp:69\n"
         "    #1 0x5630be2e616a in main l.c:2\n\n"
         "SUMMARY: AddressSanitizer: 4 byte(s) leaked in 1 allocation(s).\nafter it\n",
         "8,1"},
        {"c",
         "before\n==================\nWARNING: ThreadSanitizer: data race (pid=22007)\n"
         "  Read of size 4 at 0x555555558054 by thread T1:\n    #0 f t.c:2 (t+0x11d0)\n\n"
         "  Thread T1 (tid=22016, running) created by main thread at:\n"
         "    #1 main t.c:3 (t+0x1232)\n\n"
         "SUMMARY: ThreadSanitizer: data race t.c:2 in f\n==================\n"
         "ThreadSanitizer: reported 1 warnings\nafter it\n",
         "12,1"},
        {"c",
         "u.c:1:43: runtime error: signed integer overflow: 2147483647 + 1\n"
         "    #0 0x55e5ba4b7178 in main u.c:1\n    #1 0x7f8f57a45249 in start\n\n"
         "==22193==WARNING: MemorySanitizer: use-of-uninitialized-value\n"
         "    #0 0x55c5c6974386 in main m.c:2:32\n\n"
         "SUMMARY: MemorySanitizer: use-of-uninitialized-value m.c:2:32 in main\nExiting\n"
         "after it\n",
         "9,1"},
        {"c",
         "*** stack smashing detected ***: terminated\n"
         "./a.out(+0x1139) [0x55d0c8a4b139]\n/lib/libc.so.6(abort+0x12) [0x7f1]\nafter it\n",
         "3,1"},
        {"php",
         "[23-Nov-2026 20:24:28 UTC] PHP Warning:  Undefined variable $x in /x.php line 3\n"
         "[23-Nov-2026 20:24:28 UTC] PHP Stack trace:\n"
         "[23-Nov-2026 20:24:28 UTC] PHP   1. {main}() /x.php:0\n"
         "[23-Nov-2026 20:24:28 UTC] PHP   2. f() /x.php:9\n"
         "[2026-11-23 20:24:28] production.ERROR: no {\"exception\":\"[object] "
         "(Exception(code: 0): no at /x.php:3)\n[stacktrace]\n#0 /y.php(4): f()\n"
         "#1 {main}\n\"} \nafter it\n",
         "4,5,1"},
        {"ruby",
         "Traceback (most recent call last):\n\t2: from x.rb:7:in `<main>'\n"
         "\t1: from x.rb:4:in `g'\nx.rb:1:in `f': no (RuntimeError)\n"
         "NoMethodError (undefined method `x' for nil):\n  \n"
         "app/controllers/x.rb:5:in `index'\nlib/y.rb:8:in `block in call'\nafter it\n",
         "4,4,1"},
};

static void
keeps_together_what_programs_wrote(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(written); i++) {
		g_autoptr(TocsinLogMultiline) multiline =
		        tocsin_log_multiline_new_preset(written[i].preset, NULL);
		g_autofree char *records = divide(multiline, written[i].text);

		g_test_message("%u %s", i, written[i].preset);
		g_assert_cmpstr(records, ==, written[i].records);
	}
}

static void
divides_by_patterns_of_ones_own(void)
{
	static const struct {
		const char *begin, *go_on, *end, *text, *records;
	} cases[] = {
	        {"^\\d", NULL, NULL, "1 a\n b\n c\n2 d\n", "3,1"},
	        {NULL, "^\\s", NULL, "a\n b\nc\nd\n", "2,1,1"},
	        {"^BEGIN", NULL, "^END", "BEGIN\nx\nEND\ny\nBEGIN\nz\n", "3,1,2"},
	        {NULL, NULL, ";$", "a\nb;\nc;\nd\n", "2,1,1"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(TocsinLogMultiline) multiline = tocsin_log_multiline_new(
		        cases[i].begin, cases[i].go_on, cases[i].end, NULL);
		g_autofree char *records = divide(multiline, cases[i].text);

		g_assert_cmpstr(records, ==, cases[i].records);
	}
}

static void
waits_for_the_line_that_ends_a_record(void)
{
	g_autoptr(TocsinLogMultiline) multiline = tocsin_log_multiline_new_preset("java", NULL);

	g_assert_cmpuint(tocsin_log_multiline_next(multiline, "a\n\tat x\n", 8, FALSE), ==, 0);
	g_assert_cmpuint(tocsin_log_multiline_next(multiline, "a\n\tat x\nb\n", 10, FALSE), ==, 8);
}

static void
divides_a_record_at_its_limits(void)
{
	g_autoptr(TocsinLogMultiline) multiline = tocsin_log_multiline_new(NULL, "^ ", NULL, NULL);
	g_autofree char *records = NULL;

	tocsin_log_multiline_set_limits(multiline, 3, 12);
	records = divide(multiline, "a\n b\n c\n d\n e\n");
	g_assert_cmpstr(records, ==, "3,2");
	g_free(records);
	records = divide(multiline, "a\n bbbbbb\n ccccc\n d\n");
	g_assert_cmpstr(records, ==, "2,2");
}

static void
names_a_preset_that_is_not_there(void)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tocsin_log_multiline_new_preset("cobol", &error));
	g_assert_nonnull(strstr(error->message, "java, python, go, rust, c, php, ruby"));
}

int
main(int argc, char **argv)
{
	g_setenv("TZ", "UTC", TRUE);
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/log/record/" #name, name)
	ADD(finds_the_usual_times);
	ADD(finds_no_time_where_there_is_none);
	ADD(reads_a_format_of_ones_own);
	ADD(keeps_stack_traces_together);
	ADD(keeps_together_what_programs_wrote);
	ADD(divides_by_patterns_of_ones_own);
	ADD(waits_for_the_line_that_ends_a_record);
	ADD(divides_a_record_at_its_limits);
	ADD(names_a_preset_that_is_not_there);
	return g_test_run();
}
