/* SPDX-License-Identifier: MIT */
/* Holds rules against what there is: who raises such events, with such fields; who inhibits; who
 * delivers. */
#include <string.h>

#include "base/text.h"
#include "engine/plan-private.h"
#include "rule/scope.h"

/* A rule under examination. */
typedef struct {
	const TocsinPlan *plan;
	const TocsinRule *rule;
	const TocsinNode *node;
	TocsinProblems *problems;
} Check;

/* Whether the part of @pattern before its dot stands for the trigger @name. */
static gboolean
is_trigger_named(const char *pattern, const char *name)
{
	const char *dot = strchr(pattern, '.');
	g_autofree char *part =
	        dot != NULL ? g_strndup(pattern, (gsize)(dot - pattern)) : g_strdup(pattern);

	return g_pattern_match_simple(part, name);
}

/* Whether the events of @pattern may have any field: those raised by hand, the program's own, and
 * those of a trigger whose settings are wrong, which has been said. */
static gboolean
is_unknowable(const TocsinPlan *plan, const char *pattern)
{
	gboolean is_found = is_trigger_named(pattern, TOCSIN_TRIGGER_BY_HAND) ||
	                    is_trigger_named(pattern, TOCSIN_TRIGGER_SELF);

	for (guint i = 0; !is_found && i < plan->broken->len; i++) {
		is_found = is_trigger_named(pattern, plan->broken->pdata[i]);
	}
	return is_found;
}

static gboolean
is_kind_named(const char *pattern, const TocsinPlanTrigger *trigger)
{
	const GPtrArray *kinds = tocsin_schema_kinds(trigger->schema);

	if (!tocsin_schema_is_known(trigger->schema)) {
		return is_trigger_named(pattern, trigger->name);
	}
	for (guint i = 0; i < kinds->len; i++) {
		g_autofree char *full = g_strconcat(
		        trigger->name, ".", (const char *)g_ptr_array_index(kinds, i), NULL);

		if (g_pattern_match_simple(pattern, full)) {
			return TRUE;
		}
	}
	return FALSE;
}

/* What there is instead of what @pattern names. */
static void
complain_of_pattern(const Check *check, const TocsinNode *place, const char *pattern,
                    const GPtrArray *kinds)
{
	const GPtrArray *triggers = check->plan->triggers;
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	const char *nearest;

	if (strchr(pattern, '.') == NULL) {
		tocsin_node_complain(place, check->problems,
		                     "\"%s\" names no kind of event; expected \"TRIGGER.KIND\" or "
		                     "\"%s.*\"",
		                     pattern, pattern);
		return;
	}
	if (kinds != NULL) {
		g_autofree char *list = NULL;

		g_ptr_array_extend(names, (GPtrArray *)kinds, NULL, NULL);
		g_ptr_array_add(names, NULL);
		nearest = tocsin_text_nearest(strchr(pattern, '.') + 1,
		                              (const char *const *)names->pdata);
		list = g_strjoinv(", ", (char **)names->pdata);
		tocsin_node_complain(place, check->problems,
		                     "\"%s\": the trigger raises no such event; %s%s", pattern,
		                     nearest != NULL ? "did you mean " : "its kinds are ",
		                     nearest != NULL ? nearest : list);
		return;
	}
	for (guint i = 0; i < triggers->len; i++) {
		const TocsinPlanTrigger *trigger = g_ptr_array_index(triggers, i);

		g_ptr_array_add(names, trigger->name);
	}
	g_ptr_array_add(names, (gpointer)TOCSIN_TRIGGER_BY_HAND);
	g_ptr_array_add(names, NULL);
	g_autofree char *word = g_strndup(pattern, (gsize)(strchr(pattern, '.') - pattern));

	nearest = tocsin_text_nearest(word, (const char *const *)names->pdata);
	tocsin_node_complain(place, check->problems, "\"%s\": there is no trigger '%s'%s%s%s",
	                     pattern, word, nearest != NULL ? "; did you mean '" : "",
	                     nearest != NULL ? nearest : "", nearest != NULL ? "'" : "");
}

static void
check_pattern(const Check *check, const TocsinNode *place, const char *pattern)
{
	const GPtrArray *triggers = check->plan->triggers;
	const GPtrArray *kinds = NULL;

	if (strchr(pattern, '.') != NULL && is_unknowable(check->plan, pattern)) {
		return;
	}
	for (guint i = 0; i < triggers->len; i++) {
		const TocsinPlanTrigger *trigger = g_ptr_array_index(triggers, i);

		if (is_kind_named(pattern, trigger)) {
			return;
		}
		if (is_trigger_named(pattern, trigger->name)) {
			kinds = tocsin_schema_kinds(trigger->schema);
		}
	}
	if (strcmp(pattern, "*") != 0) {
		complain_of_pattern(check, place, pattern, kinds);
	}
}

static void
check_on(const Check *check)
{
	const TocsinNode *place = tocsin_plan_place(check->node, "on");

	if (tocsin_node_type(place) == TOCSIN_NODE_STRING) {
		check_pattern(check, place, tocsin_node_text(place));
		return;
	}
	for (guint i = 0; i < tocsin_node_count(place); i++) {
		const TocsinNode *item = tocsin_node_at(place, i);

		if (tocsin_node_type(item) == TOCSIN_NODE_STRING) {
			check_pattern(check, item, tocsin_node_text(item));
		}
	}
}

static void
add_fields(const GPtrArray *list, GHashTable *fields)
{
	for (guint i = 0; list != NULL && i < list->len; i++) {
		const TocsinSchemaField *field = g_ptr_array_index(list, i);

		g_hash_table_add(fields, field->name);
	}
}

/* Adds the fields of those kinds of @trigger that the rule (NULL: any rule) is on. */
static void
collect_fields(const TocsinRule *rule, const TocsinPlanTrigger *trigger, GHashTable *fields)
{
	const GPtrArray *kinds = tocsin_schema_kinds(trigger->schema);

	for (guint i = 0; i < kinds->len; i++) {
		const char *kind = g_ptr_array_index(kinds, i);

		if (rule == NULL || tocsin_rule_is_on(rule, trigger->name, kind)) {
			add_fields(tocsin_schema_fields(trigger->schema, kind), fields);
			add_fields(tocsin_schema_fields(trigger->schema, NULL), fields);
		}
	}
}

/* Complains of those @names that are no field. */
static void
check_names(const Check *check, const char *const *names, GHashTable *fields, const char *who)
{
	g_autofree const char **known = (const char **)g_hash_table_get_keys_as_array(fields, NULL);

	for (; names != NULL && *names != NULL; names++) {
		const char *nearest = tocsin_text_nearest(*names, known);

		if (!tocsin_scope_is_own(*names) && !g_hash_table_contains(fields, *names)) {
			tocsin_node_complain(
			        check->node, check->problems, "%s has a field '%s'%s%s%s", who,
			        *names, nearest != NULL ? "; did you mean '" : "",
			        nearest != NULL ? nearest : "", nearest != NULL ? "'" : "");
		}
	}
}

/* Whether one of the rule's patterns may stand for events of which nothing is known. */
static gboolean
is_on_unknown(const Check *check)
{
	const TocsinNode *place = tocsin_plan_place(check->node, "on");
	const GPtrArray *triggers = check->plan->triggers;
	gboolean is_single = tocsin_node_type(place) == TOCSIN_NODE_STRING;

	for (guint i = 0; i < (is_single ? 1 : tocsin_node_count(place)); i++) {
		const char *pattern =
		        tocsin_node_text(is_single ? place : tocsin_node_at(place, i));

		if (pattern == NULL) {
			return TRUE; /* no text, which has been said */
		}
		if (is_unknowable(check->plan, pattern)) {
			return TRUE;
		}
		for (guint j = 0; j < triggers->len; j++) {
			const TocsinPlanTrigger *trigger = g_ptr_array_index(triggers, j);

			if (!tocsin_schema_is_known(trigger->schema) &&
			    is_trigger_named(pattern, trigger->name)) {
				return TRUE;
			}
		}
	}
	return FALSE;
}

static void
check_fields(const Check *check)
{
	g_autoptr(GHashTable) fields = g_hash_table_new(g_str_hash, g_str_equal);
	g_autofree char *who =
	        g_strdup_printf("rule '%s': no event that it is on", tocsin_rule_name(check->rule));

	if (is_on_unknown(check)) {
		return;
	}
	for (guint i = 0; i < check->plan->triggers->len; i++) {
		collect_fields(check->rule, g_ptr_array_index(check->plan->triggers, i), fields);
	}
	check_names(check, tocsin_rule_names(check->rule), fields, who);
}

static void
check_inhibits(const Check *check)
{
	const TocsinNode *list = tocsin_node_find(check->node, "inhibit");

	for (guint i = 0; list != NULL && i < tocsin_node_count(list); i++) {
		const TocsinNode *item = tocsin_node_at(list, i);
		const TocsinNode *name = tocsin_node_type(item) == TOCSIN_NODE_GROUP
		                                 ? tocsin_node_find(item, "rule")
		                                 : NULL;
		gboolean is_there = FALSE;

		for (guint j = 0; name != NULL && j < check->plan->rules->len; j++) {
			is_there |=
			        strcmp(tocsin_rule_name(g_ptr_array_index(check->plan->rules, j)),
			               tocsin_node_text(name)) == 0;
		}
		if (name != NULL && tocsin_node_text(name) != NULL && !is_there) {
			tocsin_node_complain(name, check->problems,
			                     "'inhibit': there is no rule '%s'",
			                     tocsin_node_text(name));
		}
	}
}

static void
check_via(const Check *check)
{
	const char *const *via = tocsin_rule_via(check->rule);

	if ((via == NULL || via[0] == NULL) &&
	    tocsin_accounts_is_named(check->plan->accounts, NULL)) {
		return; /* what is wrong with them has been said */
	}
	if (via == NULL || via[0] == NULL) {
		tocsin_node_complain(check->node, check->problems,
		                     "rule '%s' has no account to send through; add one to "
		                     "'accounts'",
		                     tocsin_rule_name(check->rule));
		return;
	}
	for (; *via != NULL && tocsin_node_find(check->node, "via") != NULL; via++) {
		g_autoptr(GError) error = NULL;

		if (tocsin_accounts_find(check->plan->accounts, *via, &error) == NULL &&
		    !tocsin_accounts_is_named(check->plan->accounts, *via)) {
			tocsin_node_complain(tocsin_plan_place(check->node, "via"), check->problems,
			                     "%s", error->message);
		}
	}
}

void
tocsin_plan_check_rule(const TocsinPlan *self, const TocsinPlanRule *rule, const TocsinNode *node,
                       TocsinProblems *problems)
{
	const Check check = {.plan = self, .rule = rule->rule, .node = node, .problems = problems};

	check_on(&check);
	check_fields(&check);
	check_inhibits(&check);
	check_via(&check);
	tocsin_plan_check_templates(self, rule, node, problems);
}

void
tocsin_plan_check_mute(const TocsinPlan *self, const TocsinMute *mute, const TocsinNode *node,
                       TocsinProblems *problems)
{
	const Check check = {.plan = self, .node = node, .problems = problems};
	g_autoptr(GHashTable) fields = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < self->triggers->len; i++) {
		const TocsinPlanTrigger *trigger = g_ptr_array_index(self->triggers, i);

		if (!tocsin_schema_is_known(trigger->schema)) {
			return;
		}
		collect_fields(NULL, trigger, fields);
	}
	for (guint i = 0; i < self->rule_list->len; i++) {
		const TocsinPlanRule *rule = g_ptr_array_index(self->rule_list, i);

		if (tocsin_rule_is_on(rule->rule, TOCSIN_TRIGGER_BY_HAND, "any")) {
			return; /* it may have any field */
		}
	}
	if (self->broken->len == 0) {
		check_names(&check, tocsin_mute_names(mute), fields, "no event of any trigger");
	}
}
