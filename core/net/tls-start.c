/* SPDX-License-Identifier: MIT */
/* The handshake: what must be true before it, what is checked during it, and why it failed, in
 * words. */
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/text.h"
#include "net/tls-openssl.h"
#include "tocsin/error.h"

/* A server that speaks SMTP in clear begins with a reply code. */
static gboolean
is_reply(const char *bytes, gsize length)
{
	return length >= 3 && g_ascii_isdigit(bytes[0]) && g_ascii_isdigit(bytes[1]) &&
	       g_ascii_isdigit(bytes[2]);
}

static void
set_plain_error(const char *peer, const char *bytes, gsize length, GError **error)
{
	g_autofree char *text = tocsin_text_for_display(bytes, length, 40);

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TLS,
	            "%s speaks plain text (\"%s...\"), not TLS: use STARTTLS (tls = \"required\") "
	            "there, or the port for TLS from the first byte, usually 465",
	            peer, text);
}

/* Nothing may have come before the handshake: it would be taken for something that the
 * authenticated server said. */
static gboolean
check_nothing_came(TocsinStream *stream, GError **error)
{
	gboolean is_upgrade = tocsin_stream_get_link(stream)->has_read;
	gsize length = tocsin_stream_buffered(stream);
	const char *bytes;

	if (length == 0 && !tocsin_stream_fill_ready(stream, &length, error)) {
		return FALSE;
	}
	if (length == 0) {
		return TRUE;
	}
	bytes = tocsin_stream_peek(stream, &length);
	if (!is_upgrade && is_reply(bytes, length)) {
		set_plain_error(tocsin_stream_get_peer(stream), bytes, length, error);
		return FALSE;
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL,
	            "%s sent %" G_GSIZE_FORMAT " bytes in clear before TLS began, which someone on "
	            "the way may have put there: the connection cannot be trusted",
	            tocsin_stream_get_peer(stream), length);
	return FALSE;
}

/* The name as it is in DNS: A-labels, no final dot. NULL if it cannot be one. */
static char *
make_server_name(const char *name, GError **error)
{
	gsize length = strlen(name);
	g_autofree char *plain = g_strndup(name, length - (length > 1 && name[length - 1] == '.'));
	char *ascii = g_hostname_to_ascii(plain);

	if (ascii == NULL || ascii[0] == '\0') {
		g_autofree char *text = tocsin_text_for_display(name, length, 100);

		g_free(ascii);
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "'%s' is not a host name",
		            text);
		return NULL;
	}
	return ascii;
}

/* What the certificate must be valid for, and what the server is told. */
static gboolean
set_name(TlsLink *self, const char *name, GError **error)
{
	X509_VERIFY_PARAM *parameters = SSL_get0_param(self->ssl);
	int is_set;

	X509_VERIFY_PARAM_set_hostflags(parameters, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT |
	                                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	if (g_hostname_is_ip_address(name)) {
		is_set = X509_VERIFY_PARAM_set1_ip_asc(parameters, name);
	} else {
		is_set = X509_VERIFY_PARAM_set1_host(parameters, name, 0) == 1 &&
		         SSL_set_tlsext_host_name(self->ssl, name) == 1;
	}
	if (is_set != 1) {
		ERR_clear_error();
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' cannot be looked for in a certificate", name);
	}
	return is_set == 1;
}

static void
offer_session(TlsLink *self, const char *name, guint16 port)
{
	SSL_SESSION *session;

	self->session_key = g_strdup_printf("%s:%u", name, port);
	session = tls_sessions_get(self->tls->sessions, self->session_key);
	if (session != NULL) {
		SSL_set_session(self->ssl, session);
		SSL_SESSION_free(session);
	}
}

static char *
describe_dates(X509 *certificate)
{
	struct tm end;
	char text[32] = "";

	if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &end) == 1) {
		strftime(text, sizeof text, " on %Y-%m-%d", &end);
	}
	return g_strdup_printf("it expired%s", text);
}

/* Why the certificate is refused, and what to do about it. */
static char *
describe_refusal(TlsLink *self, const char *name)
{
	g_auto(GStrv) names = NULL;
	g_autofree char *list = NULL;

	switch (self->verify_code) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return describe_dates(self->refused);
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return g_strdup("it is not valid yet: is this machine's clock right?");
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		return g_strdup("it is self-signed: name it as the CA file if you trust it");
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		return g_strdup("the authority at the end of its chain is not trusted here: name "
		                "that as the CA file if you trust it");
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return g_strdup("no trusted authority has signed it: set the CA file, or make the "
		                "server send its whole chain");
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		names = tls_info_list_names(self->refused);
		list = g_strjoinv(", ", names);
		return g_strdup_printf(
		        "it is not for '%s'; %s%s", name,
		        list[0] == '\0' ? "it has no subjectAltName" : "it is for: ", list);
	default:
		return g_strdup(X509_verify_cert_error_string(self->verify_code));
	}
}

/* The error for a handshake that OpenSSL gave up. */
static void
set_handshake_error(TlsLink *self, const char *name, GError **error)
{
	const char *peer = self->lower->peer;
	g_autofree char *why = tls_link_describe_error();

	if (self->refused != NULL) {
		g_autofree char *reason = describe_refusal(self, name);

		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TLS,
		            "the certificate of %s is refused: %s", peer, reason);
	} else if (is_reply(self->first, self->first_length)) {
		set_plain_error(peer, self->first, self->first_length, error);
	} else if (self->io_error != NULL) {
		g_propagate_prefixed_error(error, g_steal_pointer(&self->io_error),
		                           "TLS handshake: ");
	} else if (self->lower->end != TOCSIN_STREAM_OPEN) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED,
		            "%s closed the connection during the TLS handshake", peer);
	} else {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TLS,
		            "TLS handshake with %s failed: %s", peer, why);
	}
}

/* One step: TRUE with *@out_events when it has to wait, 0 when the handshake is done. */
static gboolean
step(TlsLink *self, const char *name, int *out_events, GError **error)
{
	int result;
	gssize left;

	ERR_clear_error();
	result = SSL_do_handshake(self->ssl);
	if (result == 1) {
		/* Our last flight may leave together with the first command. */
		*out_events = 0;
		return TRUE;
	}
	if (SSL_get_error(self->ssl, result) != SSL_ERROR_WANT_READ) {
		set_handshake_error(self, name, error);
		tls_link_flush(self, NULL); /* the alert that tells the server why */
		return FALSE;
	}
	left = tls_link_flush(self, error);
	*out_events = left == TOCSIN_LINK_AGAIN ? POLLIN | POLLOUT : POLLIN;
	return left != TOCSIN_LINK_FAILED;
}

static gboolean
shake_hands(TlsLink *self, TocsinStream *stream, const char *name, gint64 deadline_us,
            GError **error)
{
	int events;

	self->base.deadline_us = deadline_us;
	self->lower->deadline_us = deadline_us;
	do {
		if (!step(self, name, &events, error)) {
			return FALSE;
		}
		if (events != 0 &&
		    !tocsin_stream_wait(stream, events, deadline_us, "go on with the TLS handshake",
		                        &events, error)) {
			return FALSE;
		}
	} while (events != 0);
	return TRUE;
}

static gboolean
check_pins(TlsLink *self, GError **error)
{
	X509 *certificate = SSL_get0_peer_certificate(self->ssl);
	g_autofree char *pin = certificate == NULL ? NULL : tls_info_make_pin(certificate);

	if (self->tls->pins[0] == NULL ||
	    (pin != NULL && g_strv_contains((const char *const *)self->tls->pins, pin))) {
		return TRUE;
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TLS,
	            "the public key of %s is %s, which is none of the pinned ones",
	            self->lower->peer, pin != NULL ? pin : "unknown");
	return FALSE;
}

gboolean
tls_start(TocsinTls *self, TocsinStream *stream, const char *server_name, guint16 port,
          gint64 deadline_us, GError **error)
{
	TocsinLink *lower = tocsin_stream_get_link(stream);
	g_autofree char *name = make_server_name(server_name, error);
	TlsLink *link;

	if (name == NULL || !check_nothing_came(stream, error)) {
		return FALSE;
	}
	if (lower->class->start_tls != NULL) {
		return lower->class->start_tls(lower, error);
	}
	link = tls_link_new(self, lower, error);
	if (link == NULL) {
		return FALSE;
	}
	offer_session(link, name, port);
	if (!set_name(link, name, error) || !shake_hands(link, stream, name, deadline_us, error) ||
	    !check_pins(link, error)) {
		tls_link_free(link);
		return FALSE;
	}
	tls_link_adopt(link);
	tocsin_stream_set_link(stream, &link->base);
	return TRUE;
}
