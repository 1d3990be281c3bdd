/* SPDX-License-Identifier: MIT */
/* Parts of the program that are loaded when they are first needed.
 *
 * A few of our sources bring large libraries along: OpenSSL, libcurl, GMime. Loading these takes
 * longer than sending a mail, and many runs need none of them. So those sources are modules of
 * their own, called through a table of functions. A part is no plugin: it has no stable ABI, and
 * fits only the program that it was built with. */
#ifndef TOCSIN_BASE_PART_H
#define TOCSIN_BASE_PART_H

#include <glib.h>

G_BEGIN_DECLS

/* What a part's module exports, under the name tocsin_part. */
typedef struct {
	const char *version; /* of the program that it belongs to */
	gsize size;          /* of the table */
	gconstpointer calls; /* the table; the part's header says what it is */
} TocsinPart;

/* Defines that for @table; in a file of its own, which only the module has. */
#define TOCSIN_PART_EXPORT(table)                                                   \
	extern const TocsinPart tocsin_part __attribute__((visibility("default"))); \
	const TocsinPart tocsin_part = {TOCSIN_VERSION, sizeof(table), &(table)}

/* The table of @size bytes in the part called @name, which stays loaded for good. Any thread; who
 * calls often keeps what this returns. TOCSIN_ERROR_IO if the part is missing, cannot be loaded or
 * belongs to another version, TOCSIN_ERROR_TRUST if others could have changed it: the error says
 * where the part is and what to do. */
gconstpointer tocsin_part_load(const char *name, gsize size, GError **error);

G_END_DECLS

#endif
