/* SPDX-License-Identifier: MIT */
/* Which event a run calls for, and that event. Thread: the trigger's. */
#ifndef TOCSIN_COMMAND_REPORT_H
#define TOCSIN_COMMAND_REPORT_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "result.h"
#include "settings.h"

G_BEGIN_DECLS

/* A run, and what went before it. */
typedef struct {
	const TocsinCommandSettings *settings;
	const TocsinCommandResult *result;
	guint64 failures;   /* in a row, before this run */
	const char *digest; /* of the run before; NULL: there was none */
	gint64 due_us;      /* the point of the schedule */
	gboolean is_catch_up;
} TocsinCommandReport;

/* Raises what the run calls for, if anything; the answer is that of tocsin_loop.emit(). */
int32_t tocsin_command_report(const TocsinCommandReport *self, const tocsin_loop *loop,
                              tocsin_source *source, tocsin_error *error);

/* Declares kinds and fields. */
int32_t tocsin_command_declare(const tocsin_schemas *schemas, tocsin_schema *schema);

G_END_DECLS

#endif
