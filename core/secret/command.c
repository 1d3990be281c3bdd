/* SPDX-License-Identifier: MIT */
/* Secrets that a program prints: read straight into memory that is wiped. */
#include "secret/command.h"

#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <poll.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "base/clock.h"
#include "secret/file.h"

/* Reads until the end of the pipe, the limit or the deadline. NULL, or what went wrong. */
static const char *
read_until(int fd, gint64 deadline_us, char *buffer, gsize *out_length)
{
	gsize length = 0;

	while (length <= TOCSIN_SECRET_MAX) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		gint64 left_ms =
		        (deadline_us - tocsin_clock_monotonic_us(tocsin_clock_system())) / 1000;

		if (left_ms <= 0 || poll(&ready, 1, (int)left_ms) == 0) {
			return "did not end in time";
		}
		gssize got = read(fd, buffer + length, TOCSIN_SECRET_MAX + 1 - length);

		if (got == 0) {
			*out_length = length;
			return NULL;
		}
		if (got < 0 && errno != EINTR && errno != EAGAIN) {
			return "could not be read from";
		}
		length += got > 0 ? (gsize)got : 0;
	}
	return "printed more than 64 KiB";
}

static TocsinSecret *
collect(GSubprocess *process, const char *program, gint64 timeout_us, char *buffer, GError **error)
{
	GInputStream *output = g_subprocess_get_stdout_pipe(process);
	int fd = g_unix_input_stream_get_fd(G_UNIX_INPUT_STREAM(output));
	gsize length = 0;
	const char *flaw = read_until(
	        fd, tocsin_clock_monotonic_us(tocsin_clock_system()) + timeout_us, buffer, &length);

	if (flaw != NULL) {
		g_subprocess_force_exit(process);
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET, "the command %s %s", program,
		            flaw);
		return NULL;
	}
	if (!g_subprocess_wait_check(process, NULL, error)) {
		g_prefix_error(error, "the command %s failed: ", program);
		return NULL;
	}
	return tocsin_secret_from_text(buffer, length, program, error);
}

TocsinSecret *
tocsin_secret_run_command(const char *const *argv, gint64 timeout_us, GError **error)
{
	g_autoptr(GError) reason = NULL;
	g_autoptr(GSubprocess) process =
	        g_subprocess_newv(argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &reason);
	TocsinSecret *secret = NULL;

	if (process != NULL) {
		char *buffer = g_malloc0(TOCSIN_SECRET_MAX + 1);

		secret = collect(process, argv[0], timeout_us, buffer, &reason);
		tocsin_wipe(buffer, TOCSIN_SECRET_MAX + 1);
		g_free(buffer);
	}
	if (secret == NULL) {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET, reason->message);
	}
	return secret;
}
