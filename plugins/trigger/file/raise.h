/* SPDX-License-Identifier: MIT */
/* From what happened to a file to events, which wait here until there is room. Thread: the
 * trigger's. */
#ifndef TOCSIN_FILE_RAISE_H
#define TOCSIN_FILE_RAISE_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "look.h"
#include "settings.h"

G_BEGIN_DECLS

/* Events that may wait before nothing more is looked at. */
#define TOCSIN_FILE_PENDING_MAX 10000u

typedef struct {
	const tocsin_host *host;
	const tocsin_loop *loop;
	tocsin_source *source;
	const TocsinFileSettings *settings;
	GQueue pending;       /* of events that were not handed in yet */
	gboolean is_catch_up; /* what is raised now happened before the start */
} TocsinFileRaiser;

/* What an event says of its status. */
typedef enum {
	TOCSIN_FILE_PLAIN,
	TOCSIN_FILE_PROBLEM,
	TOCSIN_FILE_OK,
} TocsinFileVerdict;

/* Adds an event of this kind (a constant). @path, @old_path (nullable): where; @look (nullable):
 * copied. */
void tocsin_file_raise(TocsinFileRaiser *self, const char *kind, TocsinFileVerdict verdict,
                       const char *path, const char *old_path, const TocsinFileLook *look);

/* Hands in what waits. TOCSIN_E_TEMP: there is no room for the rest. */
int32_t tocsin_file_raiser_flush(TocsinFileRaiser *self, tocsin_error *error);

/* Forgets what waits. */
void tocsin_file_raiser_clear(TocsinFileRaiser *self);

/* A line for the log that an administrator should see. */
void tocsin_file_note(const TocsinFileRaiser *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Declares kinds and fields. */
int32_t tocsin_file_declare(const tocsin_schemas *schemas, tocsin_schema *schema);

G_END_DECLS

#endif
