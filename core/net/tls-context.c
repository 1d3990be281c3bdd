/* SPDX-License-Identifier: MIT */
/* TLS settings: checked, loaded, and kept as OpenSSL's context. */
#include <string.h>

#include <openssl/err.h>

#include "net/tls-openssl.h"
#include "tocsin/error.h"

#define PIN_PREFIX "sha256//"

/* OpenSSL would ask on the terminal; a daemon has none. */
static int
on_password(char *buffer, int size, int is_writing, void *data)
{
	gsize length = 0;
	const char *password = data == NULL ? NULL : tocsin_secret_peek(data, &length);

	if (password == NULL || length > (gsize)size) {
		return -1;
	}
	memcpy(buffer, password, length);
	return (int)length;
}

/* Keeps what the server sent for resumption; with TLS 1.3 that comes after the handshake. */
static int
on_session(SSL *ssl, SSL_SESSION *session)
{
	TlsLink *link = tls_link_of_ssl(ssl);

	tls_sessions_put(link->tls->sessions, link->session_key, session);
	return 1;
}

/* Keeps the first reason, and the certificate: after a refusal OpenSSL has forgotten both. */
static int
on_verify(int is_ok, X509_STORE_CTX *store)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
	TlsLink *link = tls_link_of_ssl(ssl);
	X509 *certificate = X509_STORE_CTX_get0_cert(store);

	if (!is_ok && link->refused == NULL && certificate != NULL && X509_up_ref(certificate)) {
		link->verify_code = X509_STORE_CTX_get_error(store);
		link->refused = certificate;
	}
	return is_ok;
}

static gboolean
set_config_error(GError **error, const char *what, const char *file)
{
	g_autofree char *why = tls_link_describe_error();

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG, "cannot use %s '%s': %s", what, file,
	            why);
	return FALSE;
}

static gboolean
load_authorities(TocsinTls *self, const TocsinTlsSettings *settings, GError **error)
{
	if (settings->ca_file == NULL) {
		if (SSL_CTX_set_default_verify_paths(self->context) != 1) {
			return set_config_error(error, "the certificate authorities of",
			                        "the system");
		}
		return TRUE;
	}
	if (SSL_CTX_load_verify_file(self->context, settings->ca_file) != 1) {
		return set_config_error(error, "the certificate authorities in", settings->ca_file);
	}
	return TRUE;
}

static gboolean
load_certificate(TocsinTls *self, const TocsinTlsSettings *settings, GError **error)
{
	const char *file = settings->certificate_file;
	const char *key_file = settings->key_file != NULL ? settings->key_file : file;

	if (file == NULL) {
		if (settings->key_file != NULL) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
			            "key '%s' is of no use without a certificate file",
			            settings->key_file);
			return FALSE;
		}
		return TRUE;
	}
	SSL_CTX_set_default_passwd_cb(self->context, on_password);
	SSL_CTX_set_default_passwd_cb_userdata(self->context, settings->key_password);
	if (SSL_CTX_use_certificate_chain_file(self->context, file) != 1) {
		return set_config_error(error, "the client certificate in", file);
	}
	if (SSL_CTX_use_PrivateKey_file(self->context, key_file, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(self->context) != 1) {
		return set_config_error(error, "the client certificate's key in", key_file);
	}
	SSL_CTX_set_default_passwd_cb_userdata(self->context, NULL);
	return TRUE;
}

static gboolean
set_minimum_version(TocsinTls *self, const char *version, GError **error)
{
	int number = 0;

	if (version == NULL || strcmp(version, "1.2") == 0) {
		number = TLS1_2_VERSION;
	} else if (strcmp(version, "1.3") == 0) {
		number = TLS1_3_VERSION;
	}
	if (number == 0 || SSL_CTX_set_min_proto_version(self->context, number) != 1) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		            "'%s' is not a TLS version to start from: use \"1.2\" or \"1.3\"",
		            version);
		return FALSE;
	}
	return TRUE;
}

static gboolean
check_pin(const char *pin, GError **error)
{
	gsize length = 0;
	g_autofree guchar *hash = NULL;
	g_autofree char *again = NULL;

	if (g_str_has_prefix(pin, PIN_PREFIX)) {
		hash = g_base64_decode(pin + strlen(PIN_PREFIX), &length);
		again = g_base64_encode(hash, length);
	}
	if (length != 32 || strcmp(again, pin + strlen(PIN_PREFIX)) != 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		            "'%s' is not a pin: it must be \"sha256//\" and the base64 form of the "
		            "SHA-256 hash of a public key",
		            pin);
		return FALSE;
	}
	return TRUE;
}

static gboolean
set_pins(TocsinTls *self, const char *pins, GError **error)
{
	self->pins = g_strsplit(pins != NULL ? pins : "", ";", -1);
	for (guint i = 0; self->pins[i] != NULL; i++) {
		if (!check_pin(g_strstrip(self->pins[i]), error)) {
			return FALSE;
		}
	}
	return TRUE;
}

TocsinTls *
tls_new(const TocsinTlsSettings *settings, GError **error)
{
	g_autoptr(TocsinTls) self = g_new0(TocsinTls, 1);

	g_atomic_ref_count_init(&self->references);
	self->sessions = tls_sessions_new();
	self->is_unverified = settings->is_unverified;
	ERR_clear_error();
	self->context = SSL_CTX_new(TLS_client_method());
	if (self->context == NULL) {
		set_config_error(error, "the library", "OpenSSL");
		return NULL;
	}
	SSL_CTX_set_options(self->context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_read_ahead(self->context, 1); /* a record's head and body in one read */
	SSL_CTX_set_session_cache_mode(self->context,
	                               SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(self->context, on_session);
	SSL_CTX_set_verify(self->context,
	                   settings->is_unverified ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, on_verify);
	if (!set_minimum_version(self, settings->minimum_version, error) ||
	    !load_authorities(self, settings, error) || !load_certificate(self, settings, error) ||
	    !set_pins(self, settings->pins, error)) {
		return NULL;
	}
	return g_steal_pointer(&self);
}

TocsinTls *
tls_ref(TocsinTls *self)
{
	g_atomic_ref_count_inc(&self->references);
	return self;
}

void
tls_unref(TocsinTls *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->references)) {
		return;
	}
	SSL_CTX_free(self->context);
	tls_sessions_free(self->sessions);
	g_strfreev(self->pins);
	g_free(self);
}
