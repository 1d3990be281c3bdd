/* SPDX-License-Identifier: MIT */
/* Takes the bytes for a position of the file trigger. */
#include <stddef.h>
#include <stdint.h>

#include "position.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
on_position(const char *name, const void *bytes, gsize length, gpointer data)
{
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GHashTable) folders = g_hash_table_new_full(
	        g_str_hash, g_str_equal, NULL, (GDestroyNotify)tocsin_file_folder_free);
	guint64 count = 0;
	TocsinFileFolder *folder = tocsin_file_position_read(folders, data, size, &count);

	if (folder != NULL) {
		tocsin_file_folder_save(folder, on_position, NULL);
	}
	return 0;
}
