/* SPDX-License-Identifier: MIT */
/* Looks through message content, 64 bytes at a time where the processor can. */
#include "smtp/scan.h"

#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define BLOCK 64u

/* A bit for each byte of a block. */
typedef struct {
	guint64 cr;
	guint64 lf;
	guint64 dot;
	guint64 nul;
	guint64 high;
} Masks;

#if defined(__SSE2__)
static inline guint64
compare(const __m128i lanes[4], char wanted)
{
	const __m128i all = _mm_set1_epi8(wanted);
	guint64 mask = 0;

	for (guint i = 0; i < 4; i++) {
		mask |= (guint64)(guint)_mm_movemask_epi8(_mm_cmpeq_epi8(lanes[i], all)) << 16 * i;
	}
	return mask;
}

static inline Masks
look(const char *block)
{
	__m128i lanes[4];
	guint64 high = 0;

	for (guint i = 0; i < 4; i++) {
		memcpy(&lanes[i], block + (gsize)16 * i, 16);
		high |= (guint64)(guint)_mm_movemask_epi8(lanes[i]) << 16 * i;
	}
	return (Masks){
	        .cr = compare(lanes, '\r'),
	        .lf = compare(lanes, '\n'),
	        .dot = compare(lanes, '.'),
	        .nul = compare(lanes, '\0'),
	        .high = high,
	};
}
#else
static inline Masks
look(const char *block)
{
	Masks masks = {0};

	for (guint i = 0; i < BLOCK; i++) {
		masks.cr |= (guint64)(block[i] == '\r') << i;
		masks.lf |= (guint64)(block[i] == '\n') << i;
		masks.dot |= (guint64)(block[i] == '.') << i;
		masks.nul |= (guint64)(block[i] == '\0') << i;
		masks.high |= (guint64)((block[i] & 0x80) != 0) << i;
	}
	return masks;
}
#endif

/* Closes a line in which @count more bytes were seen, its end excluded. */
static inline void
end_line(TocsinContentScan *self, guint64 count)
{
	self->longest = MAX(self->longest, self->line + count);
	self->line = 0;
}

/* Walks over the line ends of a block of @length bytes; @breaks has a bit where each ends. */
static inline void
measure_lines(TocsinContentScan *self, guint64 breaks, guint64 cr, guint length)
{
	guint start = 0;

	for (; breaks != 0; breaks &= breaks - 1) {
		guint at = (guint)__builtin_ctzll(breaks);
		guint end = at;

		/* The CR of a CRLF is no part of the line; if it was the last byte of the block
		 * before, the line was closed there already. */
		if (end > start && (cr >> (end - 1) & 1) != 0) {
			end--;
		}
		end_line(self, end - start);
		start = at + 1;
	}
	self->line += length - start;
}

/* The usual block: every line end in it is CRLF, or every one is LF. */
static inline gboolean
is_tidy(const TocsinContentScan *self, const Masks *masks)
{
	return masks->cr == 0 || masks->lf == (masks->cr << 1 | (guint64)self->is_after_cr);
}

/* Any block, byte by byte. */
static void
scan_bytes(TocsinContentScan *self, const char *bytes, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		char c = bytes[i];

		if (c == '\n' && self->is_after_cr) {
			self->line_ends--; /* it was not a bare CR after all */
			self->is_after_cr = FALSE;
			continue;
		}
		self->is_after_cr = c == '\r';
		if (c == '\r' || c == '\n') {
			self->line_ends++;
			end_line(self, 0);
			continue;
		}
		self->dots += self->line == 0 && c == '.';
		self->line++;
		self->has_8bit |= (c & 0x80) != 0;
		self->has_nul |= c == '\0';
	}
}

/* A tidy block of @length bytes that does not begin behind a CR and does not end in one. */
static inline void
take_tidy(TocsinContentScan *self, const Masks *masks)
{
	guint64 starts = masks->lf << 1 | (guint64)(self->line == 0);

	self->dots += (guint64)__builtin_popcountll(starts & masks->dot);
	self->line_ends += (guint64)__builtin_popcountll(masks->lf & ~(masks->cr << 1));
	self->has_8bit |= masks->high != 0;
	self->has_nul |= masks->nul != 0;
	measure_lines(self, masks->lf, masks->cr, BLOCK);
}

void
tocsin_content_scan(TocsinContentScan *self, const void *bytes, gsize length)
{
	const char *at = bytes;
	const char *end = at + length;

	self->length += length;
	while ((gsize)(end - at) >= BLOCK) {
		Masks masks = look(at);

		/* A CRLF across the border of two blocks is left to the slow way: it is rare. */
		if (is_tidy(self, &masks) && !self->is_after_cr && masks.cr >> 63 == 0) {
			take_tidy(self, &masks);
		} else {
			scan_bytes(self, at, BLOCK);
		}
		at += BLOCK;
	}
	scan_bytes(self, at, (gsize)(end - at));
	self->longest = MAX(self->longest, self->line);
}

/* Follows UTF-8 closely enough to tell it from other charsets. */
static void
take_utf8(TocsinHeaderScan *self, guchar c)
{
	if (self->utf8_left > 0) {
		self->is_foreign |= (c & 0xc0) != 0x80;
		self->utf8_left--;
	} else if (c >= 0xc2 && c < 0xe0) {
		self->utf8_left = 1;
	} else if (c >= 0xe0 && c < 0xf0) {
		self->utf8_left = 2;
	} else if (c >= 0xf0 && c < 0xf5) {
		self->utf8_left = 3;
	} else {
		self->is_foreign |= c >= 0x80;
	}
}

/* Takes one byte of a line, its end excluded. */
static void
take_header_byte(TocsinHeaderScan *self, char c)
{
	if (!self->is_begun) {
		/* A folded line goes on with the field before. */
		self->is_field = c == ' ' || c == '\t';
		self->is_begun = TRUE;
	}
	self->is_field |= c == ':';
	if ((c & 0x80) != 0 && !self->is_field) {
		self->is_over = TRUE; /* in front of any colon it is the body */
		return;
	}
	self->has_8bit |= (c & 0x80) != 0;
	take_utf8(self, (guchar)c);
}

void
tocsin_header_scan(TocsinHeaderScan *self, const void *bytes, gsize length)
{
	const char *text = bytes;

	for (gsize i = 0; i < length && !self->is_over; i++) {
		gboolean is_second = self->is_after_cr && text[i] == '\n';

		self->is_after_cr = text[i] == '\r';
		if (is_second) {
			continue;
		}
		if (text[i] != '\r' && text[i] != '\n') {
			take_header_byte(self, text[i]);
			continue;
		}
		self->is_over = !self->is_begun || !self->is_field;
		self->is_begun = FALSE;
		self->is_foreign |= self->utf8_left > 0;
		self->utf8_left = 0;
	}
}

gboolean
tocsin_content_scan_is_clean(const TocsinContentScan *self)
{
	return self->line_ends == 0 && self->dots == 0 && self->line == 0 && self->length > 0;
}

guint64
tocsin_content_scan_size(const TocsinContentScan *self)
{
	gboolean lacks_end = self->line > 0 || self->length == 0;

	return self->length + self->line_ends + (lacks_end ? 2 : 0);
}
