/* SPDX-License-Identifier: MIT */
/* Bytes that must not be seen: passwords, tokens, keys.
 *
 * A TocsinSecret keeps them in memory that is left out of core dumps and swap where the system
 * allows it, and wipes them when the last reference goes. Immutable after construction; references
 * may be held by any thread. */
#ifndef TOCSIN_BASE_SECRET_H
#define TOCSIN_BASE_SECRET_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinSecret TocsinSecret;

/* Overwrites @length bytes so that no compiler may leave it out. */
void tocsin_wipe(void *bytes, gsize length);

/* Wipes a NUL-terminated string and frees it. Does nothing on NULL. */
void tocsin_wipe_free(char *text);

/* A copy of @length bytes; the caller wipes its own. */
TocsinSecret *tocsin_secret_new(const void *bytes, gsize length);

/* Another reference to the same bytes, to be given back with tocsin_secret_unref(). */
TocsinSecret *tocsin_secret_ref(TocsinSecret *self);

/* Wipes and frees with the last reference. Does nothing on NULL. */
void tocsin_secret_unref(TocsinSecret *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSecret, tocsin_secret_unref)

/* The bytes, always followed by a NUL that does not count; valid as long as the secret. */
const char *tocsin_secret_peek(const TocsinSecret *self, gsize *out_length);

/* Compares in a time that depends on the lengths only. */
gboolean tocsin_secret_equal(const TocsinSecret *self, const void *bytes, gsize length);

G_END_DECLS

#endif
