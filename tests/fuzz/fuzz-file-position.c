/* SPDX-License-Identifier: MIT */
/* Takes the bytes for a position of the file trigger. */
#include <stddef.h>
#include <stdint.h>

#include "memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GHashTable) folders = g_hash_table_new_full(
	        g_str_hash, g_str_equal, NULL, (GDestroyNotify)tocsin_file_folder_free);

	tocsin_file_memory_unpack(folders, data, size);
	return 0;
}
