/* SPDX-License-Identifier: MIT */
/* What the sources that know OpenSSL share. */
#ifndef TOCSIN_NET_TLS_OPENSSL_H
#define TOCSIN_NET_TLS_OPENSSL_H

#include "net/carry.h"
#include "net/stream.h"
#include "net/tls-types.h"

#include <openssl/ssl.h>

G_BEGIN_DECLS

/* tls-session.c: sessions to resume, the latest of each server. Any thread. */
typedef struct _TlsSessions TlsSessions;

/* An empty cache; free with tls_sessions_free(). */
TlsSessions *tls_sessions_new(void);
/* Drops all; @self must not be NULL. */
void tls_sessions_free(TlsSessions *self);
/* Takes over the reference to @session. */
void tls_sessions_put(TlsSessions *self, const char *key, SSL_SESSION *session);
/* A new reference to the latest session, or NULL. */
SSL_SESSION *tls_sessions_get(TlsSessions *self, const char *key);

struct _TocsinTls {
	gatomicrefcount references;
	SSL_CTX *context;
	GStrv pins; /* "sha256//BASE64"; empty for none */
	gboolean is_unverified;
	TlsSessions *sessions;
};

/* tls-link.c: TLS over another link. It borrows @lower until tls_link_adopt(). */
typedef struct {
	TocsinLink base;
	TocsinLink *lower;
	gboolean is_owner;
	TocsinTls *tls;
	SSL *ssl;
	char *session_key;
	GByteArray *out; /* encrypted; from out_start on not yet handed to lower */
	gsize out_start;
	char *staging;         /* where small pieces become one record */
	GError *io_error;      /* of lower, on its way through OpenSSL */
	GError *deferred;      /* failure found behind bytes that had to be returned first */
	TocsinStreamEnd ended; /* how the input ended, for the read behind those bytes */
	char first[16];        /* the first bytes that the server sent, to tell what it speaks */
	gsize first_length;
	int verify_code; /* why the certificate is refused: X509_V_ERR_... */
	X509 *refused;   /* the server's certificate then */
} TlsLink;

/* A link before its handshake, or NULL with TOCSIN_ERROR_TLS. */
TlsLink *tls_link_new(TocsinTls *tls, TocsinLink *lower, GError **error);
/* Hands on encrypted bytes: 0 when none are left, AGAIN or FAILED. */
gssize tls_link_flush(TlsLink *self, GError **error);
/* From now on @self owns its lower link and speaks for it. */
void tls_link_adopt(TlsLink *self);
/* Frees @self; its lower link too if adopted. */
void tls_link_free(TlsLink *self);
/* The TLS link of a stream, or NULL. */
TlsLink *tls_link_of(TocsinStream *stream);
/* The TLS link whose SSL calls back. */
TlsLink *tls_link_of_ssl(const SSL *ssl);
/* Turns the newest of OpenSSL's errors into words; clears them all. Free with g_free(). */
char *tls_link_describe_error(void);

/* tls-context.c, tls-start.c: what net/tls.h promises. */
TocsinTls *tls_new(const TocsinTlsSettings *settings, GError **error);
TocsinTls *tls_ref(TocsinTls *self);
void tls_unref(TocsinTls *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinTls, tls_unref)

/* As tocsin_tls_start(), but leaves a stream that failed to its caller. */
gboolean tls_start(TocsinTls *self, TocsinStream *stream, const char *server_name, guint16 port,
                   gint64 deadline_us, GError **error);

/* tls-info.c: likewise. */
gboolean tls_info_get_binding(TocsinStream *stream, guint8 out_binding[TOCSIN_TLS_BINDING_LENGTH],
                              GError **error);
TocsinTlsInfo *tls_info_get(TocsinStream *stream);

/* "sha256//BASE64" of its public key, free with g_free(); NULL if it has none. */
char *tls_info_make_pin(X509 *certificate);
/* DNS names and IP addresses of its subjectAltName, for display; free with g_strfreev(). */
GStrv tls_info_list_names(X509 *certificate);

G_END_DECLS

#endif
