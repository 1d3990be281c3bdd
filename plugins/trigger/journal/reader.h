/* SPDX-License-Identifier: MIT */
/* Reads a journal, and only what is wanted of it: the one file that knows libsystemd. Thread: the
 * trigger's. */
#ifndef TOCSIN_JOURNAL_READER_H
#define TOCSIN_JOURNAL_READER_H

#include <glib.h>

#include "place.h"
#include "settings.h"

G_BEGIN_DECLS

typedef struct _TocsinJournalReader TocsinJournalReader;

/* @settings must outlive the reader. TOCSIN_ERROR_IO: there is no such journal now. */
TocsinJournalReader *tocsin_journal_reader_new(const TocsinJournalSettings *settings,
                                               GError **error);

/* Does nothing on NULL. */
void tocsin_journal_reader_free(TocsinJournalReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinJournalReader, tocsin_journal_reader_free)

/* Readable when something may have come; then, and now and then, tocsin_journal_reader_process() is
 * to be called. -1: it never is. */
int tocsin_journal_reader_get_fd(const TocsinJournalReader *self);
void tocsin_journal_reader_process(TocsinJournalReader *self);

/* Goes to the beginning, behind the last entry that is wanted, or to the first one that is not
 * older than @us. */
void tocsin_journal_reader_go_to_start(TocsinJournalReader *self);
void tocsin_journal_reader_go_to_end(TocsinJournalReader *self, gint64 now_us);
void tocsin_journal_reader_go_to_time(TocsinJournalReader *self, gint64 us);

/* Goes behind the entry of @place; if that is not there any more, to the first one after it. */
void tocsin_journal_reader_go_to_place(TocsinJournalReader *self, const TocsinJournalPlace *place);

/* Goes to the next entry that is wanted, unless the present one is not done yet. FALSE: there is
 * none now, or, with an error, it cannot be read. */
gboolean tocsin_journal_reader_next(TocsinJournalReader *self, GError **error);

/* The present entry is done. */
void tocsin_journal_reader_finish(TocsinJournalReader *self);

/* Behind the last entry that is done. Lives until that changes. */
const TocsinJournalPlace *tocsin_journal_reader_get_place(const TocsinJournalReader *self);

/* Of the present entry: its time (wall, when it was received), its cursor (free with g_free()), and
 * a field, which lives until the next call. FALSE: it has no such field. */
gint64 tocsin_journal_reader_get_time(const TocsinJournalReader *self);
char *tocsin_journal_reader_get_cursor(const TocsinJournalReader *self);
gboolean tocsin_journal_reader_get_field(const TocsinJournalReader *self, const char *name,
                                         const char **out_bytes, gsize *out_length);

G_END_DECLS

#endif
