/* SPDX-License-Identifier: MIT */
/* Complains on behalf of plugins. */
#include "cli/plugin-watch.h"

#include "cli/command.h"

static void
on_log(const char *instance, gint32 level, const char *text, gpointer user)
{
	if (level >= TOCSIN_LOG_WARNING) {
		tocsin_command_complain("%s: %s", instance, text);
	} else {
		g_debug("%s: %s", instance, text);
	}
}

static void
on_misbehaviour(const char *instance, const char *text, gpointer user)
{
	tocsin_command_complain("%s", text);
}

const TocsinPluginWatcher tocsin_plugin_watch = {
        .log = on_log,
        .on_misbehaviour = on_misbehaviour,
};
