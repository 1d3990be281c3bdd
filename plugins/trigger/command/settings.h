/* SPDX-License-Identifier: MIT */
/* The command trigger's settings. Thread: the trigger's. */
#ifndef TOCSIN_COMMAND_SETTINGS_H
#define TOCSIN_COMMAND_SETTINGS_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "process.h"
#include "schedule.h"

G_BEGIN_DECLS

/* Which runs raise an event. */
#define TOCSIN_COMMAND_ON_FAILURE 0x1u
#define TOCSIN_COMMAND_ON_CHANGE 0x2u
#define TOCSIN_COMMAND_ON_OUTPUT 0x4u
#define TOCSIN_COMMAND_ON_ALWAYS 0x8u

typedef struct {
	TocsinCommandPlan plan; /* argv and environment are owned, folder is @folder */
	char *folder;
	char *text; /* the command as it is shown */
	TocsinSchedule *schedule;
	gint64 timeout_us;
	gsize output_limit;
	guint lines; /* of the excerpt */
	guint on;    /* TOCSIN_COMMAND_ON_* */
	guint32 severity;
	gboolean is_success[256]; /* by exit code */
} TocsinCommandSettings;

/* All keys, NULL-ended. */
extern const tocsin_key *const tocsin_command_keys[];

/* TOCSIN_ERROR_CONFIG names all that is wrong. */
TocsinCommandSettings *tocsin_command_settings_new(const tocsin_host *host,
                                                   const tocsin_config *config, GError **error);

/* Does nothing on NULL. */
void tocsin_command_settings_free(TocsinCommandSettings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinCommandSettings, tocsin_command_settings_free)

G_END_DECLS

#endif
