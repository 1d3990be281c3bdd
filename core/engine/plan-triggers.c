/* SPDX-License-Identifier: MIT */
/* The section "triggers": each one's plugin found, its settings checked. */
#include <string.h>

#include "conf/keys.h"
#include "engine/plan-private.h"
#include "plugin/call-trigger.h"

static void
free_trigger(gpointer data)
{
	TocsinPlanTrigger *trigger = data;

	g_free(trigger->name);
	g_free(trigger->text);
	tocsin_settings_unref(trigger->settings);
	tocsin_schema_free(trigger->schema);
	g_free(trigger);
}

/* The same text for the same settings, however they are laid out. */
static void
append_text(GString *text, const TocsinNode *node)
{
	const char *value = tocsin_node_text(node);

	g_string_append_printf(
	        text, "%s=%d:", tocsin_node_name(node) != NULL ? tocsin_node_name(node) : "",
	        tocsin_node_type(node));
	if (value != NULL) {
		g_string_append_printf(text, "%" G_GSIZE_FORMAT ":%s", strlen(value), value);
	} else if (tocsin_node_type(node) == TOCSIN_NODE_GROUP ||
	           tocsin_node_type(node) == TOCSIN_NODE_LIST) {
		g_string_append_c(text, '(');
		for (guint i = 0; i < tocsin_node_count(node); i++) {
			append_text(text, tocsin_node_at(node, i));
		}
		g_string_append_c(text, ')');
	} else {
		g_string_append_printf(text, "%" G_GINT64_FORMAT, tocsin_node_number(node));
	}
	g_string_append_c(text, ';');
}

static const TocsinUnit *
find_unit(const TocsinPlan *self, const TocsinNode *node, TocsinProblems *problems)
{
	const TocsinNode *name = tocsin_node_find(node, "trigger");
	g_autoptr(GError) error = NULL;
	const TocsinUnit *unit;

	if (name == NULL || tocsin_node_type(name) != TOCSIN_NODE_STRING) {
		tocsin_node_complain(name == NULL ? node : name, problems,
		                     "'trigger' has to name what watches, such as \"log\"");
		return NULL;
	}
	unit = tocsin_registry_find(tocsin_units_registry(self->units), TOCSIN_KIND_TRIGGER,
	                            tocsin_node_text(name), &error);
	if (unit == NULL) {
		tocsin_node_complain(name, problems, "%s", error->message);
	}
	return unit;
}

static TocsinSettings *
read_settings(const TocsinPlan *self, const TocsinNode *node, const TocsinUnit *unit,
              TocsinProblems *problems)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(GError) error = NULL;

	if (!tocsin_keys_add(keys, tocsin_conf_trigger_keys, &error) ||
	    !tocsin_keys_add(keys, tocsin_unit_keys(unit), &error)) {
		tocsin_node_complain(node, problems, "%s", error->message);
		return NULL;
	}
	return tocsin_conf_apply(node, keys, NULL, tocsin_fetch_secret, (gpointer)&self->fetch,
	                         problems);
}

/* FALSE after a problem. */
static gboolean
read_trigger(TocsinPlan *self, const TocsinNode *node, TocsinProblems *problems)
{
	const char *name = tocsin_node_name(node);
	g_autoptr(TocsinSettings) settings = NULL;
	g_autoptr(TocsinSchema) schema = NULL;
	g_autoptr(GError) error = NULL;
	const TocsinUnit *unit;
	TocsinPlanTrigger *trigger;
	g_autoptr(GString) text = g_string_new(NULL);

	if (tocsin_node_type(node) != TOCSIN_NODE_GROUP) {
		tocsin_node_complain(node, problems, "a trigger is a group: { … }");
		return FALSE;
	}
	if (strcmp(name, TOCSIN_TRIGGER_BY_HAND) == 0 || strcmp(name, TOCSIN_TRIGGER_SELF) == 0) {
		tocsin_node_complain(
		        node, problems, "the name '%s' is taken: it stands for what is %s", name,
		        strcmp(name, TOCSIN_TRIGGER_SELF) == 0 ? "told of the program itself"
		                                               : "raised by hand");
		return FALSE;
	}
	unit = find_unit(self, node, problems);
	settings = unit != NULL ? read_settings(self, node, unit, problems) : NULL;
	if (settings == NULL) {
		return FALSE;
	}
	schema = tocsin_trigger_check(unit, name, settings, &error);
	if (schema == NULL) {
		tocsin_node_complain(node, problems, "%s", error->message);
		return FALSE;
	}
	append_text(text, node);
	trigger = g_new0(TocsinPlanTrigger, 1);
	trigger->name = g_strdup(name);
	trigger->unit = unit;
	trigger->settings = g_steal_pointer(&settings);
	trigger->schema = g_steal_pointer(&schema);
	trigger->text = g_string_free(g_steal_pointer(&text), FALSE);
	g_ptr_array_add(self->triggers, trigger);
	return TRUE;
}

void
tocsin_plan_read_triggers(TocsinPlan *self, TocsinProblems *problems)
{
	g_autoptr(GPtrArray) nodes = tocsin_conf_members(self->conf, "triggers");

	self->triggers = g_ptr_array_new_with_free_func(free_trigger);
	self->broken = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < nodes->len; i++) {
		const TocsinNode *node = g_ptr_array_index(nodes, i);

		if (!read_trigger(self, node, problems)) {
			g_ptr_array_add(self->broken, g_strdup(tocsin_node_name(node)));
		}
	}
}
