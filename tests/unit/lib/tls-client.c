/* SPDX-License-Identifier: MIT */
/* What tls.py starts: connects as it is told, encrypts, logs in, sends a mail; prints how it
 * ended. With --times each mail has a client and a connection of its own, and all share the TLS
 * settings. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <tocsin/smtp.h>
#include <unistd.h>

typedef struct {
	gboolean is_implicit;
	gboolean has_starttls;
	char *ca_file;
	char *certificate;
	char *key;
	char *minimum_version;
	char *pins;
	char *proxy;
	char *source;
	char *callbacks; /* "waiting" or "ready": connect by them */
	int times;
	char **addresses;
} Options;

/* The caller's own connection. */
typedef struct {
	int fd;
	int closed; /* how often close() was called */
} Wire;

static gboolean
is_ready(const Wire *wire, short events, gint64 deadline_us, short *out_ready)
{
	struct pollfd link = {.fd = wire->fd, .events = events};
	gint64 left_us = MAX(deadline_us - g_get_monotonic_time(), 0);
	int result = poll(&link, 1, deadline_us == G_MAXINT64 ? -1 : (int)(left_us / 1000) + 1);

	*out_ready = link.revents;
	return result == 1;
}

static gssize
on_read(gpointer user, void *buffer, gsize length, gint64 deadline_us)
{
	return recv(((Wire *)user)->fd, buffer, length, 0);
}

/* Waits within read(), as who has no wait() must. */
static gssize
on_waiting_read(gpointer user, void *buffer, gsize length, gint64 deadline_us)
{
	short ready;

	if (!is_ready(user, POLLIN, deadline_us, &ready)) {
		errno = ETIMEDOUT;
		return -1;
	}
	return on_read(user, buffer, length, deadline_us);
}

static gssize
on_write(gpointer user, const void *bytes, gsize length, gint64 deadline_us)
{
	return send(((Wire *)user)->fd, bytes, length, MSG_NOSIGNAL);
}

static int
on_wait(gpointer user, int events, gint64 deadline_us)
{
	short ready;

	return is_ready(user, (short)events, deadline_us, &ready) ? events : 0;
}

static void
on_close(gpointer user)
{
	Wire *wire = user;

	close(wire->fd);
	wire->closed++;
}

/* Connects to a port of this machine. */
static int
dial(const char *address)
{
	struct sockaddr_in target = {.sin_family = AF_INET,
	                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	target.sin_port = htons((guint16)g_ascii_strtoull(strchr(address, ':') + 1, NULL, 10));
	g_assert_cmpint(connect(fd, (struct sockaddr *)&target, sizeof target), ==, 0);
	return fd;
}

static gboolean
open_callbacks(TocsinSmtp *smtp, const Options *options, Wire *wire, GError **error)
{
	gboolean is_waiting = strcmp(options->callbacks, "waiting") == 0;
	const TocsinSmtpCallbacks callbacks = {
	        .read = is_waiting ? on_waiting_read : on_read,
	        .write = on_write,
	        .wait = is_waiting ? NULL : on_wait,
	        .close = on_close,
	};
	g_autoptr(TocsinSmtpReply) greeting = NULL;

	wire->fd = dial(options->addresses[0]);
	if (!is_waiting) {
		g_assert_cmpint(fcntl(wire->fd, F_SETFL, O_NONBLOCK), ==, 0);
	}
	greeting = tocsin_smtp_connect_callbacks(smtp, &callbacks, wire, "mx", error);
	return greeting != NULL && tocsin_smtp_reply_get_code(greeting) == 220;
}

static gboolean
talk(TocsinSmtp *smtp, const Options *options, Wire *wire, GError **error)
{
	static const char *const to[] = {"b@y", NULL};
	g_autoptr(TocsinSmtpReply) login = NULL;
	g_autoptr(TocsinSmtpReply) encrypted = NULL;

	if (options->callbacks != NULL ? !open_callbacks(smtp, options, wire, error)
	                               : !tocsin_smtp_open(smtp, options->addresses[0], 0, error)) {
		return FALSE;
	}
	if (options->has_starttls) {
		encrypted = tocsin_smtp_starttls(smtp, error);
		if (encrypted == NULL) {
			return FALSE;
		}
	}
	login = tocsin_smtp_login(smtp, "u", "p", TOCSIN_SMTP_LOGIN_DEFAULT, error);
	return login != NULL &&
	       tocsin_smtp_sendmail(smtp, "a@x", to, "hi\n", 3, NULL, NULL, NULL, error) &&
	       tocsin_smtp_is_encrypted(smtp) && tocsin_smtp_quit(smtp, NULL, error);
}

static gboolean
send_once(const Options *options, TocsinSmtpTls *tls)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtp) smtp =
	        tocsin_smtp_new(options->is_implicit ? TOCSIN_SMTP_TLS : TOCSIN_SMTP_CLEAR);
	const TocsinSmtpReply *failed;
	Wire wire = {.fd = -1};
	gboolean is_sent;

	tocsin_smtp_set_tls(smtp, tls);
	tocsin_smtp_set_server_name(smtp, "mx.example.org");
	tocsin_smtp_set_local_hostname(smtp, "me");
	tocsin_smtp_set_proxy(smtp, options->proxy);
	tocsin_smtp_set_source_address(smtp, options->source, 0);
	g_assert_true(tocsin_smtp_set_timeout(smtp, 30 * G_USEC_PER_SEC, NULL));
	is_sent = talk(smtp, options, &wire, &error);
	failed = tocsin_smtp_get_failed_reply(smtp);
	if (is_sent) {
		g_print("sent\n");
	} else {
		g_print("%d %d\n", error != NULL ? error->code : -1,
		        failed != NULL ? tocsin_smtp_reply_get_code(failed) : 0);
		g_printerr("%s\n", error != NULL ? error->message : "not encrypted");
	}
	tocsin_smtp_close(smtp);
	g_assert_cmpint(wire.closed, ==, options->callbacks != NULL ? 1 : 0);
	return is_sent;
}

int
main(int argc, char **argv)
{
	Options options = {.times = 1};
	const GOptionEntry entries[] = {
	        {"implicit", 0, 0, G_OPTION_ARG_NONE, &options.is_implicit, NULL, NULL},
	        {"starttls", 0, 0, G_OPTION_ARG_NONE, &options.has_starttls, NULL, NULL},
	        {"ca", 0, 0, G_OPTION_ARG_FILENAME, &options.ca_file, NULL, NULL},
	        {"certificate", 0, 0, G_OPTION_ARG_FILENAME, &options.certificate, NULL, NULL},
	        {"key", 0, 0, G_OPTION_ARG_FILENAME, &options.key, NULL, NULL},
	        {"minimum", 0, 0, G_OPTION_ARG_STRING, &options.minimum_version, NULL, NULL},
	        {"pins", 0, 0, G_OPTION_ARG_STRING, &options.pins, NULL, NULL},
	        {"proxy", 0, 0, G_OPTION_ARG_STRING, &options.proxy, NULL, NULL},
	        {"source", 0, 0, G_OPTION_ARG_STRING, &options.source, NULL, NULL},
	        {"callbacks", 0, 0, G_OPTION_ARG_STRING, &options.callbacks, NULL, NULL},
	        {"times", 0, 0, G_OPTION_ARG_INT, &options.times, NULL, NULL},
	        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.addresses, NULL,
	         NULL},
	        {NULL, 0, 0, G_OPTION_ARG_NONE, NULL, NULL, NULL},
	};
	GOptionContext *context = g_option_context_new(NULL);
	TocsinSmtpTls *tls = tocsin_smtp_tls_new();
	int failures = 0;

	g_option_context_add_main_entries(context, entries, NULL);
	g_assert_true(g_option_context_parse(context, &argc, &argv, NULL));
	g_option_context_free(context);
	g_assert_nonnull(options.addresses);
	tocsin_smtp_tls_set_ca_file(tls, options.ca_file);
	tocsin_smtp_tls_set_certificate(tls, options.certificate, options.key, NULL);
	tocsin_smtp_tls_set_minimum_version(tls, options.minimum_version);
	tocsin_smtp_tls_set_pins(tls, options.pins);
	for (int i = 0; i < options.times; i++) {
		failures += !send_once(&options, tls);
	}
	tocsin_smtp_tls_unref(tls);
	g_free(options.ca_file);
	g_free(options.certificate);
	g_free(options.key);
	g_free(options.minimum_version);
	g_free(options.pins);
	g_free(options.proxy);
	g_free(options.source);
	g_free(options.callbacks);
	g_strfreev(options.addresses);
	return failures > 0;
}
