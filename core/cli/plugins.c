/* SPDX-License-Identifier: MIT */
/* tocsin plugins list, tocsin plugins show NAME. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/target.h"
#include "engine/units.h"
#include "plugin/describe.h"

#define NAME_WIDTH 22
#define VERSION_WIDTH 10

typedef struct {
	gboolean is_verbose;
	gboolean is_json;
	char **directories; /* (nullable) instead of the built-in one */
	char *config;       /* (nullable) */
} Options;

/* What was found. */
typedef struct {
	TocsinConf *conf; /* (nullable) */
	TocsinUnits *units;
	TocsinProblems *problems; /* of the configuration, and of plugins that it wants */
} Found;

static void
options_clear(Options *options)
{
	g_strfreev(options->directories);
	g_free(options->config);
}

static void
found_clear(Found *found)
{
	tocsin_units_unref(found->units);
	tocsin_conf_free(found->conf);
	tocsin_problems_free(found->problems);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Found, found_clear)

static char *
to_text(JsonBuilder *json)
{
	g_autoptr(JsonGenerator) generator = json_generator_new();
	g_autoptr(JsonNode) root = json_builder_get_root(json);

	json_generator_set_root(generator, root);
	json_generator_set_pretty(generator, TRUE);
	g_autofree char *text = json_generator_to_data(generator, NULL);

	return g_strconcat(text, "\n", NULL);
}

/* Is there a configuration to hold the plugins against? The default one need not be there. */
static gboolean
wants_config(const Options *options)
{
	return options->config != NULL || (options->directories == NULL &&
	                                   g_file_test(TOCSIN_CONFIG_PATH, G_FILE_TEST_EXISTS));
}

/* Loads every plugin of the folders, and looks for those that the configuration wants. */
static void
load(const Options *options, Found *found)
{
	found->problems = tocsin_problems_new();
	if (wants_config(options)) {
		found->conf = tocsin_conf_load(options->config == NULL ? TOCSIN_CONFIG_PATH
		                                                       : options->config,
		                               found->problems);
	}
	found->units = tocsin_units_new(found->conf, (const char *const *)options->directories,
	                                NULL, found->problems);
	if (found->conf != NULL) {
		tocsin_units_check(found->units, found->conf, found->problems);
	} else {
		tocsin_registry_load_all(tocsin_units_registry(found->units));
	}
	for (guint i = 0; i < tocsin_problems_count(found->problems); i++) {
		tocsin_command_complain("%s", tocsin_problems_at(found->problems, i));
	}
}

/* A refused file is a failure unless a configuration says that nobody wants it. */
static int
judge(const Found *found)
{
	const GPtrArray *refused = tocsin_registry_refused(tocsin_units_registry(found->units));
	gboolean is_good = tocsin_problems_count(found->problems) == 0 &&
	                   (found->conf != NULL || refused->len == 0);

	return is_good ? EX_OK : EX_CONFIG;
}

static void
append_list(GString *text, const TocsinRegistry *registry, gboolean is_verbose)
{
	const GPtrArray *plugins = tocsin_registry_plugins(registry);
	const GPtrArray *refused = tocsin_registry_refused(registry);

	for (guint i = 0; i < plugins->len; i++) {
		const TocsinPlugin *plugin = g_ptr_array_index(plugins, i);

		if (is_verbose) {
			tocsin_describe_plugin(text, plugin);
			continue;
		}
		g_string_append_printf(text, "%-*s %-*s ", NAME_WIDTH, tocsin_plugin_name(plugin),
		                       VERSION_WIDTH, tocsin_plugin_version(plugin));
		tocsin_describe_units(text, plugin);
		g_string_append_c(text, '\n');
	}
	for (guint i = 0; i < refused->len; i++) {
		const TocsinRefused *file = g_ptr_array_index(refused, i);

		g_string_append_printf(text, "%s\n", file->error->message);
	}
	if (plugins->len == 0 && refused->len == 0) {
		g_string_append(text, "no plugins\n");
	}
}

static int
list(const Options *options)
{
	g_auto(Found) found = {0};
	int code;

	load(options, &found);
	TocsinRegistry *registry = tocsin_units_registry(found.units);

	if (tocsin_registry_directories(registry)->len == 0) {
		return EX_CONFIG; /* no folder could be used, which has been said */
	}
	if (options->is_json) {
		g_autoptr(JsonBuilder) json = json_builder_new();

		tocsin_describe_registry_json(json, registry);
		g_autofree char *text = to_text(json);

		code = tocsin_command_print(text);
	} else {
		g_autoptr(GString) text = g_string_new(NULL);

		append_list(text, registry, options->is_verbose);
		code = tocsin_command_print(text->str);
	}
	return code != EX_OK ? code : judge(&found);
}

/* (nullable) Why the file of this name was refused. */
static const char *
find_reason(const TocsinRegistry *registry, const char *name)
{
	const GPtrArray *refused = tocsin_registry_refused(registry);
	g_autofree char *end = g_strdup_printf("/%s.so", name);

	for (guint i = 0; i < refused->len; i++) {
		const TocsinRefused *file = g_ptr_array_index(refused, i);

		if (g_str_has_suffix(file->path, end)) {
			return file->error->message;
		}
	}
	return NULL;
}

static int
show(const Options *options, const char *name)
{
	g_auto(Found) found = {0};

	load(options, &found);
	const TocsinRegistry *registry = tocsin_units_registry(found.units);
	const TocsinPlugin *plugin = tocsin_registry_plugin(registry, name);

	if (plugin == NULL) {
		const char *reason = find_reason(registry, name);

		if (reason != NULL) {
			tocsin_command_complain("%s", reason);
		} else {
			tocsin_command_complain("there is no plugin '%s'; see tocsin plugins list",
			                        name);
		}
		return EX_CONFIG;
	}
	if (options->is_json) {
		g_autoptr(JsonBuilder) json = json_builder_new();

		tocsin_describe_plugin_json(json, plugin);
		g_autofree char *json_text = to_text(json);

		return tocsin_command_print(json_text);
	}
	g_autoptr(GString) text = g_string_new(NULL);

	tocsin_describe_plugin(text, plugin);
	return tocsin_command_print(text->str);
}

int
tocsin_command_plugins(int argc, char **argv)
{
	g_auto(Options) options = {0};
	const GOptionEntry entries[] = {
	        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &options.is_verbose,
	         "list: everything about each plugin", NULL},
	        {"json", 0, 0, G_OPTION_ARG_NONE, &options.is_json, "print JSON", NULL},
	        {"plugin-dir", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.directories,
	         "look here instead of in the built-in folder; may be repeated", "DIR"},
	        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options.config,
	         "check the plugins that this configuration wants (default: " TOCSIN_CONFIG_PATH
	         ", if it is there)",
	         "FILE"},
	        {NULL},
	};

	if (!tocsin_command_parse(
	            &argc, &argv, entries, "list | show NAME",
	            "Exits with 78 if a plugin that the configuration wants cannot be "
	            "loaded or, without a configuration, if any file was refused; else 0.")) {
		return EX_USAGE;
	}
	if (argc == 2 && strcmp(argv[1], "list") == 0) {
		return list(&options);
	}
	if (argc == 3 && strcmp(argv[1], "show") == 0) {
		return show(&options, argv[2]);
	}
	tocsin_command_complain("usage: tocsin plugins list [-v] [--json] [--plugin-dir DIR], or "
	                        "tocsin plugins show NAME");
	return EX_USAGE;
}
