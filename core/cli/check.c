/* SPDX-License-Identifier: MIT */
/* tocsin check: what is wrong with a configuration, all of it. */
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/check-daemon.h"
#include "cli/command.h"
#include "engine/paths.h"
#include "engine/plan.h"

typedef struct {
	char *config;
	char **plugin_folders;
	char *template_folder;
	gboolean is_json;
} Options;

static void
options_clear(Options *options)
{
	g_free(options->config);
	g_strfreev(options->plugin_folders);
	g_free(options->template_folder);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

/* How many there are of each. */
typedef struct {
	guint triggers;
	guint rules;
	guint accounts;
} Counts;

/* "file:line: text" in its parts; without a place all of it is the text. */
static JsonObject *
part(const char *problem)
{
	JsonObject *object = json_object_new();
	g_autoptr(GRegex) place = g_regex_new("^(.+?):([0-9]+): (.*)$", G_REGEX_DOTALL, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;

	if (g_regex_match(place, problem, 0, &match)) {
		g_autofree char *file = g_match_info_fetch(match, 1);
		g_autofree char *line = g_match_info_fetch(match, 2);
		g_autofree char *text = g_match_info_fetch(match, 3);

		json_object_set_string_member(object, "file", file);
		json_object_set_int_member(object, "line", g_ascii_strtoll(line, NULL, 10));
		json_object_set_string_member(object, "text", text);
	} else {
		json_object_set_null_member(object, "file");
		json_object_set_null_member(object, "line");
		json_object_set_string_member(object, "text", problem);
	}
	return object;
}

static int
print_json(const Options *options, const TocsinProblems *problems, const Counts *counts)
{
	g_autoptr(JsonObject) object = json_object_new();
	JsonArray *array = json_array_new();

	for (guint i = 0; i < tocsin_problems_count(problems); i++) {
		g_autofree char *valid = g_utf8_make_valid(tocsin_problems_at(problems, i), -1);

		json_array_add_object_element(array, part(valid));
	}
	json_object_set_string_member(object, "config", options->config);
	json_object_set_array_member(object, "problems", array);
	json_object_set_int_member(object, "triggers", counts->triggers);
	json_object_set_int_member(object, "rules", counts->rules);
	json_object_set_int_member(object, "accounts", counts->accounts);
	return tocsin_ask_print_json(object);
}

static int
print_text(const Options *options, const TocsinProblems *problems, const Counts *counts)
{
	guint count = tocsin_problems_count(problems);

	for (guint i = 0; i < count; i++) {
		(void)fprintf(stderr, "%s\n", tocsin_problems_at(problems, i));
	}
	if (count > 0) {
		return EX_OK;
	}
	g_autofree char *line =
	        g_strdup_printf("%s is good: %u triggers, %u rules, %u accounts\n", options->config,
	                        counts->triggers, counts->rules, counts->accounts);

	return tocsin_command_print(line);
}

static int
check(const Options *options)
{
	const TocsinPlanContext context = {
	        .clock = tocsin_clock_system(),
	        .plugin_folders = (const char *const *)options->plugin_folders,
	        .template_folder = options->template_folder,
	        .is_check = TRUE,
	};
	g_autoptr(TocsinProblems) problems = tocsin_problems_new();
	g_autoptr(TocsinPlan) plan = tocsin_plan_new(options->config, &context, problems);
	Counts counts = {0};

	if (plan != NULL) {
		counts.triggers = tocsin_plan_triggers(plan)->len;
		counts.rules = tocsin_plan_rules(plan)->len;
		counts.accounts = tocsin_accounts_count(tocsin_plan_accounts(plan));
	}
	tocsin_check_daemon(options->config, problems);
	int code = options->is_json ? print_json(options, problems, &counts)
	                            : print_text(options, problems, &counts);

	return tocsin_problems_count(problems) > 0 ? EX_CONFIG : code;
}

int
tocsin_command_check(int argc, char **argv)
{
	g_auto(Options) options = {0};
	const GOptionEntry entries[] = {
	        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options.config,
	         "The configuration (default: " TOCSIN_CONFIG_PATH ")", "FILE"},
	        {"plugin-dir", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.plugin_folders,
	         "Look for plugins here instead of in the built-in folder; may be repeated", "DIR"},
	        {"template-dir", 0, 0, G_OPTION_ARG_FILENAME, &options.template_folder,
	         "Where the shipped templates are, instead of the built-in folder", "DIR"},
	        {"json", 0, 0, G_OPTION_ARG_NONE, &options.is_json, "Print JSON", NULL},
	        {NULL},
	};

	if (!tocsin_command_parse(&argc, &argv, entries, NULL,
	                          "Reads a configuration as the daemon does, without fetching "
	                          "secrets, connecting or watching, and tells every mistake with "
	                          "its file and line. Exits with 78 if there is one.")) {
		return EX_USAGE;
	}
	if (argc > 1) {
		tocsin_command_complain("what is '%s'? the configuration follows --config; see "
		                        "tocsin check --help",
		                        argv[1]);
		return EX_USAGE;
	}
	if (options.config == NULL) {
		options.config = g_strdup(TOCSIN_CONFIG_PATH);
	}
	return check(&options);
}
