/* SPDX-License-Identifier: MIT */
/* libmicrohttpd as a GSource. */
#include "control/http-source.h"

typedef struct {
	GSource source;
	struct MHD_Daemon *daemon;
	gpointer tag; /* of the epoll descriptor */
} HttpSource;

/* Milliseconds until the daemon wants to run by itself, or -1. */
static int
get_timeout_ms(const HttpSource *self)
{
	MHD_UNSIGNED_LONG_LONG timeout;

	return MHD_get_timeout(self->daemon, &timeout) == MHD_YES ? (int)MIN(timeout, G_MAXINT)
	                                                          : -1;
}

static gboolean
prepare(GSource *source, int *out_timeout_ms)
{
	*out_timeout_ms = get_timeout_ms((HttpSource *)source);
	return *out_timeout_ms == 0;
}

static gboolean
check(GSource *source)
{
	HttpSource *self = (HttpSource *)source;

	return g_source_query_unix_fd(source, self->tag) != 0 || get_timeout_ms(self) == 0;
}

static gboolean
dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
	g_source_set_ready_time(source, -1);
	(void)MHD_run(((HttpSource *)source)->daemon);
	return G_SOURCE_CONTINUE;
}

GSource *
tocsin_http_source_new(struct MHD_Daemon *daemon)
{
	static const GSourceFuncs functions = {
	        .prepare = prepare,
	        .check = check,
	        .dispatch = dispatch,
	};
	/* GLib takes the table without const, and does not write to it. */
	GSource *source = g_source_new((GSourceFuncs *)&functions, sizeof(HttpSource));
	HttpSource *self = (HttpSource *)source;
	int descriptor = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;

	self->daemon = daemon;
	self->tag = g_source_add_unix_fd(source, descriptor, G_IO_IN);
	g_source_set_name(source, "tocsin control");
	return source;
}

void
tocsin_http_source_wake(GSource *source)
{
	/* Without threads of its own the library does not make its epoll descriptor ready. */
	g_source_set_ready_time(source, 0);
}
