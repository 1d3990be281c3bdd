/* SPDX-License-Identifier: MIT */
/* Limits of a control server, and what all its sockets have in common. Plain data. */
#ifndef TOCSIN_CONTROL_HTTP_SHARED_H
#define TOCSIN_CONTROL_HTTP_SHARED_H

#include "base/secret.h"
#include "control/route.h"

G_BEGIN_DECLS

/* 0 takes the default. */
typedef struct {
	guint connections;  /* at once, each of socket and port; half of them for any one user but
	                       root and the server's own. 64 */
	guint request_ms;   /* from connecting to the end of the request. 30 s */
	guint answer_ms;    /* from there until a handler answers. 60 s */
	guint send_ms;      /* for sending the answer. 30 s */
	gsize bodies_bytes; /* of all requests' bodies at once. 96 MiB */
} TocsinServerLimits;

/* What all sockets of a server have in common. Used on the context's thread. */
typedef struct {
	TocsinServerLimits limits;
	const TocsinRoute *routes;
	gpointer user;
	TocsinSecret *token; /* (nullable) */
	GMainContext *context;
	gsize bodies_bytes; /* that are held now */
} TocsinHttpShared;

G_END_DECLS

#endif
