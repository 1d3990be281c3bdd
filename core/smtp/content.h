/* SPDX-License-Identifier: MIT */
/* The one way a message's octets take to the wire.
 *
 * Whatever the line ends of the source, what leaves has CRLF and nothing else: no server can take a
 * part of a message for its end, however it reads bare CR or LF. Clean stretches are handed on
 * where they lie. Belongs to one thread. */
#ifndef TOCSIN_SMTP_CONTENT_H
#define TOCSIN_SMTP_CONTENT_H

#include <glib.h>

#include "smtp/scan.h"

G_BEGIN_DECLS

/* Where a message comes from. It may be read more than once and must say the same each time. */
typedef struct {
	const void *bytes; /* the whole of it, or NULL: ask pull() */
	guint64 length;    /* of @bytes */
	/* The octets from @offset on: *@out_bytes points to them, the result says how many follow
	 * there, 0 at the end, negative when they cannot be had. They stay where they are until
	 * the next call for this content, or until all fates of its mail are told. */
	gint64 (*pull)(gpointer user, guint64 offset, const void **out_bytes);
	gpointer user;
} TocsinContent;

/* The octets from @offset on, as pull() gives them. */
gint64 tocsin_content_read(const TocsinContent *self, guint64 offset, const void **out_bytes);

/* Reads all of it once. TOCSIN_ERROR_IO if it cannot be read. */
gboolean tocsin_content_survey(const TocsinContent *self, TocsinContentScan *out_scan,
                               GError **error);

typedef enum {
	TOCSIN_CONTENT_DOTS,   /* for DATA: CRLF, dots doubled, the final dot (RFC 5321 4.5.2) */
	TOCSIN_CONTENT_LINES,  /* for BDAT: CRLF */
	TOCSIN_CONTENT_BINARY, /* for BDAT with BODY=BINARYMIME: as it is (RFC 3030) */
} TocsinContentMode;

/* Start with the mode and zeros. */
typedef struct {
	TocsinContentMode mode;
	gboolean is_inside_line;
	gboolean is_after_cr; /* a CR was seen and not handed on yet */
	gboolean has_begun;
} TocsinContentEncoder;

/* Takes encoded octets: part of what encode() was given, or constant text. */
typedef void (*TocsinContentEmit)(gpointer user, const void *bytes, gsize length);

/* Encodes @length more octets. Emits at most twice as many. */
void tocsin_content_encode(TocsinContentEncoder *self, const void *bytes, gsize length,
                           TocsinContentEmit emit, gpointer user);

/* The last line's end if it has none (an empty message is one empty line), and the final dot. */
void tocsin_content_finish(TocsinContentEncoder *self, TocsinContentEmit emit, gpointer user);

G_END_DECLS

#endif
