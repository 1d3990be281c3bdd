/* SPDX-License-Identifier: MIT */
/* Peer and deadline of a connection. The HTTP library only knows how long a connection was silent;
 * one that sends a byte now and then would stay for ever. */
#include "control/connection.h"

#include <sys/socket.h>

struct _TocsinConnection {
	int descriptor;
	TocsinPeer peer;
	GSource *timer;
	void (*on_late)(gpointer user);
	gpointer user;
};

static gboolean
dispatch(GSource *source, GSourceFunc callback, gpointer user_data)
{
	g_source_set_ready_time(source, -1);
	return callback(user_data);
}

static gboolean
on_time(gpointer user)
{
	TocsinConnection *self = user;

	if (self->on_late != NULL) {
		self->on_late(self->user);
	} else {
		tocsin_connection_end(self);
	}
	return G_SOURCE_CONTINUE;
}

static void
read_peer(TocsinConnection *self)
{
	struct ucred credentials;
	socklen_t length = sizeof credentials;

	if (getsockopt(self->descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0) {
		self->peer.is_local = TRUE;
		self->peer.uid = credentials.uid;
		self->peer.pid = credentials.pid;
	}
}

TocsinConnection *
tocsin_connection_new(int descriptor, gboolean is_unix, GMainContext *context)
{
	static const GSourceFuncs functions = {.dispatch = dispatch};
	TocsinConnection *self = g_new0(TocsinConnection, 1);

	self->descriptor = descriptor;
	if (is_unix) {
		read_peer(self);
	}
	/* GLib takes the table without const, and does not write to it. */
	self->timer = g_source_new((GSourceFuncs *)&functions, sizeof(GSource));
	g_source_set_callback(self->timer, on_time, self, NULL);
	(void)g_source_attach(self->timer, context);
	return self;
}

void
tocsin_connection_free(TocsinConnection *self)
{
	if (self != NULL) {
		g_source_destroy(self->timer);
		g_source_unref(self->timer);
		g_free(self);
	}
}

const TocsinPeer *
tocsin_connection_peer(const TocsinConnection *self)
{
	return &self->peer;
}

void
tocsin_connection_set_deadline(TocsinConnection *self, guint delay_ms,
                               void (*on_late)(gpointer user), gpointer user)
{
	self->on_late = on_late;
	self->user = user;
	g_source_set_ready_time(self->timer, g_source_get_time(self->timer) + delay_ms * 1000LL);
}

void
tocsin_connection_end(TocsinConnection *self)
{
	(void)shutdown(self->descriptor, SHUT_RDWR);
}
