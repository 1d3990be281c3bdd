/* SPDX-License-Identifier: MIT */
/* The segments of all loaded objects. */
#include "plugin/mapped.h"

#include <link.h>

typedef struct {
	guintptr start;
	guintptr end;
	gboolean is_code;
} Segment;

struct _TocsinMapped {
	TocsinMemory memory;
	GArray *segments;  /* of Segment, readable ones */
	GArray *constants; /* of Segment: those, and parts of those, that cannot be written */
};

static int
add_object(struct dl_phdr_info *info, size_t size, void *data)
{
	TocsinMapped *self = data;

	for (guint i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		guintptr start = info->dlpi_addr + header->p_vaddr;
		Segment segment = {start, start + header->p_memsz, (header->p_flags & PF_X) != 0};

		if (header->p_type == PT_LOAD && (header->p_flags & PF_R) != 0) {
			g_array_append_val(self->segments, segment);
		}
		if (header->p_type == PT_GNU_RELRO ||
		    (header->p_type == PT_LOAD && (header->p_flags & PF_W) == 0)) {
			g_array_append_val(self->constants, segment);
		}
	}
	return 0;
}

static const Segment *
find(const TocsinMapped *self, guintptr address)
{
	for (guint i = 0; i < self->segments->len; i++) {
		const Segment *segment = &g_array_index(self->segments, Segment, i);

		if (address >= segment->start && address < segment->end) {
			return segment;
		}
	}
	return NULL;
}

static gsize
readable(guintptr address, gpointer user)
{
	const Segment *segment = find(user, address);

	return segment == NULL ? 0 : segment->end - address;
}

static gboolean
callable(guintptr address, gpointer user)
{
	const Segment *segment = find(user, address);

	return segment != NULL && segment->is_code;
}

TocsinMapped *
tocsin_mapped_new(void)
{
	TocsinMapped *self = g_new0(TocsinMapped, 1);

	self->segments = g_array_new(FALSE, FALSE, sizeof(Segment));
	self->constants = g_array_new(FALSE, FALSE, sizeof(Segment));
	dl_iterate_phdr(add_object, self);
	self->memory = (TocsinMemory){readable, callable, self};
	return self;
}

void
tocsin_mapped_free(TocsinMapped *self)
{
	if (self == NULL) {
		return;
	}
	g_array_unref(self->segments);
	g_array_unref(self->constants);
	g_free(self);
}

gboolean
tocsin_mapped_is_constant(const TocsinMapped *self, const void *address, gsize length)
{
	guintptr at = (guintptr)address;

	for (guint i = 0; i < self->constants->len; i++) {
		const Segment *segment = &g_array_index(self->constants, Segment, i);

		if (at >= segment->start && at < segment->end && length <= segment->end - at) {
			return TRUE;
		}
	}
	return FALSE;
}

const TocsinMemory *
tocsin_mapped_memory(const TocsinMapped *self)
{
	return &self->memory;
}
