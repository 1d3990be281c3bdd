/* SPDX-License-Identifier: MIT */
/* Members of JSON objects, with null for what there is not. Pure functions; any thread. */
#ifndef TOCSIN_DAEMON_JSON_PUT_H
#define TOCSIN_DAEMON_JSON_PUT_H

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* @text (nullable); what is no UTF-8 becomes U+FFFD. */
void tocsin_json_put_text(JsonObject *object, const char *name, const char *text);

/* ISO 8601 to the microsecond, in UTC; null for 0 and for times beyond the calendar. */
void tocsin_json_put_time(JsonObject *object, const char *name, gint64 time_us);

/* A list of texts (nullable, NULL-terminated). */
void tocsin_json_put_texts(JsonObject *object, const char *name, const char *const *texts);

/* The object as a node; takes it. Free with json_node_unref(). */
JsonNode *tocsin_json_take(JsonObject *object);

G_END_DECLS

#endif
