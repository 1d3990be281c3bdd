/* SPDX-License-Identifier: MIT */
/* A connection as the rooms above see it: bytes in, bytes out, a deadline on everything.
 *
 * A stream reads into its own buffer, from which the caller takes with peek and consume, and writes
 * straight from the caller's memory. Every call that may wait takes an absolute deadline, so that a
 * peer that sends a byte now and then gains no time by it. While a write waits for the peer to take
 * bytes it collects what the peer sends: two sides that both write never wait for each other.
 *
 * Streams over sockets come from net/connect.h and net/socket.h, over the caller's own functions
 * from net/callbacks.h, for tests from net/scripted.h; net/tls.h turns any of them into TLS.
 *
 * Thread: a stream belongs to one thread at a time. Another thread stops it through the
 * GCancellable only.
 *
 * Errors of all calls that wait: TOCSIN_ERROR_TIMEOUT (the deadline passed; the stream can still be
 * used), TOCSIN_ERROR_CANCELLED, TOCSIN_ERROR_DISCONNECTED (the peer closed or the link broke),
 * TOCSIN_ERROR_TLS (the peer broke the TLS protocol or sent an alert). */
#ifndef TOCSIN_NET_STREAM_H
#define TOCSIN_NET_STREAM_H

#include <gio/gio.h>
#include <sys/uio.h>

#include "net/end.h"

G_BEGIN_DECLS

/* No deadline. */
#define TOCSIN_STREAM_FOREVER G_MAXINT64

/* What may be collected while a write waits, unless tocsin_stream_set_input_limit() says otherwise.
 */
#define TOCSIN_STREAM_INPUT_LIMIT ((gsize)1 << 20)

typedef struct _TocsinStream TocsinStream;

/* The deadline @timeout_us from now; TOCSIN_STREAM_FOREVER for a negative @timeout_us. Any thread.
 */
gint64 tocsin_stream_deadline(gint64 timeout_us);

/* Closes without waiting for anything: a TLS peer gets close_notify if it can take it at once.
 * Does nothing on NULL. */
void tocsin_stream_free(TocsinStream *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinStream, tocsin_stream_free)

/* Cancelling @cancellable (from any thread) ends the call that waits and every later one with
 * TOCSIN_ERROR_CANCELLED. Takes a reference; NULL for none. */
void tocsin_stream_set_cancellable(TocsinStream *self, GCancellable *cancellable);

/* How many bytes of input the buffer may hold, at least one. Not below what is buffered. */
void tocsin_stream_set_input_limit(TocsinStream *self, gsize limit);

/* What has been read and not been consumed. Points into the buffer: valid until the next fill,
 * write, consume or free. Never NULL; *@out_length may be 0. Does not read. */
const char *tocsin_stream_peek(const TocsinStream *self, gsize *out_length);

/* The same length alone. */
gsize tocsin_stream_buffered(const TocsinStream *self);

/* Drops the first @length buffered bytes; @length must not be more than is buffered. */
void tocsin_stream_consume(TocsinStream *self, gsize length);

/* Reads at least one more byte behind what is buffered, and as many as are there. Waits until
 * @deadline_us (g_get_monotonic_time() based, see tocsin_stream_deadline()). At the end of the
 * input: TOCSIN_ERROR_DISCONNECTED, and tocsin_stream_get_end() says how it ended. When the buffer
 * is at its limit: TOCSIN_ERROR_LIMIT. */
gboolean tocsin_stream_fill(TocsinStream *self, gint64 deadline_us, GError **error);

/* Reads what is there without waiting; *@out_count is how many bytes that added, 0 if none. An
 * ended input is an error as with tocsin_stream_fill(). Tells whether a kept connection is stale.
 */
gboolean tocsin_stream_fill_ready(TocsinStream *self, gsize *out_count, GError **error);

/* Writes all of @count pieces, in one system call if the kernel takes them at once. Does not copy
 * and does not keep them. While it waits, input is collected in the buffer; when more comes than
 * that may hold: TOCSIN_ERROR_LIMIT. When the link breaks, what the peer said before is in the
 * buffer (a 421, say). After any failure but TIMEOUT and CANCELLED nothing more can be written;
 * after these it is unknown how much was, so the stream is good for reading only. */
gboolean tocsin_stream_write(TocsinStream *self, const struct iovec *pieces, gsize count,
                             gint64 deadline_us, GError **error);

/* The same for one piece. */
gboolean tocsin_stream_write_bytes(TocsinStream *self, const void *bytes, gsize length,
                                   gint64 deadline_us, GError **error);

/* One step of a long write, for callers that take input between steps: waits until the link takes
 * some bytes or some input came, whichever is first. *@out_written may be 0 if input came. The next
 * step must go on with the rest of the same bytes. With the buffer at its limit only output is
 * awaited. The last bytes may wait inside a TLS stream until the next fill or write. */
gboolean tocsin_stream_write_some(TocsinStream *self, const struct iovec *pieces, gsize count,
                                  gint64 deadline_us, gsize *out_written, GError **error);

/* How the input ended so far; does not read. */
TocsinStreamEnd tocsin_stream_get_end(const TocsinStream *self);

/* Whether TLS protects the stream. */
gboolean tocsin_stream_is_encrypted(const TocsinStream *self);

/* Whether the peer is on this machine: a loopback address without a proxy, or a Unix socket.
 * FALSE if unknown. */
gboolean tocsin_stream_is_local(const TocsinStream *self);

/* Whom the stream talks to, for messages: "mx.example.org:25 (192.0.2.1)", "/run/lmtp". Never NULL;
 * belongs to the stream. */
const char *tocsin_stream_get_peer(const TocsinStream *self);

/* Our end's numeric IP address, such as "192.0.2.7" or "2001:db8::7", or NULL if there is none.
 * Belongs to the stream. */
const char *tocsin_stream_get_local_address(const TocsinStream *self);

G_END_DECLS

#endif
