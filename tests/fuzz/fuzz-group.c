/* SPDX-License-Identifier: MIT */
/* Whatever is taken as a packed group packs and reads again to the same, and can be decided about
 * by rules of every way to gather. The first byte chooses the rule. */
#include "rule/decide.h"
#include "rule/limit.h"

#include <stddef.h>
#include <stdint.h>

static void
on_fault(const char *setting, const char *text, gpointer user_data)
{
	g_error("%s: %s", setting, text);
}

static TocsinRule *
make_rule(guint way)
{
	static const char *const list[] = {"*", NULL};
	static const char *const to[] = {"a@example.org", NULL};
	static const char *const steps[] = {"kind == 'a'", "kind == 'b'", NULL};
	TocsinRuleSpec spec;

	tocsin_rule_spec_init(&spec);
	spec.name = "r";
	spec.on = list;
	spec.audience.to = to;
	switch (way) {
	case 1:
		spec.threshold.count = 3;
		spec.threshold.within_us = G_USEC_PER_SEC;
		break;
	case 2:
		spec.threshold.count = 3;
		spec.threshold.within_us = G_USEC_PER_SEC;
		spec.threshold.has_below = TRUE;
		break;
	case 3:
		spec.pair.start = "kind == 'a'";
		spec.pair.end = "kind == 'b'";
		spec.pair.within_us = G_USEC_PER_SEC;
		break;
	case 4:
		spec.absence_us = G_USEC_PER_SEC;
		break;
	case 5:
		spec.sequence.steps = steps;
		spec.sequence.within_us = G_USEC_PER_SEC;
		break;
	case 6:
		spec.states.is_on = TRUE;
		spec.repeat_us = G_USEC_PER_SEC;
		spec.repeat_backoff = 100;
		break;
	default:
		break;
	}
	return tocsin_rule_new(&spec, on_fault, NULL);
}

static void
decide(const TocsinRule *rule, TocsinGroup *group)
{
	const gint64 now_us = G_GINT64_CONSTANT(1772409600) * G_USEC_PER_SEC;
	g_autoptr(TocsinLimit) limit = tocsin_limit_new("fuzz");
	g_autoptr(TocsinEvent) event = tocsin_event_new("e", "t", "a", "k", now_us);
	TocsinCircumstances circumstances = {.now_us = now_us};

	event->status = TOCSIN_STATUS_PROBLEM;
	for (guint i = 0; i < 4; i++) {
		g_auto(TocsinDecision) decision = {0};

		tocsin_decide(rule, group, limit, i == 2 ? event : NULL, &circumstances, &decision);
		circumstances.now_us += G_USEC_PER_SEC;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(TocsinRule) rule = NULL;
	g_autoptr(TocsinGroup) group = NULL;

	if (size == 0) {
		return 0;
	}
	rule = make_rule(data[0] % 7);
	group = tocsin_group_unpack(data + 1, size - 1, rule, NULL);
	if (group != NULL) {
		g_autoptr(GByteArray) packed = tocsin_group_pack(group, rule);
		g_autoptr(TocsinGroup) again =
		        tocsin_group_unpack(packed->data, packed->len, rule, NULL);

		g_assert_nonnull(again);
		g_assert_cmpstr(tocsin_group_key(group), ==, tocsin_group_key(again));
		decide(rule, group);
	}
	return 0;
}
