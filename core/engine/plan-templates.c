/* SPDX-License-Identifier: MIT */
/* Finds the templates of rules, and holds them against the fields of their events. */
#include <string.h>

#include "engine/letter-schema.h"
#include "engine/plan-private.h"

static TocsinDatum *
make_schema(const TocsinPlan *self, const TocsinRule *rule)
{
	guint count = self->triggers->len;
	g_autofree TocsinLetterSource *sources = g_new0(TocsinLetterSource, count + 2);

	for (guint i = 0; i < count; i++) {
		const TocsinPlanTrigger *trigger = g_ptr_array_index(self->triggers, i);

		sources[i] = (TocsinLetterSource){.name = trigger->name, .schema = trigger->schema};
	}
	sources[count].name = TOCSIN_TRIGGER_BY_HAND;
	sources[count + 1].name = TOCSIN_TRIGGER_SELF;
	return tocsin_letter_schema(rule, sources, count + 2);
}

/* Where a complaint about how mails look belongs. */
typedef struct {
	const TocsinNode *node;
	TocsinProblems *problems;
} Place;

static void
on_fault(const char *setting, const char *text, gpointer user_data)
{
	const Place *place = user_data;

	/* Another's author is complained of where it stands. */
	if (strcmp(setting, "from") == 0 && tocsin_node_find(place->node, setting) == NULL) {
		return;
	}
	tocsin_node_complain(tocsin_plan_place(place->node, setting), place->problems, "%s: %s",
	                     setting, text);
}

void
tocsin_plan_check_templates(const TocsinPlan *self, const TocsinPlanRule *rule,
                            const TocsinNode *node, TocsinProblems *problems)
{
	static const char *const settings[] = {"template", "template_resolved", "template_digest"};
	g_autofree const char **names = tocsin_letter_templates(&rule->style);
	g_autoptr(TocsinDatum) schema = make_schema(self, rule->rule);
	Place own = {.node = node, .problems = problems};

	(void)tocsin_letter_check(&rule->style, on_fault, &own);

	for (guint i = 0; names[i] != NULL; i++) {
		g_autoptr(GPtrArray) faults = NULL;
		g_autoptr(GError) error = NULL;
		const TocsinNode *place = node;

		for (guint j = 0; j < G_N_ELEMENTS(settings); j++) {
			const TocsinNode *named = tocsin_node_find(node, settings[j]);

			if (named != NULL && g_strcmp0(tocsin_node_text(named), names[i]) == 0) {
				place = named;
			}
		}
		if (tocsin_letters_find(self->letters, names[i], &error) == NULL) {
			tocsin_node_complain(place, problems, "%s", error->message);
			continue;
		}
		faults = tocsin_letters_check(self->letters, names[i], schema);
		for (guint j = 0; j < faults->len; j++) {
			tocsin_node_complain(place, problems, "rule '%s': %s",
			                     tocsin_rule_name(rule->rule),
			                     (const char *)g_ptr_array_index(faults, j));
		}
	}
}
