/* SPDX-License-Identifier: MIT */
/* How an account reaches its server: its connection settings, and connecting by them.
 *
 * Immutable after it is made; any thread may connect. */
#ifndef TOCSIN_ENGINE_NETWORK_H
#define TOCSIN_ENGINE_NETWORK_H

#include <glib.h>

#include "abi/settings.h"
#include "net/stream.h"

G_BEGIN_DECLS

typedef struct _TocsinNetwork TocsinNetwork;

/* From settings with tocsin_conf_network_keys (a reference is taken). Certificates and keys are
 * loaded now. TOCSIN_ERROR_CONFIG. */
TocsinNetwork *tocsin_network_new(TocsinSettings *settings, GError **error);

/* Does nothing on NULL. */
void tocsin_network_free(TocsinNetwork *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinNetwork, tocsin_network_free)

/* Connects until @deadline_us, with TLS from the first byte where tls = "implicit". Errors of
 * net/connect.h and net/tls.h. */
TocsinStream *tocsin_network_connect(TocsinNetwork *self, gint64 deadline_us,
                                     GCancellable *cancellable, GError **error);

/* Lets @stream go on in TLS, checked against the account's host or server_name. */
gboolean tocsin_network_start_tls(TocsinNetwork *self, TocsinStream *stream, gint64 deadline_us,
                                  GError **error);

G_END_DECLS

#endif
