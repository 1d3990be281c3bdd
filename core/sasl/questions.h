/* SPDX-License-Identifier: MIT */
/* What a mechanism may ask about its login: the link, and random bytes.
 *
 * Belongs to one login, which is one thread's. */
#ifndef TOCSIN_SASL_QUESTIONS_H
#define TOCSIN_SASL_QUESTIONS_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "abi/guard.h"
#include "base/veil.h"

G_BEGIN_DECLS

/* What the link is like. Borrowed: must outlive the login. */
typedef struct {
	const char *service; /* "smtp" */
	const char *server;  /* host name */
	guint16 port;
	gboolean is_encrypted;
	gboolean is_local;
	GBytes *exporter;           /* (nullable) tls-exporter bytes (RFC 9266) */
	const char *const *offered; /* mechanisms of the server */
	TocsinVeil *veil;           /* (nullable) learns the secrets that go over the link */
} TocsinSaslLink;

/* Fills bytes from a source of randomness; replaced in tests only. */
typedef void (*TocsinSaslRandom)(void *bytes, gsize length);

/* What the plugin gets a pointer to. */
struct tocsin_exchange {
	const TocsinSaslLink *link;
	TocsinSaslRandom random;
	TocsinGuard *guard; /* of the mechanism */
	GThread *thread;    /* of the call that the mechanism is in */
};

/* The table behind TOCSIN_EXCHANGE. */
const tocsin_exchanges *tocsin_questions_table(void);

/* Fills bytes from the system's cryptographic source: the usual TocsinSaslRandom. */
void tocsin_questions_random(void *bytes, gsize length);

G_END_DECLS

#endif
