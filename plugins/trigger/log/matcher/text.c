/* SPDX-License-Identifier: MIT */
/* A look at a line's bytes. */
#include "text.h"

#include <string.h>

#define ONES G_GUINT64_CONSTANT(0x0101010101010101)
#define HIGHS (ONES << 7)

TocsinLogText
tocsin_log_text_of(const char *bytes, gsize length)
{
	guint64 high = 0;
	gsize i = 0;

	for (; i + 8 <= length; i += 8) {
		guint64 word;

		memcpy(&word, bytes + i, 8);
		high |= word;
	}
	for (; i < length; i++) {
		high |= (guint8)bytes[i];
	}
	if ((high & HIGHS) == 0) {
		return TOCSIN_LOG_TEXT_ASCII;
	}
	return g_utf8_validate_len(bytes, length, NULL) ? TOCSIN_LOG_TEXT_UTF8
	                                                : TOCSIN_LOG_TEXT_BYTES;
}

gsize
tocsin_log_text_find_special(const char *bytes, gsize at, gsize length)
{
	for (; at + 8 <= length; at += 8) {
		guint64 word, cr;

		memcpy(&word, bytes + at, 8);
		cr = word ^ (ONES * '\r');
		/* A byte of 0 in word or cr borrows; other bytes may too, and then the loop below
		 * says no. */
		if (((word | (word - ONES) | (cr - ONES)) & HIGHS) != 0) {
			gsize end = at + 8;

			for (; at < end; at++) {
				if ((guint8)bytes[at] >= 128 || bytes[at] == '\r' ||
				    bytes[at] == '\0') {
					return at;
				}
			}
			at -= 8;
		}
	}
	for (; at < length; at++) {
		if ((guint8)bytes[at] >= 128 || bytes[at] == '\r' || bytes[at] == '\0') {
			return at;
		}
	}
	return length;
}

const char *
tocsin_log_text_trim_line(const char *bytes, gsize length, gsize *out_length)
{
	while (length > 0 && *bytes == '\0') {
		bytes++;
		length--;
	}
	*out_length = length - (length > 0 && bytes[length - 1] == '\r');
	return bytes;
}
