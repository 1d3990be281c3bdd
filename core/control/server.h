/* SPDX-License-Identifier: MIT */
/* The control server: HTTP over a Unix socket, and over a TCP port of this machine if it is asked
 * for, on one main context without a thread of its own.
 *
 * Over the Unix socket whoever may open it may do everything; over TCP a token is needed. Either
 * refuses what a web page elsewhere makes a browser send. Errors are JSON, {"error": text}. */
#ifndef TOCSIN_CONTROL_SERVER_H
#define TOCSIN_CONTROL_SERVER_H

#include "base/secret.h"
#include "control/http-shared.h"

G_BEGIN_DECLS

/* A token that is shorter could be guessed. */
#define TOCSIN_SERVER_TOKEN_MIN 16u

/* Copied, but for what the pointers of routes and user point to. */
typedef struct {
	const char *socket;        /* (nullable) path of the Unix socket */
	const char *socket_group;  /* (nullable) as in control/listen.h */
	const char *listen;        /* (nullable) the TCP address; then there must be a token */
	TocsinSecret *token;       /* (nullable) */
	const TocsinRoute *routes; /* constant data */
	gpointer user;             /* for the routes' handlers */
	GMainContext *context;     /* (nullable) the default one */
	TocsinServerLimits limits;
} TocsinServerOptions;

typedef struct _TocsinServer TocsinServer;

/* Listens. Call it on the context's thread, as everything else here. Errors as in control/listen.h;
 * TOCSIN_ERROR_INVALID for a token that is missing or too short. */
TocsinServer *tocsin_server_new(const TocsinServerOptions *options, GError **error);

/* Answers what waits with 503, closes everything and removes the socket. Handlers may still answer
 * afterwards, to nobody. Does nothing on NULL. */
void tocsin_server_free(TocsinServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinServer, tocsin_server_free)

/* The TCP port, 0 if there is none. */
guint16 tocsin_server_port(const TocsinServer *self);

G_END_DECLS

#endif
