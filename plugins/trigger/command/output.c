/* SPDX-License-Identifier: MIT */
/* Keeps the head as it comes, and the tail in a ring. */
#include "output.h"

#include <string.h>

struct _TocsinCommandOutput {
	GString *head;
	gsize head_limit;
	char *ring; /* of ring_size bytes */
	gsize ring_size;
	guint64 ring_count; /* bytes that ever went into it */
	GChecksum *checksum;
};

TocsinCommandOutput *
tocsin_command_output_new(gsize limit)
{
	TocsinCommandOutput *self = g_new0(TocsinCommandOutput, 1);

	self->head = g_string_new(NULL);
	self->ring_size = MAX(limit / 2, 1);
	self->head_limit = limit - limit / 2;
	self->checksum = g_checksum_new(G_CHECKSUM_SHA256);
	return self;
}

void
tocsin_command_output_free(TocsinCommandOutput *self)
{
	if (self != NULL) {
		g_string_free(self->head, TRUE);
		g_free(self->ring);
		g_checksum_free(self->checksum);
		g_free(self);
	}
}

static void
add_to_ring(TocsinCommandOutput *self, const char *bytes, gsize length)
{
	gsize skipped = length > self->ring_size ? length - self->ring_size : 0;
	gsize at, first;

	if (self->ring == NULL) {
		self->ring = g_malloc(self->ring_size);
	}
	self->ring_count += length;
	at = (gsize)((self->ring_count - (length - skipped)) % self->ring_size);
	first = MIN(length - skipped, self->ring_size - at);
	memcpy(self->ring + at, bytes + skipped, first);
	memcpy(self->ring, bytes + skipped + first, length - skipped - first);
}

void
tocsin_command_output_add(TocsinCommandOutput *self, const char *bytes, gsize length)
{
	gsize taken = MIN(length, self->head_limit - self->head->len);

	g_checksum_update(self->checksum, (const guchar *)bytes, (gssize)length);
	g_string_append_len(self->head, bytes, (gssize)taken);
	if (taken < length) {
		add_to_ring(self, bytes + taken, length - taken);
	}
}

guint64
tocsin_command_output_size(const TocsinCommandOutput *self)
{
	return self->head->len + self->ring_count;
}

GString *
tocsin_command_output_text(const TocsinCommandOutput *self)
{
	GString *text = g_string_new_len(self->head->str, (gssize)self->head->len);
	gsize kept = (gsize)MIN(self->ring_count, self->ring_size);
	gsize at = (gsize)((self->ring_count - kept) % self->ring_size);

	if (self->ring_count > kept) {
		g_string_append_printf(text, "\n[... %" G_GUINT64_FORMAT " bytes cut]\n",
		                       self->ring_count - kept);
	}
	if (kept > 0) {
		gsize first = MIN(kept, self->ring_size - at);

		g_string_append_len(text, self->ring + at, (gssize)first);
		g_string_append_len(text, self->ring, (gssize)(kept - first));
	}
	return text;
}

char *
tocsin_command_output_digest(const TocsinCommandOutput *self)
{
	g_autoptr(GChecksum) copy = g_checksum_copy(self->checksum);

	return g_strdup(g_checksum_get_string(copy));
}
