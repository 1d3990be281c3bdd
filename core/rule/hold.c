/* SPDX-License-Identifier: MIT */
/* Finds what keeps a mail back. */
#include "rule/hold.h"

#include "rule/group-private.h"

/* How often is looked whether the other rule's problem is over. */
#define INHIBIT_CHECK_US (10 * (gint64)G_USEC_PER_SEC)

typedef struct {
	gint64 until_us;
	const TocsinMute *mute; /* NULL: none */
} Found;

/* Of those that hold, one that tells afterwards goes before one that only counts, and the last to
 * end before the others. */
static void
look(const GPtrArray *mutes, const TocsinRule *rule, const TocsinGroup *group, TocsinReason reason,
     gint64 now_us, Found *found)
{
	for (guint i = 0; mutes != NULL && i < mutes->len; i++) {
		const TocsinMute *mute = g_ptr_array_index(mutes, i);
		gboolean is_counted = tocsin_mute_is_counted(mute);
		gint64 until_us;

		/* Who got a problem gets its end, even if it was muted in between. */
		if ((is_counted && reason == TOCSIN_REASON_RESOLVED) ||
		    !tocsin_mute_is_for(mute, rule->name) ||
		    !tocsin_mute_is_on(mute, group->latest, now_us, &until_us)) {
			continue;
		}
		if (found->mute == NULL || (tocsin_mute_is_counted(found->mute) && !is_counted) ||
		    (tocsin_mute_is_counted(found->mute) == is_counted &&
		     until_us > found->until_us)) {
			found->mute = mute;
			found->until_us = until_us;
		}
	}
}

static void
mute(const TocsinRule *rule, TocsinGroup *group, const Found *found, TocsinDecision *out)
{
	const char *comment = tocsin_mute_comment(found->mute);

	if (tocsin_mute_is_counted(found->mute) && !tocsin_rule_has_end(rule)) {
		out->action = TOCSIN_ACTION_MUTED;
		tocsin_decision_say(out, "muted%s%.80s: %" G_GUINT64_FORMAT " counted",
		                    comment[0] != '\0' ? " by " : "", comment,
		                    group->gathered->count);
		group->held_back += group->gathered->count;
		tocsin_tally_clear(group->gathered);
		group->pending_us = 0;
		group->caught_up_us = 0;
		return;
	}
	out->action = TOCSIN_ACTION_HOLD;
	out->due_us = found->until_us;
	group->was_held = TRUE;
	tocsin_decision_say(out, "held%s%.80s", comment[0] != '\0' ? " by " : " by a mute",
	                    comment);
}

static gboolean
is_inhibited(const TocsinRule *rule, const TocsinGroup *group,
             const TocsinCircumstances *circumstances, const char **out_rule)
{
	for (guint i = 0; i < rule->inhibits->len && circumstances->is_active != NULL; i++) {
		const TocsinInhibit *inhibit = &g_array_index(rule->inhibits, TocsinInhibit, i);

		if (group->latest != NULL &&
		    circumstances->is_active(circumstances->user_data, inhibit->rule,
		                             (const char *const *)inhibit->equal, group->latest)) {
			*out_rule = inhibit->rule;
			return TRUE;
		}
	}
	return FALSE;
}

gboolean
tocsin_hold(const TocsinRule *rule, TocsinGroup *group, TocsinReason reason,
            const TocsinCircumstances *circumstances, TocsinDecision *out)
{
	Found found = {0};
	const char *source = NULL;

	look(rule->mutes, rule, group, reason, circumstances->now_us, &found);
	look(circumstances->mutes, rule, group, reason, circumstances->now_us, &found);
	if (found.mute != NULL) {
		mute(rule, group, &found, out);
		return TRUE;
	}
	if (reason != TOCSIN_REASON_RESOLVED && is_inhibited(rule, group, circumstances, &source)) {
		out->action = TOCSIN_ACTION_HOLD;
		out->due_us = circumstances->now_us + INHIBIT_CHECK_US;
		group->was_held = TRUE;
		tocsin_decision_say(out, "held by the problem of rule '%.80s'", source);
		return TRUE;
	}
	return FALSE;
}
