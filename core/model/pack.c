/* SPDX-License-Identifier: MIT */
/* LEB128 numbers and counted strings. */
#include "model/pack.h"

#include <string.h>

/* LEB128 of 64 bits takes at most this many bytes. */
#define NUMBER_MAX 10u

void
tocsin_pack_uint(GByteArray *out, guint64 value)
{
	guint8 bytes[NUMBER_MAX];
	guint length = 0;

	do {
		bytes[length] = (guint8)(value & 0x7f) | (value > 0x7f ? 0x80 : 0);
		value >>= 7;
		length++;
	} while (value > 0);
	g_byte_array_append(out, bytes, length);
}

void
tocsin_pack_int(GByteArray *out, gint64 value)
{
	/* Folded (0, -1, 1, -2, ...), so that small negative numbers stay short. */
	tocsin_pack_uint(out, ((guint64)value << 1) ^ (value < 0 ? G_MAXUINT64 : 0));
}

void
tocsin_pack_double(GByteArray *out, gdouble value)
{
	guint64 bits;

	memcpy(&bits, &value, sizeof bits);
	bits = GUINT64_TO_LE(bits);
	g_byte_array_append(out, (const guint8 *)&bits, sizeof bits);
}

void
tocsin_pack_bytes(GByteArray *out, const void *bytes, gsize length)
{
	tocsin_pack_uint(out, length);
	if (length > 0) {
		g_byte_array_append(out, bytes, (guint)length);
	}
}

void
tocsin_pack_string(GByteArray *out, const char *text)
{
	if (text == NULL) {
		tocsin_pack_uint(out, 0);
		return;
	}
	gsize length = strlen(text);

	tocsin_pack_uint(out, (guint64)length + 1);
	g_byte_array_append(out, (const guint8 *)text, (guint)length);
}

void
tocsin_unpack_init(TocsinUnpack *self, const void *bytes, gsize length)
{
	self->at = bytes;
	self->end = length > 0 ? self->at + length : self->at;
	self->is_bad = FALSE;
}

void
tocsin_unpack_fail(TocsinUnpack *self)
{
	self->is_bad = TRUE;
	self->at = self->end;
}

guint64
tocsin_unpack_uint(TocsinUnpack *self)
{
	guint64 value = 0;

	for (guint i = 0; i < NUMBER_MAX && self->at < self->end; i++) {
		guint8 byte = *self->at++;

		/* The tenth byte has room for one bit only. */
		if (i == NUMBER_MAX - 1 && byte > 1) {
			break;
		}
		value |= (guint64)(byte & 0x7f) << (7 * i);
		if ((byte & 0x80) == 0) {
			return value;
		}
	}
	tocsin_unpack_fail(self);
	return 0;
}

gint64
tocsin_unpack_int(TocsinUnpack *self)
{
	guint64 folded = tocsin_unpack_uint(self);

	return (gint64)((folded >> 1) ^ ((folded & 1) != 0 ? G_MAXUINT64 : 0));
}

gdouble
tocsin_unpack_double(TocsinUnpack *self)
{
	guint64 bits;
	gdouble value;

	if ((gsize)(self->end - self->at) < sizeof bits) {
		tocsin_unpack_fail(self);
		return 0;
	}
	memcpy(&bits, self->at, sizeof bits);
	self->at += sizeof bits;
	bits = GUINT64_FROM_LE(bits);
	memcpy(&value, &bits, sizeof value);
	return value;
}

guint
tocsin_unpack_below(TocsinUnpack *self, guint limit)
{
	guint64 value = tocsin_unpack_uint(self);

	if (value >= limit) {
		tocsin_unpack_fail(self);
		return 0;
	}
	return (guint)value;
}

const guint8 *
tocsin_unpack_bytes(TocsinUnpack *self, gsize *out_length)
{
	guint64 length = tocsin_unpack_uint(self);
	const guint8 *bytes = self->at;

	if (self->is_bad || length > (guint64)(self->end - self->at)) {
		tocsin_unpack_fail(self);
		return NULL;
	}
	self->at += length;
	*out_length = (gsize)length;
	return bytes;
}

char *
tocsin_unpack_string(TocsinUnpack *self)
{
	guint64 length = tocsin_unpack_uint(self);

	if (length == 0) {
		return NULL;
	}
	length--;
	if (length > (guint64)(self->end - self->at) ||
	    !g_utf8_validate_len((const char *)self->at, (gsize)length, NULL)) {
		tocsin_unpack_fail(self);
		return NULL;
	}
	const char *text = (const char *)self->at;

	self->at += length;
	return g_strndup(text, (gsize)length);
}

char *
tocsin_unpack_required_string(TocsinUnpack *self)
{
	char *text = tocsin_unpack_string(self);

	if (text == NULL) {
		tocsin_unpack_fail(self);
	}
	return text;
}
