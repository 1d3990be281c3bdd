/* SPDX-License-Identifier: MIT */
/* tocsin_buf: a bounded buffer that leaves no copy of its bytes behind. */
#include "abi/buf.h"

#include <string.h>

#include "base/secret.h"

struct tocsin_buf {
	char *bytes;
	gsize length;
	gsize allocated; /* at least length + 1 once anything was put */
	gsize limit;
	gboolean is_touched;
};

tocsin_buf *
tocsin_buf_new(gsize limit)
{
	tocsin_buf *self = g_new0(tocsin_buf, 1);

	self->limit = limit;
	return self;
}

void
tocsin_buf_free(tocsin_buf *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_buf_clear(self);
	g_free(self->bytes);
	g_free(self);
}

/* Not g_realloc(): it could leave the old bytes behind in freed memory. */
static void
grow(tocsin_buf *self, gsize needed)
{
	gsize allocated = MAX(needed, self->allocated * 2);
	char *bytes = g_malloc(allocated);

	if (self->length > 0) {
		memcpy(bytes, self->bytes, self->length);
		tocsin_wipe(self->bytes, self->length);
	}
	g_free(self->bytes);
	self->bytes = bytes;
	self->allocated = allocated;
}

gboolean
tocsin_buf_append(tocsin_buf *self, const void *data, gsize length)
{
	if (length > self->limit - self->length) {
		return FALSE;
	}
	self->is_touched = TRUE;
	if (self->length + length + 1 > self->allocated) {
		grow(self, self->length + length + 1);
	}
	if (length > 0) {
		memcpy(self->bytes + self->length, data, length);
	}
	self->length += length;
	self->bytes[self->length] = '\0';
	return TRUE;
}

const char *
tocsin_buf_peek(const tocsin_buf *self, gsize *out_length)
{
	if (out_length != NULL) {
		*out_length = self->length;
	}
	return self->bytes == NULL ? "" : self->bytes;
}

gboolean
tocsin_buf_is_touched(const tocsin_buf *self)
{
	return self->is_touched;
}

void
tocsin_buf_clear(tocsin_buf *self)
{
	if (self->bytes != NULL) {
		tocsin_wipe(self->bytes, self->allocated);
	}
	self->length = 0;
	self->is_touched = FALSE;
}
