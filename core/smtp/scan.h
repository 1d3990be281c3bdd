/* SPDX-License-Identifier: MIT */
/* Looks through message content at memory speed: is it fit for the wire as it is, and how long will
 * it be there? Works on any division into parts. Pure; any thread. */
#ifndef TOCSIN_SMTP_SCAN_H
#define TOCSIN_SMTP_SCAN_H

#include <glib.h>

G_BEGIN_DECLS

/* Bytes of a line without its end: RFC 5322 section 2.1.1, RFC 5321 section 4.5.3.1.6. */
#define TOCSIN_CONTENT_LINE_MAX 998u

/* What was seen so far. Start with zeros. */
typedef struct {
	guint64 length;    /* bytes seen */
	guint64 line_ends; /* line ends that are not CRLF: each costs one more byte */
	guint64 dots;      /* lines that start with a dot, which DATA doubles */
	guint64 longest;   /* line without its end, the unfinished last one included */
	guint64 line;      /* bytes of the unfinished last line */
	gboolean has_8bit;
	gboolean has_8bit_header;   /* told by tocsin_content_survey() alone, as is this: */
	gboolean is_header_foreign; /* ... it is not UTF-8 either */
	gboolean has_nul;
	gboolean is_after_cr; /* the last byte was CR */
} TocsinContentScan;

/* Goes on with @length more bytes. */
void tocsin_content_scan(TocsinContentScan *self, const void *bytes, gsize length);

/* After all bytes: whether the content can go out as it is, by DATA without its final dot, or by
 * BDAT: all line ends are CRLF, the last line has one, no line starts with a dot. */
gboolean tocsin_content_scan_is_clean(const TocsinContentScan *self);

/* After all bytes: the content's size once every line ends in CRLF, which is what SIZE announces
 * (RFC 1870 section 5: before dot stuffing) and what BDAT transfers. */
guint64 tocsin_content_scan_size(const TocsinContentScan *self);

/* A message's header, looked through on its own. Start with zeros. */
typedef struct {
	gboolean has_8bit;   /* it is not ASCII: SMTPUTF8 has to carry it (RFC 6531) */
	gboolean is_foreign; /* it is not UTF-8, which nothing carries */
	guint utf8_left;     /* bytes that the character in hand still wants */
	gboolean is_over;    /* what follows is no header any more */
	gboolean is_field;   /* the line in hand is one, or goes on with one */
	gboolean is_begun;   /* the line in hand has bytes */
	gboolean is_after_cr;
} TocsinHeaderScan;

/* Goes on with @length more bytes of the message, whatever its line ends. */
void tocsin_header_scan(TocsinHeaderScan *self, const void *bytes, gsize length);

G_END_DECLS

#endif
