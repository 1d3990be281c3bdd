/* SPDX-License-Identifier: MIT */
/* Whether a file can be a shared object for this program, read from its header before any of its
 * code runs, so that the answer is in words and not in the loader's. Pure functions; any thread. */
#ifndef TOCSIN_PLUGIN_ELF_CHECK_H
#define TOCSIN_PLUGIN_ELF_CHECK_H

#include <glib.h>

G_BEGIN_DECLS

/* @bytes is the whole file. @out_places ((nullable), of char *): the folders in which the file has
 * the dynamic loader look for other files, as they stand there, are added. TOCSIN_ERROR_PLUGIN:
 * what was found; what to do. */
gboolean tocsin_elf_check(const void *bytes, gsize length, GPtrArray *out_places, GError **error);

/* The machine this program was built for, as in an ELF header's e_machine. */
guint16 tocsin_elf_own_machine(void);

G_END_DECLS

#endif
