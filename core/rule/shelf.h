/* SPDX-License-Identifier: MIT */
/* What the book holds of each rule and group, for this room. */
#ifndef TOCSIN_RULE_SHELF_H
#define TOCSIN_RULE_SHELF_H

#include "rule/decide.h"
#include "rule/index.h"
#include "rule/timers.h"

G_BEGIN_DECLS

typedef struct _TocsinBook TocsinBook;

/* The head of whatever the book has to look at in time. */
typedef struct {
	TocsinTimer timer;
	gboolean is_shelf; /* or else a slot */
} TocsinBookDue;

/* What the book holds of one rule. */
typedef struct {
	TocsinBookDue due; /* of the limit's digest */
	TocsinRule *rule;
	TocsinLimit *limit;
	GHashTable *slots;  /* of key (the group's) : TocsinSlot */
	GPtrArray *watched; /* of char **, which belong to rules that it inhibits */
} TocsinShelf;

typedef struct {
	TocsinBookDue due;
	TocsinGroup *group;
	TocsinShelf *shelf;
	char **active; /* what it stands for in the book's table; NULL: not active */
} TocsinSlot;

struct _TocsinBook {
	GPtrArray *rules;
	GPtrArray *shelves;  /* of TocsinShelf, as rules */
	GHashTable *by_name; /* of name : TocsinShelf */
	TocsinIndex *index;
	TocsinTimers timers; /* of TocsinBookDue */
	GHashTable *active;  /* of char * : how many groups */
	GPtrArray *mutes;
	TocsinBookListener listener;
	gpointer user_data;
	guint count;
};

/* A place for @group, which it takes, instead of what had that key. */
TocsinSlot *tocsin_book_add_slot(TocsinBook *self, TocsinShelf *shelf, TocsinGroup *group);

/* Forgets the group. */
void tocsin_book_drop_slot(TocsinBook *self, TocsinSlot *slot);

/* Keeps the table of active problems in step with the group. When its problem is over, what it
 * inhibited is due at @now_us. */
void tocsin_book_note_active(TocsinBook *self, TocsinSlot *slot, gint64 now_us);
void tocsin_book_note_inactive(TocsinBook *self, TocsinSlot *slot);

/* Sets when the rule's digest is due. */
void tocsin_book_set_limit_timer(TocsinBook *self, TocsinShelf *shelf);

G_END_DECLS

#endif
