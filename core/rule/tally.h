/* SPDX-License-Identifier: MIT */
/* What was gathered: how many events, of which kinds, from when to when, and some of them.
 *
 * Counts are exact; kinds and samples are bounded. Belongs to one thread. */
#ifndef TOCSIN_RULE_TALLY_H
#define TOCSIN_RULE_TALLY_H

#include "model/event.h"

G_BEGIN_DECLS

#define TOCSIN_TALLY_KINDS_MAX 64u
#define TOCSIN_TALLY_WEIGHT_MAX (4u << 20) /* bytes of samples; the first is kept even if larger */

typedef struct {
	char *name; /* "trigger.kind" */
	guint64 count;
} TocsinTallyKind;

typedef struct {
	guint64 count;
	gint64 first_us; /* event times; meaningful if count > 0 */
	gint64 last_us;
	guint64 late;       /* of count: came too late for their window */
	guint64 caught_up;  /* of count: happened while nobody was watching */
	GArray *kinds;      /* of TocsinTallyKind, in the order of appearance */
	guint64 others;     /* of count: of kinds beyond TOCSIN_TALLY_KINDS_MAX */
	GPtrArray *samples; /* of TocsinEvent: the first ones and the last ones */
	gsize weight;       /* of the samples */
} TocsinTally;

/* Of nothing. */
TocsinTally *tocsin_tally_new(void);

/* Does nothing on NULL. */
void tocsin_tally_free(TocsinTally *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinTally, tocsin_tally_free)

/* With the same events. */
TocsinTally *tocsin_tally_copy(const TocsinTally *self);

/* Empties it. */
void tocsin_tally_clear(TocsinTally *self);

/* Counts @event, @time_us being when it happened, and keeps it if it is among the first or the last
 * half of @samples. */
void tocsin_tally_add(TocsinTally *self, const TocsinEvent *event, gint64 time_us, guint samples);

/* Counts @count events of a kind at @time_us without keeping any. @name as in TocsinTallyKind. */
void tocsin_tally_count(TocsinTally *self, const char *name, gint64 time_us, guint64 count);

/* Keeps @event to be shown, without counting it. */
void tocsin_tally_keep(TocsinTally *self, const TocsinEvent *event, guint samples);

/* Adds all of @other, which is then empty. */
void tocsin_tally_merge(TocsinTally *self, TocsinTally *other, guint samples);

/* How many of @name were counted. */
guint64 tocsin_tally_of_kind(const TocsinTally *self, const char *name);

/* Appends all of it to @out. */
void tocsin_tally_pack(const TocsinTally *self, GByteArray *out);

/* Reads into @self, which is empty. A fault is marked in @from. */
void tocsin_tally_unpack(TocsinTally *self, TocsinUnpack *from);

G_END_DECLS

#endif
