/* SPDX-License-Identifier: MIT */
/* A timer descriptor of the kernel's: GLib's own timeouts know the monotonic clock alone. */
#include "engine/dispatch-alarm.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"

/* Where the kernel gives no timer, the clock is looked at this often. */
#define POLL_SECONDS 1u

struct _TocsinAlarm {
	GSourceFunc on_alarm;
	gpointer user;
	gint64 wall_us; /* what it is set to */
	int fd;         /* -1: polls */
	GSource *source;
};

static gboolean
on_ready(int fd, GIOCondition condition, gpointer user)
{
	TocsinAlarm *self = user;
	guint64 count;

	/* ECANCELED: the clock was set, and the timer stands still until it is armed anew. */
	if (read(fd, &count, sizeof count) < 0 && errno == EAGAIN) {
		return G_SOURCE_CONTINUE;
	}
	self->wall_us = G_MAXINT64;
	self->on_alarm(self->user);
	return G_SOURCE_CONTINUE;
}

static gboolean
on_poll(gpointer user)
{
	TocsinAlarm *self = user;

	if (tocsin_clock_wall_us(tocsin_clock_system()) >= self->wall_us) {
		self->wall_us = G_MAXINT64;
		self->on_alarm(self->user);
	}
	return G_SOURCE_CONTINUE;
}

TocsinAlarm *
tocsin_alarm_new(GMainContext *context, GSourceFunc on_alarm, gpointer user)
{
	TocsinAlarm *self = g_new0(TocsinAlarm, 1);

	self->on_alarm = on_alarm;
	self->user = user;
	self->wall_us = G_MAXINT64;
	self->fd = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (self->fd >= 0) {
		self->source = g_unix_fd_source_new(self->fd, G_IO_IN);
		g_source_set_callback(self->source, G_SOURCE_FUNC(on_ready), self, NULL);
	} else {
		self->source = g_timeout_source_new_seconds(POLL_SECONDS);
		g_source_set_callback(self->source, on_poll, self, NULL);
	}
	g_source_attach(self->source, context);
	return self;
}

void
tocsin_alarm_free(TocsinAlarm *self)
{
	if (self == NULL) {
		return;
	}
	g_source_destroy(self->source);
	g_source_unref(self->source);
	if (self->fd >= 0) {
		close(self->fd);
	}
	g_free(self);
}

void
tocsin_alarm_set(TocsinAlarm *self, gint64 wall_us)
{
	struct itimerspec when = {0};

	if (wall_us == self->wall_us) {
		return;
	}
	self->wall_us = wall_us;
	if (self->fd < 0) {
		return;
	}
	if (wall_us != G_MAXINT64) {
		/* All zero would disarm it. */
		gint64 at_us = MAX(wall_us, 1);

		when.it_value.tv_sec = (time_t)(at_us / G_USEC_PER_SEC);
		when.it_value.tv_nsec = (long)(at_us % G_USEC_PER_SEC) * 1000;
	}
	timerfd_settime(self->fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when, NULL);
}
