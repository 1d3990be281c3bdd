/* SPDX-License-Identifier: MIT */
/* Asking a mail server what it is: the dialogue, and what came of it as a tree of JSON. */
#ifndef TOCSIN_CLI_PROBE_DIALOGUE_H
#define TOCSIN_CLI_PROBE_DIALOGUE_H

#include <glib.h>
#include <json-glib/json-glib.h>

#include "cli/probe-login.h"
#include "cli/watch.h"

G_BEGIN_DECLS

typedef enum {
	TOCSIN_PROBE_TLS_OPPORTUNISTIC, /* STARTTLS where it is offered */
	TOCSIN_PROBE_TLS_NONE,
	TOCSIN_PROBE_TLS_REQUIRED, /* STARTTLS or an error */
	TOCSIN_PROBE_TLS_IMPLICIT,
} TocsinProbeTls;

/* What to ask, and of whom. Everything is borrowed. */
typedef struct {
	const char *host; /* or @path */
	guint16 port;
	const char *path; /* of a Unix socket */
	gboolean is_lmtp;
	TocsinProbeTls tls;
	gboolean is_insecure; /* go on though the certificate is wrong */
	const char *ca_file;
	const char *local_name;
	const char *verify;            /* (nullable) an address to ask for */
	gint64 timeout_us;             /* for connecting, the handshake and each reply */
	const GPtrArray *mechanisms;   /* of TocsinMechanism: those that could log in here */
	const TocsinProbeLogin *login; /* (nullable) as whom to log in */
	TocsinWatch *watch;            /* (nullable) who sees the dialogue */
} TocsinProbe;

/* Talks to the server, and adds to @report what it learns, up to the first error; blocks. Members:
 * "connection", "greeting", "clear" and "encrypted" (what EHLO tells before and behind STARTTLS),
 * "tls", "login", "verify". Errors: those of smtp/session.h, net/connect.h and net/tls.h. */
gboolean tocsin_probe_run(const TocsinProbe *self, JsonObject *report, GError **error);

G_END_DECLS

#endif
