/* SPDX-License-Identifier: MIT */
/* A compact way to write data types down: numbers as LEB128, signed ones folded, strings behind
 * their length.
 *
 * The reader never reads past its bytes, and a fault sticks: after one, every further read gives 0
 * or NULL, so that a caller may read a whole record and look at is_bad once, at the end. */
#ifndef TOCSIN_MODEL_PACK_H
#define TOCSIN_MODEL_PACK_H

#include <glib.h>

G_BEGIN_DECLS

/* LEB128: 1 byte up to 127, at most 10. */
void tocsin_pack_uint(GByteArray *out, guint64 value);
/* Folded, so that small negative numbers are short too. */
void tocsin_pack_int(GByteArray *out, gint64 value);
/* 8 bytes. */
void tocsin_pack_double(GByteArray *out, gdouble value);
/* The length, then the bytes. */
void tocsin_pack_bytes(GByteArray *out, const void *bytes, gsize length);

/* @text may be NULL, which is kept apart from "". */
void tocsin_pack_string(GByteArray *out, const char *text);

/* Reads @end - @at bytes that belong to the caller. Set up with tocsin_unpack_init(). */
typedef struct {
	const guint8 *at;
	const guint8 *end;
	gboolean is_bad;
} TocsinUnpack;

/* Starts at the first of @length bytes, which must outlive the reading. */
void tocsin_unpack_init(TocsinUnpack *self, const void *bytes, gsize length);

/* What tocsin_pack_uint() wrote; 0 on a fault. */
guint64 tocsin_unpack_uint(TocsinUnpack *self);
/* What tocsin_pack_int() wrote; 0 on a fault. */
gint64 tocsin_unpack_int(TocsinUnpack *self);
/* What tocsin_pack_double() wrote; 0 on a fault. */
gdouble tocsin_unpack_double(TocsinUnpack *self);

/* A number that must be < @limit: a count, an enumeration. */
guint tocsin_unpack_below(TocsinUnpack *self, guint limit);

/* Points into the caller's bytes; NULL on a fault. */
const guint8 *tocsin_unpack_bytes(TocsinUnpack *self, gsize *out_length);

/* Free with g_free(). NULL if NULL was packed, and on a fault, which invalid UTF-8 and NUL bytes
 * are too. */
char *tocsin_unpack_string(TocsinUnpack *self);

/* As tocsin_unpack_string(), but NULL is a fault as well. */
char *tocsin_unpack_required_string(TocsinUnpack *self);

/* Marks a fault that the caller found. */
void tocsin_unpack_fail(TocsinUnpack *self);

G_END_DECLS

#endif
