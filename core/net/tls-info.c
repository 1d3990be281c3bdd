/* SPDX-License-Identifier: MIT */
/* What can be told about an encrypted stream and the server's certificate. */
#include <arpa/inet.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "net/tls-openssl.h"
#include "tocsin/error.h"

#define BINDING_LABEL "EXPORTER-Channel-Binding"

char *
tls_info_make_pin(X509 *certificate)
{
	unsigned char *der = NULL;
	int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
	unsigned char hash[32];
	g_autofree char *base64 = NULL;

	if (length <= 0 || EVP_Digest(der, (size_t)length, hash, NULL, EVP_sha256(), NULL) != 1) {
		ERR_clear_error();
		OPENSSL_free(der);
		return NULL;
	}
	OPENSSL_free(der);
	base64 = g_base64_encode(hash, sizeof hash);
	return g_strconcat("sha256//", base64, NULL);
}

/* A name of the types that servers are known by, or NULL. */
static char *
name_to_text(const GENERAL_NAME *name)
{
	const ASN1_STRING *value = name->d.ia5;
	char text[INET6_ADDRSTRLEN];

	if (name->type == GEN_DNS) {
		return tocsin_text_for_display(ASN1_STRING_get0_data(value),
		                               (gsize)ASN1_STRING_length(value), 255);
	}
	if (name->type != GEN_IPADD) {
		return NULL;
	}
	value = name->d.iPAddress;
	if (ASN1_STRING_length(value) == 4) {
		return g_strdup(
		        inet_ntop(AF_INET, ASN1_STRING_get0_data(value), text, sizeof text));
	}
	if (ASN1_STRING_length(value) == 16) {
		return g_strdup(
		        inet_ntop(AF_INET6, ASN1_STRING_get0_data(value), text, sizeof text));
	}
	return NULL;
}

GStrv
tls_info_list_names(X509 *certificate)
{
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();
	GENERAL_NAMES *all = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(all); i++) {
		g_autofree char *text = name_to_text(sk_GENERAL_NAME_value(all, i));

		if (text != NULL) {
			g_strv_builder_add(names, text);
		}
	}
	GENERAL_NAMES_free(all);
	return g_strv_builder_end(names);
}

static char *
distinguished_name_to_text(const X509_NAME *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes = NULL;
	long length;
	char *text;

	X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
	length = BIO_get_mem_data(bio, &bytes);
	text = tocsin_text_for_display(bytes != NULL ? bytes : "", (gsize)MAX(length, 0), 1000);
	BIO_free(bio);
	return text;
}

static gint64
time_to_unix(const ASN1_TIME *time)
{
	struct tm fields;

	return ASN1_TIME_to_tm(time, &fields) == 1 ? (gint64)timegm(&fields) : 0;
}

static char *
make_fingerprint(X509 *certificate)
{
	unsigned char hash[32];
	GString *text = g_string_new(NULL);

	if (X509_digest(certificate, EVP_sha256(), hash, NULL) == 1) {
		for (gsize i = 0; i < sizeof hash; i++) {
			g_string_append_printf(text, "%02x", hash[i]);
		}
	}
	return g_string_free(text, FALSE);
}

TocsinTlsInfo *
tls_info_get(TocsinStream *stream)
{
	TlsLink *link = tls_link_of(stream);
	X509 *certificate = link == NULL ? NULL : SSL_get0_peer_certificate(link->ssl);
	TocsinTlsInfo *self;

	if (link == NULL) {
		return NULL;
	}
	self = g_new0(TocsinTlsInfo, 1);
	self->version = g_strdup(SSL_get_version(link->ssl));
	self->cipher = g_strdup(SSL_get_cipher_name(link->ssl));
	self->is_resumed = SSL_session_reused(link->ssl) == 1;
	self->is_verified =
	        !link->tls->is_unverified && SSL_get_verify_result(link->ssl) == X509_V_OK;
	if (certificate != NULL) {
		self->subject = distinguished_name_to_text(X509_get_subject_name(certificate));
		self->issuer = distinguished_name_to_text(X509_get_issuer_name(certificate));
		self->names = tls_info_list_names(certificate);
		self->not_before = time_to_unix(X509_get0_notBefore(certificate));
		self->not_after = time_to_unix(X509_get0_notAfter(certificate));
		self->fingerprint = make_fingerprint(certificate);
		self->pin = tls_info_make_pin(certificate);
	}
	ERR_clear_error();
	return self;
}

gboolean
tls_info_get_binding(TocsinStream *stream, guint8 out_binding[TOCSIN_TLS_BINDING_LENGTH],
                     GError **error)
{
	TlsLink *link = tls_link_of(stream);

	if (link == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
		            "there is no TLS with %s to bind to", tocsin_stream_get_peer(stream));
		return FALSE;
	}
	if ((SSL_version(link->ssl) < TLS1_3_VERSION && SSL_get_extms_support(link->ssl) != 1) ||
	    SSL_export_keying_material(link->ssl, out_binding, TOCSIN_TLS_BINDING_LENGTH,
	                               BINDING_LABEL, strlen(BINDING_LABEL), NULL, 0, 0) != 1) {
		ERR_clear_error();
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
		            "the TLS session with %s has no value that is safe to bind to",
		            tocsin_stream_get_peer(stream));
		return FALSE;
	}
	return TRUE;
}
