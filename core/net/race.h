/* SPDX-License-Identifier: MIT */
/* Connecting to the first of several addresses that answers (RFC 8305, section 5). For connect.c.
 */
#ifndef TOCSIN_NET_RACE_H
#define TOCSIN_NET_RACE_H

#include <gio/gio.h>

G_BEGIN_DECLS

/* How long one address may stay silent before the next is tried beside it (RFC 8305, section 8). */
#define TOCSIN_RACE_DELAY_US ((gint64)250000)

/* Connects to one of @addresses (of GSocketAddress, tried in order, never empty) from @source (or
 * NULL). Returns the socket, in non-blocking mode, which the caller closes; or -1 with
 * TOCSIN_ERROR_CONNECT, whose message lists each address with its failure, or TIMEOUT or CANCELLED,
 * which list them too. Waits in the calling thread. */
int tocsin_race_connect(GPtrArray *addresses, GSocketAddress *source, gint64 deadline_us,
                        GCancellable *cancellable, GError **error);

G_END_DECLS

#endif
