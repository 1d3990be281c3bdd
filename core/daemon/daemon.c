/* SPDX-License-Identifier: MIT */
/* Starts the engine as the right user, and does what signals ask. */
#include "daemon/daemon.h"

#include <glib-unix.h>
#include <signal.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <tocsin/error.h>

#include "daemon/notify.h"
#include "daemon/privileges.h"
#include "engine/engine.h"
#include "engine/paths.h"

typedef struct {
	const TocsinDaemonOptions *options;
	TocsinPlanContext context;
	GMainLoop *loop;
	TocsinEngine *engine;
	guint sources[4];
} Daemon;

/* TocsinHostLog: what a plugin has to say, from any thread. */
static void
on_plugin_log(const char *instance, gint32 level, const char *text, gpointer user)
{
	if (level >= TOCSIN_LOG_WARNING) {
		g_warning("%s: %s", instance, text);
	} else if (level >= TOCSIN_LOG_INFO) {
		g_message("%s: %s", instance, text);
	} else {
		g_debug("%s: %s", instance, text);
	}
}

static void
on_misbehaviour(const char *instance, const char *text, gpointer user)
{
	g_warning("'%s' is switched off, its plugin broke the contract: %s", instance, text);
}

static const TocsinPluginWatcher watcher = {
        .log = on_plugin_log,
        .on_misbehaviour = on_misbehaviour,
};

static TocsinPlan *
read_plan(const Daemon *self, GError **error)
{
	g_autoptr(TocsinProblems) problems = tocsin_problems_new();
	TocsinPlan *plan = tocsin_plan_new(self->options->config, &self->context, problems);

	if (plan == NULL) {
		(void)tocsin_problems_to_error(problems, error);
	}
	return plan;
}

static gboolean
on_stop(gpointer data)
{
	Daemon *self = data;

	g_message("stopping");
	tocsin_notify_stopping();
	g_main_loop_quit(self->loop);
	return G_SOURCE_CONTINUE;
}

static char *
describe(const TocsinPlan *plan)
{
	return g_strdup_printf("%u triggers, %u rules, %u accounts",
	                       tocsin_plan_triggers(plan)->len, tocsin_plan_rules(plan)->len,
	                       tocsin_accounts_count(tocsin_plan_accounts(plan)));
}

static gboolean
on_reload(gpointer data)
{
	Daemon *self = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinPlan) plan = NULL;
	g_autofree char *text = NULL;

	tocsin_notify_reloading();
	plan = read_plan(self, &error);
	if (plan == NULL || !tocsin_engine_reload(self->engine, plan, &error)) {
		g_warning("the configuration stays as it was:\n%s", error->message);
		tocsin_engine_note_reload_failed(self->engine, error->message);
	}
	text = describe(tocsin_engine_plan(self->engine));
	if (error == NULL) {
		g_message("read %s again: %s", self->options->config, text);
	}
	tocsin_notify_ready(text);
	return G_SOURCE_CONTINUE;
}

/* Makes what only root can make, and is root no more. */
static gboolean
settle_in(const TocsinPlan *plan, GError **error)
{
	const TocsinSettings *settings = tocsin_plan_daemon(plan);
	const char *store = tocsin_settings_get_string(tocsin_plan_store(plan), "path");
	const char *user = tocsin_settings_get_string(settings, "user");
	const char *group = tocsin_settings_get_string(settings, "group");

	if (!tocsin_privileges_make_folder(store != NULL ? store : TOCSIN_STORE_PATH, user,
	                                   error)) {
		return FALSE;
	}
	if (user != NULL && !tocsin_privileges_drop(user, group, error)) {
		return FALSE;
	}
	tocsin_privileges_protect();
	return TRUE;
}

static int
start(Daemon *self, GError **error)
{
	g_autoptr(TocsinPlan) plan = read_plan(self, error);

	if (plan == NULL) {
		return EX_CONFIG;
	}
	if (!settle_in(plan, error)) {
		return (*error)->code == TOCSIN_ERROR_CONFIG ? EX_CONFIG : EX_OSERR;
	}
	self->engine = tocsin_engine_new(plan, self->context.clock, error);
	return self->engine != NULL ? EX_OK : EX_UNAVAILABLE;
}

static void
run(Daemon *self)
{
	g_autofree char *text = describe(tocsin_engine_plan(self->engine));

	self->loop = g_main_loop_new(NULL, FALSE);
	self->sources[0] = g_unix_signal_add(SIGTERM, on_stop, self);
	self->sources[1] = g_unix_signal_add(SIGINT, on_stop, self);
	self->sources[2] = g_unix_signal_add(SIGHUP, on_reload, self);
	self->sources[3] = tocsin_notify_watch();
	g_message("started: %s", text);
	tocsin_notify_ready(text);
	g_main_loop_run(self->loop);
	for (guint i = 0; i < G_N_ELEMENTS(self->sources); i++) {
		if (self->sources[i] != 0) {
			g_source_remove(self->sources[i]);
		}
	}
	g_main_loop_unref(self->loop);
}

int
tocsin_daemon_run(const TocsinDaemonOptions *options)
{
	Daemon self = {
	        .options = options,
	        .context = {.clock = tocsin_clock_system(),
	                    .watcher = &watcher,
	                    .plugin_folders = (const char *const *)options->plugin_folders,
	                    .template_folder = options->template_folder},
	};
	g_autoptr(GError) error = NULL;
	int code;

	(void)umask(0027);
	(void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
	code = start(&self, &error);
	if (code != EX_OK) {
		g_warning("%s", error->message);
		return code;
	}
	run(&self);
	tocsin_engine_free(self.engine);
	g_message("stopped");
	return EX_OK;
}
