/* SPDX-License-Identifier: MIT */
/* tocsin emit: raises an event by hand. */
#include <string.h>
#include <tocsin/error.h>

#include "base/clock.h"
#include "base/json-check.h"
#include "cli/ask.h"
#include "cli/command.h"
#include "cli/input.h"
#include "engine/event-json.h"
#include "engine/plan.h"

#define WORD_MAX 200u

typedef struct {
	TocsinAsk ask;
	char *id; /* each (nullable) */
	char *key;
	char *severity;
	char *status;
	char *time;
	char **lines;
	char *file; /* with events; "-": standard input */
} Options;

static void
options_clear(Options *options)
{
	tocsin_ask_clear(&options->ask);
	g_free(options->id);
	g_free(options->key);
	g_free(options->severity);
	g_free(options->status);
	g_free(options->time);
	g_strfreev(options->lines);
	g_free(options->file);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static int
tell(const Options *options, JsonObject *answer)
{
	g_autofree char *id = tocsin_ask_text(answer, "id", WORD_MAX);
	gint64 matched = tocsin_ask_number(answer, "matched");
	g_autofree char *line = NULL;

	if (options->ask.is_json) {
		return tocsin_ask_print_json(answer);
	}
	line = matched == 0 ? g_strdup_printf("%s is for no rule\n", id)
	                    : g_strdup_printf("%s is for %" G_GINT64_FORMAT " rule%s\n", id,
	                                      matched, matched == 1 ? "" : "s");
	return tocsin_command_print(line);
}

static int
post(const Options *options, const char *json)
{
	g_autoptr(GBytes) body = g_bytes_new(json, strlen(json));
	g_autoptr(JsonObject) answer = NULL;
	int code =
	        tocsin_ask(&options->ask, "POST", "/v1/events", "application/json", body, &answer);

	return code != EX_OK ? code : tell(options, answer);
}

/* Those of a file, in their order; the first that is not taken ends it. */
static int
emit_file(const Options *options)
{
	const TocsinEventJsonDefaults defaults = {
	        .trigger = TOCSIN_TRIGGER_BY_HAND,
	        .now_us = tocsin_clock_wall_us(tocsin_clock_system()),
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) text =
	        tocsin_input_read(options->file, TOCSIN_EVENT_JSON_BYTES_MAX, &error);
	gsize length = 0;
	const void *bytes = text == NULL ? NULL : g_bytes_get_data(text, &length);
	g_autoptr(GPtrArray) events = text == NULL
	                                      ? NULL
	                                      : tocsin_events_from_json(bytes == NULL ? "" : bytes,
	                                                                length, &defaults, &error);
	int code = EX_OK;

	if (events == NULL) {
		tocsin_command_complain("%s%s%s", text == NULL ? "" : options->file,
		                        text == NULL ? "" : ": ", error->message);
		return text == NULL ? EX_NOINPUT : EX_DATAERR;
	}
	for (guint i = 0; i < events->len && code == EX_OK; i++) {
		g_autofree char *json = tocsin_event_to_json(g_ptr_array_index(events, i), FALSE);

		code = post(options, json);
	}
	return code;
}

/* What follows NAME:= as JSON; NULL after a complaint. */
static JsonNode *
parse_value(const char *argument, const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonNode) node =
	        tocsin_json_check(text, strlen(text), TOCSIN_JSON_DEPTH_MAX, &error)
	                ? json_from_string(text, &error)
	                : NULL;

	if (node == NULL) {
		tocsin_command_complain("'%s': %s", argument,
		                        error == NULL ? "there is no value" : error->message);
	}
	return g_steal_pointer(&node);
}

/* Adds "NAME=TEXT" or "NAME:=JSON". */
static gboolean
add_field(JsonObject *fields, const char *argument)
{
	const char *equals = strchr(argument, '=');
	gboolean is_json = equals != NULL && equals > argument && equals[-1] == ':';
	gsize length = equals == NULL ? 0 : (gsize)(equals - argument) - (is_json ? 1 : 0);

	if (length == 0) {
		tocsin_command_complain("'%s' is no field: those are NAME=TEXT or NAME:=JSON",
		                        argument);
		return FALSE;
	}
	g_autofree char *name = g_strndup(argument, length);
	JsonNode *value = is_json ? parse_value(argument, equals + 1) : NULL;

	if (is_json && value == NULL) {
		return FALSE;
	}
	if (is_json) {
		json_object_set_member(fields, name, value);
	} else {
		json_object_set_string_member(fields, name, equals + 1);
	}
	return TRUE;
}

static void
put(JsonObject *object, const char *name, const char *text)
{
	if (text != NULL) {
		json_object_set_string_member(object, name, text);
	}
}

static void
put_lines(JsonObject *object, char *const *lines)
{
	JsonArray *excerpt = json_array_new();

	for (; lines != NULL && *lines != NULL; lines++) {
		json_array_add_string_element(excerpt, *lines);
	}
	json_object_set_array_member(object, "excerpt", excerpt);
}

static int
emit_arguments(const Options *options, int count, char **arguments)
{
	g_autoptr(JsonObject) event = json_object_new();
	JsonObject *fields = json_object_new();

	put(event, "kind", arguments[0]);
	put(event, "id", options->id);
	put(event, "key", options->key);
	put(event, "severity", options->severity);
	put(event, "status", options->status);
	put(event, "time", options->time);
	put_lines(event, options->lines);
	json_object_set_object_member(event, "fields", fields);
	for (int i = 1; i < count; i++) {
		if (!add_field(fields, arguments[i])) {
			return EX_USAGE;
		}
	}
	g_autoptr(JsonNode) root = json_node_init_object(json_node_alloc(), event);
	g_autofree char *json = json_to_string(root, FALSE);

	return post(options, json);
}

static gboolean
parse(int *argc, char ***argv, Options *options)
{
	const GOptionEntry entries[] = {
	        {"key", 'k', 0, G_OPTION_ARG_STRING, &options->key,
	         "Which thing it is about: a host, a service", "TEXT"},
	        {"severity", 0, 0, G_OPTION_ARG_STRING, &options->severity,
	         "How grave it is (default: info)", "debug|info|notice|warning|error|critical"},
	        {"status", 0, 0, G_OPTION_ARG_STRING, &options->status,
	         "Whether the thing is in trouble, or well again (default: none)",
	         "none|problem|ok"},
	        {"time", 0, 0, G_OPTION_ARG_STRING, &options->time,
	         "When it happened, ISO 8601 (default: now)", "TIME"},
	        {"line", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->lines,
	         "A line of its excerpt; may be repeated", "TEXT"},
	        {"id", 0, 0, G_OPTION_ARG_STRING, &options->id,
	         "Its id: what was said under the same one is not said again", "ID"},
	        {"json-file", 0, 0, G_OPTION_ARG_FILENAME, &options->file,
	         "Instead: an event, or a list of events, as JSON; - is the standard input",
	         "FILE"},
	        {NULL},
	};
	g_autofree GOptionEntry *common = tocsin_ask_entries(&options->ask);
	const TocsinCommandGroup groups[] = {
	        {NULL, NULL, entries}, {NULL, NULL, common}, {NULL, NULL, NULL}};

	return tocsin_command_parse_groups(
	        argc, argv, groups, "KIND NAME=TEXT... NAME:=JSON...",
	        "Raises an event by hand: rules know it as \"emit.KIND\". Exits with 0 when it is "
	        "on disk, with all that follows from it.");
}

static gboolean
has_details(const Options *options)
{
	return options->id != NULL || options->key != NULL || options->severity != NULL ||
	       options->status != NULL || options->time != NULL || options->lines != NULL;
}

int
tocsin_command_emit(int argc, char **argv)
{
	g_auto(Options) options = {0};

	if (!parse(&argc, &argv, &options)) {
		return EX_USAGE;
	}
	if (options.file != NULL && (argc > 1 || has_details(&options))) {
		tocsin_command_complain("the events of --json-file say all of themselves; see "
		                        "tocsin emit --help");
		return EX_USAGE;
	}
	if (options.file != NULL) {
		return emit_file(&options);
	}
	if (argc < 2) {
		tocsin_command_complain("what happened? see tocsin emit --help");
		return EX_USAGE;
	}
	return emit_arguments(&options, argc - 1, argv + 1);
}
