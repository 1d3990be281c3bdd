/* SPDX-License-Identifier: MIT */
/* tocsin mute list | add | remove. */
#include <string.h>

#include "base/clock.h"
#include "cli/ask.h"
#include "cli/command.h"
#include "cli/table.h"
#include "control/client.h"

#define USAGE "list | add | remove ID..."
#define WORD_MAX 40u
#define TEXT_MAX 200u

typedef struct {
	TocsinAsk ask;
	gboolean are_ids;
	char *rule; /* each (nullable) */
	char *where;
	char *duration;
	char *until;
	char *comment;
} Options;

static void
options_clear(Options *options)
{
	tocsin_ask_clear(&options->ask);
	g_free(options->rule);
	g_free(options->where);
	g_free(options->duration);
	g_free(options->until);
	g_free(options->comment);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static int
print_ids(JsonArray *mutes)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < tocsin_ask_count(mutes); i++) {
		g_autoptr(JsonObject) mute = tocsin_ask_nth(mutes, i);
		g_autofree char *id = tocsin_ask_text(mute, "id", WORD_MAX);

		g_string_append_printf(out, "%s\n", id);
	}
	return tocsin_command_print(out->str);
}

static int
print_table(JsonArray *mutes)
{
	static const char *const headings[] = {"ID",  "RULE", "WHERE",   "UNTIL",
	                                       "SET", "BY",   "COMMENT", NULL};
	g_autoptr(TocsinTable) table = tocsin_table_new(headings);
	g_autoptr(GString) out = g_string_new(NULL);
	gint64 now_us = tocsin_clock_wall_us(tocsin_clock_system());

	for (guint i = 0; i < tocsin_ask_count(mutes); i++) {
		g_autoptr(JsonObject) mute = tocsin_ask_nth(mutes, i);
		gint64 until_us = tocsin_ask_time(mute, "until");

		tocsin_table_take(table, tocsin_ask_text(mute, "id", WORD_MAX));
		tocsin_table_take(table, tocsin_ask_text(mute, "rule", WORD_MAX));
		tocsin_table_take(table, tocsin_ask_text(mute, "where", TEXT_MAX));
		tocsin_table_take(table, until_us == 0
		                                 ? g_strdup("it is removed")
		                                 : tocsin_table_format_when(until_us, now_us));
		tocsin_table_take(table,
		                  tocsin_table_format_when(tocsin_ask_time(mute, "set"), now_us));
		tocsin_table_take(table, tocsin_ask_text(mute, "who", WORD_MAX));
		tocsin_table_take(table, tocsin_ask_text(mute, "comment", TEXT_MAX));
	}
	tocsin_table_write(table, out);
	return tocsin_command_print(out->str);
}

static int
list(const Options *options)
{
	g_autoptr(JsonObject) answer = NULL;
	int code = tocsin_ask(&options->ask, "GET", "/v1/mutes", NULL, NULL, &answer);

	if (code != EX_OK) {
		return code;
	}
	if (options->ask.is_json) {
		return tocsin_ask_print_json(answer);
	}
	JsonArray *mutes = tocsin_ask_list(answer, "mutes");

	return options->are_ids ? print_ids(mutes) : print_table(mutes);
}

static void
put(JsonObject *object, const char *name, const char *text)
{
	if (text != NULL) {
		json_object_set_string_member(object, name, text);
	}
}

/* The end with its zone, which is the local one if nothing is said. */
static gboolean
put_until(JsonObject *object, const char *text)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_local();
	g_autoptr(GDateTime) time = text == NULL ? NULL : g_date_time_new_from_iso8601(text, zone);
	g_autofree char *whole = time == NULL ? NULL : g_date_time_format_iso8601(time);

	put(object, "until", whole);
	return text == NULL || whole != NULL;
}

static int
add(const Options *options)
{
	g_autoptr(JsonObject) object = json_object_new();
	g_autoptr(JsonObject) answer = NULL;

	if (options->rule == NULL && options->where == NULL) {
		tocsin_command_complain("what is to be muted? --rule or --where says it, and "
		                        "--rule '*' is everything");
		return EX_USAGE;
	}
	put(object, "rule", options->rule);
	put(object, "where", options->where);
	put(object, "for", options->duration);
	put(object, "comment", options->comment);
	if (!put_until(object, options->until)) {
		tocsin_command_complain("--until takes a time such as 2026-12-24T18:00, not '%s'",
		                        options->until);
		return EX_USAGE;
	}
	g_autoptr(JsonNode) root = json_node_init_object(json_node_alloc(), object);
	char *text = json_to_string(root, FALSE);
	g_autoptr(GBytes) body = g_bytes_new_take(text, strlen(text));
	int code =
	        tocsin_ask(&options->ask, "POST", "/v1/mutes", "application/json", body, &answer);

	if (code != EX_OK || options->ask.is_json) {
		return code != EX_OK ? code : tocsin_ask_print_json(answer);
	}
	g_autofree char *id = tocsin_ask_text(answer, "id", WORD_MAX);
	g_autofree char *line = g_strdup_printf("%s\n", id);

	return tocsin_command_print(line);
}

static int
remove_all(const Options *options, int count, char **ids)
{
	int result = EX_OK;

	for (int i = 0; i < count; i++) {
		g_autoptr(GString) target = g_string_new("/v1/mutes");
		g_autoptr(JsonObject) answer = NULL;

		tocsin_client_add_part(target, ids[i]);
		int code = tocsin_ask(&options->ask, "DELETE", target->str, NULL, NULL, &answer);

		result = result != EX_OK ? result : code;
	}
	return result;
}

static gboolean
parse(int *argc, char ***argv, Options *options)
{
	const GOptionEntry entries[] = {
	        {"rule", 'r', 0, G_OPTION_ARG_STRING, &options->rule,
	         "add: rules of this name, with * and ? for any characters", "PATTERN"},
	        {"where", 'w', 0, G_OPTION_ARG_STRING, &options->where,
	         "add: events for which this expression holds", "EXPRESSION"},
	        {"for", 0, 0, G_OPTION_ARG_STRING, &options->duration,
	         "add: for so long, such as 2h30m", "TIME"},
	        {"until", 0, 0, G_OPTION_ARG_STRING, &options->until,
	         "add: until then, such as 2026-12-24T18:00", "TIME"},
	        {"comment", 0, 0, G_OPTION_ARG_STRING, &options->comment, "add: why", "TEXT"},
	        {"ids", 0, 0, G_OPTION_ARG_NONE, &options->are_ids, "list: ids only, one a line",
	         NULL},
	        {NULL},
	};
	g_autofree GOptionEntry *common = tocsin_ask_entries(&options->ask);
	const TocsinCommandGroup groups[] = {
	        {NULL, NULL, entries}, {NULL, NULL, common}, {NULL, NULL, NULL}};

	return tocsin_command_parse_groups(
	        argc, argv, groups, USAGE,
	        "Holds mails back for a while: what is muted is counted, and told in the next "
	        "mail of its rule.");
}

int
tocsin_command_mute(int argc, char **argv)
{
	g_auto(Options) options = {0};

	if (!parse(&argc, &argv, &options)) {
		return EX_USAGE;
	}
	if (argc == 1 || (argc == 2 && strcmp(argv[1], "list") == 0)) {
		return list(&options);
	}
	if (argc == 2 && strcmp(argv[1], "add") == 0) {
		return add(&options);
	}
	if (argc > 2 && strcmp(argv[1], "remove") == 0) {
		return remove_all(&options, argc - 2, argv + 2);
	}
	tocsin_command_complain("usage: tocsin mute " USAGE "; see tocsin mute --help");
	return EX_USAGE;
}
