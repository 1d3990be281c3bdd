/* SPDX-License-Identifier: MIT */
/* Tells postmaster that the store cannot be written, when no mail can go the usual way: straight
 * through the account that `fallback` names, without the store. Main thread. */
#ifndef TOCSIN_ENGINE_OUTAGE_H
#define TOCSIN_ENGINE_OUTAGE_H

#include "engine/plan.h"

G_BEGIN_DECLS

typedef struct _TocsinOutage TocsinOutage;

/* Who cannot do without the store. */
typedef enum {
	TOCSIN_OUTAGE_INTAKE = 1 << 0,   /* events and the mails that they cause */
	TOCSIN_OUTAGE_DISPATCH = 1 << 1, /* what becomes of mails */
} TocsinOutagePart;

/* @clock must outlive it. */
TocsinOutage *tocsin_outage_new(TocsinClock *clock);

/* Cancels a mail that is under way. Does nothing on NULL. */
void tocsin_outage_free(TocsinOutage *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinOutage, tocsin_outage_free)

/* @part is in trouble, and @text says why: the first one of an outage causes a mail, if @plan has a
 * postmaster and a fallback, on a thread of its own; but no more than one in ten minutes. */
void tocsin_outage_begin(TocsinOutage *self, TocsinOutagePart part, TocsinPlan *plan,
                         const char *text);

/* @part is well again. */
void tocsin_outage_end(TocsinOutage *self, TocsinOutagePart part);

G_END_DECLS

#endif
