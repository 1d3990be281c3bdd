/* SPDX-License-Identifier: MIT */
/* Streams over a connected socket. */
#ifndef TOCSIN_NET_SOCKET_H
#define TOCSIN_NET_SOCKET_H

#include "net/stream.h"

G_BEGIN_DECLS

/* A stream over the connected stream socket @fd (TCP or Unix), which it closes in the end. Sets
 * TCP_NODELAY: a stream's caller writes whole groups, so there is nothing to wait for. @peer is for
 * messages; NULL to make it from the peer's address. The socket may be in blocking mode or not. */
TocsinStream *tocsin_socket_stream_new(int fd, const char *peer);

G_END_DECLS

#endif
