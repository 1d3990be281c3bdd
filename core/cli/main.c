/* SPDX-License-Identifier: MIT */
/* tocsin: finds the sub-command and runs it. */
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/command.h"

/* cron and init set no locale. Without one a word in UTF-8 would be no text. */
static void
choose_locale(void)
{
	setlocale(LC_ALL, "");
	if (strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968") == 0) {
		setlocale(LC_CTYPE, "C.UTF-8");
	}
}

/* A file or connection must not become the standard output because that was closed. What is put in
 * the place is open the wrong way round, so that using it fails as before. */
static void
hold_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0) {
			(void)open("/dev/null",
			           (fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
		}
	}
}

static int
print_list(void)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (const TocsinCommand *command = tocsin_commands; command->name != NULL; command++) {
		g_string_append_printf(text, "command\t%s\t%s\n", command->name, command->summary);
	}
	return tocsin_command_print(text->str);
}

static int
print_help(void)
{
	g_autoptr(GString) text =
	        g_string_new("usage: tocsin COMMAND [OPTION...] [ARGUMENT...]\n\n");

	for (const TocsinCommand *command = tocsin_commands; command->name != NULL; command++) {
		g_string_append_printf(text, "  %-10s %s\n", command->name, command->summary);
	}
	g_string_append(text, "\n\"tocsin COMMAND --help\" says more. Exit codes are those of "
	                      "sysexits(3).\n");
	return tocsin_command_print(text->str);
}

static int
complain_unknown(const char *name)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (const TocsinCommand *command = tocsin_commands; command->name != NULL; command++) {
		g_ptr_array_add(names, (gpointer)command->name);
	}
	g_ptr_array_add(names, NULL);
	const char *nearest = tocsin_text_nearest(name, (const char *const *)names->pdata);
	g_autofree char *shown = tocsin_text_for_display(name, strlen(name), 40);

	tocsin_command_complain("there is no command '%s'%s%s%s (see tocsin --help)", shown,
	                        nearest != NULL ? "; did you mean '" : "",
	                        nearest != NULL ? nearest : "", nearest != NULL ? "'?" : "");
	return EX_USAGE;
}

int
main(int argc, char **argv)
{
	g_autofree char *called = argc > 0 ? g_path_get_basename(argv[0]) : NULL;

	choose_locale();
	hold_standard_streams();
	/* The standard output is for results, which programs read. */
	g_log_writer_default_set_use_stderr(TRUE);
	if (g_strcmp0(called, "sendmail") == 0) {
		/* A link of that name stands in for sendmail(8). */
		return tocsin_command_sendmail(argc, argv);
	}
	if (argc < 2) {
		tocsin_command_complain("which command? see tocsin --help");
		return EX_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		return print_help();
	}
	if (strcmp(argv[1], TOCSIN_COMMAND_LIST_OPTION) == 0) {
		return print_list();
	}
	if (strcmp(argv[1], "--version") == 0) {
		return tocsin_command_print("tocsin " TOCSIN_VERSION "\n");
	}
	for (const TocsinCommand *command = tocsin_commands; command->name != NULL; command++) {
		if (strcmp(command->name, argv[1]) == 0) {
			g_autofree char *name = g_strdup_printf("tocsin %s", command->name);

			g_set_prgname(name);
			return command->run(argc - 1, argv + 1);
		}
	}
	return complain_unknown(argv[1]);
}
