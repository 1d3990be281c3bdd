/* SPDX-License-Identifier: MIT */
/*
 * A long wire between two network namespaces: copies packets between two tun devices, each held
 * back for a fixed time, so that TCP behaves as over a link with that round trip. Counts packets,
 * bytes and turns, a turn being a change from data in one direction to data in the other: two of
 * them are a round trip that somebody waited for.
 *
 *   wire MS COMMAND
 *
 * Runs COMMAND with /bin/sh in the near namespace (10.99.0.1), where the environment variable
 * WIRE_FAR is a prefix that runs a program in the far one (10.99.0.2):
 * "$WIRE_FAR sink 2525 & tocsin send --url smtp://10.99.0.2:2525". MS is the delay each way. When
 * COMMAND ends, one line of counts goes to stderr, and COMMAND's exit code is returned. A client's
 * wait for the handshake counts in `connects`, not in `turns`. Needs root, /dev/net/tun and ip(8).
 */

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PACKET_MAX = 2048, HELD_MAX = 8192 };

typedef struct {
	int64_t due_ns;
	size_t length;
	unsigned char bytes[PACKET_MAX];
} Packet;

/* One direction: a ring of packets. All are held equally long, so the oldest is due first. */
typedef struct {
	int from, to;
	size_t first, count;
	uint64_t packets, bytes, dropped;
	Packet held[HELD_MAX];
} Direction;

typedef struct {
	int64_t delay_ns;
	int timer;
	int last_sender; /* direction that last carried data; -1: none yet */
	uint64_t turns, connects;
	Direction directions[2];
} Wire;

static void
fail(const char *what)
{
	perror(what);
	exit(69);
}

static int64_t
now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* How much TCP data an IPv4 packet carries; counts SYNs without ACK, which open a connection. */
static size_t
data_of(Wire *wire, const unsigned char *packet, size_t length)
{
	size_t header = length >= 20 ? (size_t)(packet[0] & 15) * 4 : 0;
	size_t total = length >= 20 ? (size_t)packet[2] << 8 | packet[3] : 0;

	if (header < 20 || packet[0] >> 4 != 4 || packet[9] != 6 || header + 20 > total ||
	    total > length) {
		return 0;
	}

	const unsigned char *tcp = packet + header;
	size_t tcp_header = (size_t)(tcp[12] >> 4) * 4;

	wire->connects += (tcp[13] & 0x12) == 0x02;
	return header + tcp_header < total ? total - header - tcp_header : 0;
}

static void
take_packets(Wire *wire, int number)
{
	Direction *way = &wire->directions[number];

	for (;;) {
		size_t at = (way->first + way->count) % HELD_MAX;
		Packet *packet = &way->held[at];
		unsigned char spare[PACKET_MAX];
		bool is_full = way->count == HELD_MAX;
		ssize_t got = read(way->from, is_full ? spare : packet->bytes, PACKET_MAX);

		if (got <= 0) {
			return;
		}
		if (is_full) {
			way->dropped++;
			continue;
		}
		packet->length = (size_t)got;
		packet->due_ns = now_ns() + wire->delay_ns;
		way->count++;
		way->packets++;
		way->bytes += (uint64_t)got;
		if (data_of(wire, packet->bytes, packet->length) > 0 &&
		    wire->last_sender != number) {
			wire->turns += wire->last_sender >= 0;
			wire->last_sender = number;
		}
	}
}

static void
give_packets(Direction *way)
{
	while (way->count > 0 && way->held[way->first].due_ns <= now_ns()) {
		Packet *packet = &way->held[way->first];

		if (write(way->to, packet->bytes, packet->length) < 0) {
			way->dropped++;
		}
		way->first = (way->first + 1) % HELD_MAX;
		way->count--;
	}
}

/* Sets the timer to when the next packet is due: poll's milliseconds would be too coarse. */
static void
set_timer(Wire *wire)
{
	int64_t due = INT64_MAX;

	for (int i = 0; i < 2; i++) {
		Direction *way = &wire->directions[i];

		if (way->count > 0 && way->held[way->first].due_ns < due) {
			due = way->held[way->first].due_ns;
		}
	}

	struct itimerspec when = {0};

	if (due != INT64_MAX) {
		when.it_value =
		        (struct timespec){.tv_sec = due / 1000000000, .tv_nsec = due % 1000000000};
	}
	timerfd_settime(wire->timer, TFD_TIMER_ABSTIME, &when, NULL);
}

/* Carries packets until the last writer of the pipe `ended` is gone. */
static void
carry(Wire *wire, int ended)
{
	struct pollfd polled[] = {
	        {.fd = wire->directions[0].from, .events = POLLIN},
	        {.fd = wire->directions[1].from, .events = POLLIN},
	        {.fd = wire->timer, .events = POLLIN},
	        {.fd = ended, .events = POLLIN},
	};

	for (;;) {
		uint64_t expirations;

		if (poll(polled, 4, -1) < 0 && errno != EINTR) {
			fail("poll");
		}
		if (polled[2].revents != 0 &&
		    read(wire->timer, &expirations, sizeof expirations) < 0) {
			continue;
		}
		if (polled[3].revents != 0) {
			return;
		}
		for (int i = 0; i < 2; i++) {
			take_packets(wire, i);
			give_packets(&wire->directions[i]);
		}
		set_timer(wire);
	}
}

/* Runs ip(8) with these arguments in the current namespace. */
static void
run_ip(const char *const *arguments)
{
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		execvp("ip", (char *const *)arguments);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
		fprintf(stderr, "wire: ip %s %s failed\n", arguments[1], arguments[2]);
		exit(69);
	}
}

/* Makes an end of the wire in a new namespace; the descriptor works from any namespace. */
static int
make_end(const char *own, const char *other)
{
	struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};

	if (unshare(CLONE_NEWNET) != 0) {
		fail("unshare");
	}

	int fd = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

	snprintf(request.ifr_name, sizeof request.ifr_name, "wire");
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) {
		fail("/dev/net/tun");
	}
	run_ip((const char *[]){"ip", "link", "set", "lo", "up", NULL});
	run_ip((const char *[]){"ip", "addr", "add", own, "peer", other, "dev", "wire", NULL});
	run_ip((const char *[]){"ip", "link", "set", "wire", "mtu", "1500", "up", NULL});
	return fd;
}

/* Starts the command in this namespace. When it ends, `out_ended` can be read. */
static pid_t
start(const char *const *arguments, int *out_ended)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0) {
		fail("pipe");
	}

	pid_t watcher = fork();

	if (watcher == 0) {
		pid_t child = fork();
		int status = 1 << 8;

		if (child == 0) {
			execv("/bin/sh", (char *const *)arguments);
			_exit(127);
		}
		waitpid(child, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	}
	close(ends[1]);
	*out_ended = ends[0];
	return watcher;
}

int
main(int argc, char **argv)
{
	Wire *wire = calloc(1, sizeof *wire);
	double milliseconds = argc == 3 ? strtod(argv[1], NULL) : 0;
	char far[100];
	int ended = -1;
	int status = 0;

	if (wire == NULL || milliseconds <= 0 || milliseconds > 10000) {
		fprintf(stderr, "usage: wire MS COMMAND\n");
		return 64;
	}
	wire->delay_ns = (int64_t)(milliseconds * 1e6);
	wire->last_sender = -1;
	wire->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	int far_end = make_end("10.99.0.2", "10.99.0.1");
	int far_namespace = open("/proc/self/ns/net", O_RDONLY); /* inherited by the command */

	snprintf(far, sizeof far, "nsenter --net=/proc/%d/fd/%d --", (int)getpid(), far_namespace);
	setenv("WIRE_FAR", far, 1);

	int near_end = make_end("10.99.0.1", "10.99.0.2");
	const char *arguments[] = {"sh", "-c", argv[2], NULL};

	wire->directions[0].from = wire->directions[1].to = near_end;
	wire->directions[1].from = wire->directions[0].to = far_end;

	pid_t child = start(arguments, &ended);

	carry(wire, ended);
	waitpid(child, &status, 0);
	fprintf(stderr,
	        "wire: connects %" PRIu64 " turns %" PRIu64 " packets %" PRIu64 "/%" PRIu64
	        " bytes %" PRIu64 "/%" PRIu64 " dropped %" PRIu64 "\n",
	        wire->connects, wire->turns, wire->directions[0].packets,
	        wire->directions[1].packets, wire->directions[0].bytes, wire->directions[1].bytes,
	        wire->directions[0].dropped + wire->directions[1].dropped);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
