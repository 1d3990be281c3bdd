/* SPDX-License-Identifier: MIT */
/* Calls check(), start(), ready(), tick(), resume(), settled() and stop() of a trigger. */
#include "plugin/call-trigger.h"

#include "abi/error.h"
#include "abi/host.h"
#include "plugin/source-run.h"

static gboolean
dispatch_timer(GSource *timer, GSourceFunc callback, gpointer data)
{
	g_source_set_ready_time(timer, -1);
	return callback(data);
}

static const GSourceFuncs timer_functions = {.dispatch = dispatch_timer};

static gboolean
on_timer(gpointer data)
{
	tocsin_source *self = data;

	if (self->due_us >= 0) {
		self->due_us = -1;
		tocsin_source_call_tick(self);
	}
	return G_SOURCE_CONTINUE;
}

static void
destroy_source(GSource *source)
{
	g_source_destroy(source);
	g_source_unref(source);
}

static TocsinTrigger *
make(const TocsinUnit *unit, const char *name, TocsinSettings *settings,
     const TocsinPluginWatcher *watcher)
{
	TocsinTrigger *self = g_new0(TocsinTrigger, 1);

	self->unit = unit;
	self->guard = tocsin_guard_new(tocsin_unit_origin(unit), name);
	self->host = tocsin_host_new(name, watcher == NULL ? NULL : watcher->log,
	                             watcher == NULL ? NULL : watcher->user);
	self->settings = tocsin_settings_ref(settings);
	self->thread = g_thread_self();
	self->due_us = -1;
	self->watches = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)destroy_source);
	tocsin_host_offer(self->host, TOCSIN_SCHEMA, &tocsin_table_schema);
	tocsin_host_offer(self->host, TOCSIN_LOOP, &tocsin_table_loop);
	return self;
}

/* Around each call, so that it is known who runs. */
static void
enter(TocsinTrigger *self)
{
	self->depth++;
	tocsin_guard_enter(self->guard);
}

static void
leave(TocsinTrigger *self)
{
	tocsin_guard_leave(self->guard);
	self->depth--;
}

static void
settle(TocsinTrigger *self, gint32 status, const tocsin_error *said, GError **error)
{
	if (status == TOCSIN_E_BUG) {
		tocsin_guard_set_error(self->guard, error);
		return;
	}
	tocsin_abi_error_to_gerror(said, status, error);
	g_prefix_error(error, "trigger '%s': ", tocsin_guard_instance(self->guard));
}

TocsinSchema *
tocsin_trigger_check(const TocsinUnit *unit, const char *name, TocsinSettings *settings,
                     GError **error)
{
	const tocsin_trigger_ops *ops = tocsin_unit_trigger(unit);
	g_autoptr(TocsinTrigger) self = make(unit, name, settings, NULL);
	g_autoptr(TocsinSchema) schema = tocsin_schema_new();
	g_autoptr(tocsin_error) said = tocsin_abi_error_new();
	gint32 status = TOCSIN_OK;

	if (ops->check != NULL) {
		enter(self);
		status = ops->check(tocsin_host_table(self->host), settings, schema, said);
		leave(self);
		status = tocsin_guard_check_status(self->guard, "check", status, NULL);
	}
	if (tocsin_schema_flaw(schema) != NULL) {
		tocsin_guard_complain(self->guard, "%s", tocsin_schema_flaw(schema));
	}
	if (tocsin_guard_is_disabled(self->guard)) {
		status = TOCSIN_E_BUG;
	}
	if (status != TOCSIN_OK) {
		settle(self, status, said, error);
		return NULL;
	}
	return g_steal_pointer(&schema);
}

TocsinTrigger *
tocsin_trigger_start(const TocsinUnit *unit, const char *name, TocsinSettings *settings,
                     const TocsinClock *clock, GMainContext *context, const TocsinTriggerSink *sink,
                     gpointer user, const TocsinPluginWatcher *watcher, GError **error)
{
	g_autoptr(TocsinTrigger) self = make(unit, name, settings, watcher);
	g_autoptr(tocsin_error) said = tocsin_abi_error_new();

	self->clock = clock;
	self->context = context;
	self->sink = sink;
	self->user = user;
	self->timer = g_source_new((GSourceFuncs *)&timer_functions, sizeof(GSource));
	g_source_set_callback(self->timer, on_timer, self, NULL);
	g_source_attach(self->timer, context);
	enter(self);
	gint32 status = tocsin_unit_trigger(unit)->start(tocsin_host_table(self->host), settings,
	                                                 self, &self->instance, said);

	leave(self);
	if (status != TOCSIN_OK) {
		self->instance = NULL; /* what a failed start() left there is nothing to stop */
	} else if (self->instance == NULL) {
		tocsin_guard_complain(self->guard, "start() made no instance");
	}
	status = tocsin_guard_check_status(self->guard, "start", status, NULL);
	if (tocsin_guard_is_disabled(self->guard)) {
		status = TOCSIN_E_BUG;
	}
	if (status != TOCSIN_OK) {
		settle(self, status, said, error);
		return NULL;
	}
	tocsin_guard_watch(self->guard, watcher); /* of what was before @error tells */
	return g_steal_pointer(&self);
}

gboolean
tocsin_source_check_call(tocsin_source *self, const char *call)
{
	if (self == NULL) {
		tocsin_guard_blame("%s() was given NULL", call);
		return FALSE;
	}
	if (self->thread != g_thread_self()) {
		tocsin_guard_complain(self->guard, "%s() was called from a thread of its own",
		                      call);
		return FALSE;
	}
	return self->sink != NULL && !tocsin_guard_is_disabled(self->guard);
}

void
tocsin_source_unwatch_all(tocsin_source *self)
{
	g_hash_table_remove_all(self->watches);
	self->due_us = -1;
	if (self->timer != NULL) {
		g_source_set_ready_time(self->timer, -1);
	}
}

/* After a callback: what it returned, and what it did meanwhile. */
static void
conclude(TocsinTrigger *self, const char *call, gint32 status, const tocsin_error *said)
{
	g_autoptr(GError) error = NULL;

	leave(self);
	status = tocsin_guard_check_status(self->guard, call, status, NULL);
	if (tocsin_guard_is_disabled(self->guard)) {
		status = TOCSIN_E_BUG;
	}
	if (status == TOCSIN_OK) {
		return;
	}
	settle(self, status, said, &error);
	if (status != TOCSIN_E_TEMP) {
		tocsin_source_unwatch_all(self);
	}
	self->sink->on_error(self->user, status, error);
}

void
tocsin_source_call_ready(tocsin_source *self, int fd, guint32 events)
{
	g_autoptr(tocsin_error) said = tocsin_abi_error_new();

	if (tocsin_guard_is_disabled(self->guard)) {
		tocsin_source_unwatch_all(self);
		return;
	}
	enter(self);
	conclude(self, "ready",
	         tocsin_unit_trigger(self->unit)->ready(self->instance, fd, events, said), said);
}

void
tocsin_source_call_tick(tocsin_source *self)
{
	g_autoptr(tocsin_error) said = tocsin_abi_error_new();

	if (tocsin_guard_is_disabled(self->guard)) {
		return;
	}
	enter(self);
	conclude(self, "tick", tocsin_unit_trigger(self->unit)->tick(self->instance, said), said);
}

void
tocsin_trigger_resume(TocsinTrigger *self)
{
	const tocsin_trigger_ops *ops = tocsin_unit_trigger(self->unit);
	g_autoptr(tocsin_error) said = tocsin_abi_error_new();

	if (!self->is_full || tocsin_guard_is_disabled(self->guard)) {
		return;
	}
	self->is_full = FALSE;
	if (ops->resume != NULL) {
		enter(self);
		conclude(self, "resume", ops->resume(self->instance, said), said);
	}
}

void
tocsin_trigger_settled(TocsinTrigger *self, guint64 token)
{
	const tocsin_trigger_ops *ops = tocsin_unit_trigger(self->unit);

	if (ops->settled != NULL && !tocsin_guard_is_disabled(self->guard)) {
		enter(self);
		ops->settled(self->instance, token);
		leave(self);
	}
}

void
tocsin_trigger_run_timer(TocsinTrigger *self)
{
	if (self->due_us >= 0 && self->due_us <= tocsin_clock_monotonic_us(self->clock)) {
		on_timer(self);
	}
}

void
tocsin_trigger_stop(TocsinTrigger *self)
{
	if (self == NULL) {
		return;
	}
	g_return_if_fail(self->depth == 0);
	if (self->instance != NULL) {
		tocsin_guard_enter(self->guard);
		tocsin_unit_trigger(self->unit)->stop(self->instance);
		tocsin_guard_leave(self->guard);
	}
	tocsin_source_unwatch_all(self);
	g_clear_pointer(&self->timer, destroy_source);
	g_hash_table_unref(self->watches);
	tocsin_settings_unref(self->settings);
	tocsin_host_free(self->host);
	tocsin_guard_free(self->guard);
	g_free(self);
}

gboolean
tocsin_trigger_is_disabled(const TocsinTrigger *self)
{
	return tocsin_guard_is_disabled(self->guard);
}

const char *
tocsin_trigger_name(const TocsinTrigger *self)
{
	return tocsin_guard_instance(self->guard);
}
