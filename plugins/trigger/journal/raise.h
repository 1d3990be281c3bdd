/* SPDX-License-Identifier: MIT */
/* From entries to events. Thread: the trigger's. */
#ifndef TOCSIN_JOURNAL_RAISE_H
#define TOCSIN_JOURNAL_RAISE_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "reader.h"
#include "settings.h"

G_BEGIN_DECLS

typedef struct {
	const tocsin_loop *loop;
	tocsin_source *source;
	const TocsinJournalSettings *settings;
	gint64 started_us; /* wall time; older entries are caught up with */
	char *cursor;      /* of an entry some of whose events were taken (nullable) */
	guint raised;      /* … so many */
} TocsinJournalRaiser;

/* Raises what the reader's present entry calls for. TOCSIN_E_TEMP: there is no room for all of it;
 * call again with the same entry. */
int32_t tocsin_journal_raise(TocsinJournalRaiser *self, const TocsinJournalReader *reader,
                             tocsin_error *error);

/* Forgets what was raised. */
void tocsin_journal_raiser_clear(TocsinJournalRaiser *self);

/* Declares kinds and fields. */
int32_t tocsin_journal_declare(const TocsinJournalSettings *settings, const tocsin_host *host,
                               tocsin_schema *schema, tocsin_error *error);

G_END_DECLS

#endif
