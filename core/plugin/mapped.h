/* SPDX-License-Identifier: MIT */
/* What the dynamic loader has mapped at this moment, for the descriptor's check. Immutable after
 * construction. */
#ifndef TOCSIN_PLUGIN_MAPPED_H
#define TOCSIN_PLUGIN_MAPPED_H

#include <glib.h>

#include "plugin/probe.h"

G_BEGIN_DECLS

typedef struct _TocsinMapped TocsinMapped;

/* All that is mapped now; what is loaded later is not in it. */
TocsinMapped *tocsin_mapped_new(void);

/* Does nothing on NULL. */
void tocsin_mapped_free(TocsinMapped *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinMapped, tocsin_mapped_free)

/* Are these @length bytes out of reach of a stray write: in a segment that is not writable, or in
 * one that is no more, once it has been relocated? */
gboolean tocsin_mapped_is_constant(const TocsinMapped *self, const void *address, gsize length);

/* Lives as long as @self. */
const TocsinMemory *tocsin_mapped_memory(const TocsinMapped *self);

G_END_DECLS

#endif
