/* SPDX-License-Identifier: MIT */
/* Mutes that people set while the program runs; kept in the store until they are over. Main
 * thread. */
#ifndef TOCSIN_ENGINE_MUTES_H
#define TOCSIN_ENGINE_MUTES_H

#include "store/store.h"

G_BEGIN_DECLS

/* One of them. Read only. */
typedef struct {
	char *id;        /* short; names it in lists and commands */
	char *rule;      /* (nullable: all) pattern of rules' names */
	char *where;     /* (nullable: all) expression over the group's latest event */
	char *comment;   /* why; may be "" */
	char *who;       /* who set it; may be "" */
	gint64 set_us;   /* when */
	gint64 until_us; /* when it is over; 0: when it is removed */
} TocsinMuteRecord;

typedef struct _TocsinMutes TocsinMutes;

/* Those in the store that are not over. @on_change hears of each change. @store and @clock must
 * outlive it. */
TocsinMutes *tocsin_mutes_new(TocsinStore *store, TocsinClock *clock,
                              void (*on_change)(gpointer user), gpointer user, GError **error);

/* Does nothing on NULL. */
void tocsin_mutes_free(TocsinMutes *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinMutes, tocsin_mutes_free)

/* Sets one like @record, whose id and set_us are not looked at, and keeps it on disk. Returns its
 * id, which belongs to the list. TOCSIN_ERROR_INVALID or _TEMPLATE: what is wrong with it;
 * TOCSIN_ERROR_STORE. */
const char *tocsin_mutes_add(TocsinMutes *self, const TocsinMuteRecord *record, GError **error);

/* TOCSIN_ERROR_INVALID if there is none of that id. */
gboolean tocsin_mutes_remove(TocsinMutes *self, const char *id, GError **error);

/* Of TocsinMuteRecord, without those that are over; belongs to the list until it changes. */
const GPtrArray *tocsin_mutes_list(TocsinMutes *self);

/* The same as TocsinMute, for the rules. Free with g_ptr_array_unref(). */
GPtrArray *tocsin_mutes_compile(TocsinMutes *self);

G_END_DECLS

#endif
