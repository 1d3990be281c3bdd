/* SPDX-License-Identifier: MIT */
/* What waits to be stored: one batch is open and filled, while the one before it is being written.
 *
 * Whatever happens between two turns of the main loop is in one batch, so that what an event causes
 * is stored together with the position behind it. A batch that cannot be written is kept and tried
 * again until it can: nothing that was taken in is given up. Belongs to the main thread. */
#ifndef TOCSIN_ENGINE_LEDGER_H
#define TOCSIN_ENGINE_LEDGER_H

#include "store/store.h"

G_BEGIN_DECLS

/* Events in one batch; beyond that the ledger is full. */
#define TOCSIN_LEDGER_EVENTS_MAX 4096u

typedef struct _TocsinLedger TocsinLedger;

typedef struct {
	/* The batch is about to be written: last chance to put states into it. */
	void (*on_close)(gpointer user, TocsinBatch *batch);
	/* All up to and with the batch of @serial is on disk. @batch has the answers. */
	void (*on_stored)(gpointer user, guint64 serial, TocsinBatch *batch);
	/* The batch of @serial cannot be written now, and is tried again and again; NULL: it could,
	 * after all. */
	void (*on_trouble)(gpointer user, guint64 serial, const GError *error);
	/* It was held, and is no more: whoever was kept waiting may go on. Comes when the main
	 * loop turns. */
	void (*on_room)(gpointer user);
} TocsinLedgerCalls;

/* @store must outlive it; @calls is copied. */
TocsinLedger *tocsin_ledger_new(TocsinStore *store, const TocsinLedgerCalls *calls, gpointer user);

/* What is not written yet is lost: see tocsin_ledger_drain(). Does nothing on NULL. */
void tocsin_ledger_free(TocsinLedger *self);

/* The batch to add to, which will be written soon; belongs to the ledger, until the main loop
 * turns. */
TocsinBatch *tocsin_ledger_open(TocsinLedger *self);

/* The serial number of the open batch. */
guint64 tocsin_ledger_serial(const TocsinLedger *self);

/* Counts an event into the open batch. FALSE if there is no room for more now. */
gboolean tocsin_ledger_count(TocsinLedger *self);

/* Events that are counted and not on disk yet. */
guint64 tocsin_ledger_waiting(const TocsinLedger *self);

/* (nullable) Why nothing can be written at the moment; belongs to the ledger. */
const char *tocsin_ledger_trouble(const TocsinLedger *self);

/* Between these two, which may be nested, triggers are to wait: see on_room. Who fills batches of
 * his own accord looks at tocsin_ledger_is_held(). */
void tocsin_ledger_hold(TocsinLedger *self);
void tocsin_ledger_let_go(TocsinLedger *self);

/* Whether triggers are to wait. */
gboolean tocsin_ledger_is_held(const TocsinLedger *self);

/* Writes all there is and waits for it, holding the ledger; the main loop turns meanwhile. FALSE
 * if the store refuses: then it is tried again later, as ever. */
gboolean tocsin_ledger_drain(TocsinLedger *self, GError **error);

G_END_DECLS

#endif
