/* SPDX-License-Identifier: MIT */
/* Starts the engine as the right user, and does what signals ask. */
#include "daemon/daemon.h"

#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "daemon/control.h"
#include "daemon/notify.h"
#include "daemon/privileges.h"
#include "engine/engine.h"
#include "engine/paths.h"

typedef struct {
	const TocsinDaemonOptions *options;
	TocsinPlanContext context;
	GMainLoop *loop;
	gboolean is_stopping;
	gboolean is_reload_due; /* asked for while it was starting */
	TocsinEngine *engine;   /* (nullable) while it is starting */
	TocsinControl *control;
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
	g_warning("%s", text);
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

	if (!self->is_stopping) {
		g_message("stopping");
		tocsin_notify_stopping();
	}
	self->is_stopping = TRUE;
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

/* The status is one line: the first of what may be many mistakes. */
static void
notify_of_failure(const char *text, const GError *error)
{
	g_autofree char *first = g_strndup(error->message, strcspn(error->message, "\n"));
	g_autofree char *status =
	        g_strdup_printf("%s, as before the last reload, which failed: %s", text, first);

	tocsin_notify_ready(status);
}

static void
reload(Daemon *self)
{
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
		tocsin_notify_ready(text);
	} else {
		notify_of_failure(text, error);
	}
}

static gboolean
on_reload(gpointer data)
{
	Daemon *self = data;

	if (self->engine != NULL) {
		reload(self);
	} else {
		self->is_reload_due = TRUE;
	}
	return G_SOURCE_CONTINUE;
}

static gboolean
listen_to_control(Daemon *self, const TocsinPlan *plan, const char *group, GError **error)
{
	self->control = tocsin_control_new(plan, group, self->context.clock, error);
	return self->control != NULL;
}

/* Only root can make a socket in a folder of root's: then it is made first, for the user's group.
 * In a folder of the user's own it has to be the user's. */
static gboolean
listen_as_root(Daemon *self, const TocsinPlan *plan, const char *user, const char *group,
               GError **error)
{
	g_autofree char *folder = g_path_get_dirname(tocsin_control_socket(plan));
	struct stat there;
	guint uid;
	guint gid;

	if (!tocsin_privileges_find(user, group, &uid, &gid, error)) {
		return FALSE;
	}
	if (stat(folder, &there) == 0 && there.st_uid == uid) {
		return TRUE;
	}
	g_autofree char *number = g_strdup_printf("%u", gid);

	return listen_to_control(self, plan, number, error);
}

/* Makes what only root can make, and is root no more. */
static int
settle_in(Daemon *self, const TocsinPlan *plan, GError **error)
{
	const TocsinSettings *settings = tocsin_plan_daemon(plan);
	const char *store = tocsin_settings_get_string(tocsin_plan_store(plan), "path");
	const char *user = tocsin_settings_get_string(settings, "user");
	const char *group = tocsin_settings_get_string(settings, "group");

	if (!tocsin_privileges_make_folder(store != NULL ? store : TOCSIN_STORE_PATH, user,
	                                   error)) {
		return EX_OSERR;
	}
	if (user != NULL && geteuid() == 0 && !listen_as_root(self, plan, user, group, error)) {
		return EX_UNAVAILABLE;
	}
	if (user != NULL && !tocsin_privileges_drop(user, group, error)) {
		return EX_CONFIG;
	}
	if (self->control == NULL && !listen_to_control(self, plan, NULL, error)) {
		return EX_UNAVAILABLE;
	}
	tocsin_privileges_protect();
	return EX_OK;
}

static int
start(Daemon *self, GError **error)
{
	g_autoptr(TocsinPlan) plan = read_plan(self, error);
	int code = plan == NULL ? EX_CONFIG : settle_in(self, plan, error);

	if (code != EX_OK) {
		return g_error_matches(*error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG) ? EX_CONFIG
		                                                                  : code;
	}
	self->engine = tocsin_engine_new(plan, self->context.clock, error);
	if (self->engine == NULL) {
		return EX_UNAVAILABLE;
	}
	tocsin_control_set_engine(self->control, self->engine);
	return EX_OK;
}

static void
run(Daemon *self)
{
	g_autofree char *text = describe(tocsin_engine_plan(self->engine));

	self->sources[3] = tocsin_notify_watch();
	g_message("started: %s", text);
	tocsin_notify_ready(text);
	if (self->is_reload_due) {
		reload(self);
	}
	if (!self->is_stopping) {
		g_main_loop_run(self->loop);
	}
}

static const int signals[] = {SIGTERM, SIGINT, SIGHUP};

static void
mask_signals(int how)
{
	sigset_t set;

	(void)sigemptyset(&set);
	for (guint i = 0; i < G_N_ELEMENTS(signals); i++) {
		(void)sigaddset(&set, signals[i]);
	}
	(void)pthread_sigmask(how, &set, NULL);
}

void
tocsin_daemon_hold_signals(void)
{
	mask_signals(SIG_BLOCK);
}

/* From now on signals wait for the main loop, whether it is there already or not. */
static void
listen_to_signals(Daemon *self)
{
	(void)sigaction(SIGPIPE, &(struct sigaction){.sa_handler = SIG_IGN}, NULL);
	self->sources[0] = g_unix_signal_add(SIGTERM, on_stop, self);
	self->sources[1] = g_unix_signal_add(SIGINT, on_stop, self);
	self->sources[2] = g_unix_signal_add(SIGHUP, on_reload, self);
	mask_signals(SIG_UNBLOCK);
}

/* Signals may come until all is done: they find no engine. */
static void
clear(Daemon *self)
{
	tocsin_control_free(self->control);
	tocsin_engine_free(g_steal_pointer(&self->engine));
	for (guint i = 0; i < G_N_ELEMENTS(self->sources); i++) {
		if (self->sources[i] != 0) {
			g_source_remove(self->sources[i]);
		}
	}
	tocsin_secret_keeper_free(self->context.secrets);
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
	                    .template_folder = options->template_folder,
	                    .secrets = tocsin_secret_keeper_new()},
	        .loop = g_main_loop_new(NULL, FALSE),
	};
	g_autoptr(GError) error = NULL;
	int code;

	(void)umask(0027);
	listen_to_signals(&self);
	code = start(&self, &error);
	if (code == EX_OK) {
		run(&self);
	} else {
		g_warning("%s", error->message);
	}
	clear(&self);
	if (code == EX_OK) {
		g_message("stopped");
	}
	return code;
}
