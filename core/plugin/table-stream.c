/* SPDX-License-Identifier: MIT */
/* "tocsin.stream/1": a connection for transports that bring none of their own, on core/net. */
#include <string.h>
#include <tocsin/error.h>

#include "abi/buf.h"
#include "abi/error.h"
#include "plugin/job-run.h"

#define LINE_MAX_LENGTH ((size_t)1 << 20)
#define WRITE_FLAGS (TOCSIN_TRACE_SECRET | TOCSIN_TRACE_CONTENT)
#define BUFFERS_MAX 64u
#define STREAMS_MAX 1000u /* one after the other, in a job */
#define BUFFER_LIMIT ((gsize)16 << 20)

struct tocsin_stream {
	tocsin_job *job;
	TocsinStream *stream; /* NULL once it is closed */
};

static int32_t
fail(tocsin_error *error, int32_t status, const char *text)
{
	if (error != NULL) {
		tocsin_abi_error_set(error, text);
	}
	return status;
}

static int32_t
fail_from(tocsin_error *error, const GError *reason)
{
	if (g_error_matches(reason, TOCSIN_ERROR, TOCSIN_ERROR_CANCELLED)) {
		return fail(error, TOCSIN_E_CANCELLED, reason->message);
	}
	if (g_error_matches(reason, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG)) {
		return fail(error, TOCSIN_E_CONFIG, reason->message);
	}
	return fail(error, TOCSIN_E_TEMP, reason->message);
}

/* Is this the job's open stream, and may the plugin use it now? */
static gboolean
check_stream(const tocsin_stream *stream, const char *call)
{
	if (stream == NULL) {
		tocsin_guard_blame("%s() was given NULL", call);
		return FALSE;
	}
	if (!tocsin_job_check_call(stream->job, call)) {
		return FALSE;
	}
	if (stream->stream == NULL) {
		tocsin_guard_complain(stream->job->guard,
		                      "called %s() with a stream that it closed", call);
		return FALSE;
	}
	return TRUE;
}

static int32_t
stream_connect(tocsin_job *job, tocsin_stream **out_stream, tocsin_error *error)
{
	g_autoptr(GError) reason = NULL;

	if (!tocsin_job_check_call(job, "connect")) {
		return TOCSIN_E_BUG;
	}
	if (job->closed->len >= STREAMS_MAX) {
		return fail(error, TOCSIN_E_PERM, "too many connections in one job");
	}
	if (out_stream == NULL || job->stream != NULL) {
		tocsin_guard_complain(job->guard, "connect() was given NULL, or the last stream is "
		                                  "still open");
		return TOCSIN_E_BUG;
	}
	if (job->ops->connect == NULL) {
		return fail(error, TOCSIN_E_CONFIG, "this account has no connection settings");
	}
	TocsinStream *stream =
	        job->ops->connect(job->user, job->deadline_us, job->cancellable, &reason);

	if (stream == NULL) {
		return fail_from(error, reason);
	}
	job->stream = g_new0(tocsin_stream, 1);
	job->stream->job = job;
	job->stream->stream = stream;
	*out_stream = job->stream;
	return TOCSIN_OK;
}

static int32_t
stream_start_tls(tocsin_stream *stream, tocsin_error *error)
{
	g_autoptr(GError) reason = NULL;

	if (!check_stream(stream, "start_tls")) {
		return TOCSIN_E_BUG;
	}
	tocsin_job *job = stream->job;

	if (job->ops->start_tls == NULL) {
		return fail(error, TOCSIN_E_CONFIG, "this account has no TLS settings");
	}
	if (tocsin_stream_buffered(stream->stream) > 0) {
		return fail(error, TOCSIN_E_PERM,
		            "the server sent more in clear than its consent to "
		            "TLS; somebody may have put it there");
	}
	if (!job->ops->start_tls(job->user, stream->stream, job->deadline_us, &reason)) {
		return fail_from(error, reason);
	}
	return TOCSIN_OK;
}

static int32_t
stream_is_encrypted(const tocsin_stream *stream)
{
	return check_stream(stream, "is_encrypted") && tocsin_stream_is_encrypted(stream->stream);
}

static void
trace(const tocsin_stream *stream, guint32 flags, const void *data, gsize length)
{
	tocsin_table_delivery.trace(stream->job, flags, data, length);
}

/* Hands the first @take bytes over, and forgets @drop of them. */
static int32_t
take(tocsin_stream *stream, tocsin_buf *into, gsize length, gsize drop, tocsin_error *error)
{
	gsize have;
	const char *bytes = tocsin_stream_peek(stream->stream, &have);

	tocsin_buf_clear(into);
	if (!tocsin_buf_append(into, bytes, length)) {
		return fail(error, TOCSIN_E_PERM, "the buffer may not hold so much");
	}
	trace(stream, TOCSIN_TRACE_RECEIVED, bytes, drop);
	tocsin_stream_consume(stream->stream, drop);
	return TOCSIN_OK;
}

static int32_t
stream_read_line(tocsin_stream *stream, tocsin_buf *line, size_t limit, tocsin_error *error)
{
	gsize scanned = 0;

	if (!check_stream(stream, "read_line")) {
		return TOCSIN_E_BUG;
	}
	if (line == NULL) {
		tocsin_guard_complain(stream->job->guard, "read_line() was given NULL");
		return TOCSIN_E_BUG;
	}
	limit = MIN(limit, LINE_MAX_LENGTH);
	for (;;) {
		g_autoptr(GError) reason = NULL;
		gsize have;
		const char *bytes = tocsin_stream_peek(stream->stream, &have);
		const char *end =
		        have > scanned ? memchr(bytes + scanned, '\n', have - scanned) : NULL;

		if (end != NULL && (gsize)(end - bytes) <= limit + 1) {
			gsize length = (gsize)(end - bytes);
			gsize shown = length > 0 && end[-1] == '\r' ? length - 1 : length;

			if (shown <= limit) {
				return take(stream, line, shown, length + 1, error);
			}
		}
		if (end != NULL || have > limit + 1) {
			return fail(error, TOCSIN_E_PERM,
			            "the server sent a line that is too long");
		}
		scanned = have;
		if (!tocsin_stream_fill(stream->stream, stream->job->deadline_us, &reason)) {
			return fail_from(error, reason);
		}
	}
}

static int32_t
stream_read(tocsin_stream *stream, tocsin_buf *bytes, size_t length, tocsin_error *error)
{
	if (!check_stream(stream, "read")) {
		return TOCSIN_E_BUG;
	}
	if (bytes == NULL) {
		tocsin_guard_complain(stream->job->guard, "read() was given NULL");
		return TOCSIN_E_BUG;
	}
	if (length > LINE_MAX_LENGTH) {
		return fail(error, TOCSIN_E_PERM, "read() takes up to 1 MiB at a time");
	}
	while (tocsin_stream_buffered(stream->stream) < length) {
		g_autoptr(GError) reason = NULL;

		if (!tocsin_stream_fill(stream->stream, stream->job->deadline_us, &reason)) {
			return fail_from(error, reason);
		}
	}
	return take(stream, bytes, length, length, error);
}

static int32_t
stream_write(tocsin_stream *stream, uint32_t flags, const void *data, size_t length,
             tocsin_error *error)
{
	g_autoptr(GError) reason = NULL;

	if (!check_stream(stream, "write")) {
		return TOCSIN_E_BUG;
	}
	if ((data == NULL && length > 0) || (flags & ~WRITE_FLAGS) != 0) {
		tocsin_guard_complain(stream->job->guard,
		                      "write() was given NULL, or unknown flags");
		return TOCSIN_E_BUG;
	}
	trace(stream, flags, data, length);
	if (!tocsin_stream_write_bytes(stream->stream, data, length, stream->job->deadline_us,
	                               &reason)) {
		return fail_from(error, reason);
	}
	return TOCSIN_OK;
}

void
tocsin_table_stream_close(tocsin_job *job)
{
	if (job->stream != NULL) {
		g_clear_pointer(&job->stream->stream, tocsin_stream_free);
		g_ptr_array_add(job->closed, g_steal_pointer(&job->stream));
	}
}

const TocsinStream *
tocsin_table_stream_inner(const tocsin_stream *stream)
{
	return stream == NULL ? NULL : stream->stream;
}

static void
stream_close(tocsin_stream *stream)
{
	if (check_stream(stream, "close")) {
		tocsin_table_stream_close(stream->job);
	}
}

static tocsin_buf *
stream_new_buf(tocsin_job *job)
{
	tocsin_buf *buf;

	if (!tocsin_job_check_call(job, "new_buf")) {
		return NULL;
	}
	if (job->buffers->len >= BUFFERS_MAX) {
		tocsin_guard_complain(job->guard, "made more than %u buffers", BUFFERS_MAX);
		return NULL;
	}
	buf = tocsin_buf_new(BUFFER_LIMIT);
	g_ptr_array_add(job->buffers, buf);
	return buf;
}

static const void *
stream_peek_buf(const tocsin_buf *buf, size_t *out_length)
{
	gsize length = 0;
	const void *bytes = "";

	if (buf == NULL) {
		tocsin_guard_blame("peek_buf() was given NULL");
	} else {
		bytes = tocsin_buf_peek(buf, &length);
	}
	if (out_length != NULL) {
		*out_length = length;
	}
	return bytes;
}

static void
stream_clear_buf(tocsin_buf *buf)
{
	if (buf == NULL) {
		tocsin_guard_blame("clear_buf() was given NULL");
		return;
	}
	tocsin_buf_clear(buf);
}

const tocsin_streams tocsin_table_streams = {
        .size = sizeof(tocsin_streams),
        .connect = stream_connect,
        .start_tls = stream_start_tls,
        .is_encrypted = stream_is_encrypted,
        .read_line = stream_read_line,
        .read = stream_read,
        .write = stream_write,
        .close = stream_close,
        .new_buf = stream_new_buf,
        .peek_buf = stream_peek_buf,
        .clear_buf = stream_clear_buf,
};
