/* SPDX-License-Identifier: MIT */
/* What needs GIO's asynchronous calls: names to addresses, and proxies. Both run on a main context
 * of their own in the calling thread, so that a deadline and a cancel end them. For connect.c. */
#ifndef TOCSIN_NET_LOOKUP_H
#define TOCSIN_NET_LOOKUP_H

#include <gio/gio.h>

G_BEGIN_DECLS

/* The addresses of @host with @port, as GSocketAddress, the families in turn (RFC 8305, section 4).
 * A literal or localhost takes no look-up. A @family other than G_SOCKET_FAMILY_INVALID picks only
 * those of that family. Errors: TOCSIN_ERROR_INVALID, CONNECT (no such host), TIMEOUT, CANCELLED.
 */
GPtrArray *tocsin_lookup_host(const char *host, guint16 port, GSocketFamily family,
                              gint64 deadline_us, GCancellable *cancellable, GError **error);

/* A connected socket to @host and @port through @proxy, which the caller closes; or -1 with
 * TOCSIN_ERROR_CONNECT, TIMEOUT or CANCELLED. */
int tocsin_lookup_proxy(const char *host, guint16 port, const char *proxy, GSocketAddress *source,
                        gint64 deadline_us, GCancellable *cancellable, GError **error);

G_END_DECLS

#endif
