/* SPDX-License-Identifier: MIT */
/* The race of connection attempts. */
#include "net/race.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/stream.h"
#include "tocsin/error.h"

/* Addresses tried at most: a host has no use for more, and an answer from DNS has room for many. */
#define ADDRESSES_MAX 32u

/* Bytes of the list of failures that a message takes. */
#define FAILURES_MAX 1000u

typedef struct {
	GPtrArray *addresses;
	GSocketAddress *source;
	struct pollfd fds[ADDRESSES_MAX + 1]; /* by address; -1 where none runs; the last: cancel */
	guint count;                          /* addresses that take part */
	guint started;
	guint running;
	gint64 next_us; /* when the next address is due */
	GString *failures;
} Race;

static void
note_failure(Race *self, guint index, const char *why)
{
	g_autofree char *text =
	        g_socket_connectable_to_string(G_SOCKET_CONNECTABLE(self->addresses->pdata[index]));

	if (self->failures->len < FAILURES_MAX) {
		g_string_append_printf(self->failures, "%s%s: %s",
		                       self->failures->len > 0 ? "; " : "", text, why);
	}
}

/* Gives the socket @index up because of @code, and lets the next start at once. */
static void
fail(Race *self, guint index, int code)
{
	note_failure(self, index, g_strerror(code));
	if (self->fds[index].fd >= 0) {
		close(self->fds[index].fd);
		self->fds[index].fd = -1;
		self->running--;
	}
	self->next_us = 0;
}

/* Converts an address to the kernel's form. */
static socklen_t
to_native(GSocketAddress *address, struct sockaddr_storage *native)
{
	gssize size = g_socket_address_get_native_size(address);

	if (size <= 0 || !g_socket_address_to_native(address, native, sizeof *native, NULL)) {
		return 0;
	}
	return (socklen_t)size;
}

static int
bind_source(int fd, GSocketAddress *source)
{
	struct sockaddr_storage native;
	socklen_t length = to_native(source, &native);

	return bind(fd, (struct sockaddr *)&native, length) == 0 ? 0 : errno;
}

/* Starts the attempt @index; TRUE if it is connected at once. */
static gboolean
start_one(Race *self, guint index)
{
	GSocketAddress *address = self->addresses->pdata[index];
	struct sockaddr_storage native;
	socklen_t length = to_native(address, &native);
	int fd = length == 0
	                 ? -1
	                 : socket(native.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int code = fd < 0 ? errno : 0;

	self->started++;
	if (fd >= 0) {
		self->fds[index].fd = fd;
		self->running++;
		code = self->source != NULL ? bind_source(fd, self->source) : 0;
	}
	if (code == 0 && connect(fd, (struct sockaddr *)&native, length) == 0) {
		return TRUE;
	}
	code = code == 0 ? errno : code;
	if (code != EINPROGRESS && code != EINTR) {
		fail(self, index, code);
		return FALSE;
	}
	self->next_us = tocsin_clock_monotonic_us(tocsin_clock_system()) + TOCSIN_RACE_DELAY_US;
	return FALSE;
}

/* Starts what is due; the index of an address that is connected, or -1. */
static int
start_due(Race *self)
{
	while (self->started < self->count &&
	       (self->running == 0 ||
	        tocsin_clock_monotonic_us(tocsin_clock_system()) >= self->next_us)) {
		if (start_one(self, self->started)) {
			return (int)self->started - 1;
		}
	}
	return -1;
}

/* Waits for an answer, the next start, the deadline or cancel, whichever is first. */
static void
wait_for_answer(Race *self, gint64 deadline_us)
{
	gint64 until_us =
	        self->started < self->count ? MIN(self->next_us, deadline_us) : deadline_us;
	gint64 left_us = MAX(until_us - tocsin_clock_monotonic_us(tocsin_clock_system()), 0);
	struct timespec left = {.tv_sec = left_us / G_USEC_PER_SEC,
	                        .tv_nsec = left_us % G_USEC_PER_SEC * 1000};

	for (guint i = 0; i <= ADDRESSES_MAX; i++) {
		self->fds[i].revents = 0;
	}
	ppoll(self->fds, ADDRESSES_MAX + 1, until_us == TOCSIN_STREAM_FOREVER ? NULL : &left, NULL);
}

/* Judges the answers; the index of an address that is connected, or -1. */
static int
collect_answers(Race *self)
{
	for (guint i = 0; i < self->started; i++) {
		int code = 0;
		socklen_t length = sizeof code;

		if (self->fds[i].fd < 0 || self->fds[i].revents == 0) {
			continue;
		}
		if (getsockopt(self->fds[i].fd, SOL_SOCKET, SO_ERROR, &code, &length) != 0) {
			code = errno;
		}
		if (code == 0) {
			return (int)i;
		}
		fail(self, i, code);
	}
	return -1;
}

/* Why the race ended without a winner. */
static void
set_race_error(Race *self, GCancellable *cancellable, GError **error)
{
	TocsinError code = TOCSIN_ERROR_CONNECT;

	if (g_cancellable_is_cancelled(cancellable)) {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_CANCELLED, "cancelled");
		return;
	}
	for (guint i = 0; i < self->started; i++) {
		if (self->fds[i].fd >= 0) {
			code = TOCSIN_ERROR_TIMEOUT;
			note_failure(self, i, "no answer in time");
		}
	}
	g_set_error_literal(error, TOCSIN_ERROR, code,
	                    self->failures->len > 0 ? self->failures->str : "no time left");
}

static int
run(Race *self, gint64 deadline_us, GCancellable *cancellable)
{
	int winner = -1;

	while (winner < 0 && !g_cancellable_is_cancelled(cancellable) &&
	       tocsin_clock_monotonic_us(tocsin_clock_system()) < deadline_us) {
		winner = start_due(self);
		if (winner < 0 && self->running == 0 && self->started == self->count) {
			break;
		}
		if (winner < 0) {
			wait_for_answer(self, deadline_us);
			winner = collect_answers(self);
		}
	}
	return winner;
}

int
tocsin_race_connect(GPtrArray *addresses, GSocketAddress *source, gint64 deadline_us,
                    GCancellable *cancellable, GError **error)
{
	Race race = {.addresses = addresses, .source = source};
	int winner;
	int fd = -1;

	race.count = MIN(addresses->len, ADDRESSES_MAX);
	race.failures = g_string_new(NULL);
	for (guint i = 0; i <= ADDRESSES_MAX; i++) {
		race.fds[i].fd = -1;
		race.fds[i].events = POLLOUT;
	}
	if (cancellable != NULL) {
		race.fds[ADDRESSES_MAX].fd = g_cancellable_get_fd(cancellable);
		race.fds[ADDRESSES_MAX].events = POLLIN;
	}
	winner = run(&race, deadline_us, cancellable);
	if (winner >= 0) {
		fd = race.fds[winner].fd;
		race.fds[winner].fd = -1;
	} else {
		set_race_error(&race, cancellable, error);
	}
	for (guint i = 0; i < race.started; i++) {
		if (race.fds[i].fd >= 0) {
			close(race.fds[i].fd);
		}
	}
	if (race.fds[ADDRESSES_MAX].fd >= 0) {
		g_cancellable_release_fd(cancellable);
	}
	g_string_free(race.failures, TRUE);
	return fd;
}
