/* SPDX-License-Identifier: MIT */
/* The timer trigger: an event at each point of a schedule, also for points that passed while the
 * program was down; or, as a dead man's switch, when nothing came after such a point. */
#include <glib.h>
#include <string.h>
#include <tocsin/plugin.h>

#include "event.h"
#include "expect.h"
#include "pace.h"
#include "timer-unit.h"

#define KEY(variable, ...) \
	static const tocsin_key variable = {.size = sizeof(tocsin_key), __VA_ARGS__}

KEY(key_catch_up, .type = TOCSIN_KEY_BOOL, .name = "catch_up", .fallback = "true",
    .help = "Raise one event for all points that passed while the program was down.");
KEY(key_severity, .type = TOCSIN_KEY_STRING, .name = "severity", .choices = tocsin_draft_severities,
    .help = "The severity of ticks (info if not given), or of a sign that is missing (error).");
KEY(key_expect, .type = TOCSIN_KEY_STRING, .name = "expect",
    .help = "Absolute path of a file that has to be touched after each point: if not, say so.");
KEY(key_grace, .type = TOCSIN_KEY_DURATION, .name = "grace", .fallback = "0s",
    .maximum = 366 * 24 * 3600 * (int64_t)G_USEC_PER_SEC,
    .help = "How long after a point the file of \"expect\" may still be touched.");

static const tocsin_key *const timer_keys[] = {
        &tocsin_schedule_key_every,
        &tocsin_schedule_key_at,
        &tocsin_schedule_key_zone,
        &key_catch_up,
        &key_severity,
        &key_expect,
        &key_grace,
        NULL,
};

static const TocsinDraftField fields[] = {
        {"due", TOCSIN_FIELD_TIME, "The point of the schedule."},
        {"missed", TOCSIN_FIELD_INT, "How many points before it passed without an event."},
        {NULL, 0, NULL},
};

static const TocsinDraftField expect_fields[] = {
        {"due", TOCSIN_FIELD_TIME, "The point after which it had to be touched."},
        {"path", TOCSIN_FIELD_TEXT, "The file that is expected to be touched."},
        {"last", TOCSIN_FIELD_TIME, "When it was touched last; not there if it never was."},
        {"late", TOCSIN_FIELD_DURATION, "How long ago the point was, or how late it came."},
        {NULL, 0, NULL},
};

typedef struct {
	TocsinPace pace;
	TocsinSchedule *schedule;
	TocsinExpect expect; /* without a path: it ticks */
	char *state;         /* of what is expected, as last remembered (nullable) */
	guint32 severity;
	gboolean is_catch_up;

	/* What is to be raised, which emit() had no room for; 0: nothing. */
	gint64 due_us;
	guint missed;
} Timer;

static void
remember(Timer *self, gint64 last_us)
{
	g_autofree char *state =
	        self->expect.path != NULL ? tocsin_expect_save(&self->expect) : NULL;

	if (state == NULL || g_strcmp0(state, self->state) != 0) {
		tocsin_pace_remember(&self->pace, last_us, state);
		g_free(self->state);
		self->state = g_steal_pointer(&state);
	}
}

static void
draft_tick(const Timer *self, TocsinDraft *draft)
{
	draft->event.time_us = self->due_us;
	draft->event.severity = self->severity;
	tocsin_draft_add_number(draft, "missed", TOCSIN_FIELD_INT, self->missed);
}

static void
draft_sign(const Timer *self, TocsinDraft *draft)
{
	const TocsinExpect *expect = &self->expect;
	gint64 now_us = self->pace.loop->wall_us(self->pace.source);
	gint64 until_us = expect->is_missing ? now_us : expect->sign_us;

	draft->event.key = expect->path;
	draft->event.status = expect->is_missing ? "problem" : "ok";
	draft->event.severity = expect->is_missing ? self->severity : TOCSIN_LEVEL_INFO;
	tocsin_draft_add_text(draft, "path", expect->path, -1);
	if (expect->mtime_us > 0) {
		tocsin_draft_add_number(draft, "last", TOCSIN_FIELD_TIME, expect->sign_us);
	}
	tocsin_draft_add_number(draft, "late", TOCSIN_FIELD_DURATION,
	                        MAX(until_us - self->due_us, 0));
}

static int32_t
raise_event(Timer *self, tocsin_error *error)
{
	const char *kind = self->expect.path == NULL ? "tick"
	                   : self->expect.is_missing ? "missing"
	                                             : "arrived";
	g_autofree char *id = g_strdup_printf("%s%" G_GINT64_FORMAT,
	                                      self->expect.path == NULL ? "" : kind, self->due_us);
	TocsinDraft draft;
	int32_t status;

	tocsin_draft_init(&draft, kind);
	draft.event.id = id;
	draft.event.flags = self->is_catch_up ? TOCSIN_EMIT_CATCH_UP : 0;
	tocsin_draft_add_number(&draft, "due", TOCSIN_FIELD_TIME, self->due_us);
	if (self->expect.path == NULL) {
		draft_tick(self, &draft);
	} else {
		draft_sign(self, &draft);
	}
	status = tocsin_draft_emit(&draft, self->pace.loop, self->pace.source, error);
	if (status == TOCSIN_OK) {
		remember(self, self->due_us);
		self->due_us = 0;
	}
	return status;
}

/* What is due now, if anything. @is_catch_up: nobody watched until now. */
static void
find_due(Timer *self, gboolean is_catch_up)
{
	gint64 now_us = self->pace.loop->wall_us(self->pace.source);
	gint64 due_us;

	if (self->expect.path != NULL) {
		if (tocsin_expect_look(&self->expect, now_us, &due_us) == TOCSIN_EXPECT_SAME) {
			remember(self, now_us);
			return;
		}
		self->due_us = due_us;
		self->is_catch_up = is_catch_up;
	} else if (tocsin_pace_is_due(&self->pace)) {
		self->due_us = tocsin_schedule_take(self->schedule, now_us, &self->missed);
		self->is_catch_up = is_catch_up || self->missed > 0;
	}
}

static int32_t
wait_for_next(Timer *self)
{
	gint64 now_us = self->pace.loop->wall_us(self->pace.source);
	gint64 next_us;

	if (self->expect.path == NULL) {
		return tocsin_pace_wait(&self->pace);
	}
	next_us = tocsin_expect_next(&self->expect, now_us);
	return self->pace.loop->set_timer(self->pace.source,
	                                  next_us == G_MAXINT64 ? -1 : MAX(next_us - now_us, 0));
}

/* Raises what is due, and sees to be called again. */
static int32_t
step(Timer *self, gboolean is_catch_up, tocsin_error *error)
{
	if (self->due_us == 0) {
		find_due(self, is_catch_up);
	}
	if (self->due_us != 0) {
		int32_t status = raise_event(self, error);

		if (status != TOCSIN_OK) {
			return status == TOCSIN_E_TEMP ? TOCSIN_OK : status;
		}
	}
	return wait_for_next(self);
}

static int32_t
check_expect(const tocsin_host *host, const tocsin_config *config, tocsin_error *error)
{
	const char *path = host->get_string(host, config, "expect");

	if (path != NULL && path[0] != '/') {
		g_autofree char *text =
		        g_strdup_printf("expect: '%s' must be an absolute path", path);

		return host->fail(host, error, TOCSIN_E_CONFIG, text);
	}
	if (path == NULL && host->get_int(host, config, "grace") > 0) {
		return host->fail(host, error, TOCSIN_E_CONFIG,
		                  "grace: nothing is expected that could come late: give expect, "
		                  "or remove grace");
	}
	return TOCSIN_OK;
}

static int32_t
timer_check(const tocsin_host *host, const tocsin_config *config, tocsin_schema *schema,
            tocsin_error *error)
{
	const tocsin_schemas *schemas = host->extension(host, TOCSIN_SCHEMA);
	g_autoptr(GError) problem = NULL;
	g_autoptr(TocsinSchedule) schedule = tocsin_schedule_new(host, config, &problem);
	int32_t status;

	if (schedule == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, problem->message);
	}
	status = check_expect(host, config, error);
	if (schemas == NULL || status != TOCSIN_OK) {
		return status;
	}
	if (host->get_string(host, config, "expect") == NULL) {
		schemas->add_kind(schema, "tick", "A point of the schedule has come.");
		return tocsin_draft_declare(schemas, schema, fields);
	}
	schemas->add_kind(schema, "missing", "The file was not touched in time.");
	schemas->add_kind(schema, "arrived", "The file was touched after it had been missing.");
	return tocsin_draft_declare(schemas, schema, expect_fields);
}

static void
timer_stop(void *instance)
{
	Timer *self = instance;

	tocsin_pace_stop(&self->pace);
	tocsin_expect_clear(&self->expect);
	g_free(self->state);
	tocsin_schedule_free(self->schedule);
	g_free(self);
}

/* Takes up what the last run left, or begins now. */
static void
begin(Timer *self, const char *path, gint64 grace_us, gboolean catches_up)
{
	gint64 now_us = self->pace.loop->wall_us(self->pace.source);
	g_autofree char *state = NULL;
	gboolean is_known = tocsin_pace_restore(&self->pace, &state);

	if (path != NULL) {
		tocsin_expect_init(&self->expect, path, grace_us, self->schedule, now_us);
		is_known = is_known && tocsin_expect_restore(&self->expect, state);
	} else if (!is_known || (!catches_up && tocsin_schedule_next(self->schedule) <= now_us)) {
		is_known = FALSE;
		tocsin_schedule_set_last(self->schedule, now_us);
	}
	if (!is_known) {
		remember(self, now_us);
	}
}

static int32_t
timer_start(const tocsin_host *host, const tocsin_config *config, tocsin_source *source,
            void **out_instance, tocsin_error *error)
{
	int32_t status = TOCSIN_OK;
	const tocsin_loop *loop = tocsin_draft_find_loop(host, &status, error);
	const char *path = host->get_string(host, config, "expect");
	g_autoptr(GError) problem = NULL;
	TocsinSchedule *schedule;
	Timer *self;

	if (loop == NULL) {
		return status;
	}
	schedule = tocsin_schedule_new(host, config, &problem);
	if (schedule == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, problem->message);
	}
	self = g_new0(Timer, 1);
	self->schedule = schedule;
	self->severity =
	        tocsin_draft_parse_severity(host->get_string(host, config, "severity"),
	                                    path != NULL ? TOCSIN_LEVEL_ERROR : TOCSIN_LEVEL_INFO);
	tocsin_pace_start(&self->pace, loop, source, schedule);
	begin(self, path, host->get_int(host, config, "grace"),
	      host->get_int(host, config, "catch_up") != 0);
	*out_instance = self;
	return step(self, TRUE, error);
}

/* The clock was set. */
static int32_t
timer_ready(void *instance, int32_t fd, uint32_t events, tocsin_error *error)
{
	Timer *self = instance;

	tocsin_pace_take_clock(&self->pace, fd);
	return step(self, FALSE, error);
}

static int32_t
timer_tick(void *instance, tocsin_error *error)
{
	return step(instance, FALSE, error);
}

static const tocsin_trigger_ops timer_ops = {
        .size = sizeof(tocsin_trigger_ops),
        .check = timer_check,
        .start = timer_start,
        .ready = timer_ready,
        .tick = timer_tick,
        .resume = timer_tick,
        .stop = timer_stop,
};

const tocsin_unit tocsin_timer_unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_TRIGGER,
        .serial = TOCSIN_SERIAL_UNIT,
        .name = "timer",
        .summary = "Points in time, and signs of life that do not come",
        .keys = timer_keys,
        .trigger = &timer_ops,
};
