/* SPDX-License-Identifier: MIT */
/* The timer trigger: an event at each point of a schedule, also for points that passed while the
 * program was down. */
#include <glib.h>
#include <string.h>
#include <tocsin/plugin.h>
#include <unistd.h>

#include "event.h"
#include "schedule.h"
#include "timer-unit.h"

/* Under this name the last point is remembered, as decimal microseconds. */
#define POSITION "last"

#define KEY(variable, ...) \
	static const tocsin_key variable = {.size = sizeof(tocsin_key), __VA_ARGS__}

KEY(key_catch_up, .type = TOCSIN_KEY_BOOL, .name = "catch_up", .fallback = "true",
    .help = "Raise one event for all points that passed while the program was down.");
KEY(key_severity, .type = TOCSIN_KEY_STRING, .name = "severity", .fallback = "info",
    .choices = tocsin_draft_severities, .help = "The events' severity.");

static const tocsin_key *const timer_keys[] = {
        &tocsin_schedule_key_every,
        &tocsin_schedule_key_at,
        &tocsin_schedule_key_zone,
        &key_catch_up,
        &key_severity,
        NULL,
};

static const TocsinDraftField fields[] = {
        {"due", TOCSIN_FIELD_TIME, "The point of the schedule."},
        {"missed", TOCSIN_FIELD_INT, "How many points before it passed without an event."},
        {NULL, 0, NULL},
};

typedef struct {
	const tocsin_loop *loop;
	tocsin_source *source;
	TocsinSchedule *schedule;
	guint32 severity;
	int clock_fd; /* -1: none */

	/* The point that is to be raised, which emit() had no room for; 0: none. */
	gint64 due_us;
	guint missed;
	gboolean is_catch_up;
} Timer;

static void
remember(const Timer *self, gint64 last_us)
{
	g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, last_us);

	self->loop->checkpoint(self->source, POSITION, text, strlen(text));
}

/* Counts on from where the last run ended. Returns FALSE if there was none. */
static gboolean
restore(const Timer *self)
{
	const char *name;
	const void *data;
	size_t length;

	for (uint32_t i = 0;
	     self->loop->restore(self->source, i, &name, &data, &length) == TOCSIN_OK; i++) {
		g_autofree char *text = g_strndup(data, length);
		gint64 last_us;

		if (strcmp(name, POSITION) == 0 &&
		    g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &last_us, NULL)) {
			tocsin_schedule_set_last(self->schedule, last_us);
			return TRUE;
		}
	}
	return FALSE;
}

static int32_t
raise_event(Timer *self, tocsin_error *error)
{
	TocsinDraft draft;
	g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, self->due_us);
	int32_t status;

	tocsin_draft_init(&draft, "tick");
	draft.event.id = id;
	draft.event.time_us = self->due_us;
	draft.event.severity = self->severity;
	draft.event.flags = self->is_catch_up ? TOCSIN_EMIT_CATCH_UP : 0;
	tocsin_draft_add_number(&draft, "due", TOCSIN_FIELD_TIME, self->due_us);
	tocsin_draft_add_number(&draft, "missed", TOCSIN_FIELD_INT, self->missed);
	status = tocsin_draft_emit(&draft, self->loop, self->source, error);
	if (status == TOCSIN_OK) {
		remember(self, self->due_us);
		self->due_us = 0;
	}
	return status;
}

/* Raises what is due, and sees to be called again. @is_catch_up: nobody watched until now. */
static int32_t
step(Timer *self, gboolean is_catch_up, tocsin_error *error)
{
	gint64 now_us = self->loop->wall_us(self->source);
	gint64 next_us;
	int32_t status;

	tocsin_schedule_follow_clock(self->schedule, now_us);
	if (self->due_us == 0 && tocsin_schedule_next(self->schedule) <= now_us) {
		self->due_us = tocsin_schedule_take(self->schedule, now_us, &self->missed);
		self->is_catch_up = is_catch_up || self->missed > 0;
	}
	if (self->due_us != 0) {
		status = raise_event(self, error);
		if (status != TOCSIN_OK) {
			return status == TOCSIN_E_TEMP ? TOCSIN_OK : status;
		}
	}
	next_us = tocsin_schedule_next(self->schedule);
	return self->loop->set_timer(self->source,
	                             next_us == G_MAXINT64 ? -1 : MAX(next_us - now_us, 0));
}

static int32_t
timer_check(const tocsin_host *host, const tocsin_config *config, tocsin_schema *schema,
            tocsin_error *error)
{
	const tocsin_schemas *schemas = host->extension(host, TOCSIN_SCHEMA);
	g_autoptr(GError) problem = NULL;
	g_autoptr(TocsinSchedule) schedule = tocsin_schedule_new(host, config, &problem);

	if (schedule == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, problem->message);
	}
	if (schemas == NULL) {
		return TOCSIN_OK;
	}
	schemas->add_kind(schema, "tick", "A point of the schedule has come.");
	return tocsin_draft_declare(schemas, schema, fields);
}

static void
timer_stop(void *instance)
{
	Timer *self = instance;

	if (self->clock_fd >= 0) {
		self->loop->unwatch(self->source, self->clock_fd);
		close(self->clock_fd);
	}
	tocsin_schedule_free(self->schedule);
	g_free(self);
}

static int32_t
timer_start(const tocsin_host *host, const tocsin_config *config, tocsin_source *source,
            void **out_instance, tocsin_error *error)
{
	const tocsin_loop *loop = host->extension(host, TOCSIN_LOOP);
	g_autoptr(GError) problem = NULL;
	TocsinSchedule *schedule;
	gint64 now_us;
	Timer *self;

	if (loop == NULL) {
		return host->fail(host, error, TOCSIN_E_UNAVAILABLE,
		                  "this program has no " TOCSIN_LOOP " for triggers: update it");
	}
	schedule = tocsin_schedule_new(host, config, &problem);
	if (schedule == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, problem->message);
	}
	now_us = loop->wall_us(source);
	self = g_new0(Timer, 1);
	*self = (Timer){.loop = loop, .source = source, .schedule = schedule, .clock_fd = -1};
	self->severity = tocsin_draft_parse_severity(host->get_string(host, config, "severity"),
	                                             TOCSIN_LEVEL_INFO);
	if (!restore(self) || (!host->get_int(host, config, "catch_up") &&
	                       tocsin_schedule_next(schedule) <= now_us)) {
		tocsin_schedule_set_last(schedule, now_us);
		remember(self, now_us);
	}
	self->clock_fd = tocsin_schedule_watch_clock();
	if (self->clock_fd >= 0) {
		loop->watch(source, self->clock_fd, TOCSIN_READABLE);
	}
	*out_instance = self;
	return step(self, TRUE, error);
}

/* The clock was set. */
static int32_t
timer_ready(void *instance, int32_t fd, uint32_t events, tocsin_error *error)
{
	tocsin_schedule_clear(fd);
	return step(instance, FALSE, error);
}

static int32_t
timer_tick(void *instance, tocsin_error *error)
{
	return step(instance, FALSE, error);
}

static int32_t
timer_resume(void *instance, tocsin_error *error)
{
	return step(instance, FALSE, error);
}

static const tocsin_trigger_ops timer_ops = {
        .size = sizeof(tocsin_trigger_ops),
        .check = timer_check,
        .start = timer_start,
        .ready = timer_ready,
        .tick = timer_tick,
        .resume = timer_resume,
        .stop = timer_stop,
};

const tocsin_unit tocsin_timer_unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_TRIGGER,
        .serial = TOCSIN_SERIAL_UNIT,
        .name = "timer",
        .summary = "Points in time, by interval or calendar",
        .keys = timer_keys,
        .trigger = &timer_ops,
};
