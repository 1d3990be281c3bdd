/* SPDX-License-Identifier: MIT */
/* Failed, recovered, changed or finished; with the output's last lines. */
#include "report.h"

#include <string.h>

#include "event.h"
#include "lines.h"

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

static gboolean
is_changed(const TocsinCommandReport *self)
{
	return self->digest != NULL && strcmp(self->digest, self->result->digest) != 0;
}

static gboolean
has_failed(const TocsinCommandReport *self)
{
	return tocsin_command_result_is_failure(self->result, self->settings);
}

static void
add_fields(const TocsinCommandReport *self, TocsinDraft *draft)
{
	const TocsinCommandResult *result = self->result;
	guint64 failures = self->failures + (has_failed(self) ? 1 : 0);

	tocsin_draft_add_text(draft, "command", self->settings->text, -1);
	tocsin_draft_add_text(draft, "reason", result->reason, -1);
	tocsin_draft_add_number(draft, "exit_code", TOCSIN_FIELD_INT, result->exit_code);
	tocsin_draft_add_number(draft, "signal", TOCSIN_FIELD_INT, result->signal);
	tocsin_draft_add_number(draft, "timed_out", TOCSIN_FIELD_BOOL, result->is_timed_out);
	tocsin_draft_add_text(draft, "output", result->output->str, (gssize)result->output->len);
	tocsin_draft_add_number(draft, "output_size", TOCSIN_FIELD_SIZE,
	                        (gint64)result->output_size);
	tocsin_draft_add_number(draft, "changed", TOCSIN_FIELD_BOOL, is_changed(self));
	tocsin_draft_add_number(draft, "failures", TOCSIN_FIELD_INT, (gint64)failures);
	tocsin_draft_add_number(draft, "duration", TOCSIN_FIELD_DURATION, result->duration_us);
	tocsin_draft_add_number(draft, "due", TOCSIN_FIELD_TIME, self->due_us);
}

static int32_t
raise_event(const TocsinCommandReport *self, const char *kind, const tocsin_loop *loop,
            tocsin_source *source, tocsin_error *error)
{
	const GString *output = self->result->output;
	g_autoptr(GPtrArray) lines =
	        tocsin_lines_take_last(output->str, output->len, self->settings->lines);
	g_autofree char *id = g_strdup_printf("%" G_GINT64_FORMAT, self->due_us);
	TocsinDraft draft;

	tocsin_draft_init(&draft, kind);
	draft.event.id = id;
	draft.event.key = loop->name(source);
	draft.event.status = has_failed(self) ? "problem" : "ok";
	draft.event.severity = has_failed(self) ? self->settings->severity : TOCSIN_LEVEL_INFO;
	draft.event.flags = self->is_catch_up ? TOCSIN_EMIT_CATCH_UP : 0;
	draft.event.excerpt = (const tocsin_line *const *)lines->pdata;
	add_fields(self, &draft);
	return tocsin_draft_emit(&draft, loop, source, error);
}

int32_t
tocsin_command_report(const TocsinCommandReport *self, const tocsin_loop *loop,
                      tocsin_source *source, tocsin_error *error)
{
	guint on = self->settings->on;
	gboolean has_recovered = !has_failed(self) && self->failures > 0;
	const char *kind = has_failed(self)   ? "failed"
	                   : has_recovered    ? "recovered"
	                   : is_changed(self) ? "changed"
	                                      : "finished";

	if ((on & TOCSIN_COMMAND_ON_ALWAYS) != 0 ||
	    ((on & TOCSIN_COMMAND_ON_FAILURE) != 0 && (has_failed(self) || has_recovered)) ||
	    ((on & TOCSIN_COMMAND_ON_CHANGE) != 0 && is_changed(self)) ||
	    ((on & TOCSIN_COMMAND_ON_OUTPUT) != 0 && self->result->output_size > 0)) {
		return raise_event(self, kind, loop, source, error);
	}
	return TOCSIN_OK;
}

int32_t
tocsin_command_declare(const tocsin_schemas *schemas, tocsin_schema *schema)
{
	schemas->add_kind(schema, "failed", "A run failed.");
	schemas->add_kind(schema, "recovered", "A run succeeded after one that failed.");
	schemas->add_kind(schema, "changed", "A run succeeded, and differs from the one before.");
	schemas->add_kind(schema, "finished", "A run succeeded as the one before did.");
	return tocsin_draft_declare(schemas, schema, fields);
}
