/* SPDX-License-Identifier: MIT */
/* A file's header, as it comes. */
#include <stdint.h>
#include <string.h>

#include "plugin/elf-check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func(g_free);

	if (!tocsin_elf_check(data, size, places, &error)) {
		g_assert_cmpuint(places->len, ==, 0);
		g_assert_true(strchr(error->message, ';') != NULL); /* what to do */
	}
	return 0;
}
