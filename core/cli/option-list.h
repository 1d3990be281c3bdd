/* SPDX-License-Identifier: MIT */
/* A command's options in lines for programs: what completion in shells is made of. Each line has
 * fields parted by tabs:
 *
 *     option  LONG  SHORT  VALUE  HELP    as "--LONG" and "-SHORT"; each "" if there is none
 *     word    WORD                        may follow the options
 *     value   NAME                        what NAME stands for may follow
 *
 * VALUE and NAME say what is meant: FILE, DIR, words to choose from as "this|that", else anything.
 * Pure functions; any thread. */
#ifndef TOCSIN_CLI_OPTION_LIST_H
#define TOCSIN_CLI_OPTION_LIST_H

#include <glib.h>

G_BEGIN_DECLS

/* Adds the lines of @entries, ended by one with neither name: hidden ones are left out. */
void tocsin_option_list_add(GString *out, const GOptionEntry *entries);

/* Adds the lines of what follows the options; @usage (nullable) is tocsin_command_parse()'s. */
void tocsin_option_list_add_usage(GString *out, const char *usage);

G_END_DECLS

#endif
