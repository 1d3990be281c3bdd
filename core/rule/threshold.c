/* SPDX-License-Identifier: MIT */
/* Counts events in a sliding window of event time.
 *
 * An event is told if it lies in some window of `within` that holds `count` events, whatever the
 * order in which they came. Of a flood only the newest ENTRIES_MIN or twice `count` are kept in the
 * window; in order of time that changes nothing. */
#include "rule/group-private.h"

#include <string.h>

#include "rule/scope.h"

#define ENTRIES_MIN 256u
#define NO_KIND G_MAXUINT32

static TocsinEntry *
entry_at(const TocsinGroup *group, guint index)
{
	return &g_array_index(group->window, TocsinEntry, index);
}

/* Forgets what is too old to stand in a window with anything that may still come. */
static void
prune(const TocsinRule *rule, TocsinGroup *group)
{
	gint64 within_us = MAX(rule->within_us, rule->has_below ? rule->below_within_us : 0);
	gint64 horizon_us = group->watermark_us - within_us - rule->late_us;
	guint most = MAX(2 * rule->count, ENTRIES_MIN);

	while (group->window_first < group->window->len &&
	       (entry_at(group, group->window_first)->time_us < horizon_us ||
	        group->window->len - group->window_first > most)) {
		group->window_first++;
	}
	if (group->window_first == group->window->len) {
		g_array_set_size(group->window, 0);
		group->window_first = 0;
		g_ptr_array_set_size(group->window_kinds, 0);
		tocsin_tally_clear(group->waiting);
	} else if (group->window_first > most) {
		g_array_remove_range(group->window, 0, group->window_first);
		group->window_first = 0;
	}
}

static guint32
kind_index(TocsinGroup *group, const TocsinEvent *event)
{
	g_autofree char *name = g_strconcat(event->trigger, ".", event->kind, NULL);
	guint index;

	if (g_ptr_array_find_with_equal_func(group->window_kinds, name, g_str_equal, &index)) {
		return index;
	}
	if (group->window_kinds->len >= TOCSIN_TALLY_KINDS_MAX) {
		return NO_KIND;
	}
	g_ptr_array_add(group->window_kinds, g_steal_pointer(&name));
	return group->window_kinds->len - 1;
}

static guint64
hash_value(const TocsinRule *rule, const TocsinEvent *event)
{
	g_autofree char *text = tocsin_scope_text(event, rule->distinct);
	guint64 hash = G_GUINT64_CONSTANT(0xcbf29ce484222325);

	for (const char *at = text != NULL ? text : ""; *at != '\0'; at++) {
		hash = (hash ^ (guint8)*at) * G_GUINT64_CONSTANT(0x100000001b3);
	}
	return hash;
}

/* Puts the entry where its time belongs; returns its index. */
static guint
insert(TocsinGroup *group, const TocsinEntry *entry)
{
	guint at = group->window->len;

	while (at > group->window_first && entry_at(group, at - 1)->time_us > entry->time_us) {
		at--;
	}
	g_array_insert_vals(group->window, at, entry, 1);
	return at;
}

/* The value's entry moves to its latest time, and stands for one event more. */
static guint
insert_distinct(const TocsinRule *rule, TocsinGroup *group, TocsinEntry *entry,
                const TocsinEvent *event)
{
	entry->value = hash_value(rule, event);
	for (guint i = group->window_first; i < group->window->len; i++) {
		TocsinEntry known = *entry_at(group, i);

		if (known.value != entry->value) {
			continue;
		}
		g_array_remove_index(group->window, i);
		known.time_us = MAX(known.time_us, entry->time_us);
		/* A value that was told already is in a full window only if that still holds. */
		known.events = known.is_above ? 1 : known.events + 1;
		known.caught_up = entry->caught_up + (known.is_above ? 0 : known.caught_up);
		known.is_above = FALSE;
		return insert(group, &known);
	}
	return insert(group, entry);
}

/* Gathers the entry, whose events were only counted so far. */
static void
take(TocsinGroup *group, guint index)
{
	TocsinEntry *entry = entry_at(group, index);
	const char *name = entry->kind < group->window_kinds->len
	                           ? g_ptr_array_index(group->window_kinds, entry->kind)
	                           : "other";

	entry->is_above = TRUE;
	tocsin_tally_count(group->gathered, name, entry->time_us, entry->events);
	group->gathered->caught_up += entry->caught_up;
}

/* Shows those that waited, from @first_us on. */
static void
take_samples(const TocsinRule *rule, TocsinGroup *group, gint64 first_us)
{
	for (guint i = 0; i < group->waiting->samples->len; i++) {
		const TocsinEvent *event = g_ptr_array_index(group->waiting->samples, i);

		if (event->time_us >= first_us) {
			tocsin_tally_keep(group->gathered, event, rule->samples);
		}
	}
	tocsin_tally_clear(group->waiting);
}

/* Gathers all that stand in a full window with the entry at @at; FALSE if there is none. */
static gboolean
take_windows(const TocsinRule *rule, TocsinGroup *group, guint at)
{
	gint64 time_us = entry_at(group, at)->time_us;
	guint last = at;
	gint64 first_us = G_MAXINT64;

	while (last + 1 < group->window->len &&
	       entry_at(group, last + 1)->time_us - time_us <= rule->within_us) {
		last++;
	}
	for (guint i = at + 1; i-- > group->window_first;) {
		gint64 begin_us = entry_at(group, i)->time_us;
		/* In order of time, what stands before an entry that was gathered needs no look. */
		gboolean is_done = i < at && at + 1 == group->window->len &&
		                   entry_at(group, at)->is_above && entry_at(group, i)->is_above;

		if (time_us - begin_us > rule->within_us || is_done) {
			break;
		}
		while (entry_at(group, last)->time_us - begin_us > rule->within_us) {
			last--;
		}
		if (last - i + 1 < rule->count) {
			continue;
		}
		for (guint j = i; j <= last; j++) {
			if (!entry_at(group, j)->is_above) {
				first_us = MIN(first_us, entry_at(group, j)->time_us);
				take(group, j);
			}
		}
	}
	if (first_us == G_MAXINT64) {
		return FALSE;
	}
	take_samples(rule, group, first_us);
	return TRUE;
}

/* How many stand in the window that ends with the newest. */
static guint
count_newest(const TocsinRule *rule, const TocsinGroup *group)
{
	guint count = 0;

	for (guint i = group->window->len; i-- > group->window_first && count < rule->count;) {
		if (group->watermark_us - entry_at(group, i)->time_us > rule->within_us) {
			break;
		}
		count++;
	}
	return count;
}

static void
note_late(TocsinGroup *group, const TocsinRule *rule, const TocsinEvent *event, gint64 time_us,
          gint64 now_us, TocsinDecision *out)
{
	tocsin_decision_say(out, "too late for its window");
	if (group->gathered->count > 0 || group->is_told || group->is_open) {
		tocsin_group_gather(group, rule, event, time_us, now_us);
		group->gathered->late++;
	}
}

void
tocsin_threshold_event(const TocsinRule *rule, TocsinGroup *group, const TocsinEvent *event,
                       gint64 time_us, gint64 now_us, TocsinDecision *out)
{
	TocsinEntry entry = {.time_us = time_us, .events = 1};
	guint at;

	entry.caught_up = (event->flags & TOCSIN_EVENT_CATCH_UP) != 0;

	if (time_us < group->watermark_us - rule->late_us) {
		note_late(group, rule, event, time_us, now_us, out);
		return;
	}
	prune(rule, group);
	entry.kind = kind_index(group, event);
	if (group->is_open) {
		entry.is_above = TRUE;
		tocsin_group_gather(group, rule, event, time_us, now_us);
		if (rule->distinct != NULL) {
			at = insert_distinct(rule, group, &entry, event);
			entry_at(group, at)->is_above = TRUE;
		} else {
			insert(group, &entry);
		}
		tocsin_decision_say(out, "the count is still up");
		return;
	}
	tocsin_tally_keep(group->waiting, event, rule->samples);
	at = rule->distinct != NULL ? insert_distinct(rule, group, &entry, event)
	                            : insert(group, &entry);
	if (!take_windows(rule, group, at)) {
		tocsin_decision_say(out, "%u of %u counted", count_newest(rule, group),
		                    rule->count);
		return;
	}
	if (group->pending_us == 0) {
		group->pending_us = now_us;
	}
	if (event->flags & TOCSIN_EVENT_CATCH_UP) {
		group->caught_up_us = now_us;
	}
	if (rule->has_below) {
		tocsin_group_open(group, time_us, now_us);
	}
	tocsin_decision_say(out, "%u counted", rule->count);
}

/* The event time at which no more than `below` are left in the falling window. */
static gint64
falling(const TocsinRule *rule, const TocsinGroup *group)
{
	guint count = group->window->len - group->window_first;

	if (count <= rule->below) {
		return group->watermark_us;
	}
	return entry_at(group, group->window->len - 1 - rule->below)->time_us +
	       rule->below_within_us;
}

/* When no more than `below` will be left in the falling window, or (not open) nothing at all. */
gint64
tocsin_threshold_due(const TocsinRule *rule, const TocsinGroup *group)
{
	guint count = group->window->len - group->window_first;

	if (count == 0) {
		return group->is_open ? 0 : G_MAXINT64;
	}
	if (!group->is_open) {
		return tocsin_gather_clock(group,
		                           entry_at(group, group->window->len - 1)->time_us) +
		       rule->within_us + rule->late_us;
	}
	if (count <= rule->below) {
		return 0;
	}
	return tocsin_gather_clock(group, falling(rule, group)) + rule->late_us;
}

void
tocsin_threshold_tick(const TocsinRule *rule, TocsinGroup *group, gint64 now_us)
{
	if (group->is_open) {
		tocsin_group_close(group, falling(rule, group), now_us);
		return;
	}
	g_array_set_size(group->window, 0);
	group->window_first = 0;
	g_ptr_array_set_size(group->window_kinds, 0);
	tocsin_tally_clear(group->waiting);
}
