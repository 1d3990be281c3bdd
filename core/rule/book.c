/* SPDX-License-Identifier: MIT */
/* Keeps groups by rule and key, and asks about them when they are due. */
#include "rule/book.h"

#include "rule/active.h"
#include "rule/group-private.h"
#include "rule/limit-private.h"
#include "rule/scope.h"

/* One group cannot have more to tell at one moment: resolved, first, an escalation, and spares. */
#define STEPS_MAX 8u

static void
free_slot(gpointer data)
{
	TocsinSlot *slot = data;

	tocsin_group_free(slot->group);
	g_strfreev(slot->active);
	g_free(slot);
}

static void
free_shelf(gpointer data)
{
	TocsinShelf *shelf = data;

	g_hash_table_unref(shelf->slots);
	g_ptr_array_unref(shelf->watched);
	tocsin_limit_free(shelf->limit);
	g_free(shelf);
}

TocsinSlot *
tocsin_book_add_slot(TocsinBook *self, TocsinShelf *shelf, TocsinGroup *group)
{
	TocsinSlot *slot = g_new0(TocsinSlot, 1);

	slot->group = group;
	slot->shelf = shelf;
	g_hash_table_replace(shelf->slots, group->key, slot);
	self->count++;
	return slot;
}

void
tocsin_book_drop_slot(TocsinBook *self, TocsinSlot *slot)
{
	tocsin_book_note_inactive(self, slot);
	tocsin_timers_set(&self->timers, &slot->due.timer, G_MAXINT64);
	g_hash_table_remove(slot->shelf->slots, slot->group->key);
	self->count--;
}

void
tocsin_book_set_limit_timer(TocsinBook *self, TocsinShelf *shelf)
{
	tocsin_timers_set(&self->timers, &shelf->due.timer,
	                  tocsin_limit_is_holding(shelf->limit)
	                          ? MAX(tocsin_limit_free_us(shelf->limit, shelf->rule), 0)
	                          : G_MAXINT64);
}

/* Decides about the event, and then about time for as long as there is something to tell now. */
static void
run(TocsinBook *self, TocsinSlot *slot, const TocsinEvent *event, gint64 now_us)
{
	TocsinShelf *shelf = slot->shelf;
	TocsinCircumstances circumstances = {
	        .now_us = now_us,
	        .mutes = self->mutes,
	        .is_active = tocsin_book_is_active,
	        .user_data = self,
	};
	gboolean is_forgotten = FALSE;

	for (guint i = 0; i < STEPS_MAX && !is_forgotten; i++) {
		g_auto(TocsinDecision) decision = {0};

		tocsin_decide(shelf->rule, slot->group, shelf->limit, event, &circumstances,
		              &decision);
		tocsin_book_note_active(self, slot, now_us);
		self->listener(self->user_data, shelf->rule, slot->group, shelf->limit, event,
		               &decision);
		is_forgotten = decision.is_forgotten;
		if (decision.due_us > now_us) {
			break;
		}
		event = NULL;
	}
	tocsin_book_set_limit_timer(self, shelf);
	if (is_forgotten) {
		tocsin_book_drop_slot(self, slot);
	} else {
		/* Never twice in one moment: whatever is left over waits for the next. */
		tocsin_timers_set(&self->timers, &slot->due.timer,
		                  MAX(slot->group->due_us, now_us + 1));
	}
}

static void
watch_sources(TocsinBook *self, const TocsinRule *rule)
{
	for (guint i = 0; i < rule->inhibits->len; i++) {
		const TocsinInhibit *inhibit = &g_array_index(rule->inhibits, TocsinInhibit, i);
		TocsinShelf *source = g_hash_table_lookup(self->by_name, inhibit->rule);

		if (source != NULL) {
			g_ptr_array_add(source->watched, inhibit->equal);
		}
	}
}

/* A rule without groups that waits for events begins to wait now. */
static void
arm(TocsinBook *self, TocsinShelf *shelf, gint64 now_us)
{
	g_autofree char *cause = g_strdup_printf("armed at %" G_GINT64_FORMAT, now_us);
	TocsinGroup *group;
	TocsinSlot *slot;

	if (shelf->rule->gather != TOCSIN_GATHER_ABSENCE || shelf->rule->group_by[0] != NULL) {
		return;
	}
	/* Due at once, so that the first tick tells the listener of a state to be stored. */
	group = tocsin_group_new("", cause, now_us);
	slot = tocsin_book_add_slot(self, shelf, group);
	tocsin_timers_set(&self->timers, &slot->due.timer, now_us);
}

TocsinBook *
tocsin_book_new(GPtrArray *rules, gint64 now_us, TocsinBookListener listener, gpointer user_data)
{
	g_autofree char *cause = g_strdup_printf("%" G_GINT64_FORMAT, now_us);
	TocsinBook *self = g_new0(TocsinBook, 1);

	self->rules = g_ptr_array_ref(rules);
	self->listener = listener;
	self->user_data = user_data;
	self->shelves = g_ptr_array_new_with_free_func(free_shelf);
	self->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	self->index = tocsin_index_new(rules);
	self->active = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	tocsin_timers_init(&self->timers);
	for (guint i = 0; i < rules->len; i++) {
		TocsinShelf *shelf = g_new0(TocsinShelf, 1);

		shelf->due.is_shelf = TRUE;
		shelf->rule = rules->pdata[i];
		shelf->limit = tocsin_limit_new(cause);
		shelf->slots = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_slot);
		shelf->watched = g_ptr_array_new();
		g_ptr_array_add(self->shelves, shelf);
		g_hash_table_insert(self->by_name, shelf->rule->name, shelf);
		arm(self, shelf, now_us);
	}
	for (guint i = 0; i < rules->len; i++) {
		watch_sources(self, rules->pdata[i]);
	}
	return self;
}

void
tocsin_book_free(TocsinBook *self)
{
	if (self == NULL) {
		return;
	}
	g_ptr_array_unref(self->shelves);
	g_hash_table_unref(self->by_name);
	tocsin_index_free(self->index);
	g_hash_table_unref(self->active);
	tocsin_timers_clear(&self->timers);
	g_clear_pointer(&self->mutes, g_ptr_array_unref);
	g_ptr_array_unref(self->rules);
	g_free(self);
}

void
tocsin_book_set_mutes(TocsinBook *self, GPtrArray *mutes)
{
	GPtrArray *held = mutes != NULL ? g_ptr_array_ref(mutes) : NULL;

	g_clear_pointer(&self->mutes, g_ptr_array_unref);
	self->mutes = held;
	for (guint i = 0; i < self->shelves->len; i++) {
		const TocsinShelf *shelf = self->shelves->pdata[i];
		GHashTableIter iterator;
		gpointer value;

		g_hash_table_iter_init(&iterator, shelf->slots);
		while (g_hash_table_iter_next(&iterator, NULL, &value)) {
			TocsinSlot *slot = value;

			if (slot->group->was_held) {
				tocsin_timers_set(&self->timers, &slot->due.timer, 0);
			}
		}
	}
}

/* One event for one rule of those that are on its kind; FALSE if its `where` does not hold. */
static gboolean
feed_rule(TocsinBook *self, TocsinShelf *shelf, const TocsinEvent *event, gint64 now_us)
{
	g_autofree char *fault = NULL;
	g_autofree char *key = NULL;
	TocsinSlot *slot;

	if (!tocsin_rule_is_where(shelf->rule, event, &fault)) {
		if (fault != NULL) {
			g_auto(TocsinDecision) decision = {.due_us = G_MAXINT64};

			tocsin_decision_say(&decision, "%s", fault);
			self->listener(self->user_data, shelf->rule, NULL, shelf->limit, event,
			               &decision);
		}
		return FALSE;
	}
	key = tocsin_rule_group_key(shelf->rule, event);
	slot = g_hash_table_lookup(shelf->slots, key);
	if (slot == NULL && g_hash_table_size(shelf->slots) >= TOCSIN_BOOK_GROUPS_MAX) {
		g_auto(TocsinDecision)
		        decision = {.action = TOCSIN_ACTION_HOLD, .reason = TOCSIN_REASON_OVERFLOW};

		tocsin_limit_keep_event(shelf->limit, shelf->rule, event);
		tocsin_book_set_limit_timer(self, shelf);
		decision.due_us = shelf->due.timer.due_us;
		tocsin_decision_say(&decision, "goes into the digest: %u groups already",
		                    TOCSIN_BOOK_GROUPS_MAX);
		self->listener(self->user_data, shelf->rule, NULL, shelf->limit, event, &decision);
		return TRUE;
	}
	if (slot == NULL) {
		slot = tocsin_book_add_slot(self, shelf, tocsin_group_new(key, event->id, now_us));
	}
	run(self, slot, event, now_us);
	return TRUE;
}

guint
tocsin_book_feed(TocsinBook *self, const TocsinEvent *event, gint64 now_us)
{
	const GArray *places = tocsin_index_find(self->index, event);
	guint matched = 0;

	for (guint i = 0; i < places->len; i++) {
		TocsinShelf *shelf = self->shelves->pdata[g_array_index(places, guint, i)];

		matched += feed_rule(self, shelf, event, now_us) != FALSE;
	}
	return matched;
}

static void
run_limit(TocsinBook *self, TocsinShelf *shelf, gint64 now_us)
{
	g_auto(TocsinDecision) decision = {0};

	tocsin_decide_overflow(shelf->rule, shelf->limit, now_us, &decision);
	if (decision.action == TOCSIN_ACTION_COMPOSE) {
		self->listener(self->user_data, shelf->rule, NULL, shelf->limit, NULL, &decision);
	}
	tocsin_book_set_limit_timer(self, shelf);
}

void
tocsin_book_tick(TocsinBook *self, gint64 now_us)
{
	TocsinTimer *timer = tocsin_timers_first(&self->timers);

	while (timer != NULL && timer->due_us <= now_us) {
		if (((TocsinBookDue *)timer)->is_shelf) {
			run_limit(self, (TocsinShelf *)timer, now_us);
		} else {
			run(self, (TocsinSlot *)timer, NULL, now_us);
		}
		timer = tocsin_timers_first(&self->timers);
	}
}

gint64
tocsin_book_due_us(const TocsinBook *self)
{
	const TocsinTimer *timer = tocsin_timers_first(&self->timers);

	return timer != NULL ? timer->due_us : G_MAXINT64;
}
