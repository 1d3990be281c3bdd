/* SPDX-License-Identifier: MIT */
/* What an HTTP request says, and what comes back. */
#ifndef TOCSIN_HTTP_REQUEST_H
#define TOCSIN_HTTP_REQUEST_H

#include <glib.h>

G_BEGIN_DECLS

/* What to ask; pointers are borrowed. */
typedef struct {
	const char *url;    /* http: or https: */
	const char *socket; /* (nullable) path of a Unix socket to ask at instead */
	const char *method; /* "GET", "POST", "DELETE" */
	const char *type;   /* (nullable) media type of the body; without one, none is told */
	const void *body;   /* (nullable) of length bytes, with POST */
	gsize length;
	gint64 timeout_us; /* for all of it */
	/* Takes a piece of the answer; FALSE ends the request with TOCSIN_ERROR_LIMIT. */
	gboolean (*take)(gpointer user, const void *bytes, gsize length);
	gpointer user;
} TocsinHttpRequest;

/* The head of an answer. */
typedef struct {
	guint status;
	char *type; /* (nullable) media type */
} TocsinHttpAnswer;

G_END_DECLS

#endif
