/* SPDX-License-Identifier: MIT */
/* The export format is handed to the writer through a pipe. */
#include "entries.h"

#include <gio/gio.h>

gboolean
entries_can_write(void)
{
	return g_file_test(ENTRIES_WRITER, G_FILE_TEST_IS_EXECUTABLE);
}

void
entries_add(GString *stream, gint64 us, const char *fields)
{
	g_string_append_printf(stream,
	                       "__REALTIME_TIMESTAMP=%" G_GINT64_FORMAT
	                       "\n__MONOTONIC_TIMESTAMP=%" G_GINT64_FORMAT
	                       "\n_BOOT_ID=2c0ffee0000000000000000000000001\n%s\n",
	                       us, us - G_GINT64_CONSTANT(1700000000000000), fields);
}

void
entries_write(const char *folder, const char *name, GString *stream)
{
	g_autofree char *output = g_strdup_printf("--output=%s/%s", folder, name);
	g_autoptr(GError) error = NULL;
	g_autoptr(GSubprocess) writer =
	        g_subprocess_new(G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
	                         &error, ENTRIES_WRITER, output, "--split-mode=none", "-", NULL);
	g_autoptr(GBytes) bytes = g_bytes_new(stream->str, stream->len);

	g_assert_no_error(error);
	g_subprocess_communicate(writer, bytes, NULL, NULL, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(g_subprocess_get_successful(writer));
	g_string_truncate(stream, 0);
}
