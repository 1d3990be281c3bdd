/* SPDX-License-Identifier: MIT */
/* An event as a plugin gives it, made into one of ours. A pure function; any thread. */
#ifndef TOCSIN_PLUGIN_EVENT_IN_H
#define TOCSIN_PLUGIN_EVENT_IN_H

#include <tocsin/plugin.h>

#include "model/event.h"

G_BEGIN_DECLS

/* @trigger: its name in the configuration, with which the event's id begins, so that no two
 * triggers can mean the same one. NULL, with what is wrong in *out_flaw (constant), where the event
 * breaks the contract. */
TocsinEvent *tocsin_event_in(const tocsin_event *event, const char *trigger, gint64 now_us,
                             const char **out_flaw);

G_END_DECLS

#endif
