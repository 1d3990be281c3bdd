/* SPDX-License-Identifier: MIT */
/* The way from a target to a stream: which addresses, which way, what went wrong. */
#include "net/connect.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "net/carry.h"
#include "net/lookup.h"
#include "net/race.h"
#include "net/socket.h"
#include "tocsin/error.h"

/* A proxy's URI without the password that it may hold. */
static char *
describe_proxy(const char *proxy)
{
	const char *at = strrchr(proxy, '@');
	const char *scheme = strstr(proxy, "://");

	if (at == NULL || scheme == NULL || scheme > at) {
		return g_strdup(proxy);
	}
	return g_strdup_printf("%.*s://%s", (int)(scheme - proxy), proxy, at + 1);
}

static gboolean
check_target(const TocsinConnectTarget *target, GError **error)
{
	const char *why = NULL;

	if ((target->path != NULL) == (target->host != NULL)) {
		why = "either a host or the path of a Unix socket is needed";
	} else if (target->path != NULL &&
	           (target->proxy != NULL || target->source_address != NULL)) {
		why = "a Unix socket takes neither a proxy nor a source address";
	} else if (target->host != NULL && target->port == 0) {
		why = "a port from 1 to 65535 is needed";
	} else if (target->source_port != 0 && target->source_address == NULL) {
		why = "a source port needs a source address";
	}
	if (why != NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "cannot connect: %s", why);
	}
	return why == NULL;
}

/* The address in the kernel's form; FALSE if it is too long. */
static gboolean
make_unix_address(const char *path, struct sockaddr_un *address, socklen_t *length, GError **error)
{
	gsize size = strlen(path);
	gboolean is_abstract = path[0] == '@';

	if (size == 0 || size + !is_abstract > sizeof address->sun_path) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' cannot be a socket's path: it must have 1 to %u bytes", path,
		            (guint)sizeof address->sun_path - 1);
		return FALSE;
	}
	memset(address, 0, sizeof *address);
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, path, size);
	if (is_abstract) {
		address->sun_path[0] = '\0';
	}
	*length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size + !is_abstract);
	return TRUE;
}

/* A listener with a full queue makes connect() wait, on Unix sockets only for as long as
 * SO_SNDTIMEO says. */
static int
connect_until(int fd, const struct sockaddr_un *address, socklen_t length, gint64 deadline_us)
{
	if (deadline_us != TOCSIN_STREAM_FOREVER) {
		gint64 left_us =
		        MAX(deadline_us - tocsin_clock_monotonic_us(tocsin_clock_system()), 1);
		struct timeval left = {.tv_sec = left_us / G_USEC_PER_SEC,
		                       .tv_usec = left_us % G_USEC_PER_SEC};

		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &left, sizeof left);
	}
	while (connect(fd, (const struct sockaddr *)address, length) != 0) {
		if (errno != EINTR) {
			return errno;
		}
	}
	return 0;
}

static TocsinStream *
connect_unix(const char *path, gint64 deadline_us, GError **error)
{
	struct sockaddr_un address;
	socklen_t length;
	int fd;
	int code;

	if (!make_unix_address(path, &address, &length, error)) {
		return NULL;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	code = fd < 0 ? errno : connect_until(fd, &address, length, deadline_us);
	if (code == 0) {
		return tocsin_socket_stream_new(fd, path);
	}
	if (fd >= 0) {
		close(fd);
	}
	g_set_error(error, TOCSIN_ERROR,
	            code == EAGAIN ? TOCSIN_ERROR_TIMEOUT : TOCSIN_ERROR_CONNECT,
	            "cannot connect to '%s': %s", path,
	            code == EAGAIN ? "it does not accept connections in time" : g_strerror(code));
	return NULL;
}

/* "mx.example.org:25 (192.0.2.1)", or the address alone if that is the host. */
static TocsinStream *
make_stream(int fd, const TocsinConnectTarget *target)
{
	TocsinStream *stream = tocsin_socket_stream_new(fd, NULL);
	TocsinLink *link = tocsin_stream_get_link(stream);
	g_autofree char *host = tocsin_text_for_display(target->host, strlen(target->host), 255);
	gsize host_length = strlen(host);

	if (!g_hostname_is_ip_address(host) && host[0] != '[') {
		char *port = strrchr(link->peer, ':');
		gboolean has_brackets = link->peer[0] == '[';
		char *text = g_strdup_printf("%.*s:%u (%.*s)", (int)host_length, host, target->port,
		                             (int)(port - link->peer) - 2 * has_brackets,
		                             link->peer + has_brackets);

		g_free(link->peer);
		link->peer = text;
	}
	return stream;
}

static TocsinStream *
connect_directly(const TocsinConnectTarget *target, GSocketAddress *source, gint64 deadline_us,
                 GCancellable *cancellable, GError **error)
{
	GSocketFamily family =
	        source != NULL ? g_socket_address_get_family(source) : G_SOCKET_FAMILY_INVALID;
	g_autoptr(GPtrArray) addresses = tocsin_lookup_host(target->host, target->port, family,
	                                                    deadline_us, cancellable, error);
	int fd;

	if (addresses == NULL) {
		return NULL;
	}
	fd = tocsin_race_connect(addresses, source, deadline_us, cancellable, error);
	return fd < 0 ? NULL : make_stream(fd, target);
}

static TocsinStream *
connect_by_proxy(const TocsinConnectTarget *target, GSocketAddress *source, gint64 deadline_us,
                 GCancellable *cancellable, GError **error)
{
	g_autofree char *proxy = describe_proxy(target->proxy);
	g_autofree char *peer = NULL;
	TocsinStream *stream;
	int fd = tocsin_lookup_proxy(target->host, target->port, target->proxy, source, deadline_us,
	                             cancellable, error);

	if (fd < 0) {
		g_prefix_error(error, "through proxy '%s': ", proxy);
		return NULL;
	}
	peer = g_strdup_printf("%s:%u (through proxy %s)", target->host, target->port, proxy);
	stream = tocsin_socket_stream_new(fd, peer);
	/* What is local is the proxy at most. */
	tocsin_stream_get_link(stream)->is_local = FALSE;
	return stream;
}

TocsinStream *
tocsin_connect(const TocsinConnectTarget *target, gint64 deadline_us, GCancellable *cancellable,
               GError **error)
{
	g_autoptr(GSocketAddress) source = NULL;
	TocsinStream *stream;

	if (!check_target(target, error)) {
		return NULL;
	}
	if (target->source_address != NULL) {
		source = g_inet_socket_address_new_from_string(target->source_address,
		                                               target->source_port);
		if (source == NULL) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
			            "source address '%s' is not an IP address",
			            target->source_address);
			return NULL;
		}
	}
	if (target->path != NULL) {
		stream = connect_unix(target->path, deadline_us, error);
	} else {
		stream = (target->proxy != NULL ? connect_by_proxy : connect_directly)(
		        target, source, deadline_us, cancellable, error);
		if (stream == NULL) {
			g_autofree char *host =
			        tocsin_text_for_display(target->host, strlen(target->host), 255);

			g_prefix_error(error, "cannot connect to %s port %u: ", host, target->port);
		}
	}
	if (stream != NULL) {
		tocsin_stream_set_cancellable(stream, cancellable);
	}
	return stream;
}
