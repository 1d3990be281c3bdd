/* SPDX-License-Identifier: MIT */
/* From configuration to a plan and a schedule. */
#include "settings.h"

#include <string.h>
#include <tocsin/error.h>

#include "event.h"

#define KEY(variable, ...) \
	static const tocsin_key variable = {.size = sizeof(tocsin_key), __VA_ARGS__}

static const char *const on_choices[] = {"failure", "change", "output", "always", NULL};

KEY(key_command, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "command",
    .help = "The program and its arguments, run without a shell.");
KEY(key_shell, .type = TOCSIN_KEY_STRING, .name = "shell",
    .help = "A command line for /bin/sh, instead of command.");
KEY(key_folder, .type = TOCSIN_KEY_STRING, .name = "folder", .fallback = "/",
    .help = "The absolute path of the folder to run in.");
KEY(key_environment, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "environment",
    .help = "NAME=VALUE, to be set for the command.");
KEY(key_clean, .type = TOCSIN_KEY_BOOL, .name = "clean_environment", .fallback = "true",
    .help = "Give it nothing of the daemon's environment but PATH, HOME, LANG and TZ.");
KEY(key_timeout, .type = TOCSIN_KEY_DURATION, .name = "timeout", .fallback = "1m", .minimum = 1000,
    .maximum = 24 * 3600 * (int64_t)G_USEC_PER_SEC,
    .help = "After this it is terminated with all that it started; that is a failure.");
KEY(key_success, .type = TOCSIN_KEY_LIST, .maximum = 256, .name = "success", .fallback = "0",
    .help = "The exit codes that are no failure.");
KEY(key_on, .type = TOCSIN_KEY_LIST, .maximum = 4, .name = "on", .fallback = "failure",
    .choices = on_choices, .help = "Which runs raise an event.");
KEY(key_output_limit, .type = TOCSIN_KEY_SIZE, .name = "output_limit", .fallback = "64k",
    .minimum = 256, .maximum = 1 << 20, .help = "Of longer output the middle is cut out.");
KEY(key_lines, .type = TOCSIN_KEY_INT, .name = "lines", .fallback = "20", .maximum = 1000,
    .help = "How many of the output's last lines the event's excerpt has.");
KEY(key_severity, .type = TOCSIN_KEY_STRING, .name = "severity", .fallback = "error",
    .choices = tocsin_draft_severities, .help = "The severity of failures; all else is info.");

const tocsin_key *const tocsin_command_keys[] = {
        &key_command,
        &key_shell,
        &tocsin_schedule_key_every,
        &tocsin_schedule_key_at,
        &tocsin_schedule_key_zone,
        &key_folder,
        &key_environment,
        &key_clean,
        &key_timeout,
        &key_success,
        &key_on,
        &key_severity,
        &key_output_limit,
        &key_lines,
        NULL,
};

void
tocsin_command_settings_free(TocsinCommandSettings *self)
{
	if (self != NULL) {
		g_strfreev(self->plan.argv);
		g_strfreev(self->plan.environment);
		g_free(self->folder);
		g_free(self->text);
		tocsin_schedule_free(self->schedule);
		g_free(self);
	}
}

static void
read_command(TocsinCommandSettings *self, const tocsin_host *host, const tocsin_config *config,
             GString *problems)
{
	const char *shell = host->get_string(host, config, "shell");
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	const char *word;

	for (uint32_t i = 0; (word = host->get_item(host, config, "command", i)) != NULL; i++) {
		g_strv_builder_add(builder, word);
	}
	self->plan.argv = g_strv_builder_end(builder);
	if ((shell != NULL) == (self->plan.argv[0] != NULL)) {
		g_string_append(problems, "; give one of command and shell");
	} else if (shell != NULL) {
		g_strfreev(self->plan.argv);
		self->plan.argv =
		        g_strdupv((char *[]){(char *)"/bin/sh", (char *)"-c", (char *)shell, NULL});
		self->text = g_strdup(shell);
	} else {
		self->text = g_strjoinv(" ", self->plan.argv);
	}
}

static void
read_environment(TocsinCommandSettings *self, const tocsin_host *host, const tocsin_config *config,
                 GString *problems)
{
	const char *const kept[] = {"PATH", "HOME", "LANG", "TZ"};
	gboolean is_clean = host->get_int(host, config, "clean_environment") != 0;
	char **environment = is_clean ? g_new0(char *, 1) : g_get_environ();
	const char *item;

	for (guint i = 0; is_clean && i < G_N_ELEMENTS(kept); i++) {
		const char *value = secure_getenv(kept[i]);

		if (value != NULL) {
			environment = g_environ_setenv(environment, kept[i], value, TRUE);
		}
	}
	for (uint32_t i = 0; (item = host->get_item(host, config, "environment", i)) != NULL; i++) {
		g_auto(GStrv) parts = g_strsplit(item, "=", 2);

		if (parts[0] == NULL || parts[0][0] == '\0' || parts[1] == NULL) {
			g_string_append_printf(problems, "; environment: '%s' is not NAME=VALUE",
			                       item);
		} else {
			environment = g_environ_setenv(environment, parts[0], parts[1], TRUE);
		}
	}
	self->plan.environment = environment;
}

static void
read_lists(TocsinCommandSettings *self, const tocsin_host *host, const tocsin_config *config,
           GString *problems)
{
	const char *item;

	for (uint32_t i = 0; (item = host->get_item(host, config, "success", i)) != NULL; i++) {
		guint64 code;

		if (g_ascii_string_to_unsigned(item, 10, 0, 255, &code, NULL)) {
			self->is_success[code] = TRUE;
		} else {
			g_string_append_printf(problems,
			                       "; success: '%s' is no exit code: expected 0 to 255",
			                       item);
		}
	}
	for (uint32_t i = 0; (item = host->get_item(host, config, "on", i)) != NULL; i++) {
		for (guint bit = 0; on_choices[bit] != NULL; bit++) {
			self->on |= strcmp(item, on_choices[bit]) == 0 ? 1u << bit : 0;
		}
	}
}

TocsinCommandSettings *
tocsin_command_settings_new(const tocsin_host *host, const tocsin_config *config, GError **error)
{
	g_autoptr(TocsinCommandSettings) self = g_new0(TocsinCommandSettings, 1);
	g_autoptr(GString) problems = g_string_new(NULL);
	g_autoptr(GError) schedule_error = NULL;

	read_command(self, host, config, problems);
	read_environment(self, host, config, problems);
	read_lists(self, host, config, problems);
	self->schedule = tocsin_schedule_new(host, config, &schedule_error);
	if (self->schedule == NULL) {
		g_string_append_printf(problems, "; %s", schedule_error->message);
	}
	self->folder = g_strdup(host->get_string(host, config, "folder"));
	self->plan.folder = self->folder;
	if (self->folder == NULL || self->folder[0] != '/') {
		g_string_append_printf(problems, "; folder: '%s' must be an absolute path",
		                       self->folder != NULL ? self->folder : "");
	}
	self->timeout_us = host->get_int(host, config, "timeout");
	self->output_limit = (gsize)host->get_int(host, config, "output_limit");
	self->lines = (guint)host->get_int(host, config, "lines");
	self->severity = tocsin_draft_parse_severity(host->get_string(host, config, "severity"),
	                                             TOCSIN_LEVEL_ERROR);
	if (problems->len > 0) {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG, problems->str + 2);
		return NULL;
	}
	return g_steal_pointer(&self);
}
