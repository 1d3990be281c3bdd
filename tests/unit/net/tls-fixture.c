/* SPDX-License-Identifier: MIT */
/* Certificates made by hand and a server that uses them. */
#include "tls-fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

static void
add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	g_assert_nonnull(extension);
	X509_add_ext(certificate, extension, -1);
	X509_EXTENSION_free(extension);
}

static X509 *
make_certificate(const CertificateSpec *spec, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
	static long serial = 0;
	X509 *certificate = X509_new();
	X509_NAME *name = X509_get_subject_name(certificate);

	X509_set_version(certificate, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -86400L * 30);
	X509_gmtime_adj(X509_getm_notAfter(certificate), spec->ends_after);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const guchar *)spec->subject, -1, -1,
	                           0);
	X509_set_pubkey(certificate, key);
	X509_set_issuer_name(certificate, issuer != NULL ? X509_get_subject_name(issuer) : name);
	add_extension(certificate, issuer != NULL ? issuer : certificate, NID_basic_constraints,
	              issuer == NULL && spec->names == NULL ? "critical,CA:TRUE" : "CA:FALSE");
	if (spec->names != NULL) {
		add_extension(certificate, certificate, NID_subject_alt_name, spec->names);
	}
	g_assert_cmpint(X509_sign(certificate, issuer != NULL ? issuer_key : key, EVP_sha256()), >,
	                0);
	return certificate;
}

Fixture *
fixture_new(void)
{
	static const CertificateSpec spec = {.subject = "Test Authority", .ends_after = 86400};
	Fixture *self = g_new0(Fixture, 1);
	int fd = g_file_open_tmp("tocsin-ca-XXXXXX.pem", &self->authority_file, NULL);
	FILE *file = fdopen(fd, "w");

	self->authority_key = EVP_EC_gen("P-256");
	self->authority = make_certificate(&spec, self->authority_key, NULL, NULL);
	PEM_write_X509(file, self->authority);
	fclose(file);
	return self;
}

void
fixture_free(Fixture *self)
{
	g_unlink(self->authority_file);
	g_free(self->authority_file);
	X509_free(self->authority);
	EVP_PKEY_free(self->authority_key);
	g_free(self);
}

char *
fixture_write_certificate(Fixture *self, const CertificateSpec *spec)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *certificate = make_certificate(
	        spec, key, spec->is_own_signer ? NULL : self->authority, self->authority_key);
	char *name = NULL;
	int fd = g_file_open_tmp("tocsin-cert-XXXXXX.pem", &name, NULL);
	FILE *file = fdopen(fd, "w");

	PEM_write_X509(file, certificate);
	PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
	fclose(file);
	X509_free(certificate);
	EVP_PKEY_free(key);
	return name;
}

SSL_CTX *
fixture_make_context(Fixture *self, const CertificateSpec *spec)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	g_autofree char *file = fixture_write_certificate(self, spec);

	g_assert_cmpint(SSL_CTX_use_certificate_chain_file(context, file), ==, 1);
	g_assert_cmpint(SSL_CTX_use_PrivateKey_file(context, file, SSL_FILETYPE_PEM), ==, 1);
	SSL_CTX_set_session_id_context(context, (const guchar *)"tests", 5);
	g_unlink(file);
	return context;
}

static void
send_text(SSL *ssl, const char *text)
{
	SSL_write(ssl, text, (int)strlen(text));
}

/* A line without its end; FALSE at the end of the input. */
static gboolean
read_line(SSL *ssl, GString *line)
{
	char byte;

	g_string_truncate(line, 0);
	while (SSL_read(ssl, &byte, 1) == 1) {
		if (byte == '\n') {
			return TRUE;
		}
		g_string_append_c(line, byte);
	}
	return FALSE;
}

static void
act_echo(SSL *ssl, GString *line)
{
	while (read_line(ssl, line)) {
		g_string_prepend(line, "250 ");
		g_string_append(line, "\n");
		send_text(ssl, line->str);
	}
}

static void
act_binding(SSL *ssl, GString *line)
{
	static const char label[] = "EXPORTER-Channel-Binding";
	guchar binding[32];

	read_line(ssl, line);
	g_string_truncate(line, 0);
	SSL_export_keying_material(ssl, binding, sizeof binding, label, strlen(label), NULL, 0, 0);
	for (gsize i = 0; i < sizeof binding; i++) {
		g_string_append_printf(line, "%02x", binding[i]);
	}
	send_text(ssl, line->str);
}

static void
act_flood(SSL *ssl)
{
	enum { SIZE = 1 << 20 };
	g_autofree char *bytes = g_malloc0(SIZE);
	int total = 0;
	int count = SSL_write(ssl, bytes, SIZE);

	while (count > 0 && total < SIZE) {
		count = SSL_read(ssl, bytes, SIZE);
		total += count;
	}
	send_text(ssl, "done");
}

static gpointer
serve(gpointer data)
{
	Server *self = data;
	SSL *ssl = SSL_new(self->context);
	GString *line = g_string_new(NULL);

	SSL_set_fd(ssl, self->fd);
	if (SSL_accept(ssl) == 1) {
		if (self->act == SERVER_ECHO) {
			act_echo(ssl, line);
			SSL_shutdown(ssl);
		} else if (self->act == SERVER_CUT) {
			read_line(ssl, line);
			send_text(ssl, "250 ok\n");
		} else if (self->act == SERVER_BINDING) {
			act_binding(ssl, line);
		} else {
			act_flood(ssl);
		}
	}
	/* Or else OpenSSL forgets the session. */
	SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	SSL_free(ssl);
	shutdown(self->fd, SHUT_WR);
	g_string_free(line, TRUE);
	return NULL;
}

int
server_start(Server *self, SSL_CTX *context, ServerAct act)
{
	int fds[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
	self->context = context;
	self->act = act;
	self->fd = fds[1];
	self->thread = g_thread_new("server", serve, self);
	return fds[0];
}

void
server_join(Server *self)
{
	g_thread_join(self->thread);
	close(self->fd);
}
