/* SPDX-License-Identifier: MIT */
/* A stream for tests whose peer follows a script. Nothing waits: time passes only in the script.
 *
 * A script has one step a line; blank lines and lines that start with # mean nothing:
 *
 *   S: 220 mx ESMTP          the server sends this line with CRLF behind it
 *   s: 250-par\x74           the server sends exactly these bytes; \r \n \t \0 \\ and \xNN are
 *                            understood here, in S: and in C: alike
 *   C: EHLO me               the client must send this line with CRLF behind it
 *   c: bytes                 the client must send exactly these bytes
 *   C*                       the client may send anything up to and with the line of one dot
 *   drip                     from here on the server's bytes come one at a time
 *   flow                     from here on they come as many as fit, several lines together; so it
 *                            is at the start
 *   silence                  a client that reads here, or writes with nothing left to read, meets
 *                            its deadline, once
 *   close                    the server closes: end of input; the client's writes fail
 *   reset                    the link breaks
 *   truncate                 the input ends as TLS without close_notify does
 *   encrypted                from here on the stream says that it is encrypted
 *   tls                      the client must start TLS here; then the same as encrypted (the script
 *                            goes on with plain bytes, no handshake takes place)
 *
 * Server lines are readable as soon as all client lines before them have been written, so a client
 * may send a whole group before it reads. A client that reads where the script wants bytes from it,
 * or sends other bytes than the script wants, fails with TOCSIN_ERROR_PROTOCOL and a message that
 * shows the step's line number, the bytes wanted and the bytes seen; the stream keeps that message
 * for tocsin_scripted_check(). */
#ifndef TOCSIN_NET_SCRIPTED_H
#define TOCSIN_NET_SCRIPTED_H

#include "net/stream.h"

G_BEGIN_DECLS

/* A stream whose peer follows @script; a script that cannot be read is a programming error and
 * aborts with its line number. Its peer is called "script". */
TocsinStream *tocsin_scripted_stream_new(const char *script);

/* NULL if the client did all that the script wants and has consumed all that the server said, or
 * else a description of the first difference, or of what is left. Free with g_free(). Usual form in
 * a test: g_autofree char *wrong = tocsin_scripted_check(stream); g_assert_cmpstr(wrong, ==, NULL);
 */
char *tocsin_scripted_check(TocsinStream *stream);

/* All that the client has written so far, and its length. Belongs to the stream. */
const char *tocsin_scripted_get_written(TocsinStream *stream, gsize *out_length);

/* How many times the client wrote: a group that goes out in one system call counts once. */
guint tocsin_scripted_get_writes(TocsinStream *stream);

G_END_DECLS

#endif
