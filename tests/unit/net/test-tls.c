/* SPDX-License-Identifier: MIT */
#include "net/tls.h"

#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "net/socket.h"
#include "tls-fixture.h"
#include "tocsin/error.h"

#define NAME "mx.example.org"
#define LONG ((gint64)20 * G_USEC_PER_SEC)
#define SHORT ((gint64)50000)

static Fixture *fixture;

static const CertificateSpec good = {
        .subject = "Good", .names = "DNS:mx.example.org,IP:127.0.0.1", .ends_after = 86400};

static TocsinTls *
make_tls(TocsinTlsSettings settings)
{
	g_autoptr(GError) error = NULL;
	TocsinTls *tls;

	if (settings.ca_file == NULL) {
		settings.ca_file = fixture->authority_file;
	}
	tls = tocsin_tls_new(&settings, &error);
	g_assert_no_error(error);
	return tls;
}

static void
exchange(TocsinStream *stream, const char *text, const char *expected)
{
	g_autoptr(GError) error = NULL;
	gint64 deadline_us = tocsin_stream_deadline(LONG);
	gsize length = 0;
	const char *bytes = "";

	tocsin_stream_write_bytes(stream, text, strlen(text), deadline_us, &error);
	g_assert_no_error(error);
	while (length < strlen(expected)) {
		tocsin_stream_fill(stream, deadline_us, &error);
		g_assert_no_error(error);
		bytes = tocsin_stream_peek(stream, &length);
	}
	g_assert_cmpmem(bytes, length, expected, strlen(expected));
	tocsin_stream_consume(stream, length);
}

/* Connects @tls to a server with @context for @name and, if that works, exchanges a line. */
static TocsinTlsInfo *
visit(TocsinTls *tls, SSL_CTX *context, const char *name, GError **error)
{
	Server server;
	TocsinStream *stream =
	        tocsin_socket_stream_new(server_start(&server, context, SERVER_ECHO), "mx");
	TocsinTlsInfo *info = NULL;

	if (tocsin_tls_start(tls, stream, name, 465, tocsin_stream_deadline(LONG), error)) {
		g_assert_true(tocsin_stream_is_encrypted(stream));
		exchange(stream, "EHLO me\n", "250 EHLO me\n");
		info = tocsin_tls_get_info(stream);
	} else {
		g_assert_cmpint(tocsin_stream_get_end(stream), ==, TOCSIN_STREAM_LOST);
	}
	tocsin_stream_free(stream);
	server_join(&server);
	return info;
}

static void
assert_refused(const CertificateSpec *spec, const char *name, const char *message)
{
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){0});
	g_autoptr(GError) error = NULL;
	SSL_CTX *context = fixture_make_context(fixture, spec);

	g_assert_null(visit(tls, context, name, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TLS);
	if (strstr(error->message, message) == NULL) {
		g_error("\"%s\" is not in \"%s\"", message, error->message);
	}
	SSL_CTX_free(context);
}

static void
takes_a_good_certificate(void)
{
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){0});
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinTlsInfo) info = NULL;
	SSL_CTX *context = fixture_make_context(fixture, &good);

	info = visit(tls, context, NAME ".", &error);
	g_assert_no_error(error);
	g_assert_cmpstr(info->version, ==, "TLSv1.3");
	g_assert_true(info->is_verified);
	g_assert_cmpstr(info->subject, ==, "CN=Good");
	g_assert_cmpstr(info->issuer, ==, "CN=Test Authority");
	g_assert_cmpstr(info->names[0], ==, NAME);
	g_assert_cmpstr(info->names[1], ==, "127.0.0.1");
	g_assert_null(info->names[2]);
	g_assert_cmpint(info->not_after - info->not_before, ==, 86400 * 31);
	g_assert_cmpuint(strlen(info->fingerprint), ==, 64);
	SSL_CTX_free(context);
}

static void
takes_an_address_in_the_certificate(void)
{
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){0});
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinTlsInfo) info = NULL;
	SSL_CTX *context = fixture_make_context(fixture, &good);

	info = visit(tls, context, "127.0.0.1", &error);
	g_assert_no_error(error);
	g_assert_true(info->is_verified);
	SSL_CTX_free(context);
	assert_refused(&good, "127.0.0.2", "it is not for '127.0.0.2'; it is for: mx.example.org");
}

static void
refuses_a_wrong_name(void)
{
	assert_refused(&good, "other.example.org",
	               "the certificate of mx is refused: it is not for 'other.example.org'; it is "
	               "for: mx.example.org, 127.0.0.1");
}

static void
refuses_a_name_outside_the_alternatives(void)
{
	static const CertificateSpec spec = {.subject = NAME, .ends_after = 86400};

	assert_refused(&spec, NAME, "it has no subjectAltName");
}

static void
refuses_an_expired_certificate(void)
{
	static const CertificateSpec spec = {
	        .subject = "Old", .names = "DNS:" NAME, .ends_after = -86400};

	assert_refused(&spec, NAME, "it expired on 20");
}

static void
refuses_a_self_signed_certificate(void)
{
	static const CertificateSpec spec = {
	        .subject = "Own", .names = "DNS:" NAME, .ends_after = 86400, .is_own_signer = TRUE};

	assert_refused(&spec, NAME, "it is self-signed");
}

static void
refuses_an_unknown_authority(void)
{
	Fixture *other = fixture_new();
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){.ca_file = other->authority_file});
	g_autoptr(GError) error = NULL;
	SSL_CTX *context = fixture_make_context(fixture, &good);

	/* Of the same name, so that only the signature tells. */
	g_assert_null(visit(tls, context, NAME, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TLS);
	g_assert_nonnull(strstr(error->message, "is refused"));
	SSL_CTX_free(context);
	fixture_free(other);
}

static void
takes_anything_when_told_so(void)
{
	static const CertificateSpec spec = {
	        .subject = "Old", .names = "DNS:other", .ends_after = -86400};
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){.is_unverified = TRUE});
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinTlsInfo) info = NULL;
	SSL_CTX *context = fixture_make_context(fixture, &spec);

	info = visit(tls, context, NAME, &error);
	g_assert_no_error(error);
	g_assert_false(info->is_verified);
	SSL_CTX_free(context);
}

static void
resumes(int version)
{
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){0});
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinTlsInfo) first = NULL;
	g_autoptr(TocsinTlsInfo) second = NULL;
	g_autoptr(TocsinTlsInfo) other = NULL;
	SSL_CTX *context = fixture_make_context(fixture, &good);

	SSL_CTX_set_max_proto_version(context, version);
	first = visit(tls, context, NAME, &error);
	g_assert_no_error(error);
	g_assert_false(first->is_resumed);
	for (int i = 0; i < 3; i++) {
		g_clear_pointer(&second, tocsin_tls_info_free);
		second = visit(tls, context, NAME, &error);
		g_assert_no_error(error);
		g_assert_true(second->is_resumed);
		g_assert_true(second->is_verified);
		g_assert_cmpstr(second->pin, ==, first->pin);
	}
	other = visit(tls, context, "127.0.0.1", &error);
	g_assert_no_error(error);
	g_assert_false(other->is_resumed);
	SSL_CTX_free(context);
}

static void
resumes_with_tls_1_3(void)
{
	resumes(TLS1_3_VERSION);
}

static void
resumes_with_tls_1_2(void)
{
	resumes(TLS1_2_VERSION);
}

static void
holds_pins(void)
{
	static const char other[] = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
	g_autoptr(TocsinTls) unpinned = make_tls((TocsinTlsSettings){0});
	g_autoptr(TocsinTls) wrong = make_tls((TocsinTlsSettings){.pins = other});
	g_autoptr(TocsinTls) right = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinTlsInfo) info = NULL;
	g_autoptr(TocsinTlsInfo) pinned = NULL;
	g_autofree char *pins = NULL;
	SSL_CTX *context = fixture_make_context(fixture, &good);

	info = visit(unpinned, context, NAME, &error);
	g_assert_no_error(error);
	pins = g_strdup_printf("%s; %s", other, info->pin);
	right = make_tls((TocsinTlsSettings){.pins = pins});
	pinned = visit(right, context, NAME, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(pinned->pin, ==, info->pin);
	g_assert_null(visit(wrong, context, NAME, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TLS);
	g_assert_nonnull(strstr(error->message, info->pin));
	SSL_CTX_free(context);
}

static void
shows_a_client_certificate(void)
{
	static const CertificateSpec spec = {
	        .subject = "Client", .names = "DNS:client", .ends_after = 86400};
	g_autofree char *file = fixture_write_certificate(fixture, &spec);
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){.certificate_file = file});
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinTlsInfo) info = NULL;
	SSL_CTX *context = fixture_make_context(fixture, &good);

	SSL_CTX_load_verify_file(context, fixture->authority_file);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	info = visit(tls, context, NAME, &error);
	g_assert_no_error(error);
	g_assert_true(info->is_verified);
	SSL_CTX_free(context);
	g_unlink(file);
}

static void
refuses_old_versions(void)
{
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){.minimum_version = "1.3"});
	g_autoptr(GError) error = NULL;
	SSL_CTX *context = fixture_make_context(fixture, &good);

	SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
	g_assert_null(visit(tls, context, NAME, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TLS);
	g_assert_nonnull(strstr(error->message, "alert \"protocol version\""));
	SSL_CTX_free(context);
}

static void
assert_no_settings(TocsinTlsSettings settings, const char *message)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tocsin_tls_new(&settings, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG);
	g_assert_nonnull(strstr(error->message, message));
}

static void
names_wrong_settings(void)
{
	assert_no_settings((TocsinTlsSettings){.ca_file = "/nonexistent.pem"}, "/nonexistent.pem");
	assert_no_settings((TocsinTlsSettings){.certificate_file = "/nonexistent.pem"},
	                   "client certificate");
	assert_no_settings((TocsinTlsSettings){.certificate_file = "/dev/null"},
	                   "cannot use the client certificate in '/dev/null': no start line");
	assert_no_settings((TocsinTlsSettings){.key_file = "/key.pem"}, "without a certificate");
	assert_no_settings((TocsinTlsSettings){.minimum_version = "1.1"}, "'1.1'");
	assert_no_settings((TocsinTlsSettings){.pins = "sha256//short"}, "is not a pin");
	assert_no_settings((TocsinTlsSettings){.pins = "md5//x"}, "is not a pin");
}

/* A stream whose peer, at *@out_peer, speaks for the test itself. */
static TocsinStream *
make_pair(int *out_peer)
{
	int fds[2];

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==, 0);
	*out_peer = fds[1];
	return tocsin_socket_stream_new(fds[0], "mx");
}

static void
put(int fd, const char *text)
{
	g_assert_cmpint(write(fd, text, strlen(text)), ==, strlen(text));
}

static void
refuses_what_came_behind_starttls(void)
{
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){0});
	const gint64 deadline_us = tocsin_stream_deadline(LONG);

	for (int is_buffered = 0; is_buffered < 2; is_buffered++) {
		g_autoptr(GError) error = NULL;
		int peer;
		g_autoptr(TocsinStream) stream = make_pair(&peer);

		put(peer, "220 ok\r\n");
		if (is_buffered) {
			put(peer, "250-AUTH PLAIN\r\n250 X\r\n");
		}
		tocsin_stream_fill(stream, deadline_us, &error);
		g_assert_no_error(error);
		tocsin_stream_consume(stream, strlen("220 ok\r\n"));
		if (!is_buffered) {
			put(peer, "250-AUTH PLAIN\r\n250 X\r\n");
		}
		g_assert_false(tocsin_tls_start(tls, stream, NAME, 25, deadline_us, &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL);
		g_assert_cmpuint(tocsin_stream_buffered(stream), ==, 0);
		g_assert_false(tocsin_stream_write_bytes(stream, "AUTH", 4, deadline_us, NULL));
		g_assert_false(tocsin_stream_is_encrypted(stream));
		g_assert_cmpint(recv(peer, &(char){0}, 1, MSG_DONTWAIT), ==, -1);
		close(peer);
	}
}

static gpointer
greet_after_hello(gpointer data)
{
	int peer = GPOINTER_TO_INT(data);
	char byte;

	g_assert_cmpint(read(peer, &byte, 1), ==, 1);
	put(peer, "220 mx.example.org ESMTP\r\n");
	return NULL;
}

static void
says_that_the_server_speaks_plain_text(void)
{
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){0});

	for (int is_late = 0; is_late < 2; is_late++) {
		g_autoptr(GError) error = NULL;
		int peer;
		g_autoptr(TocsinStream) stream = make_pair(&peer);
		GThread *thread = NULL;

		if (is_late) {
			thread = g_thread_new("late", greet_after_hello, GINT_TO_POINTER(peer));
		} else {
			put(peer, "220 mx.example.org ESMTP\r\n");
		}
		g_assert_false(tocsin_tls_start(tls, stream, NAME, 465,
		                                tocsin_stream_deadline(LONG), &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TLS);
		g_assert_nonnull(strstr(error->message, "speaks plain text (\"220 mx"));
		if (thread != NULL) {
			g_thread_join(thread);
		}
		close(peer);
	}
}

static void
a_silent_handshake_meets_its_deadline(void)
{
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){0});
	g_autoptr(GError) error = NULL;
	int peer;
	g_autoptr(TocsinStream) stream = make_pair(&peer);

	g_assert_false(
	        tocsin_tls_start(tls, stream, NAME, 465, tocsin_stream_deadline(SHORT), &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT);
	close(peer);
}

static void
a_peer_that_goes_away_is_told(void)
{
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){0});
	g_autoptr(GError) error = NULL;
	int peer;
	g_autoptr(TocsinStream) stream = make_pair(&peer);

	shutdown(peer, SHUT_WR);
	g_assert_false(
	        tocsin_tls_start(tls, stream, NAME, 465, tocsin_stream_deadline(LONG), &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	close(peer);
}

static void
tells_a_cut_from_an_end(void)
{
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){0});
	g_autoptr(GError) error = NULL;
	SSL_CTX *context = fixture_make_context(fixture, &good);
	Server server;
	TocsinStream *stream =
	        tocsin_socket_stream_new(server_start(&server, context, SERVER_CUT), "mx");
	const gint64 deadline_us = tocsin_stream_deadline(LONG);

	tocsin_tls_start(tls, stream, NAME, 465, deadline_us, &error);
	g_assert_no_error(error);
	exchange(stream, "QUIT\n", "250 ok\n");
	g_assert_false(tocsin_stream_fill(stream, deadline_us, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED);
	g_assert_cmpint(tocsin_stream_get_end(stream), ==, TOCSIN_STREAM_TRUNCATED);
	tocsin_stream_free(stream);
	server_join(&server);
	SSL_CTX_free(context);
}

static void
binds_to_the_same_value_as_the_server(void)
{
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){0});
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) expected = g_string_new(NULL);
	SSL_CTX *context = fixture_make_context(fixture, &good);
	Server server;
	TocsinStream *stream =
	        tocsin_socket_stream_new(server_start(&server, context, SERVER_BINDING), "mx");
	guint8 binding[TOCSIN_TLS_BINDING_LENGTH];

	g_assert_false(tocsin_tls_get_binding(stream, binding, NULL));
	tocsin_tls_start(tls, stream, NAME, 465, tocsin_stream_deadline(LONG), &error);
	g_assert_no_error(error);
	tocsin_tls_get_binding(stream, binding, &error);
	g_assert_no_error(error);
	for (gsize i = 0; i < sizeof binding; i++) {
		g_string_append_printf(expected, "%02x", binding[i]);
	}
	exchange(stream, "tell\n", expected->str);
	tocsin_stream_free(stream);
	server_join(&server);
	SSL_CTX_free(context);
}

static void
both_sides_may_write_at_once(void)
{
	enum { SIZE = 1 << 20 };
	g_autoptr(TocsinTls) tls = make_tls((TocsinTlsSettings){0});
	g_autoptr(GError) error = NULL;
	g_autofree char *bytes = g_malloc0(SIZE);
	SSL_CTX *context = fixture_make_context(fixture, &good);
	Server server;
	TocsinStream *stream =
	        tocsin_socket_stream_new(server_start(&server, context, SERVER_FLOOD), "mx");
	const gint64 deadline_us = tocsin_stream_deadline(LONG);
	const struct iovec pieces[] = {
	        {bytes, 10}, {bytes, 0}, {bytes, 20000}, {bytes, SIZE - 20010}};

	tocsin_stream_set_input_limit(stream, 2 * SIZE);
	tocsin_tls_start(tls, stream, NAME, 465, deadline_us, &error);
	g_assert_no_error(error);
	tocsin_stream_write(stream, pieces, G_N_ELEMENTS(pieces), deadline_us, &error);
	g_assert_no_error(error);
	while (tocsin_stream_buffered(stream) < SIZE + 4) {
		tocsin_stream_fill(stream, deadline_us, &error);
		g_assert_no_error(error);
	}
	tocsin_stream_free(stream);
	server_join(&server);
	SSL_CTX_free(context);
}

int
main(int argc, char **argv)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	int result;

	g_test_init(&argc, &argv, NULL);
	sigaction(SIGPIPE, &ignore, NULL); /* the server's socket is OpenSSL's own */
	fixture = fixture_new();
#define ADD(name) g_test_add_func("/net/tls/" #name, name)
	ADD(takes_a_good_certificate);
	ADD(takes_an_address_in_the_certificate);
	ADD(refuses_a_wrong_name);
	ADD(refuses_a_name_outside_the_alternatives);
	ADD(refuses_an_expired_certificate);
	ADD(refuses_a_self_signed_certificate);
	ADD(refuses_an_unknown_authority);
	ADD(takes_anything_when_told_so);
	ADD(resumes_with_tls_1_3);
	ADD(resumes_with_tls_1_2);
	ADD(holds_pins);
	ADD(shows_a_client_certificate);
	ADD(refuses_old_versions);
	ADD(names_wrong_settings);
	ADD(refuses_what_came_behind_starttls);
	ADD(says_that_the_server_speaks_plain_text);
	ADD(a_silent_handshake_meets_its_deadline);
	ADD(a_peer_that_goes_away_is_told);
	ADD(tells_a_cut_from_an_end);
	ADD(binds_to_the_same_value_as_the_server);
	ADD(both_sides_may_write_at_once);
	result = g_test_run();
	fixture_free(fixture);
	return result;
}
