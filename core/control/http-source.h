/* SPDX-License-Identifier: MIT */
/* A daemon of libmicrohttpd on a main context: its epoll descriptor is watched, so that nothing
 * wakes up while nothing happens. */
#ifndef TOCSIN_CONTROL_HTTP_SOURCE_H
#define TOCSIN_CONTROL_HTTP_SOURCE_H

#include <glib.h>
#include <microhttpd.h>

G_BEGIN_DECLS

/* A source, not attached yet, that runs @daemon, which must outlive it and must have been started
 * with MHD_USE_EPOLL and without threads. */
GSource *tocsin_http_source_new(struct MHD_Daemon *daemon);

/* Has it run soon though no socket is ready: a connection was
 * resumed, or has made room for another. */
void tocsin_http_source_wake(GSource *source);

G_END_DECLS

#endif
