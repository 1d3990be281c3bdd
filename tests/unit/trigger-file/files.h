/* SPDX-License-Identifier: MIT */
/* A folder of real files, and the file trigger that watches it as the host runs it. */
#ifndef TOCSIN_TESTS_FILES_H
#define TOCSIN_TESTS_FILES_H

#include "trigger-host.h"

G_BEGIN_DECLS

typedef struct {
	TriggerHost host;
	char *folder;
} Files;

void files_set_up(Files *files, gconstpointer data);
void files_tear_down(Files *files, gconstpointer data);

/* Names are below the folder. */
char *files_path(const Files *files, const char *name);
void files_write(const Files *files, const char *name, const char *text);
void files_make_folder(const Files *files, const char *name);
void files_move(const Files *files, const char *from, const char *to);
void files_delete(const Files *files, const char *name);

/* Adds to the setting "paths". */
void files_add_path(Files *files, const char *name);

/* The events since the last call are "kind name" each, in order; "*" behind those that catch up.
 * Forgets them. */
void files_assert_events(Files *files, const char *expected);

G_END_DECLS

#endif
