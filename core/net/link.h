/* SPDX-License-Identifier: MIT */
/* What carries a stream's bytes: a socket, TLS over another link, the caller's functions, a script.
 *
 * For files of this room, which make a stream of a link (net/carry.h). A link buffers no
 * input for the stream and never waits but in wait() (links over blocking callbacks excepted). A
 * link belongs to the thread of its stream. */
#ifndef TOCSIN_NET_LINK_H
#define TOCSIN_NET_LINK_H

#include <gio/gio.h>
#include <poll.h>
#include <sys/uio.h>

#include "net/end.h"

G_BEGIN_DECLS

/* Results of read, write and flush besides a count. */
#define TOCSIN_LINK_AGAIN (-1)  /* nothing can move now; self->events says what to wait for */
#define TOCSIN_LINK_FAILED (-2) /* the error is set; for read, self->end is too */

typedef struct _TocsinLink TocsinLink;

typedef struct {
	/* Reads at most @length > 0 bytes; 0 at the end of input, with self->end set. */
	gssize (*read)(TocsinLink *self, void *buffer, gsize length, GError **error);
	/* Takes some of the bytes of @count > 0 pieces, at least one byte or AGAIN. */
	gssize (*write)(TocsinLink *self, const struct iovec *pieces, gsize count, GError **error);
	/* Hands on what write() took and kept back; 0 when nothing is left. NULL if it never does.
	 */
	gssize (*flush)(TocsinLink *self, GError **error);
	/* Whether read() can make progress that wait() would not report. NULL if never. */
	gboolean (*has_pending)(TocsinLink *self);
	/* Waits for @events until @deadline_us or until @cancel_fd (-1 for none) is readable.
	 * Returns those of POLLIN and POLLOUT that are ready (errors count as ready), 0 at the
	 * deadline or on cancel; a @deadline_us of 0 only looks. */
	int (*wait)(TocsinLink *self, int events, int cancel_fd, gint64 deadline_us);
	/* Takes the place of a TLS handshake over this link, for scripts. NULL for real links. */
	gboolean (*start_tls)(TocsinLink *self, GError **error);
	/* Closes and frees the link and what it stands on. */
	void (*free)(TocsinLink *self);
} TocsinLinkClass;

struct _TocsinLink {
	const TocsinLinkClass *class;
	char *peer;          /* for messages; owned, freed by tocsin_link_clear() */
	char *local_address; /* numeric, or NULL; owned likewise */
	gint64 deadline_us;  /* of the call in progress, for links whose read and write may block */
	short events;        /* after AGAIN: what the blocked call waits for */
	TocsinStreamEnd end;
	gboolean is_local;
	gboolean is_encrypted;
	gboolean has_read; /* the stream has got bytes through this link */
};

/* Frees the members of the base; for the free() of a class. */
void tocsin_link_clear(TocsinLink *self);

G_END_DECLS

#endif
