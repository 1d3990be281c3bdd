/* SPDX-License-Identifier: MIT */
/* What was sent in secret and may come back: servers quote what they refuse.
 *
 * A veil knows the secrets of a connection and covers them wherever they stand in what is to be
 * shown, in clear and in base64. It looks for exactly these bytes and guesses nothing. What we send
 * needs none: its secrets are known by where they are written. Belongs to one thread. */
#ifndef TOCSIN_BASE_VEIL_H
#define TOCSIN_BASE_VEIL_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinVeil TocsinVeil;

/* Covers nothing yet. */
TocsinVeil *tocsin_veil_new(void);

/* Wipes what it knows. Does nothing on NULL. */
void tocsin_veil_free(TocsinVeil *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinVeil, tocsin_veil_free)

/* Learns @secret, of which it keeps a copy; NULL and what is too short to be one are no secrets. */
void tocsin_veil_add(TocsinVeil *self, const char *secret);

/* A copy of @bytes with a NUL behind, in which each byte of a secret is a star; NULL if there is
 * nothing to cover. @self may be NULL. Free with g_free(). */
char *tocsin_veil_cover(const TocsinVeil *self, const void *bytes, gsize length);

G_END_DECLS

#endif
