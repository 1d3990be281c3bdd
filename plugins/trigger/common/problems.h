/* SPDX-License-Identifier: MIT */
/* All that is wrong with settings, told at once. Thread: any. */
#ifndef TOCSIN_COMMON_PROBLEMS_H
#define TOCSIN_COMMON_PROBLEMS_H

#include <glib.h>

G_BEGIN_DECLS

/* Adds a problem to those that are there. */
void tocsin_problems_add(GString *problems, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Adds the problem that *@error tells of, and clears it. */
void tocsin_problems_add_error(GString *problems, GError **error);

/* FALSE and TOCSIN_ERROR_CONFIG with all of them, if there are any. */
gboolean tocsin_problems_are_none(const GString *problems, GError **error);

G_END_DECLS

#endif
