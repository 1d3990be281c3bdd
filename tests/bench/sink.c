/* SPDX-License-Identifier: MIT */
/*
 * A mail sink for measurements: takes SMTP or LMTP as fast as one thread can and throws the mails
 * away. Unlike smtp-sink it knows CHUNKING, answers a whole group of commands with one write, and
 * can delay its replies.
 *
 *   sink [-L] [-d MS] [-s] [-x EXTENSION] PORT | unix:PATH
 *
 *   -L  LMTP: a reply per recipient after the content
 *   -d  answer each group only after MS milliseconds
 *   -s  print an FNV-1a sum of all content, as received
 *   -x  do not announce EXTENSION (may be given again)
 *
 * Prints "ready PORT" once it listens (PORT 0: a free one), and on SIGTERM or SIGINT one line with
 * what it counted, then ends. Content is scanned for its end and nothing else; commands are not
 * checked, as smtp-sink does not check them.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

enum { INPUT_MAX = 256 * 1024, OUTPUT_MAX = 64 * 1024, EVENTS_MAX = 64, LINE_MAX_BYTES = 4096 };

typedef enum { PHASE_COMMAND, PHASE_DATA, PHASE_CHUNK } Phase;

typedef struct {
	int fd;
	int timer; /* -1 without -d */
	Phase phase;
	bool is_last_chunk;
	bool is_closing;
	unsigned ending; /* bytes of "\r\n.\r\n" that the content has just shown */
	uint64_t chunk_left;
	unsigned recipients;
	size_t output_length;
	char line[LINE_MAX_BYTES]; /* a command of which only a part has come */
	size_t line_length;
	char output[OUTPUT_MAX];
} Link;

typedef struct {
	bool is_lmtp;
	bool is_summing;
	long delay_ms;
	char hello[512];
	size_t hello_length;
	uint64_t connections, messages, recipients, bytes, reads, writes, groups, sum;
	int poll;
	char input[INPUT_MAX];
} Sink;

/* Writes all replies. Blocks: a client that does not read must not make the sink grow. */
static bool
send_replies(Sink *sink, Link *link)
{
	size_t at = 0;

	while (at < link->output_length) {
		ssize_t written =
		        send(link->fd, link->output + at, link->output_length - at, MSG_NOSIGNAL);

		if (written < 0) {
			return false;
		}
		sink->writes++;
		at += (size_t)written;
	}
	sink->groups += link->output_length > 0;
	link->output_length = 0;
	return true;
}

static void
say(Sink *sink, Link *link, const char *text, size_t length)
{
	if (link->output_length + length > sizeof link->output && !send_replies(sink, link)) {
		link->is_closing = true;
		return;
	}
	memcpy(link->output + link->output_length, text, length);
	link->output_length += length;
}

#define SAY(sink, link, text) say(sink, link, text "\r\n", sizeof(text "\r\n") - 1)

static void
count_content(Sink *sink, const char *data, size_t length)
{
	sink->bytes += length;
	if (!sink->is_summing) {
		return;
	}
	for (size_t i = 0; i < length; i++) {
		sink->sum = (sink->sum ^ (unsigned char)data[i]) * UINT64_C(0x100000001b3);
	}
}

static void
end_message(Sink *sink, Link *link)
{
	unsigned replies = sink->is_lmtp ? link->recipients : 1;

	sink->messages++;
	for (unsigned i = 0; i < replies; i++) {
		SAY(sink, link, "250 2.0.0 ok");
	}
	link->recipients = 0;
	link->phase = PHASE_COMMAND;
}

/* How far the content's end is seen after one more byte; DATA's line end is its first two. */
static unsigned
next_ending(unsigned ending, char byte)
{
	static const char end[] = "\r\n.\r\n";

	if (byte == end[ending]) {
		return ending + 1;
	}
	return byte == '\r' ? 1 : 0;
}

/* Takes content after DATA up to and with its end, hopping from CR to CR; returns its length. */
static size_t
take_data(Sink *sink, Link *link, const char *data, size_t length)
{
	size_t at = 0;

	while (at < length) {
		if (link->ending == 0) {
			const char *found = memchr(data + at, '\r', length - at);

			if (found == NULL) {
				break;
			}
			at = (size_t)(found - data);
		}
		link->ending = next_ending(link->ending, data[at++]);
		if (link->ending == 5) {
			count_content(sink, data, at);
			end_message(sink, link);
			return at;
		}
	}
	count_content(sink, data, length);
	return length;
}

static size_t
take_chunk(Sink *sink, Link *link, const char *data, size_t length)
{
	size_t taken = length < link->chunk_left ? length : (size_t)link->chunk_left;

	count_content(sink, data, taken);
	link->chunk_left -= taken;
	if (link->chunk_left > 0) {
		return taken;
	}
	if (link->is_last_chunk) {
		end_message(sink, link);
	} else {
		SAY(sink, link, "250 2.0.0 ok");
		link->phase = PHASE_COMMAND;
	}
	return taken;
}

static void
start_chunk(Sink *sink, Link *link, const char *line, size_t length)
{
	char text[64];
	char *end = NULL;

	if (length - 5 >= sizeof text) {
		SAY(sink, link, "501 5.5.4 bad chunk");
		return;
	}
	memcpy(text, line + 5, length - 5);
	text[length - 5] = '\0';
	link->chunk_left = strtoull(text, &end, 10);
	link->is_last_chunk = strncasecmp(end, " LAST", 5) == 0;
	link->phase = PHASE_CHUNK;
	if (link->chunk_left == 0) {
		take_chunk(sink, link, "", 0);
	}
}

static bool
is_verb(const char *line, size_t length, const char *verb)
{
	return length >= 4 && strncasecmp(line, verb, 4) == 0;
}

/* One command line, without its line end. */
static void
take_command(Sink *sink, Link *link, const char *line, size_t length)
{
	if (is_verb(line, length, "MAIL")) {
		SAY(sink, link, "250 2.1.0 ok");
	} else if (is_verb(line, length, "RCPT")) {
		link->recipients++;
		sink->recipients++;
		SAY(sink, link, "250 2.1.5 ok");
	} else if (is_verb(line, length, "BDAT") && length > 5) {
		start_chunk(sink, link, line, length);
	} else if (is_verb(line, length, "DATA")) {
		SAY(sink, link, "354 go");
		link->phase = PHASE_DATA;
		link->ending = 2;
	} else if (is_verb(line, length, "EHLO") || is_verb(line, length, "LHLO")) {
		say(sink, link, sink->hello, sink->hello_length);
	} else if (is_verb(line, length, "QUIT")) {
		SAY(sink, link, "221 2.0.0 bye");
		link->is_closing = true;
	} else {
		link->recipients = is_verb(line, length, "RSET") ? 0 : link->recipients;
		SAY(sink, link, "250 2.0.0 ok");
	}
}

/* Takes what there is of one command line; a part without line end is kept for the next time. */
static size_t
take_line(Sink *sink, Link *link, const char *data, size_t length)
{
	const char *end = memchr(data, '\n', length);
	size_t taken = end != NULL ? (size_t)(end - data) + 1 : length;
	const char *line = data;
	size_t line_length = taken;

	if (end == NULL || link->line_length > 0) {
		if (link->line_length + taken > sizeof link->line) {
			link->is_closing = true;
			return length;
		}
		memcpy(link->line + link->line_length, data, taken);
		link->line_length += taken;
		line = link->line;
		line_length = link->line_length;
	}
	if (end == NULL) {
		return taken;
	}
	link->line_length = 0;
	line_length--;
	if (line_length > 0 && line[line_length - 1] == '\r') {
		line_length--;
	}
	take_command(sink, link, line, line_length);
	return taken;
}

static void
take_input(Sink *sink, Link *link, const char *data, size_t length)
{
	size_t at = 0;

	while (at < length && !link->is_closing) {
		if (link->phase == PHASE_DATA) {
			at += take_data(sink, link, data + at, length - at);
		} else if (link->phase == PHASE_CHUNK) {
			at += take_chunk(sink, link, data + at, length - at);
		} else {
			at += take_line(sink, link, data + at, length - at);
		}
	}
}

static void
free_link(Link *link)
{
	close(link->fd);
	if (link->timer >= 0) {
		close(link->timer);
	}
	free(link);
}

static bool
flush(Sink *sink, Link *link)
{
	return send_replies(sink, link) && !link->is_closing;
}

static bool
flush_later(Sink *sink, Link *link)
{
	struct itimerspec when = {.it_value = {.tv_sec = sink->delay_ms / 1000,
	                                       .tv_nsec = sink->delay_ms % 1000 * 1000000}};

	return timerfd_settime(link->timer, 0, &when, NULL) == 0;
}

/* Reads once and answers once. Returns false when the link is over. */
static bool
serve(Sink *sink, Link *link)
{
	ssize_t got = recv(link->fd, sink->input, sizeof sink->input, MSG_DONTWAIT);

	if (got < 0) {
		return errno == EAGAIN || errno == EINTR;
	}
	if (got == 0) {
		return false;
	}
	sink->reads++;
	take_input(sink, link, sink->input, (size_t)got);
	if (link->output_length > 0 && link->timer >= 0) {
		return flush_later(sink, link);
	}
	return flush(sink, link);
}

/* Epoll tells of a link by its address, of its timer by the address plus one. */
static bool
watch(Sink *sink, int fd, uint64_t mark)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = mark};

	return epoll_ctl(sink->poll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static void
accept_link(Sink *sink, int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	Link *link = fd >= 0 ? calloc(1, sizeof *link) : NULL;
	int on = 1;

	if (link == NULL) {
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	link->fd = fd;
	link->timer = sink->delay_ms > 0 ? timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC) : -1;
	sink->connections++;
	SAY(sink, link, "220 sink.example ESMTP");
	if (!flush(sink, link) || !watch(sink, fd, (uintptr_t)link) ||
	    (link->timer >= 0 && !watch(sink, link->timer, (uintptr_t)link | 1))) {
		free_link(link);
	}
}

static void
report(const Sink *sink)
{
	printf("connections %" PRIu64 " messages %" PRIu64 " recipients %" PRIu64 " bytes %" PRIu64
	       " reads %" PRIu64 " writes %" PRIu64 " turns %" PRIu64 " sum %016" PRIx64 "\n",
	       sink->connections, sink->messages, sink->recipients, sink->bytes, sink->reads,
	       sink->writes, sink->groups, sink->sum);
}

/* One event of a link or of its timer. Returns false when the link is over. */
static bool
handle(Sink *sink, uint64_t mark)
{
	Link *link = (Link *)(uintptr_t)(mark & ~UINT64_C(1));
	uint64_t expirations;

	if ((mark & 1) == 0) {
		return serve(sink, link);
	}
	return read(link->timer, &expirations, sizeof expirations) > 0 ? flush(sink, link) : true;
}

static void
run(Sink *sink, int listener, int signals)
{
	struct epoll_event events[EVENTS_MAX];
	/* With timers a link has two descriptors: one event at a time, lest one outlive its link */
	int at_once = sink->delay_ms > 0 ? 1 : EVENTS_MAX;

	for (;;) {
		int count = epoll_wait(sink->poll, events, at_once, -1);

		for (int i = 0; i < count; i++) {
			uint64_t mark = events[i].data.u64;

			if (mark == (uint64_t)signals) {
				return;
			}
			if (mark == (uint64_t)listener) {
				accept_link(sink, listener);
			} else if (!handle(sink, mark)) {
				free_link((Link *)(uintptr_t)(mark & ~UINT64_C(1)));
			}
		}
	}
}

static int
listen_at(const char *where)
{
	struct sockaddr_un path = {.sun_family = AF_UNIX};
	struct sockaddr_in port = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
	bool is_path = strncmp(where, "unix:", 5) == 0;
	struct sockaddr *address = is_path ? (struct sockaddr *)&path : (struct sockaddr *)&port;
	socklen_t length = is_path ? sizeof path : sizeof port;
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int on = 1;

	if (is_path) {
		snprintf(path.sun_path, sizeof path.sun_path, "%s", where + 5);
		unlink(path.sun_path);
	} else {
		port.sin_port = htons((uint16_t)strtoul(where, NULL, 10));
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (fd < 0 || bind(fd, address, length) != 0 || listen(fd, 1024) != 0) {
		perror(where);
		exit(1);
	}
	if (!is_path && getsockname(fd, address, &length) == 0) {
		printf("ready %u\n", ntohs(port.sin_port));
	} else {
		printf("ready %s\n", where);
	}
	fflush(stdout);
	return fd;
}

static void
write_hello(Sink *sink, char *const *hidden, int count)
{
	static const char *const names[] = {"PIPELINING", "CHUNKING", "8BITMIME",
	                                    "SMTPUTF8",   "DSN",      "ENHANCEDSTATUSCODES"};
	size_t at = (size_t)snprintf(sink->hello, sizeof sink->hello, "250-sink.example\r\n");

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		bool is_hidden = false;

		for (int j = 0; j < count; j++) {
			is_hidden = is_hidden || strcasecmp(hidden[j], names[i]) == 0;
		}
		if (!is_hidden) {
			at += (size_t)snprintf(sink->hello + at, sizeof sink->hello - at,
			                       "250-%s\r\n", names[i]);
		}
	}
	at += (size_t)snprintf(sink->hello + at, sizeof sink->hello - at,
	                       "250 SIZE 1073741824\r\n");
	sink->hello_length = at;
}

static int
open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

int
main(int argc, char **argv)
{
	Sink *sink = calloc(1, sizeof *sink);
	char *hidden[16];
	int count = 0;
	int option;

	while (sink != NULL && (option = getopt(argc, argv, "Ld:sx:")) != -1) {
		if (option == 'x' && count < 16) {
			hidden[count++] = optarg;
		} else if (option == 'd') {
			sink->delay_ms = strtol(optarg, NULL, 10);
		} else if (option == 'L' || option == 's') {
			*(option == 'L' ? &sink->is_lmtp : &sink->is_summing) = true;
		} else {
			return 64;
		}
	}
	if (sink == NULL || optind != argc - 1) {
		fprintf(stderr, "usage: sink [-L] [-d MS] [-s] [-x EXTENSION] PORT | unix:PATH\n");
		return 64;
	}
	write_hello(sink, hidden, count);
	sink->sum = UINT64_C(0xcbf29ce484222325);

	int signals = open_signals();
	int listener = listen_at(argv[optind]);

	sink->poll = epoll_create1(EPOLL_CLOEXEC);
	if (sink->poll < 0 || !watch(sink, signals, (uint64_t)signals) ||
	    !watch(sink, listener, (uint64_t)listener)) {
		perror("epoll");
		return 1;
	}
	run(sink, listener, signals);
	report(sink);
	free(sink);
	return 0;
}
