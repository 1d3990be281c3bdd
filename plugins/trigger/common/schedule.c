/* SPDX-License-Identifier: MIT */
/* Reckons points in time by interval or calendar. */
#include "schedule.h"

#include <errno.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <tocsin/error.h>
#include <unistd.h>

/* lint: allow plugin-edge: the calendar of rules and triggers is one, and knows no host */
#include "base/calendar.h"

#define CALENDARS_MAX 100
#define DAY_US (24 * 3600 * (int64_t)G_USEC_PER_SEC)

struct _TocsinSchedule {
	gint64 every_us;      /* 0: by the calendar */
	GPtrArray *calendars; /* of TocsinCalendar */
	gint64 last_us;
};

const tocsin_key tocsin_schedule_key_every = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_DURATION,
        .minimum = G_USEC_PER_SEC,
        .maximum = 3660 * DAY_US,
        .name = "every",
        .help = "The interval, such as 5m; counted from the last time, also over restarts.",
};
const tocsin_key tocsin_schedule_key_at = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_LIST,
        .maximum = CALENDARS_MAX,
        .name = "at",
        .help = "Points by the calendar, such as \"Mon..Fri 08:00\", as systemd.time(7) has them.",
};
const tocsin_key tocsin_schedule_key_zone = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_STRING,
        .name = "zone",
        .help = "The time zone of \"at\", such as Europe/Berlin; the machine's if not given.",
};

static gboolean
read_calendars(TocsinSchedule *self, const tocsin_host *host, const tocsin_config *config,
               GString *problems)
{
	const char *zone_name = host->get_string(host, config, "zone");
	g_autoptr(GTimeZone) zone = NULL;
	const char *text;

	if (zone_name != NULL && (zone = g_time_zone_new_identifier(zone_name)) == NULL) {
		g_string_append_printf(problems, "; zone: this machine knows no time zone '%s'",
		                       zone_name);
	}
	for (uint32_t i = 0; (text = host->get_item(host, config, "at", i)) != NULL; i++) {
		g_autoptr(GError) error = NULL;
		TocsinCalendar *calendar = tocsin_calendar_parse(text, zone, &error);

		if (calendar == NULL) {
			g_string_append_printf(problems, "; at: %s", error->message);
		} else {
			g_ptr_array_add(self->calendars, calendar);
		}
	}
	return host->get_item(host, config, "at", 0) != NULL;
}

TocsinSchedule *
tocsin_schedule_new(const tocsin_host *host, const tocsin_config *config, GError **error)
{
	g_autoptr(TocsinSchedule) self = g_new0(TocsinSchedule, 1);
	g_autoptr(GString) problems = g_string_new(NULL);
	gboolean has_calendar;

	self->every_us = host->get_int(host, config, "every");
	self->calendars = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_calendar_free);
	has_calendar = read_calendars(self, host, config, problems);
	if (has_calendar == (self->every_us > 0)) {
		g_string_append(problems, has_calendar
		                                  ? "; every and at exclude each other: remove one"
		                                  : "; there is no schedule: give every or at");
	}
	if (problems->len > 0) {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG, problems->str + 2);
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
tocsin_schedule_free(TocsinSchedule *self)
{
	if (self != NULL) {
		g_ptr_array_unref(self->calendars);
		g_free(self);
	}
}

void
tocsin_schedule_set_last(TocsinSchedule *self, gint64 last_us)
{
	self->last_us = last_us;
}

static gint64
next_after(const TocsinSchedule *self, gint64 after_us)
{
	gint64 next_us = G_MAXINT64;

	if (self->every_us > 0) {
		return after_us > G_MAXINT64 - self->every_us ? G_MAXINT64
		                                              : after_us + self->every_us;
	}
	for (guint i = 0; i < self->calendars->len; i++) {
		gint64 one_us;

		if (tocsin_calendar_next(self->calendars->pdata[i], after_us, &one_us)) {
			next_us = MIN(next_us, one_us);
		}
	}
	return next_us;
}

gint64
tocsin_schedule_next(const TocsinSchedule *self)
{
	return next_after(self, self->last_us);
}

void
tocsin_schedule_follow_clock(TocsinSchedule *self, gint64 now_us)
{
	if (self->last_us > now_us) {
		self->last_us = now_us;
	}
}

gint64
tocsin_schedule_take(TocsinSchedule *self, gint64 now_us, guint *out_missed)
{
	gint64 due_us = tocsin_schedule_next(self);
	gint64 next_us;
	guint missed = 0;

	if (self->every_us > 0) {
		gint64 passed = (now_us - due_us) / self->every_us;

		due_us += passed * self->every_us;
		missed = (guint)MIN(passed, TOCSIN_SCHEDULE_MISSED_MAX);
	}
	while (self->every_us == 0 && (next_us = next_after(self, due_us)) <= now_us) {
		due_us = next_us;
		missed++;
		if (missed >= TOCSIN_SCHEDULE_MISSED_MAX) {
			/* Too many to count: the rest is over as well. */
			self->last_us = now_us;
			*out_missed = missed;
			return due_us;
		}
	}
	self->last_us = due_us;
	*out_missed = missed;
	return due_us;
}

int
tocsin_schedule_watch_clock(void)
{
	/* A timer that never runs out in earnest: only setting the clock makes it ready. */
	const struct itimerspec never = {.it_value = {.tv_sec = INT32_MAX}};
	int fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd >= 0 &&
	    timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

void
tocsin_schedule_clear(int fd)
{
	guint64 expirations;

	while (read(fd, &expirations, sizeof expirations) < 0 && errno == EINTR) {
	}
}
