/* SPDX-License-Identifier: MIT */
/* From events to something to tell: the ways that need no file of their own. */
#include "rule/group-private.h"
#include "rule/scope.h"

/* When the event happened, as far as it is to be believed: not before 1970 and not far ahead. */
static gint64
event_time(const TocsinRule *rule, const TocsinEvent *event, gint64 now_us)
{
	return CLAMP(event->time_us, 0, MAX(now_us + rule->late_us, 0));
}

static void
on_each(const TocsinRule *rule, TocsinGroup *group, const TocsinEvent *event, gint64 time_us,
        gint64 now_us, TocsinDecision *out)
{
	tocsin_group_gather(group, rule, event, time_us, now_us);
	tocsin_decision_say(out, "%" G_GUINT64_FORMAT " gathered", group->gathered->count);
}

static void
forget_waiting(TocsinGroup *group)
{
	group->started_us = 0;
	group->steps_seen = 0;
	tocsin_tally_clear(group->waiting);
}

static void
on_pair_end(const TocsinRule *rule, TocsinGroup *group, const TocsinEvent *event, gint64 time_us,
            gint64 now_us, TocsinDecision *out)
{
	group->ended_us = MAX(group->ended_us, time_us);
	if (group->is_open) {
		tocsin_group_gather(group, rule, event, time_us, now_us);
		tocsin_group_close(group, time_us, now_us);
		tocsin_decision_say(out, "the end came after all");
	} else {
		tocsin_decision_say(out, group->started_us != 0 ? "the end came in time"
		                                                : "an end without a start");
	}
	forget_waiting(group);
}

static void
on_pair(const TocsinRule *rule, TocsinGroup *group, const TocsinEvent *event, gint64 time_us,
        gint64 now_us, TocsinDecision *out)
{
	gboolean is_end = tocsin_scope_holds(rule->end, event, NULL);

	if (is_end) {
		on_pair_end(rule, group, event, time_us, now_us, out);
	}
	if (!tocsin_scope_holds(rule->start, event, NULL)) {
		if (!is_end) {
			tocsin_decision_say(out, "neither start nor end");
		}
		return;
	}
	if (!is_end && time_us <= group->ended_us && group->started_us == 0) {
		tocsin_decision_say(out, "the start of what has already ended");
		return;
	}
	if (group->is_open) {
		tocsin_group_gather(group, rule, event, time_us, now_us);
		tocsin_decision_say(out, "one more start while an end is missing");
		return;
	}
	if (group->started_us == 0 || time_us < group->started_us) {
		group->started_us = MAX(time_us, 1);
	}
	tocsin_tally_add(group->waiting, event, time_us, rule->samples);
	tocsin_decision_say(out, "started; waiting for the end");
}

static void
on_presence(const TocsinRule *rule, TocsinGroup *group, const TocsinEvent *event, gint64 time_us,
            gint64 now_us, TocsinDecision *out)
{
	group->ended_us = MAX(group->ended_us, time_us);
	if (group->is_open) {
		tocsin_group_gather(group, rule, event, time_us, now_us);
		tocsin_group_close(group, time_us, now_us);
		tocsin_decision_say(out, "it came after all");
	} else {
		tocsin_decision_say(out, "it came in time");
	}
}

/* Bit of the first step that holds among those that are next, or 0. */
static guint32
find_step(const TocsinRule *rule, const TocsinGroup *group, const TocsinEvent *event)
{
	for (guint i = 0; i < rule->steps->len; i++) {
		gboolean is_seen = (group->steps_seen >> i) & 1;

		if (!is_seen && tocsin_scope_holds(rule->steps->pdata[i], event, NULL)) {
			return 1u << i;
		}
		if (!is_seen && !rule->is_any_order) {
			return 0;
		}
	}
	return 0;
}

static void
on_sequence(const TocsinRule *rule, TocsinGroup *group, const TocsinEvent *event, gint64 time_us,
            gint64 now_us, TocsinDecision *out)
{
	guint32 all = (1u << rule->steps->len) - 1;
	guint32 step;

	if (group->started_us != 0 && time_us > group->started_us + rule->within_us) {
		forget_waiting(group);
	}
	step = find_step(rule, group, event);
	if (step == 0 && group->steps_seen == 1 && !rule->is_any_order &&
	    tocsin_scope_holds(rule->steps->pdata[0], event, NULL)) {
		/* The first step again: the later start leaves more time for the second. */
		forget_waiting(group);
		step = 1;
	}
	if (step == 0) {
		tocsin_decision_say(out, "not the step that is waited for");
		return;
	}
	if (group->started_us == 0) {
		group->started_us = MAX(time_us, 1);
	}
	group->started_us = MIN(group->started_us, MAX(time_us, 1));
	group->steps_seen |= step;
	tocsin_tally_add(group->waiting, event, time_us, rule->samples);
	tocsin_decision_say(out, "%d of %u steps", __builtin_popcount(group->steps_seen),
	                    rule->steps->len);
	if (group->steps_seen == all) {
		tocsin_tally_merge(group->gathered, group->waiting, rule->samples);
		group->pending_us = group->pending_us != 0 ? group->pending_us : now_us;
		forget_waiting(group);
	}
}

void
tocsin_gather_event(const TocsinRule *rule, TocsinGroup *group, const TocsinEvent *event,
                    gint64 now_us, TocsinDecision *out)
{
	gint64 time_us = event_time(rule, event, now_us);

	if (group->latest != event) {
		tocsin_event_unref(group->latest);
		group->latest = tocsin_event_ref(event);
	}
	if (time_us >= group->watermark_us) {
		group->watermark_us = time_us;
		group->heard_us = now_us;
	}
	switch (rule->gather) {
	case TOCSIN_GATHER_THRESHOLD:
		tocsin_threshold_event(rule, group, event, time_us, now_us, out);
		break;
	case TOCSIN_GATHER_PAIR:
		on_pair(rule, group, event, time_us, now_us, out);
		break;
	case TOCSIN_GATHER_ABSENCE:
		on_presence(rule, group, event, time_us, now_us, out);
		break;
	case TOCSIN_GATHER_SEQUENCE:
		on_sequence(rule, group, event, time_us, now_us, out);
		break;
	case TOCSIN_GATHER_STATES:
		tocsin_states_event(rule, group, event, time_us, now_us, out);
		break;
	case TOCSIN_GATHER_EACH:
	default:
		on_each(rule, group, event, time_us, now_us, out);
		break;
	}
}

gint64
tocsin_gather_clock(const TocsinGroup *group, gint64 time_us)
{
	return time_us + MAX(group->heard_us - group->watermark_us, 0);
}

gint64
tocsin_gather_due(const TocsinRule *rule, const TocsinGroup *group)
{
	gint64 patience_us = rule->within_us + rule->late_us;

	switch (rule->gather) {
	case TOCSIN_GATHER_THRESHOLD:
		return tocsin_threshold_due(rule, group);
	case TOCSIN_GATHER_STATES:
		return tocsin_states_due(rule, group);
	case TOCSIN_GATHER_ABSENCE:
		return group->is_open
		               ? G_MAXINT64
		               : MAX(tocsin_gather_clock(group, group->ended_us), group->born_us) +
		                         patience_us;
	case TOCSIN_GATHER_PAIR:
	case TOCSIN_GATHER_SEQUENCE:
		return group->started_us != 0
		               ? tocsin_gather_clock(group, group->started_us) + patience_us
		               : G_MAXINT64;
	case TOCSIN_GATHER_EACH:
	default:
		return G_MAXINT64;
	}
}

void
tocsin_gather_tick(const TocsinRule *rule, TocsinGroup *group, gint64 now_us)
{
	if (rule->gather == TOCSIN_GATHER_STATES) {
		tocsin_states_tick(rule, group, now_us);
		return;
	}
	if (now_us < tocsin_gather_due(rule, group)) {
		return;
	}
	switch (rule->gather) {
	case TOCSIN_GATHER_THRESHOLD:
		tocsin_threshold_tick(rule, group, now_us);
		break;
	case TOCSIN_GATHER_PAIR:
		tocsin_group_open(group, group->started_us, now_us);
		tocsin_tally_merge(group->gathered, group->waiting, rule->samples);
		forget_waiting(group);
		break;
	case TOCSIN_GATHER_ABSENCE:
		tocsin_group_open(group, MAX(group->ended_us, group->born_us), now_us);
		break;
	case TOCSIN_GATHER_SEQUENCE:
		forget_waiting(group);
		break;
	default:
		break;
	}
}
