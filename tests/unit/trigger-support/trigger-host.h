/* SPDX-License-Identifier: MIT */
/* A host for one trigger: takes its events and positions, turns its clock, restarts it. */
#ifndef TOCSIN_TESTS_TRIGGER_HOST_H
#define TOCSIN_TESTS_TRIGGER_HOST_H

#include "plugin/call-trigger.h"
#include "plugin/unit.h"

G_BEGIN_DECLS

typedef struct {
	GMainContext *context;
	TocsinClock *clock; /* a fake one */
	TocsinUnit *unit;
	TocsinSettings *settings;
	gboolean is_finished; /* the settings are, by an earlier start */
	TocsinTrigger *trigger;
	GPtrArray *events;     /* of TocsinEvent, in the order of their coming */
	GPtrArray *order;      /* of names of positions, sorted */
	GHashTable *positions; /* of name : GBytes */
	guint room;            /* events that are taken before there is no room */
	GError *error;
} TriggerHost;

/* Noon of 23 November 2026, UTC. */
#define TRIGGER_HOST_NOON_US G_GINT64_CONSTANT(1795435200000000)

void trigger_host_set_up(TriggerHost *self, const tocsin_unit *unit);
void trigger_host_tear_down(TriggerHost *self);

/* Settings, before the start; they must be right. */
void trigger_host_set(TriggerHost *self, const char *name, const char *text);
void trigger_host_set_number(TriggerHost *self, const char *name, gint64 number);
void trigger_host_add(TriggerHost *self, const char *name, const char *item);

/* Forgets all settings. */
void trigger_host_reset(TriggerHost *self);

/* What check() says; NULL if it is content. Free with g_free(). */
char *trigger_host_check(TriggerHost *self);

/* Starts under the name "app"; it must succeed. */
void trigger_host_start(TriggerHost *self);

/* Stops and forgets the events, as a restart of the program does. */
void trigger_host_stop(TriggerHost *self);

/* Moves the clock on and runs the timer if it is due. */
void trigger_host_advance(TriggerHost *self, gint64 us);

/* Turns the main loop until there are @count events; it is an error if there are more. */
void trigger_host_run_until(TriggerHost *self, guint count);

/* Turns the main loop as long as something is ready. */
void trigger_host_settle(TriggerHost *self);

/* The event at @index, which must be there. */
const TocsinEvent *trigger_host_event(const TriggerHost *self, guint index);

/* An event's field as a number. */
gint64 trigger_host_number(const TocsinEvent *event, const char *name);

G_END_DECLS

#endif
