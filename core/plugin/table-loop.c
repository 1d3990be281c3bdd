/* SPDX-License-Identifier: MIT */
/* "tocsin.loop/1": descriptors, timer, events and positions of a trigger. Every argument is
 * checked: it comes from a plugin. */
#include <glib-unix.h>
#include <string.h>

#include "abi/error.h"
#include "plugin/event-in.h"
#include "plugin/source-run.h"

/* What a watch hands to its callback. */
typedef struct {
	tocsin_source *source;
	int fd;
} Watch;

static gboolean
on_ready(gint fd, GIOCondition condition, gpointer data)
{
	const Watch *watch = data;
	guint32 events = ((condition & (G_IO_IN | G_IO_HUP | G_IO_ERR)) ? TOCSIN_READABLE : 0) |
	                 ((condition & (G_IO_OUT | G_IO_ERR)) ? TOCSIN_WRITABLE : 0);

	if (condition & G_IO_NVAL) {
		tocsin_guard_complain(watch->source->guard, "closed a descriptor that it watches");
		tocsin_source_unwatch_all(watch->source);
		return G_SOURCE_REMOVE;
	}
	tocsin_source_call_ready(watch->source, fd, events);
	return G_SOURCE_CONTINUE; /* unwatch() destroys it */
}

static int32_t
loop_watch(tocsin_source *source, int32_t fd, uint32_t events)
{
	if (!tocsin_source_check_call(source, "watch")) {
		return TOCSIN_E_BUG;
	}
	if (fd < 0 || events == 0 || (events & ~(TOCSIN_READABLE | TOCSIN_WRITABLE)) != 0) {
		tocsin_guard_complain(source->guard, "watch(%d, %u) means nothing", fd, events);
		return TOCSIN_E_BUG;
	}
	if (tocsin_unit_trigger(source->unit)->ready == NULL) {
		tocsin_guard_complain(source->guard, "watch() without a ready()");
		return TOCSIN_E_BUG;
	}
	if (g_hash_table_size(source->watches) >= TOCSIN_TRIGGER_WATCHES_MAX &&
	    !g_hash_table_contains(source->watches, GINT_TO_POINTER(fd))) {
		return TOCSIN_E_PERM;
	}
	Watch *watch = g_new0(Watch, 1);
	GSource *made =
	        g_unix_fd_source_new(fd, ((events & TOCSIN_READABLE) ? G_IO_IN : 0) |
	                                         ((events & TOCSIN_WRITABLE) ? G_IO_OUT : 0));

	watch->source = source;
	watch->fd = fd;
	g_source_set_callback(made, G_SOURCE_FUNC(on_ready), watch, g_free);
	g_source_attach(made, source->context);
	g_hash_table_replace(source->watches, GINT_TO_POINTER(fd), made);
	return TOCSIN_OK;
}

static int32_t
loop_unwatch(tocsin_source *source, int32_t fd)
{
	if (!tocsin_source_check_call(source, "unwatch")) {
		return TOCSIN_E_BUG;
	}
	if (!g_hash_table_remove(source->watches, GINT_TO_POINTER(fd))) {
		tocsin_guard_complain(source->guard, "unwatch(%d) without a watch", fd);
		return TOCSIN_E_BUG;
	}
	return TOCSIN_OK;
}

static int32_t
loop_set_timer(tocsin_source *source, int64_t delay_us)
{
	gint64 due;

	if (!tocsin_source_check_call(source, "set_timer")) {
		return TOCSIN_E_BUG;
	}
	if (delay_us < 0) {
		source->due_us = -1;
		g_source_set_ready_time(source->timer, -1);
		return TOCSIN_OK;
	}
	if (tocsin_unit_trigger(source->unit)->tick == NULL) {
		tocsin_guard_complain(source->guard, "set_timer() without a tick()");
		return TOCSIN_E_BUG;
	}
	due = tocsin_clock_monotonic_us(source->clock);
	source->due_us = delay_us > G_MAXINT64 - due ? G_MAXINT64 : due + delay_us;
	due = tocsin_clock_monotonic_us(tocsin_clock_system());
	g_source_set_ready_time(source->timer,
	                        delay_us > G_MAXINT64 - due ? G_MAXINT64 : due + delay_us);
	return TOCSIN_OK;
}

static int64_t
loop_wall_us(tocsin_source *source)
{
	(void)tocsin_source_check_call(source, "wall_us");
	return source == NULL ? 0 : tocsin_clock_wall_us(source->clock);
}

static int64_t
loop_monotonic_us(tocsin_source *source)
{
	(void)tocsin_source_check_call(source, "monotonic_us");
	return source == NULL ? 0 : tocsin_clock_monotonic_us(source->clock);
}

static int32_t
loop_emit(tocsin_source *source, const tocsin_event *event, tocsin_error *error)
{
	const char *flaw = NULL;

	if (!tocsin_source_check_call(source, "emit")) {
		return TOCSIN_E_BUG;
	}
	if (source->is_full) {
		return TOCSIN_E_TEMP;
	}
	g_autoptr(TocsinEvent) ours = tocsin_event_in(event, tocsin_guard_instance(source->guard),
	                                              tocsin_clock_wall_us(source->clock), &flaw);

	if (ours == NULL) {
		tocsin_guard_complain(source->guard, "%s", flaw);
		return TOCSIN_E_BUG;
	}
	gint32 status = source->sink->emit(source->user, ours, event->token);

	source->is_full = status == TOCSIN_E_TEMP;
	if (status != TOCSIN_OK && error != NULL) {
		tocsin_abi_error_set(error, "there is no room for events now");
	}
	return status;
}

static gboolean
is_position_name(const char *name)
{
	gsize length = name == NULL ? 0 : strnlen(name, TOCSIN_TRIGGER_POSITION_NAME_MAX + 1);

	return length > 0 && length <= TOCSIN_TRIGGER_POSITION_NAME_MAX;
}

static int32_t
loop_checkpoint(tocsin_source *source, const char *name, const void *data, size_t length)
{
	if (!tocsin_source_check_call(source, "checkpoint")) {
		return TOCSIN_E_BUG;
	}
	if (name == NULL || name[0] == '\0' || (data == NULL && length > 0)) {
		tocsin_guard_complain(source->guard, "checkpoint() was given no name or no data");
		return TOCSIN_E_BUG;
	}
	if (!is_position_name(name) || length > TOCSIN_TRIGGER_POSITION_MAX) {
		return TOCSIN_E_PERM;
	}
	g_autoptr(GBytes) position = length == 0 ? NULL : g_bytes_new(data, length);

	source->sink->checkpoint(source->user, name, position);
	return TOCSIN_OK;
}

static int32_t
loop_restore(tocsin_source *source, uint32_t index, const char **out_name, const void **out_data,
             size_t *out_length)
{
	GBytes *position = NULL;
	gsize length;

	if (!tocsin_source_check_call(source, "restore")) {
		return TOCSIN_E_BUG;
	}
	if (out_name == NULL || out_data == NULL || out_length == NULL) {
		tocsin_guard_complain(source->guard, "restore() was given NULL");
		return TOCSIN_E_BUG;
	}
	if (!source->sink->restore(source->user, index, out_name, &position)) {
		return TOCSIN_END;
	}
	*out_data = g_bytes_get_data(position, &length);
	*out_length = length;
	return TOCSIN_OK;
}

static const char *
loop_name(tocsin_source *source)
{
	(void)tocsin_source_check_call(source, "name");
	return source == NULL ? "" : tocsin_guard_instance(source->guard);
}

const tocsin_loop tocsin_table_loop = {
        .size = sizeof(tocsin_loop),
        .watch = loop_watch,
        .unwatch = loop_unwatch,
        .set_timer = loop_set_timer,
        .wall_us = loop_wall_us,
        .monotonic_us = loop_monotonic_us,
        .emit = loop_emit,
        .checkpoint = loop_checkpoint,
        .restore = loop_restore,
        .name = loop_name,
};
