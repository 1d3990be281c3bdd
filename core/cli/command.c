/* SPDX-License-Identifier: MIT */
/* The list of commands, and what they share. */
#include "cli/command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "cli/option-list.h"

#define SHOWN_MAX 60u

const TocsinCommand tocsin_commands[] = {
        {"check", "tell every mistake in a configuration", tocsin_command_check},
        {"emit", "raise an event by hand", tocsin_command_emit},
        {"explain", "tell what was decided about an event or a mail, and why",
         tocsin_command_explain},
        {"mute", "hold mails back for a while", tocsin_command_mute},
        {"plugins", "show which plugins there are, what they provide and why others are refused",
         tocsin_command_plugins},
        {"probe", "ask a mail server what it is and offers", tocsin_command_probe},
        {"queue", "look at the daemon's mails, and steer them", tocsin_command_queue},
        {"render", "show the mail that a template makes of events", tocsin_command_render},
        {"send", "compose a mail and deliver it now", tocsin_command_send},
        {"sendmail", "take a message as /usr/sbin/sendmail does", tocsin_command_sendmail},
        {"status", "tell how the daemon is", tocsin_command_status},
        {NULL, NULL, NULL},
};

void
tocsin_command_complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);

	va_end(arguments);
	fprintf(stderr, "tocsin: %s\n", text);
}

static void
add_group(GOptionContext *context, const TocsinCommandGroup *group)
{
	if (group->name == NULL) {
		g_option_context_add_main_entries(context, group->entries, NULL);
		return;
	}
	GOptionGroup *titled =
	        g_option_group_new(group->name, group->heading, group->heading, NULL, NULL);

	g_option_group_add_entries(titled, group->entries);
	g_option_context_add_group(context, titled);
}

/* Ends the program, as "--help" does. */
static G_NORETURN void
list_options(const TocsinCommandGroup *groups, const char *usage)
{
	g_autoptr(GString) text = g_string_new("option\thelp\th\t\tShow help options\n");

	for (; groups->entries != NULL; groups++) {
		tocsin_option_list_add(text, groups->entries);
	}
	tocsin_option_list_add_usage(text, usage);
	exit(tocsin_command_print(text->str));
}

/* GLib does not say which argument it could not make text of. */
static void
complain_of_argument(int argc, char **argv, const GError *error)
{
	for (int i = 1; i < argc && error->domain == G_CONVERT_ERROR; i++) {
		if (!g_utf8_validate(argv[i], -1, NULL)) {
			g_autofree char *shown =
			        tocsin_text_for_display(argv[i], strlen(argv[i]), SHOWN_MAX);

			tocsin_command_complain("argument %d is not UTF-8: %s", i, shown);
			return;
		}
	}
	tocsin_command_complain("%s; see %s --help", error->message, g_get_prgname());
}

gboolean
tocsin_command_parse_groups(int *argc, char ***argv, const TocsinCommandGroup *groups,
                            const char *usage, const char *description)
{
	g_autoptr(GOptionContext) context = g_option_context_new(usage);
	g_autoptr(GError) error = NULL;

	if (*argc == 2 && strcmp((*argv)[1], TOCSIN_COMMAND_LIST_OPTION) == 0) {
		list_options(groups, usage);
	}
	g_option_context_set_description(context, description);
	for (const TocsinCommandGroup *group = groups; group->entries != NULL; group++) {
		add_group(context, group);
	}
	if (!g_option_context_parse(context, argc, argv, &error)) {
		complain_of_argument(*argc, *argv, error);
		return FALSE;
	}
	return TRUE;
}

gboolean
tocsin_command_parse(int *argc, char ***argv, const GOptionEntry *options, const char *usage,
                     const char *description)
{
	const TocsinCommandGroup groups[] = {{NULL, NULL, options}, {NULL, NULL, NULL}};

	return tocsin_command_parse_groups(argc, argv, groups, usage, description);
}

void
tocsin_command_survive_readers(void)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};

	(void)sigaction(SIGPIPE, &ignore, NULL);
}

int
tocsin_command_print(const char *text)
{
	if (fputs(text, stdout) == EOF || fflush(stdout) != 0) {
		tocsin_command_complain("cannot write the output: %s", g_strerror(errno));
		return EX_IOERR;
	}
	return EX_OK;
}

int
tocsin_command_print_bytes(GBytes *bytes)
{
	gsize length;
	const void *data = g_bytes_get_data(bytes, &length);

	if ((length > 0 && fwrite(data, length, 1, stdout) != 1) || fflush(stdout) != 0) {
		tocsin_command_complain("cannot write the output: %s", g_strerror(errno));
		return EX_IOERR;
	}
	return EX_OK;
}
