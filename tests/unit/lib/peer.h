/* SPDX-License-Identifier: MIT */
/* A server that follows a script, over the library's own callbacks: nothing but public functions.
 *
 * One step a line: "S: text" the server sends the line, "C: text" the client must send it (case of
 * letters does not matter), "close" the server hangs up. C escapes are understood. */
#ifndef TOCSIN_TESTS_LIB_PEER_H
#define TOCSIN_TESTS_LIB_PEER_H

#include <tocsin/smtp.h>

typedef struct _Peer Peer;

/* A client of the script's server, connected (unless @client is given: then it is used), whose
 * greeting is taken without a look. The local host name is "me". */
TocsinSmtp *peer_connect(Peer **out_peer, TocsinSmtp *client, const char *script);

/* The same for a client that is not compatible, made with @kind. */
TocsinSmtp *peer_client(TocsinSmtpKind kind, gboolean is_compatible);

/* Fails the test unless the script was followed to its end; frees. */
void peer_finish(Peer *peer);

/* Asserts a reply's code and text, and frees it. */
void peer_assert_reply(TocsinSmtpReply *reply, int code, const char *text);

/* Asserts what the server said that made the last call fail. */
void peer_assert_failed(const TocsinSmtp *client, int code, const char *text);

#endif
