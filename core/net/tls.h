/* SPDX-License-Identifier: MIT */
/* TLS over any stream. Only this header's sources, tls-*.c, know OpenSSL; they are a part that is
 * loaded when it is first needed (base/part.h).
 *
 * A TocsinTls holds checked settings, the loaded certificates and the cache of sessions; it is
 * immutable for its callers, and any thread may use it for streams of its own. */
#ifndef TOCSIN_NET_TLS_H
#define TOCSIN_NET_TLS_H

#include "net/stream.h"
#include "net/tls-types.h"

G_BEGIN_DECLS

/* Loads the part, so that no later call has to: who will speak TLS learns at once that it cannot.
 * The errors of tocsin_part_load(). Any thread. */
gboolean tocsin_tls_prepare(GError **error);

/* Loads what @settings name. TOCSIN_ERROR_CONFIG says which setting is wrong and why; also the
 * errors of tocsin_tls_prepare(). */
TocsinTls *tocsin_tls_new(const TocsinTlsSettings *settings, GError **error);

/* One more reference to the same; each is given back with tocsin_tls_unref(). Any thread. */
TocsinTls *tocsin_tls_ref(TocsinTls *self);

/* Gives a reference back; the last frees. Does nothing on NULL. Any thread. */
void tocsin_tls_unref(TocsinTls *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinTls, tocsin_tls_unref)

/* Makes @stream encrypted: a handshake as client, at once after connecting or behind STARTTLS.
 *
 * The certificate must be valid for @server_name, the host as it was configured (a name, IDN or
 * not, or an IP address), by its subjectAltName (RFC 9525); names are sent as SNI. A session of an
 * earlier connection with the same @self, @server_name and @port is resumed if the server agrees.
 *
 * Bytes that came before the handshake are an error (TOCSIN_ERROR_PROTOCOL): someone else may have
 * put them there (CVE-2011-0411). After any failure the stream counts as lost, so that nothing can
 * go on in clear. TOCSIN_ERROR_TLS says in words what is wrong; also the errors of stream.h. */
gboolean tocsin_tls_start(TocsinTls *self, TocsinStream *stream, const char *server_name,
                          guint16 port, gint64 deadline_us, GError **error);

/* What tls-exporter channel binding (RFC 9266) binds to. TOCSIN_ERROR_NOT_SUPPORTED if the stream
 * is not encrypted or its TLS 1.2 lacks the extended master secret, without which the value would
 * not be unique. */
gboolean tocsin_tls_get_binding(TocsinStream *stream, guint8 out_binding[TOCSIN_TLS_BINDING_LENGTH],
                                GError **error);

/* Describes an encrypted stream; NULL if TLS does not protect it. */
TocsinTlsInfo *tocsin_tls_get_info(TocsinStream *stream);

/* Frees all of it. Does nothing on NULL. */
void tocsin_tls_info_free(TocsinTlsInfo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinTlsInfo, tocsin_tls_info_free)

G_END_DECLS

#endif
