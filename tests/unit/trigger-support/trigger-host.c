/* SPDX-License-Identifier: MIT */
/* The sink, the settings and the clock of a trigger under test. */
#include "trigger-host.h"

#include <string.h>

static gint32
on_emit(gpointer user, TocsinEvent *event, guint64 token)
{
	TriggerHost *self = user;

	if (self->room == 0) {
		return TOCSIN_E_TEMP;
	}
	self->room--;
	g_ptr_array_add(self->events, tocsin_event_ref(event));
	return TOCSIN_OK;
}

static void
on_checkpoint(gpointer user, const char *name, GBytes *position)
{
	TriggerHost *self = user;

	if (position == NULL) {
		g_hash_table_remove(self->positions, name);
	} else {
		g_hash_table_replace(self->positions, g_strdup(name), g_bytes_ref(position));
	}
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean
on_restore(gpointer user, guint index, const char **out_name, GBytes **out_position)
{
	TriggerHost *self = user;
	GHashTableIter iter;
	gpointer name;

	if (index == 0) {
		g_ptr_array_set_size(self->order, 0);
		g_hash_table_iter_init(&iter, self->positions);
		while (g_hash_table_iter_next(&iter, &name, NULL)) {
			g_ptr_array_add(self->order, g_strdup(name));
		}
		g_ptr_array_sort(self->order, compare_names);
	}
	if (index >= self->order->len) {
		return FALSE;
	}
	*out_name = self->order->pdata[index];
	*out_position = g_hash_table_lookup(self->positions, *out_name);
	return TRUE;
}

static void
on_error(gpointer user, gint32 status, const GError *error)
{
	TriggerHost *self = user;

	if (self->error == NULL) {
		self->error = g_error_copy(error);
	}
}

static const TocsinTriggerSink sink = {on_emit, on_checkpoint, on_restore, on_error};

void
trigger_host_reset(TriggerHost *self)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	g_assert_true(tocsin_keys_add(keys, tocsin_unit_table(self->unit)->keys, NULL));
	g_clear_pointer(&self->settings, tocsin_settings_unref);
	self->settings = tocsin_settings_new(keys);
	self->is_finished = FALSE;
}

void
trigger_host_set_up(TriggerHost *self, const tocsin_unit *unit)
{
	*self = (TriggerHost){.room = G_MAXUINT};
	self->context = g_main_context_new();
	self->clock = tocsin_clock_new_fake(TRIGGER_HOST_NOON_US);
	self->unit = tocsin_unit_new(unit, "trigger-under-test", "/trigger-under-test.so");
	trigger_host_reset(self);
	self->events = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_event_unref);
	self->order = g_ptr_array_new_with_free_func(g_free);
	self->positions = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                        (GDestroyNotify)g_bytes_unref);
}

void
trigger_host_tear_down(TriggerHost *self)
{
	tocsin_trigger_stop(self->trigger);
	tocsin_unit_free(self->unit);
	tocsin_settings_unref(self->settings);
	tocsin_clock_free(self->clock);
	g_main_context_unref(self->context);
	g_ptr_array_unref(self->events);
	g_ptr_array_unref(self->order);
	g_hash_table_unref(self->positions);
	g_clear_error(&self->error);
}

void
trigger_host_set(TriggerHost *self, const char *name, const char *text)
{
	g_autoptr(GError) error = NULL;

	tocsin_settings_set_text(self->settings, name, text, &error);
	g_assert_no_error(error);
}

void
trigger_host_set_number(TriggerHost *self, const char *name, gint64 number)
{
	g_autoptr(GError) error = NULL;

	tocsin_settings_set_number(self->settings, name, number, &error);
	g_assert_no_error(error);
}

void
trigger_host_add(TriggerHost *self, const char *name, const char *item)
{
	g_autoptr(GError) error = NULL;

	tocsin_settings_add_item(self->settings, name, item, &error);
	g_assert_no_error(error);
}

char *
trigger_host_check(TriggerHost *self)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSchema) schema = NULL;

	if (!tocsin_settings_finish(self->settings, &error)) {
		return g_strdup(error->message);
	}
	schema = tocsin_trigger_check(self->unit, "app", self->settings, &error);
	g_assert_true((schema == NULL) == (error != NULL));
	g_assert_true(schema == NULL || tocsin_schema_is_known(schema));
	return error != NULL ? g_strdup(error->message) : NULL;
}

void
trigger_host_start(TriggerHost *self)
{
	g_autoptr(GError) error = NULL;

	if (!self->is_finished) {
		self->is_finished = tocsin_settings_finish(self->settings, &error);
		g_assert_no_error(error);
	}
	self->trigger = tocsin_trigger_start(self->unit, "app", self->settings, self->clock,
	                                     self->context, &sink, self, NULL, &error);
	g_assert_no_error(error);
}

void
trigger_host_stop(TriggerHost *self)
{
	g_clear_pointer(&self->trigger, tocsin_trigger_stop);
	g_ptr_array_set_size(self->events, 0);
}

void
trigger_host_advance(TriggerHost *self, gint64 us)
{
	tocsin_clock_advance(self->clock, us);
	if (self->trigger != NULL) {
		tocsin_trigger_run_timer(self->trigger);
	}
	g_assert_no_error(self->error);
}

void
trigger_host_run_until(TriggerHost *self, guint count)
{
	while (self->events->len < count && self->error == NULL) {
		g_main_context_iteration(self->context, TRUE);
	}
	g_assert_no_error(self->error);
	g_assert_cmpuint(self->events->len, ==, count);
}

void
trigger_host_settle(TriggerHost *self)
{
	while (g_main_context_iteration(self->context, FALSE)) {
	}
	g_assert_no_error(self->error);
}

const TocsinEvent *
trigger_host_event(const TriggerHost *self, guint index)
{
	g_assert_cmpuint(index, <, self->events->len);
	return self->events->pdata[index];
}

gint64
trigger_host_number(const TocsinEvent *event, const char *name)
{
	TocsinValue *value = tocsin_event_field(event, name);

	g_assert_nonnull(value);
	return tocsin_value_get_int(value);
}
