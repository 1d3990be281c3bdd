/* SPDX-License-Identifier: MIT */
/* The only way from the engine to a server: commands, secrets and content, gathered into groups.
 *
 * What is added waits until it is flushed, so that a group of commands, or many small messages,
 * leave in one system call. Commands are checked here, whoever made them. Each byte is known to be
 * a
 * command, a secret or content from where it was added: a transcript never has to guess. Belongs to
 * one thread. */
#ifndef TOCSIN_SMTP_WIRE_H
#define TOCSIN_SMTP_WIRE_H

#include "net/stream.h"

G_BEGIN_DECLS

/* What a piece of a dialogue is. */
typedef enum {
	TOCSIN_TRACE_SENT_COMMAND,
	TOCSIN_TRACE_SENT_SECRET,  /* shown as "***", unless the watcher knows better */
	TOCSIN_TRACE_SENT_CONTENT, /* message octets, or one of the parts in which they leave */
	TOCSIN_TRACE_REPLY,        /* a whole reply */
	/* A whole reply 334 with something in it. What a mechanism's server says can be enough to
	 * guess the password at leisure, as SCRAM's signature is: shown without that. */
	TOCSIN_TRACE_CHALLENGE,
} TocsinTraceKind;

/* Watches a dialogue, byte for byte. Called before the bytes are sent, or when a reply was read;
 * must not call back into the engine. */
typedef void (*TocsinTrace)(gpointer user, TocsinTraceKind kind, const void *bytes, gsize length);

/* The longest command line, CRLF included: room for AUTH (RFC 4954 section 4: 12,288). */
#define TOCSIN_WIRE_LINE_MAX 12288u

typedef struct _TocsinWire TocsinWire;

/* An empty one. */
TocsinWire *tocsin_wire_new(void);

/* Wipes and frees. Does nothing on NULL. */
void tocsin_wire_free(TocsinWire *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinWire, tocsin_wire_free)

/* NULL to stop watching. */
void tocsin_wire_set_trace(TocsinWire *self, TocsinTrace on_trace, gpointer user);

/* Tells the watcher of a reply. */
void tocsin_wire_trace_received(TocsinWire *self, const void *bytes, gsize length);

/* Adds @length bytes and CRLF. TOCSIN_ERROR_INVALID, and nothing is added, if they hold a control
 * byte (C0, DEL, NUL), or a byte above 0x7f that is not part of UTF-8 or is not allowed;
 * TOCSIN_ERROR_LIMIT if the line would be too long. */
gboolean tocsin_wire_add_command(TocsinWire *self, const char *line, gsize length,
                                 gboolean is_utf8_allowed, GError **error);

/* Adds a line that is @prefix (shown; may be "") and @secret, under the same rules. The copy of the
 * secret is wiped once it was sent. */
gboolean tocsin_wire_add_secret(TocsinWire *self, const char *prefix, const char *secret,
                                gsize length, GError **error);

/* Adds encoded content. Long stretches are not copied: they must stay where they are until they are
 * flushed. There must be room. */
void tocsin_wire_add_content(TocsinWire *self, const void *bytes, gsize length);

/* As add_content(), but always copies; for bytes that will not stay. @length up to 4096. */
void tocsin_wire_add_content_copy(TocsinWire *self, const void *bytes, gsize length);

/* Whether there is room for a command of the greatest length, and for 16 KiB of copied content in
 * any number of parts. If not: flush first. */
gboolean tocsin_wire_has_room(const TocsinWire *self);

/* Whether enough has gathered for a system call to be worth it. */
gboolean tocsin_wire_is_heavy(const TocsinWire *self);

/* Bytes that were ever added, and ever handed to the stream. Equal: nothing waits. */
guint64 tocsin_wire_get_added(const TocsinWire *self);
guint64 tocsin_wire_get_sent(const TocsinWire *self);

/* Hands on some of what waits, as tocsin_stream_write_some() does: returns when the peer took some
 * or said something. */
gboolean tocsin_wire_flush_some(TocsinWire *self, TocsinStream *stream, gint64 deadline_us,
                                GError **error);

/* Forgets what waits: the link is gone. */
void tocsin_wire_discard(TocsinWire *self);

G_END_DECLS

#endif
