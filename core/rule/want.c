/* SPDX-License-Identifier: MIT */
/* What a group has to tell next, and when: the three clocks wait, interval and repeat, and what a
 * problem's course adds to them. Looks only; changes nothing. */
#include "rule/group-private.h"

/* Events of the past are told at the latest so many times their quiet time after the first. */
#define CATCH_UP_PATIENCE 30

/* The time between the last mail and the next that says the same. */
static gint64
repeat_delay(const TocsinRule *rule, guint repeats)
{
	gint64 longest_us = rule->repeat_longest_us > 0 ? rule->repeat_longest_us : G_MAXINT64 / 4;
	gint64 delay_us = rule->repeat_us;

	for (guint i = 0; i < repeats && rule->repeat_backoff > 1; i++) {
		if (delay_us >= longest_us / rule->repeat_backoff) {
			return longest_us;
		}
		delay_us *= rule->repeat_backoff;
	}
	return MIN(delay_us, longest_us);
}

static gboolean
has_new_kind(const TocsinGroup *group)
{
	const GArray *kinds = group->gathered->kinds;

	for (guint i = 0; i < kinds->len; i++) {
		const TocsinTallyKind *kind = &g_array_index(kinds, TocsinTallyKind, i);

		if (!g_hash_table_contains(group->told_kinds, kind->name)) {
			return TRUE;
		}
	}
	return FALSE;
}

static gint64
want_digest(const TocsinRule *rule, const TocsinGroup *group, TocsinReason *out_reason)
{
	gint64 due_us;

	if (group->pending_us == 0 ||
	    !tocsin_calendar_next(rule->digest, group->pending_us, &due_us)) {
		return G_MAXINT64;
	}
	*out_reason = TOCSIN_REASON_DIGEST;
	return due_us;
}

/* When the events of the past seem to have all come. */
static gint64
caught_up(const TocsinRule *rule, const TocsinGroup *group)
{
	gint64 quiet_us = MAX(rule->wait_us, rule->catch_up_us);

	return MIN(group->caught_up_us + quiet_us,
	           group->pending_us + CATCH_UP_PATIENCE * quiet_us);
}

/* Rules whose events are just events. */
static gint64
want_plain(const TocsinRule *rule, const TocsinGroup *group, TocsinReason *out_reason)
{
	gint64 ready_us = group->pending_us + rule->wait_us;
	gint64 again_us = group->is_told ? group->told_us + rule->interval_us : 0;

	if (group->gathered->count == 0) {
		return G_MAXINT64;
	}
	if (group->gathered->caught_up == group->gathered->count) {
		*out_reason = TOCSIN_REASON_DIGEST;
		return MAX(caught_up(rule, group), again_us);
	}
	if (group->was_held) {
		*out_reason = TOCSIN_REASON_DIGEST;
		return MAX(ready_us, again_us);
	}
	if (!group->is_told) {
		*out_reason = TOCSIN_REASON_FIRST;
		return ready_us;
	}
	if (rule->repeat_us == 0 || has_new_kind(group)) {
		*out_reason = TOCSIN_REASON_NEW;
		return MAX(ready_us, again_us);
	}
	*out_reason = TOCSIN_REASON_STILL;
	return MAX(MAX(ready_us, again_us), group->told_us + repeat_delay(rule, group->repeats));
}

static void
take_earlier(gint64 due_us, TocsinReason reason, gint64 *best_us, TocsinReason *out_reason)
{
	if (due_us < *best_us) {
		*best_us = due_us;
		*out_reason = reason;
	}
}

/* A problem that was told and goes on. */
static gint64
want_open(const TocsinRule *rule, const TocsinGroup *group, TocsinReason *out_reason)
{
	gint64 best_us = G_MAXINT64;
	gboolean is_repeated = rule->repeat_us > 0 &&
	                       (rule->repeat_times == 0 || group->repeats < rule->repeat_times);

	if (group->escalated < rule->escalations->len) {
		const TocsinEscalation *next =
		        &g_array_index(rule->escalations, TocsinEscalation, group->escalated);

		take_earlier(group->told_first_us + next->after_us, TOCSIN_REASON_ESCALATED,
		             &best_us, out_reason);
	}
	if (group->flapping > 0) {
		return best_us;
	}
	if (group->news != 0) {
		gint64 due_us =
		        MAX(group->news_us + rule->wait_us, group->told_us + rule->interval_us);
		gboolean is_changed = (group->news & (TOCSIN_NEWS_CHANGE | TOCSIN_NEWS_ENDED)) != 0;
		gboolean is_new = (group->news & TOCSIN_NEWS_MEMBER) != 0;

		take_earlier(due_us,
		             is_changed ? TOCSIN_REASON_CHANGED
		             : is_new   ? TOCSIN_REASON_NEW
		                        : TOCSIN_REASON_STILL,
		             &best_us, out_reason);
	}
	if (is_repeated) {
		take_earlier(group->told_us +
		                     MAX(repeat_delay(rule, group->repeats), rule->interval_us),
		             TOCSIN_REASON_STILL, &best_us, out_reason);
	}
	return best_us;
}

/* Rules whose problem begins and ends. */
static gint64
want_problem(const TocsinRule *rule, const TocsinGroup *group, TocsinReason *out_reason)
{
	if (group->flapping > 0 && !group->is_flap_told) {
		*out_reason = TOCSIN_REASON_FLAPPING;
		return 0;
	}
	if (group->is_open && group->is_told) {
		return want_open(rule, group, out_reason);
	}
	if (group->flapping > 0) {
		return G_MAXINT64;
	}
	if (group->is_open) {
		*out_reason = TOCSIN_REASON_FIRST;
		return group->caught_up_us != 0 &&
		                       group->gathered->caught_up == group->gathered->count
		               ? MAX(caught_up(rule, group), group->opened_us + rule->wait_us)
		               : group->opened_us + rule->wait_us;
	}
	if (group->is_told && rule->is_resolved_told) {
		*out_reason = TOCSIN_REASON_RESOLVED;
		return 0;
	}
	return G_MAXINT64;
}

gint64
tocsin_want(const TocsinRule *rule, const TocsinGroup *group, TocsinReason *out_reason)
{
	if (rule->digest != NULL) {
		return want_digest(rule, group, out_reason);
	}
	return tocsin_rule_has_end(rule) ? want_problem(rule, group, out_reason)
	                                 : want_plain(rule, group, out_reason);
}

gint64
tocsin_want_forgotten(const TocsinRule *rule, const TocsinGroup *group)
{
	gboolean is_busy = group->pending_us != 0 || group->gathered->count > 0 || group->is_open ||
	                   group->flapping > 0 || group->started_us != 0 ||
	                   group->window->len > group->window_first ||
	                   rule->gather == TOCSIN_GATHER_ABSENCE;
	gint64 quiet_us = MAX(rule->interval_us, rule->late_us);

	if (is_busy || (group->is_told && tocsin_rule_has_end(rule) && rule->digest == NULL)) {
		return G_MAXINT64;
	}
	if (rule->gather == TOCSIN_GATHER_STATES) {
		quiet_us = MAX(quiet_us, rule->flap_quiet_us);
	}
	if (group->is_told) {
		quiet_us = MAX(quiet_us, repeat_delay(rule, group->repeats));
	}
	return MAX(MAX(group->told_us, group->heard_us), group->born_us) + quiet_us;
}
