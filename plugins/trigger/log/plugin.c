/* SPDX-License-Identifier: MIT */
/* The log trigger as a unit of the plugin ABI: calls in, calls out, and the timer. */
#include <glib.h>
#include <string.h>
#include <tocsin/plugin.h>

/* lint: allow plugin-edge: the trigger links base statically, as the design lets it */
#include "base/clock.h"
#include "event.h"
#include "log-unit.h"
#include "raise.h"
#include "settings.h"

/* Slices read before the main loop gets its turn: some milliseconds. */
#define SLICES 8u

typedef struct {
	const tocsin_host *host;
	TocsinLogRaiser raiser;
	TocsinClock *clock; /* shows the host's time */
	TocsinLogFollower *follower;
} LogTrigger;

/* Brings the clock to the host's time. */
static void
set_clock(LogTrigger *self)
{
	gint64 monotonic_us = self->raiser.loop->monotonic_us(self->raiser.source);
	gint64 passed_us = monotonic_us - tocsin_clock_monotonic_us(self->clock);

	tocsin_clock_advance(self->clock, MAX(passed_us, 0));
}

static void
on_checkpoint(const char *name, const void *bytes, gsize length, gpointer data)
{
	const TocsinLogRaiser *raiser = data;

	raiser->loop->checkpoint(raiser->source, name, bytes, length);
}

static void
on_note(const char *text, gpointer data)
{
	const LogTrigger *self =
	        (const LogTrigger *)((const char *)data - offsetof(LogTrigger, raiser));

	self->host->log(self->host, TOCSIN_LOG_WARNING, text);
}

/* Reads what there is to read, and sees to be called again. */
static int32_t
step(LogTrigger *self, tocsin_error *error)
{
	TocsinLogRaiser *raiser = &self->raiser;
	gint64 delay_us;

	raiser->error = error;
	raiser->status = TOCSIN_OK;
	delay_us = tocsin_log_follower_step(self->follower, SLICES);
	raiser->error = NULL;
	if (delay_us > 0) {
		tocsin_patterns_tell_failures(raiser->settings->patterns, self->host);
	}
	if (raiser->status != TOCSIN_OK) {
		return raiser->status;
	}
	return raiser->loop->set_timer(raiser->source, delay_us);
}

static int32_t
log_check(const tocsin_host *host, const tocsin_config *config, tocsin_schema *schema,
          tocsin_error *error)
{
	static const char *const others[] = {"file", "line", NULL};
	const tocsin_schemas *schemas = host->extension(host, TOCSIN_SCHEMA);
	g_autoptr(GError) problem = NULL;
	g_autoptr(TocsinLogSettings) settings =
	        tocsin_log_settings_new(host, config, FALSE, 0, &problem);
	int32_t status;

	if (settings == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, problem->message);
	}
	/* What a pattern file will bring is not known before it is read. */
	if (schemas == NULL || host->get_string(host, config, "pattern_file") != NULL) {
		return TOCSIN_OK;
	}
	status = tocsin_patterns_declare(settings->patterns, host, schema, others, error);
	if (status != TOCSIN_OK) {
		return status;
	}
	schemas->add_field(schema, NULL, "file", TOCSIN_FIELD_TEXT, "The log's path.");
	schemas->add_field(schema, NULL, "line", TOCSIN_FIELD_TEXT, "The line or record.");
	return TOCSIN_OK;
}

static void
log_free(LogTrigger *self)
{
	tocsin_log_follower_free(self->follower);
	tocsin_log_settings_free(self->raiser.settings);
	tocsin_log_zone_free(self->raiser.zone);
	tocsin_clock_free(self->clock);
	g_free(self);
}

static void
restore_all(LogTrigger *self)
{
	const TocsinLogRaiser *raiser = &self->raiser;
	const char *name;
	const void *data;
	size_t length;

	for (uint32_t i = 0;
	     raiser->loop->restore(raiser->source, i, &name, &data, &length) == TOCSIN_OK; i++) {
		tocsin_log_follower_restore(self->follower, name, data, length);
	}
}

static int32_t
log_start(const tocsin_host *host, const tocsin_config *config, tocsin_source *source,
          void **out_instance, tocsin_error *error)
{
	const TocsinLogFollowerHooks hooks = {tocsin_log_raise, on_checkpoint, on_note};
	int32_t status = TOCSIN_OK;
	const tocsin_loop *loop = tocsin_draft_find_loop(host, &status, error);
	g_autoptr(GError) problem = NULL;
	TocsinLogSettings *settings;
	LogTrigger *self;
	int fd;

	if (loop == NULL) {
		return status;
	}
	settings = tocsin_log_settings_new(host, config, TRUE, loop->wall_us(source), &problem);
	if (settings == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, problem->message);
	}
	self = g_new0(LogTrigger, 1);
	self->host = host;
	self->clock = tocsin_clock_new_fake(loop->wall_us(source));
	self->raiser = (TocsinLogRaiser){.loop = loop,
	                                 .source = source,
	                                 .settings = settings,
	                                 .zone = tocsin_log_zone_new()};
	set_clock(self);
	self->follower = self->raiser.follower =
	        tocsin_log_follower_new(&settings->follower, &hooks, &self->raiser, self->clock);
	restore_all(self);
	tocsin_log_follower_start(self->follower);
	fd = tocsin_log_follower_get_fd(self->follower);
	if (fd >= 0 && loop->watch(source, fd, TOCSIN_READABLE) != TOCSIN_OK) {
		log_free(self);
		return host->fail(host, error, TOCSIN_E_TEMP, "cannot watch for changes of files");
	}
	*out_instance = self;
	return loop->set_timer(source, 0);
}

/* inotify has something to tell. */
static int32_t
log_ready(void *instance, int32_t fd, uint32_t events, tocsin_error *error)
{
	LogTrigger *self = instance;

	set_clock(self);
	tocsin_log_follower_on_ready(self->follower);
	return step(self, error);
}

static int32_t
log_tick(void *instance, tocsin_error *error)
{
	set_clock(instance);
	return step(instance, error);
}

static int32_t
log_resume(void *instance, tocsin_error *error)
{
	LogTrigger *self = instance;

	set_clock(self);
	tocsin_log_follower_resume(self->follower);
	return step(self, error);
}

static void
log_stop(void *instance)
{
	LogTrigger *self = instance;
	int fd = tocsin_log_follower_get_fd(self->follower);

	if (fd >= 0) {
		self->raiser.loop->unwatch(self->raiser.source, fd);
	}
	tocsin_log_follower_save_all(self->follower);
	log_free(self);
}

static const tocsin_trigger_ops log_ops = {
        .size = sizeof(tocsin_trigger_ops),
        .check = log_check,
        .start = log_start,
        .ready = log_ready,
        .tick = log_tick,
        .resume = log_resume,
        .stop = log_stop,
};

const tocsin_unit tocsin_log_unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_TRIGGER,
        .serial = TOCSIN_SERIAL_UNIT,
        .name = "log",
        .summary = "Lines of log files that match patterns",
        .keys = tocsin_log_keys,
        .trigger = &log_ops,
};
