/* SPDX-License-Identifier: MIT */
/* May this be read? Asked before each pointer of a plugin's descriptor is followed. */
#ifndef TOCSIN_PLUGIN_PROBE_H
#define TOCSIN_PLUGIN_PROBE_H

#include <glib.h>

G_BEGIN_DECLS

/* What is mapped. */
typedef struct {
	/* How many bytes from @address on can be read; 0 if it cannot be. */
	gsize (*readable)(guintptr address, gpointer user);
	/* Can code at @address be run? */
	gboolean (*callable)(guintptr address, gpointer user);
	gpointer user;
} TocsinMemory;

/* Are there @length readable bytes at @address, which is aligned as a pointer has to be? */
gboolean tocsin_probe_bytes(const TocsinMemory *memory, const void *address, gsize length);

/* Is there a string of valid UTF-8 without controls, of up to @limit bytes and its NUL? */
gboolean tocsin_probe_text(const TocsinMemory *memory, const char *address, gsize limit);

/* A struct that says itself, first, how large it is: at least @least and all of it readable? */
gboolean tocsin_probe_struct(const TocsinMemory *memory, const void *address, gsize least);

/* Is @name 1 to @limit of [a-z0-9-] with a letter first? */
gboolean tocsin_probe_is_name(const char *name, gsize limit);

G_END_DECLS

#endif
