/* SPDX-License-Identifier: MIT */
/* The list of commands, and what they share. */
#include "cli/command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const TocsinCommand tocsin_commands[] = {
        {"plugins", "show which plugins there are, what they provide and why others are refused",
         tocsin_command_plugins},
        {"probe", "ask a mail server what it is and offers", tocsin_command_probe},
        {"render", "show the mail that a template makes of events", tocsin_command_render},
        {"send", "compose a mail and deliver it now", tocsin_command_send},
        {"sendmail", "take a message as /usr/sbin/sendmail does", tocsin_command_sendmail},
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

gboolean
tocsin_command_parse(int *argc, char ***argv, const GOptionEntry *options, const char *usage,
                     const char *description)
{
	g_autoptr(GOptionContext) context = g_option_context_new(usage);
	g_autoptr(GError) error = NULL;

	g_option_context_set_description(context, description);
	g_option_context_add_main_entries(context, options, NULL);
	if (!g_option_context_parse(context, argc, argv, &error)) {
		tocsin_command_complain("%s; see tocsin %s --help", error->message,
		                        g_get_prgname());
		return FALSE;
	}
	return TRUE;
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
