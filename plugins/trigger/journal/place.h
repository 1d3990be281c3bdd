/* SPDX-License-Identifier: MIT */
/* Where in the journal reading stands, and names of fields. Thread: any. */
#ifndef TOCSIN_JOURNAL_PLACE_H
#define TOCSIN_JOURNAL_PLACE_H

#include <glib.h>

G_BEGIN_DECLS

/* Behind one entry. */
typedef struct {
	char *cursor;       /* of that entry; NULL: there was none yet */
	gint64 realtime_us; /* of that entry, or when reading began */
} TocsinJournalPlace;

void tocsin_journal_place_clear(TocsinJournalPlace *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinJournalPlace, tocsin_journal_place_clear)

/* As text, to be remembered; free with g_free(). */
char *tocsin_journal_place_save(const TocsinJournalPlace *self);

/* FALSE: the text makes no sense. */
gboolean tocsin_journal_place_read(TocsinJournalPlace *self, const char *bytes, gsize length);

/* Is it the name of a field, such as _SYSTEMD_UNIT (systemd.journal-fields(7))? */
gboolean tocsin_journal_field_is_valid(const char *name, gsize length);

/* What a field is called in an event: _SYSTEMD_UNIT becomes systemd_unit. NULL if nothing is left.
 * Free with g_free(). */
char *tocsin_journal_field_to_event(const char *name);

G_END_DECLS

#endif
