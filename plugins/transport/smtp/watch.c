/* SPDX-License-Identifier: MIT */
/* The thread that waits for descriptors and timers, so that no run has to. */
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Events are told apart by numbers, not by addresses, which come again. */
#define STOP 0u
#define EVENTS_MAX 16

struct _SmtpWatch {
	guint64 number; /* even; number + 1 is the timer's */
	GCancellable *cancellable;
	int fd;       /* our own duplicate, or -1: two runs may be given the same */
	int timer;    /* or -1 */
	gint is_late; /* atomic */
};

struct _SmtpWatcher {
	GMutex lock;         /* guards the rest */
	GHashTable *watches; /* of number : SmtpWatch */
	guint64 last_number;
	GThread *thread; /* NULL until there was a watch */
	int poll;
	int stop;
};

SmtpWatcher *
smtp_watcher_new(void)
{
	SmtpWatcher *self = g_new0(SmtpWatcher, 1);

	g_mutex_init(&self->lock);
	self->watches = g_hash_table_new(g_int64_hash, g_int64_equal);
	self->poll = -1;
	self->stop = -1;
	return self;
}

/* FALSE: the watcher is to end. */
static gboolean
handle(SmtpWatcher *self, guint64 number)
{
	guint64 even = number & ~(guint64)1;

	if (number == STOP) {
		return FALSE;
	}
	g_mutex_lock(&self->lock);
	SmtpWatch *watch = g_hash_table_lookup(self->watches, &even);

	if (watch != NULL) {
		if (number != even) {
			g_atomic_int_set(&watch->is_late, TRUE);
		}
		epoll_ctl(self->poll, EPOLL_CTL_DEL, number == even ? watch->fd : watch->timer,
		          NULL);
		g_cancellable_cancel(watch->cancellable);
	}
	g_mutex_unlock(&self->lock);
	return TRUE;
}

static gpointer
work(gpointer data)
{
	SmtpWatcher *self = data;
	struct epoll_event events[EVENTS_MAX];

	for (;;) {
		int count = epoll_wait(self->poll, events, EVENTS_MAX, -1);

		for (int i = 0; i < count; i++) {
			if (!handle(self, events[i].data.u64)) {
				return NULL;
			}
		}
	}
}

static gboolean
add(SmtpWatcher *self, int fd, guint64 number)
{
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = number};

	return fd < 0 || epoll_ctl(self->poll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* Makes what the thread needs, and the thread. */
static gboolean
ensure_thread(SmtpWatcher *self)
{
	if (self->poll < 0) {
		self->poll = epoll_create1(EPOLL_CLOEXEC);
	}
	if (self->stop < 0 && self->poll >= 0) {
		self->stop = eventfd(0, EFD_CLOEXEC);
		if (self->stop < 0 || !add(self, self->stop, STOP)) {
			return FALSE;
		}
	}
	if (self->thread == NULL && self->poll >= 0) {
		self->thread = g_thread_try_new("smtp-watch", work, self, NULL);
	}
	return self->thread != NULL;
}

static int
make_timer(gint64 left_us)
{
	/* A timer of 0 would never run out. */
	gint64 ns = MAX(left_us, 1) % G_USEC_PER_SEC * 1000;
	struct itimerspec time = {
	        .it_value = {.tv_sec = left_us / G_USEC_PER_SEC, .tv_nsec = (long)ns}};
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

	if (fd >= 0) {
		timerfd_settime(fd, 0, &time, NULL);
	}
	return fd;
}

static gboolean
set_up(SmtpWatcher *watcher, SmtpWatch *self, int fd, gint64 left_us)
{
	if (fd >= 0) {
		self->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	}
	if (left_us != G_MAXINT64) {
		self->timer = make_timer(left_us);
	}
	if ((fd >= 0 && self->fd < 0) || (left_us != G_MAXINT64 && self->timer < 0)) {
		return FALSE;
	}
	if (self->fd < 0 && self->timer < 0) {
		return TRUE;
	}
	return ensure_thread(watcher) && add(watcher, self->fd, self->number) &&
	       add(watcher, self->timer, self->number + 1);
}

SmtpWatch *
smtp_watch_begin(SmtpWatcher *watcher, int fd, gint64 left_us)
{
	SmtpWatch *self = g_new0(SmtpWatch, 1);

	self->fd = -1;
	self->timer = -1;
	self->cancellable = g_cancellable_new();
	g_mutex_lock(&watcher->lock);
	watcher->last_number += 2;
	self->number = watcher->last_number;
	g_hash_table_insert(watcher->watches, &self->number, self);
	gboolean is_set_up = set_up(watcher, self, fd, left_us);

	g_mutex_unlock(&watcher->lock);
	if (!is_set_up) {
		int code = errno;

		smtp_watch_end(watcher, self);
		errno = code;
		return NULL;
	}
	return self;
}

static void
drop(SmtpWatcher *watcher, int fd)
{
	if (fd >= 0) {
		/* Closing alone would leave it there: the host has the same file open. */
		epoll_ctl(watcher->poll, EPOLL_CTL_DEL, fd, NULL);
		close(fd);
	}
}

void
smtp_watch_end(SmtpWatcher *watcher, SmtpWatch *self)
{
	if (self == NULL) {
		return;
	}
	g_mutex_lock(&watcher->lock);
	g_hash_table_remove(watcher->watches, &self->number);
	drop(watcher, self->fd);
	drop(watcher, self->timer);
	g_mutex_unlock(&watcher->lock);
	g_object_unref(self->cancellable);
	g_free(self);
}

GCancellable *
smtp_watch_cancellable(const SmtpWatch *self)
{
	return self->cancellable;
}

gboolean
smtp_watch_is_late(SmtpWatch *self)
{
	struct pollfd asked = {.fd = self->fd, .events = POLLIN};

	/* A job that is given up has no time left either. */
	return g_atomic_int_get(&self->is_late) && poll(&asked, 1, 0) <= 0;
}

void
smtp_watcher_free(SmtpWatcher *self)
{
	if (self == NULL) {
		return;
	}
	if (self->thread != NULL) {
		eventfd_write(self->stop, 1);
		g_thread_join(self->thread);
	}
	if (self->stop >= 0) {
		close(self->stop);
	}
	if (self->poll >= 0) {
		close(self->poll);
	}
	g_hash_table_unref(self->watches);
	g_mutex_clear(&self->lock);
	g_free(self);
}
