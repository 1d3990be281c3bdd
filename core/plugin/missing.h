/* SPDX-License-Identifier: MIT */
/* Why a unit that somebody names is not there. */
#ifndef TOCSIN_PLUGIN_MISSING_H
#define TOCSIN_PLUGIN_MISSING_H

#include <glib.h>

G_BEGIN_DECLS

/* A file that looked like a plugin. */
typedef struct {
	char *path;
	GError *error; /* "plugin NAME (PATH): refused: …" */
} TocsinRefused;

/* All that was found. */
typedef struct {
	const GPtrArray *units;       /* of TocsinUnit */
	const GPtrArray *refused;     /* of TocsinRefused */
	const GPtrArray *directories; /* of char *: where was looked */
} TocsinFound;

/* Sets the error for a unit of @kind (TOCSIN_KIND_*) that is called @name and was not found. If the
 * file that ought to hold it was refused, why that was; else TOCSIN_ERROR_CONFIG: where was looked,
 * the nearest name, all names. Any thread. */
void tocsin_missing_set_error(const TocsinFound *found, guint32 kind, const char *name,
                              GError **error);

G_END_DECLS

#endif
