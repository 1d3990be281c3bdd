/* SPDX-License-Identifier: MIT */
/* What the files behind store.h share: the store itself. */
#ifndef TOCSIN_STORE_STORE_PRIVATE_H
#define TOCSIN_STORE_STORE_PRIVATE_H

#include "base/clock.h"
#include "store/mails.h"
#include "store/wake.h"
#include "store/writer.h"

G_BEGIN_DECLS

/* See store/store.h. */
struct _TocsinStore {
	TocsinClock *clock;
	TocsinWriter *writer; /* owns mails.db; mails belongs to its thread */
	TocsinMails mails;
	TocsinWake *wake;
};

G_END_DECLS

#endif
