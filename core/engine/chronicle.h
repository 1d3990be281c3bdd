/* SPDX-License-Identifier: MIT */
/* Lines of the decision log, bounded: of what happens very often within one batch, the first lines
 * are written one by one, and the rest as one line that counts them. Belongs to the main thread. */
#ifndef TOCSIN_ENGINE_CHRONICLE_H
#define TOCSIN_ENGINE_CHRONICLE_H

#include "store/batch.h"

G_BEGIN_DECLS

/* Lines of one subject in one batch. */
#define TOCSIN_CHRONICLE_LINES_MAX 64u

typedef struct _TocsinChronicle TocsinChronicle;

/* Nothing was said. */
TocsinChronicle *tocsin_chronicle_new(void);

/* Does nothing on NULL. */
void tocsin_chronicle_free(TocsinChronicle *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinChronicle, tocsin_chronicle_free)

/* Adds a line about @event, @rule and @mail (each (nullable)) to @batch. @owner and @part, two
 * addresses, name the subject: lines of one subject are bounded together. FALSE if it was only
 * counted. */
gboolean tocsin_chronicle_say(TocsinChronicle *self, TocsinBatch *batch, gconstpointer owner,
                              gconstpointer part, gint64 now_us, const char *event,
                              const char *rule, const char *action, const char *text);

/* Adds a line for each subject of which not all was written, and begins anew. */
void tocsin_chronicle_close(TocsinChronicle *self, TocsinBatch *batch, gint64 now_us);

G_END_DECLS

#endif
