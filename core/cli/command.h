/* SPDX-License-Identifier: MIT */
/* What every sub-command of "tocsin" is: a name, a line of help, a function; one file each. */
#ifndef TOCSIN_CLI_COMMAND_H
#define TOCSIN_CLI_COMMAND_H

#include <glib.h>
#include <sysexits.h>

G_BEGIN_DECLS

typedef struct {
	const char *name;
	const char *summary; /* for "tocsin --help" */
	/* @argv[0] is the command's name. The result is a code of <sysexits.h>. */
	int (*run)(int argc, char **argv);
} TocsinCommand;

/* Every command, ended by one without a name. */
extern const TocsinCommand tocsin_commands[];

/* One file each. */
int tocsin_command_check(int argc, char **argv);
int tocsin_command_emit(int argc, char **argv);
int tocsin_command_explain(int argc, char **argv);
int tocsin_command_mute(int argc, char **argv);
int tocsin_command_plugins(int argc, char **argv);
int tocsin_command_probe(int argc, char **argv);
int tocsin_command_queue(int argc, char **argv);
int tocsin_command_render(int argc, char **argv);
int tocsin_command_send(int argc, char **argv);
int tocsin_command_sendmail(int argc, char **argv);
int tocsin_command_status(int argc, char **argv);

/* One line on the standard error stream: "tocsin: …". */
void tocsin_command_complain(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* Parses @options out of the command's arguments; what is left stays in *@argv. FALSE after a
 * complaint: the caller returns EX_USAGE. "--help" prints and ends the program. @usage (nullable):
 * what follows the options; in lower case the words to choose from, in capitals what stands for
 * something, as in "list | show NAME". */
gboolean tocsin_command_parse(int *argc, char ***argv, const GOptionEntry *options,
                              const char *usage, const char *description);

/* Options that stand together in the help. */
typedef struct {
	const char *name;    /* (nullable: the command's own) "--help-NAME" shows them alone */
	const char *heading; /* above them; NULL if @name is */
	const GOptionEntry *entries;
} TocsinCommandGroup;

/* The same with groups of options, ended by one without entries. */
gboolean tocsin_command_parse_groups(int *argc, char ***argv, const TocsinCommandGroup *groups,
                                     const char *usage, const char *description);

/* The one argument with which the program lists its commands, and each command its options, for
 * shells to complete: see option-list.h. */
#define TOCSIN_COMMAND_LIST_OPTION "--list-options"

/* From here on, who reads what we print may leave, and it goes on: printing fails then. */
void tocsin_command_survive_readers(void);

/* Writes @text to the standard output stream. EX_OK, or EX_IOERR after a complaint: a full disk
 * must not look like success. */
int tocsin_command_print(const char *text);

/* The same for octets. */
int tocsin_command_print_bytes(GBytes *bytes);

G_END_DECLS

#endif
