/* SPDX-License-Identifier: MIT */
/* tocsin plugins list, tocsin plugins show NAME. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "plugin/describe.h"
#include "plugin/registry.h"

#define NAME_WIDTH 22
#define VERSION_WIDTH 10

typedef struct {
	gboolean is_verbose;
	gboolean is_json;
	char **directories; /* (nullable) instead of the built-in one */
} Options;

static void
options_clear(Options *options)
{
	g_strfreev(options->directories);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

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

/* Every plugin of the folders; FALSE after a complaint. */
static gboolean
load(TocsinRegistry *registry, const Options *options)
{
	g_autoptr(GError) error = NULL;
	const char *const built_in[] = {tocsin_loader_directory(), NULL};
	const char *const *paths =
	        options->directories != NULL ? (const char *const *)options->directories : built_in;

	for (; *paths != NULL; paths++) {
		if (!tocsin_registry_add_directory(registry, *paths, options->directories == NULL,
		                                   &error)) {
			tocsin_command_complain("%s", error->message);
			return FALSE;
		}
	}
	tocsin_registry_load_all(registry);
	return TRUE;
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
	g_autoptr(TocsinRegistry) registry = tocsin_registry_new();
	int code;

	if (!load(registry, options)) {
		return EX_CONFIG;
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
	if (code != EX_OK) {
		return code;
	}
	return tocsin_registry_refused(registry)->len == 0 ? EX_OK : EX_CONFIG;
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
	g_autoptr(TocsinRegistry) registry = tocsin_registry_new();

	if (!load(registry, options)) {
		return EX_CONFIG;
	}
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
	        {NULL},
	};

	if (!tocsin_command_parse(&argc, &argv, entries, "list | show NAME",
	                          "Exits with 0 only if no file was refused, with 78 otherwise.")) {
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
