/* SPDX-License-Identifier: MIT */
/* The record of a followed file: with its checksum made right, so that the fuzzer gets past it;
 * what can be read must read the same when written again. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree uint8_t *copy = g_malloc(size + 4);
	g_auto(TocsinLogCheckpoint) checkpoint = {0};
	g_auto(TocsinLogCheckpoint) again = {0};
	g_autoptr(GBytes) bytes = NULL;
	guint32 check;
	gsize length;
	const void *written;

	if (size > 16384) {
		return 0;
	}
	if (size > 0) {
		memcpy(copy, data, size);
	}
	check = GUINT32_TO_LE((guint32)tocsin_log_mark_of(copy, (guint32)size).hash);
	memcpy(copy + size, &check, sizeof check);
	if (!tocsin_log_checkpoint_read(copy, size + 4, &checkpoint, NULL) ||
	    strlen(checkpoint.path) == 0) {
		return 0;
	}
	bytes = tocsin_log_checkpoint_write(&checkpoint);
	written = g_bytes_get_data(bytes, &length);
	g_assert_true(tocsin_log_checkpoint_read(written, length, &again, NULL));
	g_assert_cmpuint(again.offset, ==, checkpoint.offset);
	g_assert_cmpstr(again.path, ==, checkpoint.path);
	return 0;
}
