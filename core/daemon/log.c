/* SPDX-License-Identifier: MIT */
/* Writes the log. */
#include "daemon/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* No line of the log is longer; a report of many mistakes is several lines. */
#define LINE_MAX_BYTES 4096u

static const char *
name_of(GLogLevelFlags level)
{
	switch (level & G_LOG_LEVEL_MASK) {
	case G_LOG_LEVEL_ERROR:
	case G_LOG_LEVEL_CRITICAL:
		return "error";
	case G_LOG_LEVEL_WARNING:
		return "warning";
	case G_LOG_LEVEL_DEBUG:
		return "debug";
	default:
		return "info";
	}
}

/* The text may hold what came from outside: it cannot forge a line of its own, but for those that
 * we part it into. */
static void
write_lines(GLogLevelFlags level, const char *text)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_local();
	g_autofree char *time = g_date_time_format(now, "%Y-%m-%dT%H:%M:%S.%f%:z");
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; lines[i] != NULL; i++) {
		g_autofree char *shown =
		        tocsin_text_for_display(lines[i], (gssize)strlen(lines[i]), LINE_MAX_BYTES);

		g_string_append_printf(out, "%s %s: %s\n", time, name_of(level), shown);
	}
	(void)fwrite(out->str, 1, out->len, stderr);
	(void)fflush(stderr);
}

static GLogWriterOutput
on_log(GLogLevelFlags level, const GLogField *fields, gsize count, gpointer data)
{
	gboolean is_verbose = GPOINTER_TO_INT(data);
	gboolean is_quiet = (level & (G_LOG_LEVEL_INFO | G_LOG_LEVEL_DEBUG)) != 0;

	if (is_quiet && !is_verbose) {
		return G_LOG_WRITER_HANDLED;
	}
	if (g_log_writer_is_journald(STDERR_FILENO)) {
		return g_log_writer_journald(level, fields, count, NULL);
	}
	for (gsize i = 0; i < count; i++) {
		if (strcmp(fields[i].key, "MESSAGE") == 0) {
			write_lines(level, fields[i].value);
		}
	}
	return G_LOG_WRITER_HANDLED;
}

void
tocsin_log_begin(gboolean is_verbose)
{
	g_log_set_writer_func(on_log, GINT_TO_POINTER(is_verbose), NULL);
}
