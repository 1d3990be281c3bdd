/* SPDX-License-Identifier: MIT */
/* Do an ELF file's program headers and its dynamic section make sense? The dynamic loader does not
 * ask: what a damaged disk made of them ends the program. Pure; any thread. */
#ifndef TOCSIN_PLUGIN_ELF_IMAGE_H
#define TOCSIN_PLUGIN_ELF_IMAGE_H

#include <glib.h>
#include <link.h>

G_BEGIN_DECLS

/* @bytes hold all that the program headers of @header name, which belong to this processor. FALSE
 * with the reason of a refusal. What the tables point to is not followed further, but for
 * @out_places: see tocsin_elf_check(). */
gboolean tocsin_elf_check_image(const guint8 *bytes, gsize length, const ElfW(Ehdr) * header,
                                GPtrArray *out_places, GError **error);

G_END_DECLS

#endif
