/* SPDX-License-Identifier: MIT */
/* May this be read? Asked before each pointer of a plugin's descriptor is followed. */
#ifndef TOCSIN_PLUGIN_PROBE_H
#define TOCSIN_PLUGIN_PROBE_H

#include <glib.h>

#include "plugin/descriptor.h"

G_BEGIN_DECLS

/* Are there @length readable bytes at @address, which is aligned as a pointer has to be? */
gboolean tocsin_probe_bytes(const TocsinMemory *memory, const void *address, gsize length);

/* Is there a string of valid UTF-8 without controls, of up to @limit bytes and its NUL? */
gboolean tocsin_probe_text(const TocsinMemory *memory, const char *address, gsize limit);

/* A struct that says itself, first, how large it is: at least @least and all of it readable? */
gboolean tocsin_probe_struct(const TocsinMemory *memory, const void *address, gsize least);

G_END_DECLS

#endif
