/* SPDX-License-Identifier: MIT */
/* Real journal files in a folder of the test's own, written by systemd-journal-remote(8). */
#ifndef TOCSIN_TESTS_ENTRIES_H
#define TOCSIN_TESTS_ENTRIES_H

#include <glib.h>

G_BEGIN_DECLS

#define ENTRIES_WRITER "/lib/systemd/systemd-journal-remote"

/* Can journal files be written here? */
gboolean entries_can_write(void);

/* An entry for entries_write(): fields "NAME=VALUE\n" and what every entry has. @us: wall time. */
void entries_add(GString *stream, gint64 us, const char *fields);

/* Appends the entries of @stream, in the journal's export format, to the file @name in @folder, and
 * empties the stream. */
void entries_write(const char *folder, const char *name, GString *stream);

G_END_DECLS

#endif
