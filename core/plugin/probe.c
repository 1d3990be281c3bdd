/* SPDX-License-Identifier: MIT */
/* Questions about memory that somebody else wrote. */
#include "plugin/probe.h"

#include <string.h>

#include "base/text.h"

/* No struct of the ABI comes near this. */
#define STRUCT_MAX 4096u

gboolean
tocsin_probe_bytes(const TocsinMemory *memory, const void *address, gsize length)
{
	guintptr at = (guintptr)address;

	return at != 0 && at % _Alignof(void *) == 0 &&
	       memory->readable(at, memory->user) >= length;
}

gboolean
tocsin_probe_text(const TocsinMemory *memory, const char *address, gsize limit)
{
	gsize room = address == NULL ? 0 : memory->readable((guintptr)address, memory->user);
	const char *end = room == 0 ? NULL : memchr(address, '\0', MIN(room, limit + 1));

	return end != NULL && tocsin_text_is_printable(address, (gsize)(end - address));
}

gboolean
tocsin_probe_struct(const TocsinMemory *memory, const void *address, gsize least)
{
	guint32 size;

	if (!tocsin_probe_bytes(memory, address, least)) {
		return FALSE;
	}
	memcpy(&size, address, sizeof(size));
	return size >= least && size <= STRUCT_MAX && tocsin_probe_bytes(memory, address, size);
}

gboolean
tocsin_probe_is_name(const char *name, gsize limit)
{
	gsize length = strnlen(name, limit + 1);

	return length > 0 && length <= limit && g_ascii_islower(name[0]) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}
