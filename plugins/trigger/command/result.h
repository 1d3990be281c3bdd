/* SPDX-License-Identifier: MIT */
/* How one run of a command ended. Thread: the trigger's. */
#ifndef TOCSIN_COMMAND_RESULT_H
#define TOCSIN_COMMAND_RESULT_H

#include <glib.h>

#include "output.h"
#include "settings.h"

G_BEGIN_DECLS

typedef struct {
	int exit_code; /* -1: none */
	int signal;    /* 0: none */
	gboolean is_timed_out;
	char *reason; /* how it ended, in words */
	char *digest; /* of all that it said: its output and how it ended */
	GString *output;
	guint64 output_size;
	gint64 duration_us;
} TocsinCommandResult;

/* Of a run that ended with @status, as wait(2) has it. */
TocsinCommandResult *tocsin_command_result_new(const TocsinCommandSettings *settings, int status,
                                               gboolean is_timed_out,
                                               const TocsinCommandOutput *output,
                                               gint64 duration_us);

/* Of one that could not even be started: a failure like any other. */
TocsinCommandResult *tocsin_command_result_new_unstarted(const char *why);

/* Does nothing on NULL. */
void tocsin_command_result_free(TocsinCommandResult *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinCommandResult, tocsin_command_result_free)

gboolean tocsin_command_result_is_failure(const TocsinCommandResult *self,
                                          const TocsinCommandSettings *settings);

G_END_DECLS

#endif
