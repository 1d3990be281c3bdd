/* SPDX-License-Identifier: MIT */
/* The configuration's files: the main one, what it includes, and conf.d beside it.
 *
 * A TocsinConf is immutable once loaded; any thread may read it. */
#ifndef TOCSIN_CONF_LOAD_H
#define TOCSIN_CONF_LOAD_H

#include <glib.h>

#include "conf/node.h"

G_BEGIN_DECLS

typedef struct _TocsinConf TocsinConf;

/* Reads the file at @path (made absolute), the files it names by @include relative to its folder,
 * and every *.conf in the folder conf.d beside it, in the order of their names. They are trusted
 * files: nobody but root and the caller may be able to change them. Each file's problems are added;
 * NULL if none of the text could be used. */
TocsinConf *tocsin_conf_load(const char *path, TocsinProblems *problems);

/* The same from text in memory; no file is read, and @include is an error. */
TocsinConf *tocsin_conf_load_text(const char *text, TocsinProblems *problems);

/* Does nothing on NULL. */
void tocsin_conf_free(TocsinConf *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinConf, tocsin_conf_free)

/* The members of the section @name, of all files: a group's settings with their names, or a list's
 * items. Two of one name are a problem that load() has added. Borrowed nodes; free the array with
 * g_ptr_array_unref(). */
GPtrArray *tocsin_conf_members(const TocsinConf *self, const char *name);

/* (nullable) The one section @name that may stand in one place only, such as "store". */
const TocsinNode *tocsin_conf_section(const TocsinConf *self, const char *name);

/* The folder of the main file; relative paths in the configuration start here. NULL for text. */
const char *tocsin_conf_folder(const TocsinConf *self);

/* The sections that may stand at the top, NULL-terminated. */
const char *const *tocsin_conf_section_names(void);

G_END_DECLS

#endif
