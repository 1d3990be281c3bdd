/* SPDX-License-Identifier: MIT */
/* The link over a connected socket. */
#include "net/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/carry.h"
#include "tocsin/error.h"

/* The kernel's own limit for one call (UIO_MAXIOV). */
#define PIECES_MAX 1024

/* Waits of a connection that ask for acknowledgements at once. A server that answers in two writes
 * without TCP_NODELAY, as Postfix does behind a TLS handshake or BDAT, would else hold the second
 * back until our delayed acknowledgement: 40 ms. A stream of mails acknowledges by itself. */
#define ACKNOWLEDGED_MAX 16

typedef struct {
	TocsinLink base;
	int fd;
	guint acknowledged; /* waits, up to ACKNOWLEDGED_MAX */
} SocketLink;

static gssize
fail(TocsinLink *link, const char *what, GError **error)
{
	int code = errno;

	if (code == EAGAIN || code == EWOULDBLOCK) {
		return TOCSIN_LINK_AGAIN;
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_DISCONNECTED,
	            "the connection to %s was lost while %s: %s", link->peer, what,
	            g_strerror(code));
	return TOCSIN_LINK_FAILED;
}

static gssize
socket_read(TocsinLink *link, void *buffer, gsize length, GError **error)
{
	gssize count;

	do {
		count = recv(((SocketLink *)link)->fd, buffer, length, MSG_DONTWAIT);
	} while (count < 0 && errno == EINTR);
	if (count < 0) {
		link->events = POLLIN;
		count = fail(link, "reading", error);
		link->end = count == TOCSIN_LINK_FAILED ? TOCSIN_STREAM_LOST : link->end;
	} else if (count == 0) {
		link->end = TOCSIN_STREAM_CLOSED;
	}
	return count;
}

static gssize
socket_write(TocsinLink *link, const struct iovec *pieces, gsize count, GError **error)
{
	struct msghdr message = {.msg_iov = (struct iovec *)pieces,
	                         .msg_iovlen = MIN(count, PIECES_MAX)};
	gssize written;

	do {
		written = sendmsg(((SocketLink *)link)->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (written < 0 && errno == EINTR);
	if (written < 0) {
		link->events = POLLOUT;
		return fail(link, "writing", error);
	}
	return written;
}

/* The time left as ppoll() wants it; NULL for ever. */
static struct timespec *
time_left(gint64 deadline_us, struct timespec *left)
{
	gint64 left_us = 0;

	if (deadline_us == TOCSIN_STREAM_FOREVER) {
		return NULL;
	}
	if (deadline_us > 0) {
		left_us = MAX(deadline_us - tocsin_clock_monotonic_us(tocsin_clock_system()), 0);
	}
	left->tv_sec = left_us / G_USEC_PER_SEC;
	left->tv_nsec = left_us % G_USEC_PER_SEC * 1000;
	return left;
}

/* Before a wait for input. A link that is not TCP has no such option. */
static void
acknowledge_at_once(SocketLink *self)
{
	const int is_on = 1;

	if (self->acknowledged < ACKNOWLEDGED_MAX) {
		self->acknowledged++;
		if (setsockopt(self->fd, IPPROTO_TCP, TCP_QUICKACK, &is_on, sizeof is_on) != 0) {
			self->acknowledged = ACKNOWLEDGED_MAX;
		}
	}
}

static int
socket_wait(TocsinLink *link, int events, int cancel_fd, gint64 deadline_us)
{
	struct pollfd fds[] = {
	        {.fd = ((SocketLink *)link)->fd, .events = (short)events},
	        {.fd = cancel_fd, .events = POLLIN},
	};
	struct timespec left;
	int ready;

	if ((events & POLLIN) != 0 && deadline_us != 0) {
		acknowledge_at_once((SocketLink *)link);
	}
	do {
		ready = ppoll(fds, cancel_fd < 0 ? 1 : 2, time_left(deadline_us, &left), NULL);
	} while (ready < 0 && errno == EINTR);
	if (ready < 0 || (fds[0].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
		return events; /* the read or write that follows says what is wrong */
	}
	return ready == 0 ? 0 : fds[0].revents & events;
}

static void
socket_free(TocsinLink *link)
{
	close(((SocketLink *)link)->fd);
	tocsin_link_clear(link);
	g_free(link);
}

static const TocsinLinkClass socket_class = {
        .read = socket_read,
        .write = socket_write,
        .wait = socket_wait,
        .free = socket_free,
};

/* An address of any family that a stream socket may have. */
typedef union {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_un un;
} Address;

/* The numeric IP address alone, or NULL for other families. */
static char *
ip_to_text(const Address *address)
{
	char text[INET6_ADDRSTRLEN];

	if (address->any.sa_family == AF_INET) {
		return g_strdup(inet_ntop(AF_INET, &address->in.sin_addr, text, sizeof text));
	}
	if (address->any.sa_family == AF_INET6) {
		return g_strdup(inet_ntop(AF_INET6, &address->in6.sin6_addr, text, sizeof text));
	}
	return NULL;
}

static char *
peer_to_text(const Address *address, socklen_t length)
{
	g_autofree char *ip = ip_to_text(address);
	gsize path_length = length > offsetof(struct sockaddr_un, sun_path)
	                            ? length - offsetof(struct sockaddr_un, sun_path)
	                            : 0;

	if (address->any.sa_family == AF_INET) {
		return g_strdup_printf("%s:%u", ip, ntohs(address->in.sin_port));
	}
	if (address->any.sa_family == AF_INET6) {
		return g_strdup_printf("[%s]:%u", ip, ntohs(address->in6.sin6_port));
	}
	if (address->any.sa_family != AF_UNIX || path_length < 2) {
		return g_strdup("a local socket");
	}
	if (address->un.sun_path[0] == '\0') {
		return g_strdup_printf("@%.*s", (int)path_length - 1, address->un.sun_path + 1);
	}
	return g_strndup(address->un.sun_path, path_length);
}

static gboolean
is_loopback(const Address *address)
{
	if (address->any.sa_family == AF_INET) {
		return ntohl(address->in.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
	}
	if (address->any.sa_family == AF_INET6) {
		const struct in6_addr *ip = &address->in6.sin6_addr;

		return IN6_IS_ADDR_LOOPBACK(ip) ||
		       (IN6_IS_ADDR_V4MAPPED(ip) && ip->s6_addr[12] == IN_LOOPBACKNET);
	}
	return address->any.sa_family == AF_UNIX;
}

TocsinStream *
tocsin_socket_stream_new(int fd, const char *peer)
{
	SocketLink *self = g_new0(SocketLink, 1);
	Address address = {0};
	socklen_t length = sizeof address;
	int on = 1;

	self->base.class = &socket_class;
	self->fd = fd;
	if (getpeername(fd, &address.any, &length) == 0) {
		self->base.is_local = is_loopback(&address);
	}
	self->base.peer = peer != NULL ? g_strdup(peer) : peer_to_text(&address, length);
	if (address.any.sa_family != AF_UNIX) {
		/* Cannot fail on TCP, and what else is there has no such delay. */
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		length = sizeof address;
		if (getsockname(fd, &address.any, &length) == 0) {
			self->base.local_address = ip_to_text(&address);
		}
	}
	return tocsin_stream_new(&self->base);
}
