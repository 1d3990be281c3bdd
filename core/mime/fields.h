/* SPDX-License-Identifier: MIT */
/* The fields of a message's header, found in its octets without changing any. Pure functions. */
#ifndef TOCSIN_MIME_FIELDS_H
#define TOCSIN_MIME_FIELDS_H

#include <glib.h>

G_BEGIN_DECLS

#define TOCSIN_FIELDS_MAX 10000u
#define TOCSIN_FIELDS_BYTES_MAX (1u << 20)

/* One field, as offsets into the octets. */
typedef struct {
	gsize start; /* of its name */
	gsize name_length;
	gsize value; /* behind the colon */
	gsize end;   /* behind the line end of its last line */
} TocsinField;

/* Finds the fields of @octets up to the empty line, or up to the first line that is no field.
 * *out_start is where the message begins, behind an mbox "From " line if there is one; the offsets
 * count from there. An array of TocsinField; NULL with TOCSIN_ERROR_LIMIT beyond the limits. */
GArray *tocsin_fields_scan(const char *octets, gsize length, gsize *out_start, GError **error);

/* Is the field called @name, whatever the case? */
gboolean tocsin_fields_is_named(const TocsinField *field, const char *octets, const char *name);

/* The field's body on one line: each folding becomes one space, NUL and other controls a space, no
 * space at either end. Free with g_free(). */
char *tocsin_fields_unfold(const TocsinField *field, const char *octets);

G_END_DECLS

#endif
