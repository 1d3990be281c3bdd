/* SPDX-License-Identifier: MIT */
/* The table between net/tls.h and the part that knows OpenSSL. */
#ifndef TOCSIN_NET_TLS_CALLS_H
#define TOCSIN_NET_TLS_CALLS_H

#include "net/stream.h"
#include "net/tls-types.h"

G_BEGIN_DECLS

/* Each as the function of net/tls.h that ends in its name, and never with NULL for an object.
 * start() leaves a stream that failed to its caller. */
typedef struct {
	TocsinTls *(*new)(const TocsinTlsSettings *settings, GError **error);
	TocsinTls *(*ref)(TocsinTls *self);
	void (*unref)(TocsinTls *self);
	gboolean (*start)(TocsinTls *self, TocsinStream *stream, const char *server_name,
	                  guint16 port, gint64 deadline_us, GError **error);
	gboolean (*get_binding)(TocsinStream *stream, guint8 out_binding[TOCSIN_TLS_BINDING_LENGTH],
	                        GError **error);
	TocsinTlsInfo *(*get_info)(TocsinStream *stream);
} TocsinTlsCalls;

/* NULL where the part is not linked in: it is loaded then. */
extern const TocsinTlsCalls tocsin_tls_calls __attribute__((weak, visibility("hidden")));

G_END_DECLS

#endif
