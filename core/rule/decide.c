/* SPDX-License-Identifier: MIT */
/* Gathers, asks what is wanted, what holds it back, and makes the decision. */
#include "rule/decide.h"

#include <string.h>

#include "base/units.h"
#include "rule/group-private.h"
#include "rule/hold.h"
#include "rule/limit-private.h"

/* Names a step so that reading the same events again names it the same, and nothing else does. */
static void
name_cause(TocsinDecision *out, const char *key, const char *cause, guint64 step)
{
	g_autofree char *text = g_strdup_printf("%s\n%s\n%" G_GUINT64_FORMAT, key, cause, step);
	g_autofree char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);

	memcpy(out->cause, digest, sizeof out->cause - 1);
	out->cause[sizeof out->cause - 1] = '\0';
}

static void
note_kinds(TocsinGroup *group)
{
	const GArray *kinds = group->gathered->kinds;

	for (guint i = 0; i < kinds->len; i++) {
		const TocsinTallyKind *kind = &g_array_index(kinds, TocsinTallyKind, i);

		if (g_hash_table_size(group->told_kinds) < TOCSIN_TALLY_KINDS_MAX &&
		    !g_hash_table_contains(group->told_kinds, kind->name)) {
			g_hash_table_add(group->told_kinds, g_strdup(kind->name));
		}
	}
}

/* The group after it told @reason, be it in a mail of its own or in the rule's digest. */
static void
mark_told(const TocsinRule *rule, TocsinGroup *group, TocsinReason reason, gint64 now_us)
{
	gboolean is_end =
	        reason == TOCSIN_REASON_RESOLVED ||
	        (reason == TOCSIN_REASON_DIGEST && tocsin_rule_has_end(rule) && !group->is_open);

	note_kinds(group);
	if (!group->is_told) {
		group->told_first_us = now_us;
		group->repeats = 0;
		group->escalated = 0;
	}
	group->repeats =
	        reason == TOCSIN_REASON_STILL ? MIN(group->repeats + 1, 1000) : group->repeats;
	if (reason == TOCSIN_REASON_CHANGED || reason == TOCSIN_REASON_NEW) {
		group->repeats = 0;
	}
	group->is_told = !is_end;
	group->is_flap_told =
	        reason == TOCSIN_REASON_FLAPPING || (group->is_flap_told && group->flapping > 0);
	group->told_us = now_us;
	group->news = 0;
	group->pending_us = 0;
	group->caught_up_us = 0;
	group->was_held = FALSE;
	group->held_back = 0;
	if (is_end) {
		g_hash_table_remove_all(group->told_kinds);
	}
}

static void
fill(const TocsinGroup *group, TocsinReason reason, TocsinDecision *out)
{
	out->action = TOCSIN_ACTION_COMPOSE;
	out->reason = reason;
	out->is_open = group->is_open;
	out->since_us = group->is_open || group->is_told ? group->since_us : 0;
	if (!group->is_open &&
	    (reason == TOCSIN_REASON_RESOLVED || reason == TOCSIN_REASON_DIGEST)) {
		out->over_us = group->over_us;
	}
	out->repeats = reason == TOCSIN_REASON_STILL ? group->repeats + 1 : 0;
	tocsin_decision_say(out, "%s: %" G_GUINT64_FORMAT " events", tocsin_reason_name(reason),
	                    group->gathered->count);
}

/* Others are told what the rule's own people may still be waiting for: nothing of it is used up. */
static void
escalate(TocsinGroup *group, TocsinDecision *out)
{
	fill(group, TOCSIN_REASON_ESCALATED, out);
	out->tell = TOCSIN_TELL_ESCALATION;
	out->escalation = group->escalated++;
	out->tally = tocsin_tally_copy(group->gathered);
	out->held_back = group->held_back;
	name_cause(out, group->key, group->cause, group->step++);
}

static void
compose(const TocsinRule *rule, TocsinGroup *group, TocsinLimit *limit, TocsinReason reason,
        gint64 now_us, TocsinDecision *out)
{
	fill(group, reason, out);
	out->tell = reason == TOCSIN_REASON_RESOLVED ? TOCSIN_TELL_TOLD : TOCSIN_TELL_ALL;
	out->held_back = group->held_back + limit->held_back;
	limit->held_back = 0;
	name_cause(out, group->key, group->cause, group->step++);
	mark_told(rule, group, reason, now_us);
	group->is_ending = reason == TOCSIN_REASON_RESOLVED;
	group->is_overflowed = FALSE;
	out->tally = g_steal_pointer(&group->gathered);
	group->gathered = tocsin_tally_new();
}

static void
overflow(const TocsinRule *rule, TocsinGroup *group, TocsinLimit *limit, TocsinReason reason,
         gint64 now_us, TocsinDecision *out)
{
	out->action = TOCSIN_ACTION_HOLD;
	out->reason = TOCSIN_REASON_OVERFLOW;
	tocsin_decision_say(out, "%s goes into the digest: limit of %u reached",
	                    tocsin_reason_name(reason), rule->limit_count);
	note_kinds(group);
	tocsin_limit_keep(limit, rule, group->gathered, group->held_back,
	                  reason == TOCSIN_REASON_RESOLVED);
	mark_told(rule, group, reason, now_us);
	group->is_overflowed = TRUE;
}

/* There is something to tell, it is due, and nothing holds it. */
static void
tell(const TocsinRule *rule, TocsinGroup *group, TocsinLimit *limit, TocsinReason reason,
     gint64 now_us, TocsinDecision *out)
{
	/* Of resolved and escalated problems there cannot be more than of those that were told. */
	gboolean is_free = reason == TOCSIN_REASON_RESOLVED || reason == TOCSIN_REASON_ESCALATED;
	gboolean is_known_to_some =
	        group->told_to != NULL || group->told_cc != NULL || group->told_bcc != NULL;

	if (reason == TOCSIN_REASON_ESCALATED) {
		escalate(group, out);
		return;
	}
	if (reason == TOCSIN_REASON_RESOLVED && group->is_overflowed && is_known_to_some) {
		/* Those of the escalation get their own mail, the others read it in the digest. */
		limit->groups++;
		limit->resolved++;
	} else if (reason == TOCSIN_REASON_RESOLVED && group->is_overflowed) {
		overflow(rule, group, limit, reason, now_us, out);
		group->is_overflowed = FALSE;
		return;
	}
	if (is_free ||
	    (!tocsin_limit_is_holding(limit) && tocsin_limit_take(limit, rule, now_us))) {
		compose(rule, group, limit, reason, now_us, out);
		return;
	}
	overflow(rule, group, limit, reason, now_us, out);
}

/* A problem that was over before anybody was told: counted, and named in the next mail. */
static void
absorb_brief(const TocsinRule *rule, TocsinGroup *group, TocsinDecision *out)
{
	gboolean is_over = !group->is_open && !group->is_told && group->flapping == 0;

	if (!tocsin_rule_has_end(rule) || rule->digest != NULL || !is_over ||
	    (group->over_us == 0 && group->gathered->count == 0)) {
		return;
	}
	for (guint i = 0; i < group->members->len; i++) {
		if (!((TocsinMember *)g_ptr_array_index(group->members, i))->is_well) {
			return;
		}
	}
	if (group->pending_us == 0 && group->gathered->count == 0) {
		return;
	}
	tocsin_decision_say(out, "over before it was told");
	group->held_back += group->gathered->count;
	tocsin_tally_clear(group->gathered);
	group->pending_us = 0;
	group->caught_up_us = 0;
	group->news = 0;
}

/* A problem whose end is not to be told is over when it is over. */
static void
end_silently(const TocsinRule *rule, TocsinGroup *group, gint64 now_us, TocsinDecision *out)
{
	if (rule->is_resolved_told || !tocsin_rule_has_end(rule) || rule->digest != NULL ||
	    group->is_open || !group->is_told || group->flapping > 0) {
		return;
	}
	tocsin_decision_say(out, "resolved, which is not told");
	group->held_back += group->gathered->count;
	tocsin_tally_clear(group->gathered);
	guint64 held_back = group->held_back;

	mark_told(rule, group, TOCSIN_REASON_RESOLVED, now_us);
	group->held_back = held_back;
	group->is_ending = TRUE;
	tocsin_group_note_told(group, NULL, NULL, NULL, "");
}

static void
schedule(const TocsinRule *rule, TocsinGroup *group, gint64 now_us, TocsinDecision *out)
{
	TocsinReason ignored;
	gint64 forget_us = tocsin_want_forgotten(rule, group);
	gint64 due_us = MIN(tocsin_want(rule, group, &ignored), tocsin_gather_due(rule, group));

	out->is_forgotten = out->action == TOCSIN_ACTION_NONE && forget_us <= now_us;
	out->due_us = out->action == TOCSIN_ACTION_HOLD && out->due_us > now_us
	                      ? MIN(out->due_us, tocsin_gather_due(rule, group))
	                      : MIN(due_us, forget_us);
	group->due_us = out->due_us;
}

void
tocsin_decide(const TocsinRule *rule, TocsinGroup *group, TocsinLimit *limit,
              const TocsinEvent *event, const TocsinCircumstances *circumstances,
              TocsinDecision *out)
{
	gint64 now_us = circumstances->now_us;
	TocsinReason reason = TOCSIN_REASON_FIRST;
	gint64 due_us;

	if (event != NULL) {
		tocsin_gather_event(rule, group, event, now_us, out);
	}
	/* Twice: what ends one thing may leave a window that is over as well. */
	tocsin_gather_tick(rule, group, now_us);
	tocsin_gather_tick(rule, group, now_us);
	absorb_brief(rule, group, out);
	end_silently(rule, group, now_us, out);
	due_us = tocsin_want(rule, group, &reason);
	out->reason = reason;
	if (due_us == G_MAXINT64) {
		out->action = TOCSIN_ACTION_NONE;
	} else if (due_us > now_us) {
		g_autofree char *left = tocsin_units_format_duration(due_us - now_us);

		out->action = TOCSIN_ACTION_HOLD;
		out->due_us = due_us;
		tocsin_decision_say(out, "%s in %s", tocsin_reason_name(reason), left);
	} else if (!tocsin_hold(rule, group, reason, circumstances, out)) {
		tell(rule, group, limit, reason, now_us, out);
	}
	schedule(rule, group, now_us, out);
	if (out->is_forgotten) {
		limit->held_back += group->held_back;
		group->held_back = 0;
	}
}

void
tocsin_decide_overflow(const TocsinRule *rule, TocsinLimit *limit, gint64 now_us,
                       TocsinDecision *out)
{
	out->reason = TOCSIN_REASON_OVERFLOW;
	out->due_us = G_MAXINT64;
	if (!tocsin_limit_is_holding(limit)) {
		out->action = TOCSIN_ACTION_NONE;
		return;
	}
	if (!tocsin_limit_take(limit, rule, now_us)) {
		out->action = TOCSIN_ACTION_HOLD;
		out->due_us = tocsin_limit_free_us(limit, rule);
		tocsin_decision_say(out, "%" G_GUINT64_FORMAT " kept back", limit->groups);
		return;
	}
	out->action = TOCSIN_ACTION_COMPOSE;
	out->tell = TOCSIN_TELL_ALL;
	out->groups = limit->groups;
	out->resolved = limit->resolved;
	out->held_back = limit->held_back;
	out->tally = g_steal_pointer(&limit->tally);
	name_cause(out, "", limit->cause, limit->step++);
	tocsin_decision_say(out, "digest of %" G_GUINT64_FORMAT " that the limit kept back",
	                    limit->groups);
	limit->tally = tocsin_tally_new();
	limit->groups = 0;
	limit->resolved = 0;
	limit->held_back = 0;
}
