/* SPDX-License-Identifier: MIT */
/* Server replies (RFC 5321 section 4.2): where one ends, and what is in it.
 *
 * The parser is an incremental function over the bytes that a stream has buffered: it copies
 * nothing and does no I/O. It accepts what real servers send and RFC 5321 does not know: codes
 * without text, lone LF, codes of any three digits. It refuses what cannot be told from an attack
 * or leaves in doubt where the reply ends. Belongs to one thread. */
#ifndef TOCSIN_SMTP_REPLY_H
#define TOCSIN_SMTP_REPLY_H

#include <glib.h>

G_BEGIN_DECLS

#define TOCSIN_REPLY_LINE_MAX 8192u       /* bytes of a line, line end included */
#define TOCSIN_REPLY_LINES_MAX 256u       /* lines of a reply */
#define TOCSIN_REPLY_BYTES_MAX (1u << 16) /* bytes of a reply */
#define TOCSIN_REPLY_ENHANCED_MAX 12u     /* "2.999.999" and its NUL, with room */

/* TocsinReply.flags: what is odd about it. */
typedef enum {
	TOCSIN_REPLY_BARE_LF = 1 << 0,     /* a line ends in LF alone */
	TOCSIN_REPLY_MIXED = 1 << 1,       /* its lines have different codes; the last one counts */
	TOCSIN_REPLY_MIXED_CLASS = 1 << 2, /* ... which even differ in their first digit */
	TOCSIN_REPLY_EIGHT_BIT = 1 << 3,   /* it is not ASCII */
} TocsinReplyFlags;

/* One reply. @raw points to the bytes it was parsed from, or to its own copy of them. */
typedef struct {
	int code;     /* 0 to 999; -1 for a line that is no reply, see tocsin_reply_new_garbage() */
	guint flags;  /* TocsinReplyFlags */
	guint lines;  /* at least 1 */
	gsize length; /* of @raw, line ends included */
	const char *raw; /* may hold any byte but NUL */
} TocsinReply;

/* How far it got with the reply at the front of the buffer. Start with zeros, or after a reply. */
typedef struct {
	gsize scanned; /* bytes in which no line end was found, from the front */
	gsize line;    /* where the unfinished line starts */
	guint lines;
	guint flags;
	int code; /* of the last line */
} TocsinReplyParser;

typedef enum {
	TOCSIN_REPLY_MORE,     /* incomplete: call again with more bytes behind the same ones */
	TOCSIN_REPLY_COMPLETE, /* *out_reply is set; its first ->length bytes are to be consumed */
	TOCSIN_REPLY_BROKEN,   /* an error is set: the link cannot be used any further */
} TocsinReplyStatus;

/* Looks for a whole reply at the front of @bytes, which start where they started in the last call
 * and may only have grown. BROKEN: TOCSIN_ERROR_PROTOCOL for a NUL or a line without a code,
 * TOCSIN_ERROR_LIMIT for one of the limits above. */
TocsinReplyStatus tocsin_reply_parse(TocsinReplyParser *self, const char *bytes, gsize length,
                                     TocsinReply *out_reply, GError **error);

/* What smtplib makes of the line at the front of @bytes that is no reply: code -1, and the text of
 * the lines up to it, of each of which the first four bytes are lost. NULL while there is no line
 * end. Free with tocsin_reply_free(). */
TocsinReply *tocsin_reply_new_garbage(const char *bytes, gsize length);

/* A copy with bytes of its own. */
TocsinReply *tocsin_reply_copy(const TocsinReply *self);

/* Frees what copy() or new_garbage() made. Does nothing on NULL. */
void tocsin_reply_free(TocsinReply *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinReply, tocsin_reply_free)

/* The text without codes and line ends: each line stripped of blanks, joined by LF. Bytes as the
 * server sent them, with a NUL behind. Free with g_free(). */
char *tocsin_reply_dup_text(const TocsinReply *self, gsize *out_length);

/* The same as valid UTF-8 on one line of at most @limit bytes, for messages: "550 5.1.1 no such
 * user". Free with g_free(). */
char *tocsin_reply_dup_display(const TocsinReply *self, gsize limit);

/* The enhanced status code (RFC 3463) at the start of the last line, if its class is the reply's
 * (RFC 2034 section 4). */
gboolean tocsin_reply_get_enhanced(const TocsinReply *self,
                                   char out_enhanced[TOCSIN_REPLY_ENHANCED_MAX]);

/* Whether the text contains @word, in any case of letters. */
gboolean tocsin_reply_mentions(const TocsinReply *self, const char *word);

/* 2 for 2yz, and so on. */
static inline int
tocsin_reply_class(const TocsinReply *self)
{
	return self->code / 100;
}

G_END_DECLS

#endif
