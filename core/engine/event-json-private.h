/* SPDX-License-Identifier: MIT */
/* What the files that read events from JSON share. */
#ifndef TOCSIN_ENGINE_EVENT_JSON_PRIVATE_H
#define TOCSIN_ENGINE_EVENT_JSON_PRIVATE_H

#include <json-glib/json-glib.h>
#include <tocsin/error.h>

#include "engine/event-json.h"

G_BEGIN_DECLS

/* Sets the error; always FALSE. */
gboolean tocsin_event_json_fail(GError **error, TocsinError code, const char *format, ...)
        G_GNUC_PRINTF(3, 4);

/* The text as a tree, after all checks of it as text; NULL with the error set. */
JsonParser *tocsin_event_json_parse(const void *bytes, gsize length, GError **error);

/* A time as text or number; FALSE, without an error, if it is none. */
gboolean tocsin_event_json_parse_time(JsonNode *node, gint64 *out_us);

/* Any value but null, with all that it holds; NULL with the error set. */
TocsinValue *tocsin_event_json_read_value(JsonNode *node, GError **error);

/* Adds a line of the excerpt. */
gboolean tocsin_event_json_add_line(TocsinEvent *event, JsonNode *node, GError **error);

/* Adds an attachment that holds its content; or any, also one that is a file's path. */
gboolean tocsin_event_json_add_attachment(TocsinEvent *event, JsonNode *node, GError **error);
gboolean tocsin_event_json_add_any(TocsinEvent *event, JsonNode *node, GError **error);

G_END_DECLS

#endif
