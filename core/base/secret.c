/* SPDX-License-Identifier: MIT */
/* Secret bytes on pages of their own, so that they can be locked, kept out of core dumps, and
 * wiped. */
#include "base/secret.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct _TocsinSecret {
	gatomicrefcount references;
	gsize mapped; /* whole pages, this struct included */
	gsize length;
	char bytes[];
};

void
tocsin_wipe(void *bytes, gsize length)
{
	if (length > 0) {
		explicit_bzero(bytes, length);
	}
}

void
tocsin_wipe_free(char *text)
{
	if (text == NULL) {
		return;
	}
	tocsin_wipe(text, strlen(text));
	g_free(text);
}

TocsinSecret *
tocsin_secret_new(const void *bytes, gsize length)
{
	gsize page = (gsize)sysconf(_SC_PAGESIZE);
	gsize needed = sizeof(TocsinSecret) + length + 1;
	gsize mapped = (needed + page - 1) / page * page;
	TocsinSecret *self =
	        mmap(NULL, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (self == MAP_FAILED) {
		/* lint: allow banned-call: no memory ends the program here as in g_malloc() */
		g_error("cannot map %zu bytes for a secret", mapped);
	}
	/* Both are best effort: a low RLIMIT_MEMLOCK or an old kernel must not stop the mail. */
	(void)mlock(self, mapped);
	(void)madvise(self, mapped, MADV_DONTDUMP);

	g_atomic_ref_count_init(&self->references);
	self->mapped = mapped;
	self->length = length;
	if (length > 0) {
		memcpy(self->bytes, bytes, length);
	}
	return self;
}

TocsinSecret *
tocsin_secret_ref(TocsinSecret *self)
{
	g_atomic_ref_count_inc(&self->references);
	return self;
}

void
tocsin_secret_unref(TocsinSecret *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->references)) {
		return;
	}
	gsize mapped = self->mapped;

	tocsin_wipe(self->bytes, self->length);
	(void)munmap(self, mapped);
}

const char *
tocsin_secret_peek(const TocsinSecret *self, gsize *out_length)
{
	if (out_length != NULL) {
		*out_length = self->length;
	}
	return self->bytes;
}

gboolean
tocsin_secret_equal(const TocsinSecret *self, const void *bytes, gsize length)
{
	const unsigned char *theirs = bytes;
	unsigned char difference = self->length != length;

	for (gsize i = 0; i < MIN(self->length, length); i++) {
		difference |= (unsigned char)self->bytes[i] ^ theirs[i];
	}
	return difference == 0;
}
