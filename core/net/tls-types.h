/* SPDX-License-Identifier: MIT */
/* What goes into TLS and comes out of it. */
#ifndef TOCSIN_NET_TLS_TYPES_H
#define TOCSIN_NET_TLS_TYPES_H

#include <glib.h>

#include "base/secret.h"

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

G_END_DECLS

#endif
