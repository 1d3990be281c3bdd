/* SPDX-License-Identifier: MIT */
/* The store's own thread: it alone uses the database.
 *
 * It gathers what waits into one transaction and answers when that is on disk, so that many callers
 * share one fsync ("group commit"). If any part of the group fails, the group is rolled back and
 * each part is run again in a transaction of its own: only what is at fault fails. */
#ifndef TOCSIN_STORE_WRITER_H
#define TOCSIN_STORE_WRITER_H

#include "store/db.h"

G_BEGIN_DECLS

typedef struct _TocsinWriter TocsinWriter;

typedef struct {
	/* Runs in the transaction, on the writer's thread; again after a rollback. */
	gboolean (*work)(gpointer data, GError **error);
	/* After the commit, or the failure (@error), on the writer's thread; or NULL. */
	void (*settled)(gpointer data, const GError *error);
} TocsinWork;

/* Takes @db. @on_end is called on the writer's thread after each transaction, committed or rolled
 * back. */
TocsinWriter *tocsin_writer_new(TocsinDb *db, void (*on_end)(gpointer data, gboolean is_committed),
                                gpointer data);

/* Does what waits, then ends the thread and closes the database. Does nothing on NULL. */
void tocsin_writer_free(TocsinWriter *self);

/* Runs @work and waits for it. Any thread but the writer's. */
gboolean tocsin_writer_call(TocsinWriter *self, const TocsinWork *work, gpointer data,
                            GError **error);

/* Runs @work later; @on_done is called in @context and may free @data. @weight counts against
 * @weight_max of all that waits: beyond that @on_done gets TOCSIN_ERROR_LIMIT and nothing runs. */
void tocsin_writer_post(TocsinWriter *self, const TocsinWork *work, gpointer data, gsize weight,
                        gsize weight_max, GMainContext *context,
                        void (*on_done)(gpointer data, const GError *error));

G_END_DECLS

#endif
