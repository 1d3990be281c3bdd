/* SPDX-License-Identifier: MIT */
/* The command trigger: runs a command by a schedule, and raises an event when it fails, recovers,
 * says something or says something else than before.
 *
 *     waiting ──due──▶ running ──exit──▶ (judged) ──emitted──▶ waiting
 *                        └─timeout─▶ terminated ─grace─▶ killed ─┘        */
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <tocsin/plugin.h>

#include "command-unit.h"
#include "event.h"
#include "pace.h"
#include "report.h"
#include "settings.h"

/* Between asking to end and killing. */
#define GRACE_US (5 * (gint64)G_USEC_PER_SEC)

typedef struct {
	TocsinPace pace;
	TocsinCommandSettings *settings;

	/* Of the last run. */
	guint64 failures;
	char *digest; /* NULL: there was none */

	/* Of the one that runs, or whose event waits for room. */
	gint64 due_us;
	gboolean is_catch_up;
	gint64 started_us;  /* monotonic */
	gint64 deadline_us; /* monotonic */
	guint kills;        /* how often it was told to end */
	TocsinCommandProcess *process;
	TocsinCommandOutput *output;
	TocsinCommandResult *result; /* waits for room */
} Command;

static gint64
monotonic_us(const Command *self)
{
	return self->pace.loop->monotonic_us(self->pace.source);
}

/* "FAILURES DIGEST", beside the last point. */
static void
remember(const Command *self, gint64 last_us)
{
	g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT " %s", self->failures,
	                                        self->digest != NULL ? self->digest : "-");

	tocsin_pace_remember(&self->pace, last_us, text);
}

/* Takes up what the last run of the program left. FALSE: nothing, or nothing that makes sense. */
static gboolean
restore(Command *self)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) parts = NULL;

	if (!tocsin_pace_restore(&self->pace, &text)) {
		return FALSE;
	}
	parts = g_strsplit(text, " ", 2);
	if (g_strv_length(parts) == 2 &&
	    g_ascii_string_to_unsigned(parts[0], 10, 0, G_MAXINT64, &self->failures, NULL)) {
		self->digest = strcmp(parts[1], "-") != 0 ? g_strdup(parts[1]) : NULL;
	}
	return TRUE;
}

/* Raises what the finished run calls for, and forgets it. TOCSIN_E_TEMP: there is no room. */
static int32_t
judge(Command *self, tocsin_error *error)
{
	const TocsinCommandReport report = {
	        .settings = self->settings,
	        .result = self->result,
	        .failures = self->failures,
	        .digest = self->digest,
	        .due_us = self->due_us,
	        .is_catch_up = self->is_catch_up,
	};
	int32_t status = tocsin_command_report(&report, self->pace.loop, self->pace.source, error);

	if (status != TOCSIN_OK) {
		return status;
	}
	self->failures = tocsin_command_result_is_failure(self->result, self->settings)
	                         ? self->failures + 1
	                         : 0;
	g_free(self->digest);
	self->digest = g_strdup(self->result->digest);
	remember(self, self->due_us);
	g_clear_pointer(&self->result, tocsin_command_result_free);
	self->due_us = 0;
	return TOCSIN_OK;
}

static void
unwatch_process(const Command *self)
{
	int output_fd = tocsin_command_process_output_fd(self->process);

	if (output_fd >= 0) {
		self->pace.loop->unwatch(self->pace.source, output_fd);
	}
	self->pace.loop->unwatch(self->pace.source, tocsin_command_process_exit_fd(self->process));
}

static gboolean
watch_process(const Command *self)
{
	const tocsin_loop *loop = self->pace.loop;

	return loop->watch(self->pace.source, tocsin_command_process_output_fd(self->process),
	                   TOCSIN_READABLE) == TOCSIN_OK &&
	       loop->watch(self->pace.source, tocsin_command_process_exit_fd(self->process),
	                   TOCSIN_READABLE) == TOCSIN_OK;
}

/* Lets go of the process, whose result is there. */
static void
conclude(Command *self, TocsinCommandResult *result)
{
	self->result = result;
	g_clear_pointer(&self->process, tocsin_command_process_free);
	g_clear_pointer(&self->output, tocsin_command_output_free);
}

static void
launch(Command *self)
{
	g_autoptr(GError) error = NULL;
	guint missed;

	self->due_us = tocsin_schedule_take(self->settings->schedule,
	                                    self->pace.loop->wall_us(self->pace.source), &missed);
	self->started_us = monotonic_us(self);
	self->deadline_us = self->started_us + self->settings->timeout_us;
	self->kills = 0;
	self->output = tocsin_command_output_new(self->settings->output_limit);
	self->process = tocsin_command_process_new(&self->settings->plan, &error);
	if (self->process == NULL) {
		conclude(self, tocsin_command_result_new_unstarted(error->message));
	} else if (!watch_process(self)) {
		unwatch_process(self);
		conclude(self, tocsin_command_result_new_unstarted(
		                       "cannot watch the command: too many descriptors"));
	}
}

/* Asks a process that is late to end, then makes it. */
static void
hurry(Command *self)
{
	gint64 now_us = monotonic_us(self);

	if (now_us >= self->deadline_us) {
		tocsin_command_process_kill(self->process, self->kills == 0 ? SIGTERM : SIGKILL);
		self->kills++;
		self->deadline_us = now_us + GRACE_US;
	}
}

/* Does what is due, and sees to be called again. */
static int32_t
step(Command *self, gboolean is_catch_up, tocsin_error *error)
{
	if (self->process == NULL && self->result == NULL && tocsin_pace_is_due(&self->pace)) {
		self->is_catch_up = is_catch_up;
		launch(self);
	}
	if (self->process != NULL) {
		hurry(self);
		return self->pace.loop->set_timer(self->pace.source,
		                                  MAX(self->deadline_us - monotonic_us(self), 0));
	}
	if (self->result != NULL) {
		int32_t status = judge(self, error);

		if (status != TOCSIN_OK) {
			return status == TOCSIN_E_TEMP ? TOCSIN_OK : status;
		}
	}
	return tocsin_pace_wait(&self->pace);
}

static int32_t
command_ready(void *instance, int32_t fd, uint32_t events, tocsin_error *error)
{
	Command *self = instance;
	int status;

	if (tocsin_pace_take_clock(&self->pace, fd)) {
		return step(self, FALSE, error);
	}
	if (fd == tocsin_command_process_output_fd(self->process)) {
		if (!tocsin_command_process_read(self->process, self->output)) {
			self->pace.loop->unwatch(self->pace.source, fd);
			tocsin_command_process_close_output(self->process);
		}
		return TOCSIN_OK;
	}
	if (tocsin_command_process_reap(self->process, &status)) {
		/* What it wrote is in the pipe by now; who else holds that is not waited for. */
		tocsin_command_process_read(self->process, self->output);
		unwatch_process(self);
		conclude(self, tocsin_command_result_new(self->settings, status, self->kills > 0,
		                                         self->output,
		                                         monotonic_us(self) - self->started_us));
	}
	return step(self, FALSE, error);
}

static int32_t
command_check(const tocsin_host *host, const tocsin_config *config, tocsin_schema *schema,
              tocsin_error *error)
{
	const tocsin_schemas *schemas = host->extension(host, TOCSIN_SCHEMA);
	g_autoptr(GError) problem = NULL;
	g_autoptr(TocsinCommandSettings) settings =
	        tocsin_command_settings_new(host, config, &problem);

	if (settings == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, problem->message);
	}
	return schemas != NULL ? tocsin_command_declare(schemas, schema) : TOCSIN_OK;
}

static void
command_stop(void *instance)
{
	Command *self = instance;

	if (self->process != NULL) {
		unwatch_process(self);
	}
	tocsin_pace_stop(&self->pace);
	tocsin_command_process_free(self->process);
	tocsin_command_output_free(self->output);
	tocsin_command_result_free(self->result);
	tocsin_command_settings_free(self->settings);
	g_free(self->digest);
	g_free(self);
}

static int32_t
command_start(const tocsin_host *host, const tocsin_config *config, tocsin_source *source,
              void **out_instance, tocsin_error *error)
{
	int32_t status = TOCSIN_OK;
	const tocsin_loop *loop = tocsin_draft_find_loop(host, &status, error);
	g_autoptr(GError) problem = NULL;
	TocsinCommandSettings *settings;
	gboolean is_first;
	Command *self;

	if (loop == NULL) {
		return status;
	}
	settings = tocsin_command_settings_new(host, config, &problem);
	if (settings == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, problem->message);
	}
	self = g_new0(Command, 1);
	self->settings = settings;
	tocsin_pace_start(&self->pace, loop, source, settings->schedule);
	is_first = !restore(self);
	if (is_first) {
		/* An interval begins with a run, a calendar waits for its point. */
		gint64 last_us = loop->wall_us(source) - host->get_int(host, config, "every");

		tocsin_schedule_set_last(settings->schedule, last_us);
		remember(self, last_us);
	}
	*out_instance = self;
	return step(self, !is_first, error);
}

static int32_t
command_tick(void *instance, tocsin_error *error)
{
	return step(instance, FALSE, error);
}

static const tocsin_trigger_ops command_ops = {
        .size = sizeof(tocsin_trigger_ops),
        .check = command_check,
        .start = command_start,
        .ready = command_ready,
        .tick = command_tick,
        .resume = command_tick,
        .stop = command_stop,
};

const tocsin_unit tocsin_command_unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_TRIGGER,
        .serial = TOCSIN_SERIAL_UNIT,
        .name = "command",
        .summary = "Commands that fail, recover or say something new",
        .keys = tocsin_command_keys,
        .trigger = &command_ops,
};
