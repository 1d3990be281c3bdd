/* SPDX-License-Identifier: MIT */
/* Tells a main loop that there may be mails to send. */
#include "store/wake.h"

struct _TocsinWake {
	GMutex mutex; /* guards the rest */
	GMainContext *context;
	GSourceFunc on_wake;
	gpointer user_data;
	GSource *source; /* on its way */
};

TocsinWake *
tocsin_wake_new(void)
{
	TocsinWake *self = g_new0(TocsinWake, 1);

	g_mutex_init(&self->mutex);
	return self;
}

static void
cancel(TocsinWake *self)
{
	if (self->source != NULL) {
		g_source_destroy(self->source);
		g_clear_pointer(&self->source, g_source_unref);
	}
	g_clear_pointer(&self->context, g_main_context_unref);
}

void
tocsin_wake_free(TocsinWake *self)
{
	if (self != NULL) {
		cancel(self);
		g_mutex_clear(&self->mutex);
		g_free(self);
	}
}

void
tocsin_wake_set(TocsinWake *self, GMainContext *context, GSourceFunc on_wake, gpointer user_data)
{
	g_mutex_lock(&self->mutex);
	cancel(self);
	self->context = context != NULL ? g_main_context_ref(context) : NULL;
	self->on_wake = on_wake;
	self->user_data = user_data;
	g_mutex_unlock(&self->mutex);
}

static gboolean
on_source(gpointer data)
{
	TocsinWake *self = data;

	g_mutex_lock(&self->mutex);
	GSourceFunc on_wake = self->on_wake;
	gpointer user_data = self->user_data;

	/* What is stored from here on posts anew. */
	g_clear_pointer(&self->source, g_source_unref);
	g_mutex_unlock(&self->mutex);
	if (on_wake != NULL) {
		on_wake(user_data);
	}
	return G_SOURCE_REMOVE;
}

void
tocsin_wake_post(TocsinWake *self)
{
	g_mutex_lock(&self->mutex);
	if (self->on_wake != NULL && self->source == NULL) {
		self->source = g_idle_source_new();
		g_source_set_priority(self->source, G_PRIORITY_DEFAULT);
		g_source_set_callback(self->source, on_source, self, NULL);
		g_source_attach(self->source, self->context);
	}
	g_mutex_unlock(&self->mutex);
}
