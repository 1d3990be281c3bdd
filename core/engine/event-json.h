/* SPDX-License-Identifier: MIT */
/* Events as JSON (RFC 8259): the form of docs/events.md, in which events are handed in from outside
 * and shown. Pure functions; any thread. */
#ifndef TOCSIN_ENGINE_EVENT_JSON_H
#define TOCSIN_ENGINE_EVENT_JSON_H

#include "model/event.h"

G_BEGIN_DECLS

#define TOCSIN_EVENT_JSON_BYTES_MAX (24u << 20)
#define TOCSIN_EVENT_JSON_DEPTH_MAX 16u
#define TOCSIN_EVENT_JSON_EVENTS_MAX 10000u

/* What an event gets that does not say it itself. */
typedef struct {
	const char *trigger;        /* (nullable: the event has to say it) */
	gint64 now_us;              /* when it is seen, and happened if it does not say when */
	gboolean are_paths_allowed; /* whether attachments may name files: never for what others
	                               hand in, who could have any file mailed to them */
} TocsinEventJsonDefaults;

/* One event. TOCSIN_ERROR_INVALID names the member at fault, and what was probably meant;
 * TOCSIN_ERROR_LIMIT says what is too much: nothing is dropped. */
TocsinEvent *tocsin_event_from_json(const void *bytes, gsize length,
                                    const TocsinEventJsonDefaults *defaults, GError **error);

/* One event, or a list of events; of TocsinEvent, free with g_ptr_array_unref(). All are right, or
 * it fails as above. */
GPtrArray *tocsin_events_from_json(const void *bytes, gsize length,
                                   const TocsinEventJsonDefaults *defaults, GError **error);

/* What tocsin_event_from_json() reads back as an equal event: on one line, or laid out for people.
 * Numbers that JSON cannot write (infinite ones) become text. Free with g_free(). */
char *tocsin_event_to_json(const TocsinEvent *event, gboolean is_pretty);

G_END_DECLS

#endif
