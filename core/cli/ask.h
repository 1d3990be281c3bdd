/* SPDX-License-Identifier: MIT */
/* Asking the daemon, for the commands that do; one thread. */
#ifndef TOCSIN_CLI_ASK_H
#define TOCSIN_CLI_ASK_H

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What every command that asks can be told. */
typedef struct {
	char *socket; /* (nullable) else TOCSIN_SOCKET of the environment, else the usual one */
	gboolean is_json;
} TocsinAsk;

/* Frees what is in it. */
void tocsin_ask_clear(TocsinAsk *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinAsk, tocsin_ask_clear)

/* The option for the socket, and that for JSON; @ask must outlive the parsing. Free with
 * g_free(). */
GOptionEntry *tocsin_ask_entries(TocsinAsk *ask);

/* Asks. @type and @body (each (nullable)) are what is sent. EX_OK and what came back; or a code of
 * <sysexits.h> after a complaint that says what the daemon said, or that there is none. */
int tocsin_ask_bytes(const TocsinAsk *self, const char *method, const char *target,
                     const char *type, GBytes *body, GBytes **out_body);

/* The same for an answer that is a JSON object; unref with json_object_unref(). */
int tocsin_ask(const TocsinAsk *self, const char *method, const char *target, const char *type,
               GBytes *body, JsonObject **out_object);

/* Prints @object as JSON. The result is as tocsin_command_print()'s. */
int tocsin_ask_print_json(JsonObject *object);

/* The member @name of @object if it is a text, safe to show on a terminal, cut beyond @limit bytes;
 * "" if there is none. Free with g_free(). */
char *tocsin_ask_text(JsonObject *object, const char *name, gsize limit);

/* The number, 0 if there is none; the list, NULL if there is none; likewise the object. */
gint64 tocsin_ask_number(JsonObject *object, const char *name);
JsonArray *tocsin_ask_list(JsonObject *object, const char *name);
JsonObject *tocsin_ask_object(JsonObject *object, const char *name);

/* The @index-th member of a list if it is an object, else an empty one; unref it. */
JsonObject *tocsin_ask_nth(JsonArray *list, guint index);

/* How many members; 0 for NULL. */
guint tocsin_ask_count(JsonArray *list);

/* The time, microseconds since 1970; 0 if there is none. */
gint64 tocsin_ask_time(JsonObject *object, const char *name);

G_END_DECLS

#endif
