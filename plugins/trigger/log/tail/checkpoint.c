/* SPDX-License-Identifier: MIT */
/* The record: a version byte, numbers as little-endian base 128, the path, and a checksum. */
#include "checkpoint.h"

#include <string.h>

#include "tocsin/error.h"

#define VERSION 2u
#define NUMBERS 10u
#define PATH_LENGTH_MAX 4096u
#define CHECK_LENGTH 4u

void
tocsin_log_checkpoint_clear(TocsinLogCheckpoint *self)
{
	g_clear_pointer(&self->path, g_free);
}

TocsinLogMark
tocsin_log_mark_of(const void *bytes, guint32 length)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	TocsinLogMark mark = {.length = length};
	guint8 digest[32];
	gsize size = sizeof digest;

	g_checksum_update(checksum, bytes, length);
	g_checksum_get_digest(checksum, digest, &size);
	memcpy(&mark.hash, digest, sizeof mark.hash);
	mark.hash = GUINT64_FROM_LE(mark.hash);
	return mark;
}

static void
put_number(GByteArray *out, guint64 value)
{
	do {
		guint8 byte = (guint8)((value & 0x7f) | (value > 0x7f ? 0x80 : 0));

		g_byte_array_append(out, &byte, 1);
		value >>= 7;
	} while (value > 0);
}

static gboolean
get_number(const guint8 **at, const guint8 *end, guint64 *out_value)
{
	guint64 value = 0;

	for (guint shift = 0; shift < 64 && *at < end; shift += 7) {
		guint8 byte = *(*at)++;

		if (shift == 63 && byte > 1) {
			return FALSE;
		}
		value |= (guint64)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0) {
			*out_value = value;
			return TRUE;
		}
	}
	return FALSE;
}

GBytes *
tocsin_log_checkpoint_write(const TocsinLogCheckpoint *self)
{
	guint64 numbers[NUMBERS] = {
	        self->lineage,   self->device,
	        self->inode,     self->generation,
	        self->offset,    self->head.length,
	        self->head.hash, self->tail.length,
	        self->tail.hash, (guint64)MAX(self->modified_us, 0),
	};
	GByteArray *out = g_byte_array_new();
	guint8 version = VERSION;
	gsize path_length = strlen(self->path);
	guint32 check;

	g_byte_array_append(out, &version, 1);
	for (guint i = 0; i < NUMBERS; i++) {
		put_number(out, numbers[i]);
	}
	put_number(out, path_length);
	g_byte_array_append(out, (const guint8 *)self->path, (guint)path_length);
	check = GUINT32_TO_LE((guint32)tocsin_log_mark_of(out->data, out->len).hash);
	g_byte_array_append(out, (const guint8 *)&check, CHECK_LENGTH);
	return g_byte_array_free_to_bytes(out);
}

static gboolean
is_intact(const guint8 *bytes, gsize length)
{
	guint32 check;

	if (length < 1 + NUMBERS + CHECK_LENGTH || length > 2 * PATH_LENGTH_MAX) {
		return FALSE;
	}
	memcpy(&check, bytes + length - CHECK_LENGTH, CHECK_LENGTH);
	return GUINT32_FROM_LE(check) ==
	       (guint32)tocsin_log_mark_of(bytes, (guint32)(length - CHECK_LENGTH)).hash;
}

gboolean
tocsin_log_checkpoint_read(const void *bytes, gsize length, TocsinLogCheckpoint *out_checkpoint,
                           GError **error)
{
	const guint8 *at = bytes;
	const guint8 *end = at + length;
	guint64 numbers[NUMBERS + 1];

	if (length > 0 && at[0] != VERSION) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the checkpoint has version %u, known is %u: it was written by "
		            "another release",
		            at[0], VERSION);
		return FALSE;
	}
	if (!is_intact(at, length)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the checkpoint of %" G_GSIZE_FORMAT " bytes is damaged", length);
		return FALSE;
	}
	at++;
	end -= CHECK_LENGTH;
	for (guint i = 0; i <= NUMBERS; i++) {
		if (!get_number(&at, end, &numbers[i])) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
			            "the checkpoint ends within its number %u", i);
			return FALSE;
		}
	}
	if (numbers[NUMBERS] != (guint64)(end - at) || numbers[NUMBERS] > PATH_LENGTH_MAX ||
	    numbers[5] > TOCSIN_LOG_HEAD_MAX || numbers[7] > TOCSIN_LOG_TAIL_MAX ||
	    numbers[7] > numbers[4] || numbers[4] > G_MAXINT64 || numbers[9] > G_MAXINT64) {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		                    "the checkpoint's lengths contradict each other");
		return FALSE;
	}
	*out_checkpoint = (TocsinLogCheckpoint){
	        .lineage = numbers[0],
	        .device = numbers[1],
	        .inode = numbers[2],
	        .generation = numbers[3],
	        .offset = numbers[4],
	        .head = {(guint32)numbers[5], numbers[6]},
	        .tail = {(guint32)numbers[7], numbers[8]},
	        .modified_us = (gint64)numbers[9],
	        .path = g_strndup((const char *)at, (gsize)(end - at)),
	};
	return TRUE;
}
