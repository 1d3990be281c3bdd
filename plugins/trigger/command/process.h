/* SPDX-License-Identifier: MIT */
/* One run of a command: a process group of its own, its output in a pipe, its end on a descriptor;
 * nothing blocks. Thread: the trigger's. */
#ifndef TOCSIN_COMMAND_PROCESS_H
#define TOCSIN_COMMAND_PROCESS_H

#include <glib.h>

#include "output.h"

G_BEGIN_DECLS

typedef struct {
	char **argv;
	char **environment;
	const char *folder; /* (nullable) */
} TocsinCommandPlan;

typedef struct _TocsinCommandProcess TocsinCommandProcess;

/* Starts it. TOCSIN_ERROR_IO says what failed. */
TocsinCommandProcess *tocsin_command_process_new(const TocsinCommandPlan *plan, GError **error);

/* Kills the process group if it still runs, and frees. Does nothing on NULL. */
void tocsin_command_process_free(TocsinCommandProcess *self);

/* Readable: when there is output, -1 after its end; and when the process has ended. */
int tocsin_command_process_output_fd(const TocsinCommandProcess *self);
int tocsin_command_process_exit_fd(const TocsinCommandProcess *self);

/* Reads what is there, at most a megabyte. FALSE: there will be no more; the descriptor is still
 * open, and closed by tocsin_command_process_close_output(). */
gboolean tocsin_command_process_read(TocsinCommandProcess *self, TocsinCommandOutput *output);
void tocsin_command_process_close_output(TocsinCommandProcess *self);

/* Sends @signal to the whole group, unless it was reaped. */
void tocsin_command_process_kill(const TocsinCommandProcess *self, int signal);

/* Takes the exit status, as wait(2) has it. FALSE if it still runs. */
gboolean tocsin_command_process_reap(TocsinCommandProcess *self, int *out_status);

G_END_DECLS

#endif
