/* SPDX-License-Identifier: MIT */
/* The only way from the engine to a server: gathers commands, secrets and content into groups. */
#include "smtp/wire.h"

#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "tocsin/error.h"

/* Copied bytes of a group. Also the room that a slice of content may need. */
#define ARENA ((gsize)256 << 10)
#define ROOM_MIN ((gsize)16 << 10)

/* Pieces of a group: the kernel takes no more than 1024 at once. */
#define PIECES 1024u
#define PIECES_ROOM 32u

/* Shorter stretches of content are copied: an entry in the list costs the kernel as much. */
#define COPY_MAX 512u

/* More than a socket's buffer usually takes. */
#define HEAVY ((gsize)1 << 20)

struct _TocsinWire {
	char *arena;
	gsize used; /* of the arena */
	struct iovec pieces[PIECES];
	guint8 kinds[PIECES]; /* TocsinTraceKind of each piece */
	guint first;          /* piece that is not sent in full */
	guint count;          /* pieces, those sent included */
	guint traced;         /* pieces that were shown */
	guint64 added;
	guint64 sent;
	gboolean has_secret; /* in the arena */
	TocsinTrace on_trace;
	gpointer user;
};

TocsinWire *
tocsin_wire_new(void)
{
	TocsinWire *self = g_new0(TocsinWire, 1);

	self->arena = g_malloc(ARENA);
	return self;
}

static void
reset(TocsinWire *self)
{
	if (self->has_secret) {
		tocsin_wipe(self->arena, self->used);
		self->has_secret = FALSE;
	}
	self->used = 0;
	self->first = self->count = self->traced = 0;
}

void
tocsin_wire_free(TocsinWire *self)
{
	if (self == NULL) {
		return;
	}
	reset(self);
	g_free(self->arena);
	g_free(self);
}

void
tocsin_wire_set_trace(TocsinWire *self, TocsinTrace on_trace, gpointer user)
{
	self->on_trace = on_trace;
	self->user = user;
}

static gboolean
is_challenge(const char *reply, gsize length)
{
	return length > strlen("334 \r\n") && memcmp(reply, "334", 3) == 0;
}

void
tocsin_wire_trace_received(TocsinWire *self, const void *bytes, gsize length)
{
	if (self->on_trace != NULL) {
		self->on_trace(self->user,
		               is_challenge(bytes, length) ? TOCSIN_TRACE_CHALLENGE
		                                           : TOCSIN_TRACE_REPLY,
		               bytes, length);
	}
}

/* Adds a piece, or lengthens the last one if this follows it in memory and is of its kind. A
 * watcher wants to see each command as one piece, so commands stay apart for it. */
static void
add_piece(TocsinWire *self, const void *bytes, gsize length, TocsinTraceKind kind)
{
	struct iovec *last = self->count > self->first ? &self->pieces[self->count - 1] : NULL;
	gboolean is_watched = self->on_trace != NULL && kind != TOCSIN_TRACE_SENT_CONTENT;

	self->added += length;
	if (last != NULL && (const char *)last->iov_base + last->iov_len == bytes && !is_watched &&
	    self->count > self->traced && self->kinds[self->count - 1] == kind) {
		last->iov_len += length;
		return;
	}
	g_assert(self->count < PIECES);
	self->pieces[self->count] = (struct iovec){(void *)bytes, length};
	self->kinds[self->count] = (guint8)kind;
	self->count++;
}

static void
add_copy(TocsinWire *self, const void *bytes, gsize length, TocsinTraceKind kind)
{
	char *copy = self->arena + self->used;

	g_assert(length <= ARENA - self->used);
	memcpy(copy, bytes, length);
	self->used += length;
	add_piece(self, copy, length, kind);
}

static gboolean
is_ascii(const char *bytes, gsize length)
{
	guchar seen = 0;

	for (gsize i = 0; i < length; i++) {
		seen |= (guchar)bytes[i];
	}
	return (seen & 0x80) == 0;
}

static gboolean
check_line(TocsinWire *self, const char *line, gsize length, gsize more, gboolean is_utf8_allowed,
           GError **error)
{
	gssize control = tocsin_text_find_control(line, (gssize)length);

	if (control >= 0) {
		gsize word = 0;

		/* The verb may be shown, what follows may be a secret. */
		while (word < length && word < 20 && g_ascii_isalpha(line[word])) {
			word++;
		}
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the command \"%.*s\" holds the control byte 0x%02x: nothing was sent",
		            (int)word, line, (guint)(guchar)line[control]);
		return FALSE;
	}
	if (!is_ascii(line, length) &&
	    !(is_utf8_allowed && g_utf8_validate(line, (gssize)length, NULL))) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "a command holds a byte that is not %s: nothing was sent",
		            is_utf8_allowed ? "UTF-8" : "ASCII, which takes SMTPUTF8");
		return FALSE;
	}
	if (length + more + 2 > TOCSIN_WIRE_LINE_MAX || !tocsin_wire_has_room(self)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "a command of %" G_GSIZE_FORMAT " bytes is too long", length + more);
		return FALSE;
	}
	return TRUE;
}

gboolean
tocsin_wire_add_command(TocsinWire *self, const char *line, gsize length, gboolean is_utf8_allowed,
                        GError **error)
{
	char *copy = self->arena + self->used;

	if (!check_line(self, line, length, 0, is_utf8_allowed, error)) {
		return FALSE;
	}
	memcpy(copy, line, length);
	/* lint: allow other-escape: bytes for the wire, which is told their number */
	memcpy(copy + length, "\r\n", 2); /* NOLINT(bugprone-not-null-terminated-result) */
	self->used += length + 2;
	add_piece(self, copy, length + 2, TOCSIN_TRACE_SENT_COMMAND);
	return TRUE;
}

gboolean
tocsin_wire_add_secret(TocsinWire *self, const char *prefix, const char *secret, gsize length,
                       GError **error)
{
	gsize shown = strlen(prefix);

	if (!check_line(self, prefix, shown, length, FALSE, error) ||
	    !check_line(self, secret, length, shown, FALSE, error)) {
		return FALSE;
	}
	if (shown > 0) {
		add_copy(self, prefix, shown, TOCSIN_TRACE_SENT_COMMAND);
	}
	if (length > 0) {
		add_copy(self, secret, length, TOCSIN_TRACE_SENT_SECRET);
	}
	add_copy(self, "\r\n", 2, TOCSIN_TRACE_SENT_COMMAND);
	self->has_secret = TRUE;
	return TRUE;
}

void
tocsin_wire_add_content(TocsinWire *self, const void *bytes, gsize length)
{
	if (length > COPY_MAX) {
		add_piece(self, bytes, length, TOCSIN_TRACE_SENT_CONTENT);
	} else if (length > 0) {
		add_copy(self, bytes, length, TOCSIN_TRACE_SENT_CONTENT);
	}
}

void
tocsin_wire_add_content_copy(TocsinWire *self, const void *bytes, gsize length)
{
	add_copy(self, bytes, length, TOCSIN_TRACE_SENT_CONTENT);
}

gboolean
tocsin_wire_has_room(const TocsinWire *self)
{
	return ARENA - self->used >= ROOM_MIN && PIECES - self->count >= PIECES_ROOM;
}

gboolean
tocsin_wire_is_heavy(const TocsinWire *self)
{
	return self->added - self->sent >= HEAVY || !tocsin_wire_has_room(self);
}

guint64
tocsin_wire_get_added(const TocsinWire *self)
{
	return self->added;
}

guint64
tocsin_wire_get_sent(const TocsinWire *self)
{
	return self->sent;
}

static void
show_pieces(TocsinWire *self)
{
	for (; self->traced < self->count; self->traced++) {
		const struct iovec *piece = &self->pieces[self->traced];

		if (self->on_trace != NULL) {
			self->on_trace(self->user, (TocsinTraceKind)self->kinds[self->traced],
			               piece->iov_base, piece->iov_len);
		}
	}
}

gboolean
tocsin_wire_flush_some(TocsinWire *self, TocsinStream *stream, gint64 deadline_us, GError **error)
{
	gsize written = 0;

	if (self->sent == self->added) {
		return TRUE;
	}
	show_pieces(self);
	if (!tocsin_stream_write_some(stream, self->pieces + self->first, self->count - self->first,
	                              deadline_us, &written, error)) {
		return FALSE;
	}
	self->sent += written;
	while (written > 0) {
		struct iovec *piece = &self->pieces[self->first];
		gsize part = MIN(written, piece->iov_len);

		piece->iov_base = (char *)piece->iov_base + part;
		piece->iov_len -= part;
		written -= part;
		self->first += piece->iov_len == 0;
	}
	if (self->sent == self->added) {
		reset(self);
	}
	return TRUE;
}

void
tocsin_wire_discard(TocsinWire *self)
{
	self->added = self->sent;
	reset(self);
}
