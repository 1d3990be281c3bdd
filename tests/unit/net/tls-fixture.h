/* SPDX-License-Identifier: MIT */
/* A certificate authority, certificates and a TLS server in a thread, for tests of net/tls.h. */
#ifndef TESTS_NET_TLS_FIXTURE_H
#define TESTS_NET_TLS_FIXTURE_H

#include <glib.h>
#include <openssl/ssl.h>

G_BEGIN_DECLS

/* How a certificate is made. */
typedef struct {
	const char *subject; /* common name */
	const char *names;   /* subjectAltName as in openssl.cnf: "DNS:a,IP:127.0.0.1"; or NULL */
	long ends_after;     /* seconds from now; may be negative */
	gboolean is_own_signer; /* self-signed instead of signed by the authority */
} CertificateSpec;

typedef struct {
	EVP_PKEY *authority_key;
	X509 *authority;
	char *authority_file; /* PEM; removed by fixture_free() */
} Fixture;

/* What a server does after the handshake. */
typedef enum {
	SERVER_ECHO,    /* answers each line with "250 " and the line; closes in order at the end */
	SERVER_CUT,     /* answers one line, then closes without close_notify */
	SERVER_BINDING, /* answers one line with the tls-exporter value in hex */
	SERVER_FLOOD,   /* writes 1 MiB, then reads 1 MiB, then answers "done" */
} ServerAct;

typedef struct {
	SSL_CTX *context;
	ServerAct act;
	int fd;
	GThread *thread;
} Server;

Fixture *fixture_new(void);
void fixture_free(Fixture *self);

/* Writes the certificate and its key as PEM to a new file, whose name the caller frees and removes.
 */
char *fixture_write_certificate(Fixture *self, const CertificateSpec *spec);

/* A server context for a certificate that fits @spec. */
SSL_CTX *fixture_make_context(Fixture *self, const CertificateSpec *spec);

/* Serves one connection in a thread; returns the client's end of it. */
int server_start(Server *self, SSL_CTX *context, ServerAct act);

/* Waits until the server is done, which it is once the client's end is closed. */
void server_join(Server *self);

G_END_DECLS

#endif
