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

/* May any of these eight bytes be special? A borrow between bytes can make it say yes wrongly. */
static gboolean
has_special(const char *bytes)
{
	guint64 word, cr;

	memcpy(&word, bytes, 8);
	cr = word ^ (ONES * '\r');
	return ((word | (word - ONES) | (cr - ONES)) & HIGHS) != 0;
}

static gboolean
is_special(char byte)
{
	return (guint8)byte >= 128 || byte == '\r' || byte == '\0';
}

gsize
tocsin_log_text_find_special(const char *bytes, gsize at, gsize length)
{
	while (at < length) {
		gsize end = MIN(at + 8, length);

		if (end == at + 8 && !has_special(bytes + at)) {
			at = end;
			continue;
		}
		for (; at < end; at++) {
			if (is_special(bytes[at])) {
				return at;
			}
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
