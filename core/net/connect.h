/* SPDX-License-Identifier: MIT */
/* Connections to servers: by host name, address or Unix socket, straight or through a proxy.
 *
 * All addresses of a host are tried, IPv6 and IPv4 in turn, the next one when the last has failed
 * or has not answered for a quarter of a second (RFC 8305); the first that answers wins. */
#ifndef TOCSIN_NET_CONNECT_H
#define TOCSIN_NET_CONNECT_H

#include "net/stream.h"

G_BEGIN_DECLS

/* Where to connect to. Either path or host is set. */
typedef struct {
	const char
	        *host; /* a name (IDN as UTF-8 or A-labels) or an IP address, with or without [] */
	guint16 port;
	const char *path;           /* Unix socket: "/run/lmtp", or "@name" for an abstract one */
	const char *source_address; /* our IP address, which decides the family too; or NULL */
	guint16 source_port;        /* or 0 */
	const char *proxy;          /* "socks5://[user:password@]host:port" or "http://...";
	                               "system" to ask the desktop; NULL for a direct connection */
} TocsinConnectTarget;

/* Connects until @deadline_us, the look-up of names included. The stream keeps @cancellable (may be
 * NULL). Names are never looked up for an IP address, nor for localhost (RFC 6761, 6.3).
 *
 * TOCSIN_ERROR_INVALID: @target makes no sense. TOCSIN_ERROR_CONNECT: the message names the host,
 * and each address and port that was tried with what was wrong there. TOCSIN_ERROR_TIMEOUT,
 * TOCSIN_ERROR_CANCELLED. Any thread; waits in the calling one. */
TocsinStream *tocsin_connect(const TocsinConnectTarget *target, gint64 deadline_us,
                             GCancellable *cancellable, GError **error);

G_END_DECLS

#endif
