/* SPDX-License-Identifier: MIT */
/* tocsind: reads the command line. */
#include <locale.h>
#include <stdio.h>
#include <sysexits.h>

#include "daemon/daemon.h"
#include "daemon/log.h"
#include "engine/paths.h"

int
main(int argc, char **argv)
{
	TocsinDaemonOptions options = {0};
	gboolean is_version = FALSE;
	gboolean is_verbose = FALSE;
	const GOptionEntry entries[] = {
	        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &options.config,
	         "The configuration (default: " TOCSIN_CONFIG_PATH ")", "FILE"},
	        {"plugin-dir", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.plugin_folders,
	         "Load plugins from here instead; may be repeated", "DIR"},
	        {"template-dir", 0, 0, G_OPTION_ARG_FILENAME, &options.template_folder,
	         "Where the shipped templates are, instead of the built-in folder", "DIR"},
	        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &is_verbose, "Log what goes well too", NULL},
	        {"version", 0, 0, G_OPTION_ARG_NONE, &is_version, "Print the version", NULL},
	        {NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;
	int code;

	tocsin_daemon_hold_signals();
	setlocale(LC_ALL, "");
	g_option_context_set_summary(
	        context, "Watches what the configuration says, and mails what its rules want told. "
	                 "Stays in the foreground.");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &error) || argc > 1) {
		(void)fprintf(stderr, "tocsind: %s; see tocsind --help\n",
		              error != NULL ? error->message : "it takes no arguments");
		return EX_USAGE;
	}
	if (is_version) {
		(void)puts("tocsind " TOCSIN_VERSION);
		return EX_OK;
	}
	tocsin_log_begin(is_verbose);
	if (options.config == NULL) {
		options.config = g_strdup(TOCSIN_CONFIG_PATH);
	}
	code = tocsin_daemon_run(&options);
	g_free(options.config);
	g_free(options.template_folder);
	g_strfreev(options.plugin_folders);
	return code;
}
