/* SPDX-License-Identifier: MIT */
/* TLS over any stream. Only this header's sources, tls-*.c, know OpenSSL.
 *
 * A TocsinTls holds checked settings, the loaded certificates and the cache of sessions; it is
 * immutable for its callers, and any thread may use it for streams of its own. */
#ifndef TOCSIN_NET_TLS_H
#define TOCSIN_NET_TLS_H

#include "base/secret.h"
#include "net/stream.h"

G_BEGIN_DECLS

/* RFC 9266: what tls-exporter channel binding is long. */
#define TOCSIN_TLS_BINDING_LENGTH 32

typedef struct _TocsinTls TocsinTls;

/* All zero is the safe default: the system's certificate authorities, TLS 1.2 or later. */
typedef struct {
	const char *ca_file;          /* PEM; NULL for the system's authorities */
	const char *certificate_file; /* PEM chain that we show when asked, or NULL */
	const char *key_file;         /* PEM; NULL if the key is in certificate_file */
	TocsinSecret *key_password;   /* for an encrypted key, or NULL; only used during new() */
	const char *minimum_version;  /* "1.2" or "1.3"; NULL for "1.2" */
	const char *pins; /* "sha256//BASE64", several joined with ";": the server's public key
	                       must be one of these, besides all other checks; or NULL */
	gboolean is_unverified; /* takes any certificate: protects from listeners only */
} TocsinTlsSettings;

/* Loads what @settings name. TOCSIN_ERROR_CONFIG says which setting is wrong and why. */
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

/* What was agreed, and the server's certificate. Texts are UTF-8 for display. */
typedef struct {
	char *version; /* "TLSv1.3" */
	char *cipher;  /* "TLS_AES_256_GCM_SHA384" */
	gboolean is_resumed;
	gboolean is_verified;
	char *subject;     /* RFC 2253 */
	char *issuer;      /* RFC 2253 */
	GStrv names;       /* DNS names and IP addresses of the subjectAltName */
	gint64 not_before; /* seconds since 1970 */
	gint64 not_after;  /* seconds since 1970 */
	char *fingerprint; /* SHA-256 of the certificate, lower-case hex */
	char *pin;         /* "sha256//BASE64" of its public key */
} TocsinTlsInfo;

/* Describes an encrypted stream; NULL if TLS does not protect it. */
TocsinTlsInfo *tocsin_tls_get_info(TocsinStream *stream);

/* Frees all of it. Does nothing on NULL. */
void tocsin_tls_info_free(TocsinTlsInfo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinTlsInfo, tocsin_tls_info_free)

G_END_DECLS

#endif
