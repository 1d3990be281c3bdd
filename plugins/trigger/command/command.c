/* SPDX-License-Identifier: MIT */
/* The command trigger: runs a command by a schedule, and raises an event when it fails, recovers,
 * says something or says something else than before.
 *
 *     waiting ──due──▶ running ──exit──▶ (judged) ──emitted──▶ waiting
 *                        └─timeout─▶ terminated ─grace─▶ killed ─┘        */
/* lint: allow file-length: one run from start to event; to be parted */
#include <glib.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <tocsin/plugin.h>
#include <unistd.h>

#include "command-unit.h"
#include "event.h"
#include "settings.h"

/* Under this name: "LAST-POINT FAILURES DIGEST". */
#define POSITION "last"
/* Between asking to end and killing. */
#define GRACE_US (5 * (gint64)G_USEC_PER_SEC)

static const TocsinDraftField fields[] = {
        {"command", TOCSIN_FIELD_TEXT, "The command."},
        {"reason", TOCSIN_FIELD_TEXT, "How it ended, in words."},
        {"exit_code", TOCSIN_FIELD_INT, "Its exit code; -1 if it has none."},
        {"signal", TOCSIN_FIELD_INT, "The signal that ended it, or 0."},
        {"timed_out", TOCSIN_FIELD_BOOL, "Whether it ran longer than it may."},
        {"output", TOCSIN_FIELD_TEXT, "What it wrote, the middle cut out if it is long."},
        {"output_size", TOCSIN_FIELD_SIZE, "How much it wrote."},
        {"changed", TOCSIN_FIELD_BOOL, "Whether output or exit differ from the last run's."},
        {"failures", TOCSIN_FIELD_INT, "How many runs have failed in a row, or had until now."},
        {"duration", TOCSIN_FIELD_DURATION, "How long it ran."},
        {"due", TOCSIN_FIELD_TIME, "The point of the schedule."},
        {NULL, 0, NULL},
};

/* How one run ended. */
typedef struct {
	int exit_code; /* -1: none */
	int signal;    /* 0: none */
	gboolean is_timed_out;
	char *reason;
	char *digest;
	GString *output;
	guint64 output_size;
	gint64 duration_us;
} Result;

typedef struct {
	const tocsin_loop *loop;
	tocsin_source *source;
	TocsinCommandSettings *settings;
	int clock_fd; /* -1: none */

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
	Result *result; /* waits for room */
} Command;

static void
result_free(Result *self)
{
	if (self != NULL) {
		g_free(self->reason);
		g_free(self->digest);
		if (self->output != NULL) {
			g_string_free(self->output, TRUE);
		}
		g_free(self);
	}
}

static void
remember(const Command *self, gint64 last_us)
{
	g_autofree char *text =
	        g_strdup_printf("%" G_GINT64_FORMAT " %" G_GUINT64_FORMAT " %s", last_us,
	                        self->failures, self->digest != NULL ? self->digest : "-");

	self->loop->checkpoint(self->source, POSITION, text, strlen(text));
}

/* Takes up what the last run of the program left. FALSE: nothing, or nothing that makes sense. */
static gboolean
restore(Command *self)
{
	const char *name;
	const void *data;
	size_t length;

	for (uint32_t i = 0;
	     self->loop->restore(self->source, i, &name, &data, &length) == TOCSIN_OK; i++) {
		g_autofree char *text = g_strndup(data, length);
		g_auto(GStrv) parts = g_strsplit(text, " ", 3);
		gint64 last_us;

		if (strcmp(name, POSITION) == 0 && g_strv_length(parts) == 3 &&
		    g_ascii_string_to_signed(parts[0], 10, 0, G_MAXINT64, &last_us, NULL) &&
		    g_ascii_string_to_unsigned(parts[1], 10, 0, G_MAXINT64, &self->failures,
		                               NULL)) {
			tocsin_schedule_set_last(self->settings->schedule, last_us);
			self->digest = strcmp(parts[2], "-") != 0 ? g_strdup(parts[2]) : NULL;
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean
is_failure(const Command *self, const Result *result)
{
	return result->is_timed_out || result->exit_code < 0 ||
	       !self->settings->is_success[result->exit_code];
}

/* The last lines of the output, for the event's excerpt. */
static GPtrArray *
split_lines(const Command *self, const Result *result)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	const char *begin = result->output->str;
	gsize end = result->output->len;
	GArray *starts = g_array_new(FALSE, FALSE, sizeof(gsize));

	while (end > 0 && begin[end - 1] == '\n') {
		end--;
	}
	for (gsize at = end; at > 0 && starts->len < self->settings->lines; at--) {
		if (at == 1 || begin[at - 2] == '\n') {
			gsize start = at - 1;

			g_array_append_val(starts, start);
		}
	}
	for (guint i = starts->len; i > 0; i--) {
		gsize start = g_array_index(starts, gsize, i - 1);
		const char *stop = memchr(begin + start, '\n', end - start);
		tocsin_line *line = g_new0(tocsin_line, 1);

		*line = (tocsin_line){.size = sizeof *line, .mark = TOCSIN_LINE_MATCH};
		line->text = begin + start;
		line->length = stop != NULL ? (size_t)(stop - begin) - start : end - start;
		g_ptr_array_add(lines, line);
	}
	g_array_unref(starts);
	g_ptr_array_add(lines, NULL);
	return lines;
}

static void
add_fields(const Command *self, TocsinDraft *draft, gboolean is_changed, guint64 failures)
{
	const Result *result = self->result;

	tocsin_draft_add_text(draft, "command", self->settings->text, -1);
	tocsin_draft_add_text(draft, "reason", result->reason, -1);
	tocsin_draft_add_number(draft, "exit_code", TOCSIN_FIELD_INT, result->exit_code);
	tocsin_draft_add_number(draft, "signal", TOCSIN_FIELD_INT, result->signal);
	tocsin_draft_add_number(draft, "timed_out", TOCSIN_FIELD_BOOL, result->is_timed_out);
	tocsin_draft_add_text(draft, "output", result->output->str, (gssize)result->output->len);
	tocsin_draft_add_number(draft, "output_size", TOCSIN_FIELD_SIZE,
	                        (gint64)result->output_size);
	tocsin_draft_add_number(draft, "changed", TOCSIN_FIELD_BOOL, is_changed);
	tocsin_draft_add_number(draft, "failures", TOCSIN_FIELD_INT, (gint64)failures);
	tocsin_draft_add_number(draft, "duration", TOCSIN_FIELD_DURATION, result->duration_us);
	tocsin_draft_add_number(draft, "due", TOCSIN_FIELD_TIME, self->due_us);
}

static int32_t
raise_event(const Command *self, const char *kind, gboolean is_changed, tocsin_error *error)
{
	gboolean has_failed = is_failure(self, self->result);
	guint64 failures = self->failures + (has_failed ? 1 : 0);
	g_autoptr(GPtrArray) lines = split_lines(self, self->result);
	g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, self->due_us);
	TocsinDraft draft;

	tocsin_draft_init(&draft, kind);
	draft.event.id = id;
	draft.event.key = self->loop->name(self->source);
	draft.event.status = has_failed ? "problem" : "ok";
	draft.event.severity = has_failed ? self->settings->severity : TOCSIN_LEVEL_INFO;
	draft.event.flags = self->is_catch_up ? TOCSIN_EMIT_CATCH_UP : 0;
	draft.event.excerpt = (const tocsin_line *const *)lines->pdata;
	add_fields(self, &draft, is_changed, failures);
	return tocsin_draft_emit(&draft, self->loop, self->source, error);
}

/* Raises what the finished run calls for, and forgets it. TOCSIN_E_TEMP: there is no room. */
static int32_t
judge(Command *self, tocsin_error *error)
{
	const Result *result = self->result;
	guint on = self->settings->on;
	gboolean has_failed = is_failure(self, result);
	gboolean has_recovered = !has_failed && self->failures > 0;
	gboolean is_changed = self->digest != NULL && strcmp(self->digest, result->digest) != 0;
	const char *kind = has_failed      ? "failed"
	                   : has_recovered ? "recovered"
	                   : is_changed    ? "changed"
	                                   : "finished";

	if ((on & TOCSIN_COMMAND_ON_ALWAYS) != 0 ||
	    ((on & TOCSIN_COMMAND_ON_FAILURE) != 0 && (has_failed || has_recovered)) ||
	    ((on & TOCSIN_COMMAND_ON_CHANGE) != 0 && is_changed) ||
	    ((on & TOCSIN_COMMAND_ON_OUTPUT) != 0 && result->output_size > 0)) {
		int32_t status = raise_event(self, kind, is_changed, error);

		if (status != TOCSIN_OK) {
			return status;
		}
	}
	self->failures = has_failed ? self->failures + 1 : 0;
	g_free(self->digest);
	self->digest = g_strdup(result->digest);
	remember(self, self->due_us);
	g_clear_pointer(&self->result, result_free);
	self->due_us = 0;
	return TOCSIN_OK;
}

static char *
describe(const Command *self, int code, int signal, gboolean is_timed_out)
{
	if (is_timed_out) {
		return g_strdup_printf("it ran for longer than %" G_GINT64_FORMAT " ms",
		                       self->settings->timeout_us / 1000);
	}
	return signal != 0 ? g_strdup_printf("signal %d (%s)", signal, g_strsignal(signal))
	                   : g_strdup_printf("exit code %d", code);
}

/* A digest of all that a run said: its output and how it ended. */
static char *
make_digest(const TocsinCommandOutput *output, const char *reason)
{
	g_autofree char *written = tocsin_command_output_digest(output);
	g_autofree char *all = g_strconcat(written, " ", reason, NULL);

	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);
}

static void
unwatch_process(const Command *self)
{
	int output_fd = tocsin_command_process_output_fd(self->process);

	if (output_fd >= 0) {
		self->loop->unwatch(self->source, output_fd);
	}
	self->loop->unwatch(self->source, tocsin_command_process_exit_fd(self->process));
}

/* Turns the process that has ended with @status into a result. */
static void
conclude(Command *self, int status)
{
	Result *result = g_new0(Result, 1);

	result->is_timed_out = self->kills > 0;
	result->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	result->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	result->reason = describe(self, result->exit_code, result->signal, result->is_timed_out);
	result->digest = make_digest(self->output, result->reason);
	result->output = tocsin_command_output_text(self->output);
	result->output_size = tocsin_command_output_size(self->output);
	result->duration_us = self->loop->monotonic_us(self->source) - self->started_us;
	self->result = result;
	g_clear_pointer(&self->process, tocsin_command_process_free);
	g_clear_pointer(&self->output, tocsin_command_output_free);
}

/* It could not even be started: a failure like any other. */
static void
conclude_unstarted(Command *self, const char *why)
{
	self->result = g_new0(Result, 1);
	self->result->exit_code = -1;
	self->result->reason = g_strdup(why);
	self->result->digest = make_digest(self->output, why);
	self->result->output = g_string_new(NULL);
	g_clear_pointer(&self->output, tocsin_command_output_free);
}

static void
launch(Command *self, gint64 now_us)
{
	g_autoptr(GError) error = NULL;
	guint missed;

	self->due_us = tocsin_schedule_take(self->settings->schedule, now_us, &missed);
	self->started_us = self->loop->monotonic_us(self->source);
	self->deadline_us = self->started_us + self->settings->timeout_us;
	self->kills = 0;
	self->output = tocsin_command_output_new(self->settings->output_limit);
	self->process = tocsin_command_process_new(&self->settings->plan, &error);
	if (self->process == NULL) {
		conclude_unstarted(self, error->message);
	} else if (self->loop->watch(self->source, tocsin_command_process_output_fd(self->process),
	                             TOCSIN_READABLE) != TOCSIN_OK ||
	           self->loop->watch(self->source, tocsin_command_process_exit_fd(self->process),
	                             TOCSIN_READABLE) != TOCSIN_OK) {
		unwatch_process(self);
		g_clear_pointer(&self->process, tocsin_command_process_free);
		conclude_unstarted(self, "cannot watch the command: too many descriptors");
	}
}

/* Asks a process that is late to end, then makes it. */
static void
hurry(Command *self)
{
	gint64 now_us = self->loop->monotonic_us(self->source);

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
	gint64 now_us = self->loop->wall_us(self->source);
	gint64 next_us;

	tocsin_schedule_follow_clock(self->settings->schedule, now_us);
	if (self->process == NULL && self->result == NULL &&
	    tocsin_schedule_next(self->settings->schedule) <= now_us) {
		self->is_catch_up = is_catch_up;
		launch(self, now_us);
	}
	if (self->process != NULL) {
		hurry(self);
		return self->loop->set_timer(
		        self->source,
		        MAX(self->deadline_us - self->loop->monotonic_us(self->source), 0));
	}
	if (self->result != NULL) {
		int32_t status = judge(self, error);

		if (status != TOCSIN_OK) {
			return status == TOCSIN_E_TEMP ? TOCSIN_OK : status;
		}
	}
	next_us = tocsin_schedule_next(self->settings->schedule);
	return self->loop->set_timer(self->source,
	                             next_us == G_MAXINT64 ? -1 : MAX(next_us - now_us, 0));
}

static int32_t
command_ready(void *instance, int32_t fd, uint32_t events, tocsin_error *error)
{
	Command *self = instance;
	int status;

	if (fd == self->clock_fd) {
		tocsin_schedule_clear(fd);
	} else if (fd == tocsin_command_process_output_fd(self->process)) {
		if (!tocsin_command_process_read(self->process, self->output)) {
			self->loop->unwatch(self->source, fd);
			tocsin_command_process_close_output(self->process);
		}
		return TOCSIN_OK;
	} else if (tocsin_command_process_reap(self->process, &status)) {
		/* What it wrote is in the pipe by now; who else holds that is not waited for. */
		tocsin_command_process_read(self->process, self->output);
		unwatch_process(self);
		conclude(self, status);
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
	if (schemas == NULL) {
		return TOCSIN_OK;
	}
	schemas->add_kind(schema, "failed", "A run failed.");
	schemas->add_kind(schema, "recovered", "A run succeeded after one that failed.");
	schemas->add_kind(schema, "changed", "A run succeeded, and differs from the one before.");
	schemas->add_kind(schema, "finished", "A run succeeded as the one before did.");
	return tocsin_draft_declare(schemas, schema, fields);
}

static void
command_stop(void *instance)
{
	Command *self = instance;

	if (self->process != NULL) {
		unwatch_process(self);
	}
	if (self->clock_fd >= 0) {
		self->loop->unwatch(self->source, self->clock_fd);
		close(self->clock_fd);
	}
	tocsin_command_process_free(self->process);
	tocsin_command_output_free(self->output);
	result_free(self->result);
	tocsin_command_settings_free(self->settings);
	g_free(self->digest);
	g_free(self);
}

static int32_t
command_start(const tocsin_host *host, const tocsin_config *config, tocsin_source *source,
              void **out_instance, tocsin_error *error)
{
	const tocsin_loop *loop = host->extension(host, TOCSIN_LOOP);
	g_autoptr(GError) problem = NULL;
	TocsinCommandSettings *settings;
	gboolean is_first;
	Command *self;

	if (loop == NULL) {
		return host->fail(host, error, TOCSIN_E_UNAVAILABLE,
		                  "this program has no " TOCSIN_LOOP " for triggers: update it");
	}
	settings = tocsin_command_settings_new(host, config, &problem);
	if (settings == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, problem->message);
	}
	self = g_new0(Command, 1);
	*self = (Command){.loop = loop, .source = source, .settings = settings, .clock_fd = -1};
	is_first = !restore(self);
	if (is_first) {
		/* An interval begins with a run, a calendar waits for its point. */
		gint64 now_us = loop->wall_us(source);

		tocsin_schedule_set_last(settings->schedule,
		                         now_us - host->get_int(host, config, "every"));
		remember(self, now_us - host->get_int(host, config, "every"));
	}
	self->clock_fd = tocsin_schedule_watch_clock();
	if (self->clock_fd >= 0) {
		loop->watch(source, self->clock_fd, TOCSIN_READABLE);
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
