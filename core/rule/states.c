/* SPDX-License-Identifier: MIT */
/* Follows what the events say of each key: in trouble, well again, to and fro.
 *
 * Flapping is told by the last 20 statuses of a member, the newer weighing more, with one bound for
 * its begin and a lower one for its end: Icinga's way, which keeps a state from flapping between
 * flapping and not. While a member flaps its part in the problem stays as it was. */
#include "rule/group-private.h"

#include <string.h>

#include "rule/scope.h"

#define HISTORY 20u
#define SHARED_KEY "…" /* members beyond the limit */

typedef enum {
	STATUS_IGNORED,
	STATUS_OK,
	STATUS_PROBLEM,
} Status;

static gboolean
is_among(char **list, const char *value)
{
	return list != NULL && g_strv_contains((const char *const *)list, value);
}

/* What the event says, and in which words. */
static Status
read_status(const TocsinRule *rule, const TocsinEvent *event, char **out_value)
{
	if (rule->status_field != NULL) {
		g_autofree char *value = tocsin_scope_text(event, rule->status_field);
		Status status = STATUS_IGNORED;

		value = value != NULL ? g_steal_pointer(&value) : g_strdup("");
		if (!is_among(rule->ignored, value)) {
			status = is_among(rule->problem, value) ? STATUS_PROBLEM
			         : is_among(rule->ok, value)    ? STATUS_OK
			                                        : STATUS_IGNORED;
		}
		*out_value = g_steal_pointer(&value);
		return status;
	}
	*out_value = g_strdup(event->status == TOCSIN_STATUS_PROBLEM
	                              ? tocsin_severity_name(event->severity)
	                              : tocsin_status_name(event->status));
	if (event->status == TOCSIN_STATUS_NONE || is_among(rule->ignored, *out_value)) {
		return STATUS_IGNORED;
	}
	return event->status == TOCSIN_STATUS_PROBLEM ? STATUS_PROBLEM : STATUS_OK;
}

static TocsinMember *
find_member(const TocsinGroup *group, const char *key)
{
	for (guint i = 0; i < group->members->len; i++) {
		TocsinMember *member = g_ptr_array_index(group->members, i);

		if (strcmp(member->key, key) == 0) {
			return member;
		}
	}
	return NULL;
}

static TocsinMember *
get_member(TocsinGroup *group, const char *key)
{
	TocsinMember *member = find_member(group, key);

	if (member == NULL && group->members->len + 1 >= TOCSIN_GROUP_MEMBERS_MAX) {
		key = SHARED_KEY;
		member = find_member(group, key);
	}
	if (member == NULL) {
		member = g_new0(TocsinMember, 1);
		member->key = g_strdup(key);
		member->value = g_strdup("");
		member->is_well = TRUE;
		g_ptr_array_add(group->members, member);
	}
	return member;
}

/* Percent of changes; the newest weighs half as much again as the oldest. */
static guint
flap_percent(const TocsinMember *member)
{
	guint weight = 0;
	guint total = 0;

	for (guint i = 0; i < HISTORY; i++) {
		guint one = 3 * HISTORY - i;

		total += one;
		weight += ((member->history >> i) & 1) ? one : 0;
	}
	return weight * 100 / total;
}

static guint
count_problems(const TocsinGroup *group)
{
	guint count = 0;

	for (guint i = 0; i < group->members->len; i++) {
		count += ((TocsinMember *)g_ptr_array_index(group->members, i))->is_problem;
	}
	return count;
}

/* Makes the member what its last status said, and the group what its members are. */
static void
apply(const TocsinRule *rule, TocsinGroup *group, TocsinMember *member, gint64 now_us)
{
	gboolean is_problem = !member->is_well && member->in_a_row >= MAX(rule->count, 1);
	guint problems;

	if (is_problem == member->is_problem || (member->is_problem && !member->is_well)) {
		return;
	}
	member->is_problem = is_problem;
	member->since_us = member->seen_us;
	problems = count_problems(group);
	if (is_problem && group->is_open) {
		tocsin_group_add_news(group, TOCSIN_NEWS_MEMBER, now_us);
	} else if (is_problem) {
		tocsin_group_open(group, member->seen_us, now_us);
	} else if (problems > 0) {
		tocsin_group_add_news(group, TOCSIN_NEWS_CHANGE, now_us);
	} else {
		tocsin_group_close(group, member->seen_us, now_us);
	}
}

static void
note_history(const TocsinRule *rule, TocsinGroup *group, TocsinMember *member, gboolean is_well)
{
	gboolean is_change = member->history_count > 0 && is_well != member->is_well;
	guint percent;

	member->history = ((member->history << 1) | (is_change != 0)) & ((1u << HISTORY) - 1);
	member->history_count = MIN(member->history_count + 1, HISTORY);
	member->is_well = is_well;
	member->in_a_row = is_well ? 0 : MIN(member->in_a_row + 1, TOCSIN_GROUP_ROW_MAX);
	percent = flap_percent(member);
	if (!member->is_flapping && rule->flap_high > 0 && percent > rule->flap_high) {
		member->is_flapping = TRUE;
		group->flapping++;
	}
}

static void
settle(const TocsinRule *rule, TocsinGroup *group, TocsinMember *member, gint64 now_us)
{
	member->is_flapping = FALSE;
	group->flapping--;
	tocsin_group_add_news(group, TOCSIN_NEWS_SETTLED, now_us);
	apply(rule, group, member, now_us);
}

static void
on_status(const TocsinRule *rule, TocsinGroup *group, TocsinMember *member, Status status,
          const char *value, gint64 time_us, gint64 now_us)
{
	gboolean is_new_value = strcmp(member->value, value) != 0;
	gboolean was_problem = member->is_problem;

	member->seen_us = time_us;
	note_history(rule, group, member, status == STATUS_OK);
	if (is_new_value) {
		g_free(member->value);
		member->value = g_strdup(value);
	}
	if (member->is_flapping) {
		if (flap_percent(member) < rule->flap_low) {
			settle(rule, group, member, now_us);
		} else if (group->pending_us == 0) {
			group->pending_us = now_us;
		}
		return;
	}
	apply(rule, group, member, now_us);
	if (was_problem && member->is_problem && is_new_value) {
		tocsin_group_add_news(group, TOCSIN_NEWS_CHANGE, now_us);
	}
}

void
tocsin_states_event(const TocsinRule *rule, TocsinGroup *group, const TocsinEvent *event,
                    gint64 time_us, gint64 now_us, TocsinDecision *out)
{
	g_autofree char *value = NULL;
	Status status = read_status(rule, event, &value);
	TocsinMember *member;

	if (status == STATUS_IGNORED) {
		tocsin_decision_say(out, "status '%.40s' says nothing", value);
		return;
	}
	member = get_member(group, event->key);
	if (member->history_count > 0 && time_us < member->seen_us) {
		tocsin_decision_say(out, "status '%.40s' is older than the last", value);
		tocsin_tally_add(group->gathered, event, time_us, rule->samples);
		group->gathered->late++;
		return;
	}
	if (status == STATUS_PROBLEM || group->is_open || group->is_told || member->is_flapping) {
		tocsin_tally_add(group->gathered, event, time_us, rule->samples);
		if (event->flags & TOCSIN_EVENT_CATCH_UP) {
			group->caught_up_us = now_us;
		}
	}
	on_status(rule, group, member, status, value, time_us, now_us);
	if (member->is_flapping) {
		tocsin_decision_say(out, "status '%.40s'; to and fro, %u percent", value,
		                    flap_percent(member));
	} else if (status == STATUS_PROBLEM && !member->is_problem) {
		tocsin_decision_say(out, "status '%.40s'; %u of %u in a row", value,
		                    member->in_a_row, rule->count);
	} else {
		tocsin_decision_say(out, "status '%.40s'; %u in trouble", value,
		                    count_problems(group));
	}
}

gint64
tocsin_states_due(const TocsinRule *rule, const TocsinGroup *group)
{
	gint64 due_us = G_MAXINT64;

	for (guint i = 0; i < group->members->len && group->flapping > 0; i++) {
		const TocsinMember *member = g_ptr_array_index(group->members, i);

		if (member->is_flapping) {
			due_us = MIN(due_us, tocsin_gather_clock(group, member->seen_us) +
			                             rule->flap_quiet_us);
		}
	}
	return due_us;
}

void
tocsin_states_tick(const TocsinRule *rule, TocsinGroup *group, gint64 now_us)
{
	for (guint i = 0; i < group->members->len && group->flapping > 0; i++) {
		TocsinMember *member = g_ptr_array_index(group->members, i);

		if (member->is_flapping &&
		    now_us >= tocsin_gather_clock(group, member->seen_us) + rule->flap_quiet_us) {
			member->history = 0;
			settle(rule, group, member, now_us);
		}
	}
}
