/* SPDX-License-Identifier: MIT */
/* From a wait status and what was written to words and a digest. */
#include "result.h"

#include <string.h>
#include <sys/wait.h>

static char *
describe(const TocsinCommandResult *self, const TocsinCommandSettings *settings)
{
	if (self->is_timed_out) {
		return g_strdup_printf("it ran for longer than %" G_GINT64_FORMAT " ms",
		                       settings->timeout_us / 1000);
	}
	return self->signal != 0
	               ? g_strdup_printf("signal %d (%s)", self->signal, g_strsignal(self->signal))
	               : g_strdup_printf("exit code %d", self->exit_code);
}

static char *
make_digest(const TocsinCommandOutput *output, const char *reason)
{
	g_autofree char *written = output != NULL ? tocsin_command_output_digest(output) : NULL;
	g_autofree char *all = g_strconcat(written != NULL ? written : "", " ", reason, NULL);

	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);
}

TocsinCommandResult *
tocsin_command_result_new(const TocsinCommandSettings *settings, int status, gboolean is_timed_out,
                          const TocsinCommandOutput *output, gint64 duration_us)
{
	TocsinCommandResult *self = g_new0(TocsinCommandResult, 1);

	self->is_timed_out = is_timed_out;
	self->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	self->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	self->reason = describe(self, settings);
	self->digest = make_digest(output, self->reason);
	self->output = tocsin_command_output_text(output);
	self->output_size = tocsin_command_output_size(output);
	self->duration_us = duration_us;
	return self;
}

TocsinCommandResult *
tocsin_command_result_new_unstarted(const char *why)
{
	TocsinCommandResult *self = g_new0(TocsinCommandResult, 1);

	self->exit_code = -1;
	self->reason = g_strdup(why);
	self->digest = make_digest(NULL, why);
	self->output = g_string_new(NULL);
	return self;
}

void
tocsin_command_result_free(TocsinCommandResult *self)
{
	if (self != NULL) {
		g_free(self->reason);
		g_free(self->digest);
		g_string_free(self->output, TRUE);
		g_free(self);
	}
}

gboolean
tocsin_command_result_is_failure(const TocsinCommandResult *self,
                                 const TocsinCommandSettings *settings)
{
	return self->is_timed_out || self->exit_code < 0 || !settings->is_success[self->exit_code];
}
