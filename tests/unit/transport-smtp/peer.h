/* SPDX-License-Identifier: MIT */
/* A server in a thread that follows a script, for tests of the SMTP transports. */
#ifndef TESTS_TRANSPORT_SMTP_PEER_H
#define TESTS_TRANSPORT_SMTP_PEER_H

#include <gio/gio.h>
#include <openssl/ssl.h>

G_BEGIN_DECLS

/* Steps, one a line: "> TEXT" sends TEXT and CRLF, "< TEXT" reads a line, which has to be TEXT
 * ("< TEXT*": begin with it), "content" reads up to the final dot, "bytes N" reads N bytes, "tls"
 * shakes hands, "next" closes and accepts the next connection, "close" closes, "pause"
 * waits for peer_go(), "wait" reads until
 * the client closes. */
typedef struct {
	int listener;
	guint16 port;
	char *path;       /* of a Unix socket, or NULL */
	SSL_CTX *context; /* or NULL */
	const char *script;
	GThread *thread;
	GString *content; /* what "content" and "bytes" read */
	gint has_paused;  /* atomic: a "pause" was reached */
	char *complaint;  /* the first thing that was not as the script has it, or NULL */
	gboolean was_resumed;
	GCancellable *cancellable; /* what "cancel" cancels, or NULL */
	GAsyncQueue *signals;      /* of peer_go() */
} Peer;

/* Listens on loopback, or on a socket at @path; serves once peer_start() was called. */
void peer_listen(Peer *self, const char *path);
void peer_start(Peer *self, const char *script);

/* Lets the script go on behind "pause". */
void peer_go(Peer *self);

/* Waits until the script is over, and asserts that nothing was amiss. */
void peer_join(Peer *self);

/* After peer_join(), or without a start. */
void peer_clear(Peer *self);

G_END_DECLS

#endif
