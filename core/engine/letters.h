/* SPDX-License-Identifier: MIT */
/* The mail templates of a configuration, by name.
 *
 * A mail's template NAME is the file NAME.mail; what templates extend, include and import are files
 * by their whole names. Both are looked for in the same folders, the first that has one wins, and
 * there is no way out of these folders. Files are read once, and only if nobody but root and the
 * caller could have changed them (base/trust.h).
 *
 * find() and check() belong to one thread. After that any thread may render what was found. */
#ifndef TOCSIN_ENGINE_LETTERS_H
#define TOCSIN_ENGINE_LETTERS_H

#include "conf/load.h"
#include "template/mail-template.h"

G_BEGIN_DECLS

typedef struct _TocsinLetters TocsinLetters;

/* Looks in @folders (absolute, NULL-terminated) in this order. One that is not there is passed
 * over. */
TocsinLetters *tocsin_letters_new(const char *const *folders);

/* The folder of the templates that this version brings along; constant. */
const char *tocsin_letters_shipped(void);

/* Looks in the folder "templates" beside @conf (nullable), then in @shipped (nullable:
 * tocsin_letters_shipped()). */
TocsinLetters *tocsin_letters_new_for(const TocsinConf *conf, const char *shipped);

/* No rendering may be under way. Does nothing on NULL. */
void tocsin_letters_free(TocsinLetters *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLetters, tocsin_letters_free)

/* The template, compiled, with what it names by constants; belongs to @self. TOCSIN_ERROR_TEMPLATE
 * or _LIMIT with file:line:column; _CONFIG: there is none of that name, and what was probably
 * meant; _TRUST, _IO: its file may not or cannot be read. */
const TocsinMailTemplate *tocsin_letters_find(TocsinLetters *self, const char *name,
                                              GError **error);

/* What find() found; NULL if it was not asked for @name, or failed. Any thread. */
const TocsinMailTemplate *tocsin_letters_get(const TocsinLetters *self, const char *name);

/* What is wrong with the template @name for data of @schema (template/check.h): of char *, with
 * file, line and column where there are such; empty if nothing is. Free with
 * g_ptr_array_unref(). */
GPtrArray *tocsin_letters_check(TocsinLetters *self, const char *name, const TocsinDatum *schema);

/* What a rendering passes as on_load, with the letters as load_data. Any thread. */
TocsinTemplate *tocsin_letters_load(gpointer data, const char *name, GError **error);

/* Names of all mail templates in the folders, sorted, NULL-terminated; g_strfreev(). */
char **tocsin_letters_names(const TocsinLetters *self);

G_END_DECLS

#endif
