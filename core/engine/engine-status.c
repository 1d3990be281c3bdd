/* SPDX-License-Identifier: MIT */
/* Plain data of the engine's status. */
#include "engine/engine-status.h"

static void
free_trigger(gpointer data)
{
	TocsinTriggerStatus *self = data;

	g_free(self->name);
	g_free(self->plugin);
	g_free(self->error);
	g_free(self);
}

static void
free_rule(gpointer data)
{
	TocsinRuleStatus *self = data;

	g_free(self->name);
	g_free(self);
}

static void
free_account(gpointer data)
{
	TocsinAccountStatus *self = data;

	g_free(self->name);
	g_free(self->failure);
	g_free(self);
}

TocsinEngineStatus *
tocsin_engine_status_new(void)
{
	TocsinEngineStatus *self = g_new0(TocsinEngineStatus, 1);

	self->triggers = g_ptr_array_new_with_free_func(free_trigger);
	self->rules = g_ptr_array_new_with_free_func(free_rule);
	self->accounts = g_ptr_array_new_with_free_func(free_account);
	return self;
}

void
tocsin_engine_status_free(TocsinEngineStatus *self)
{
	if (self == NULL) {
		return;
	}
	g_ptr_array_unref(self->triggers);
	g_ptr_array_unref(self->rules);
	g_ptr_array_unref(self->accounts);
	g_free(self->config_path);
	g_free(self->reload_error);
	g_free(self->store_path);
	g_free(self->store_error);
	g_free(self);
}

TocsinTriggerStatus *
tocsin_engine_status_add_trigger(TocsinEngineStatus *self, const char *name)
{
	TocsinTriggerStatus *trigger = g_new0(TocsinTriggerStatus, 1);

	trigger->name = g_strdup(name);
	g_ptr_array_add(self->triggers, trigger);
	return trigger;
}

TocsinRuleStatus *
tocsin_engine_status_add_rule(TocsinEngineStatus *self, const char *name)
{
	TocsinRuleStatus *rule = g_new0(TocsinRuleStatus, 1);

	rule->name = g_strdup(name);
	g_ptr_array_add(self->rules, rule);
	return rule;
}

TocsinAccountStatus *
tocsin_engine_status_add_account(TocsinEngineStatus *self, const char *name)
{
	TocsinAccountStatus *account = g_new0(TocsinAccountStatus, 1);

	account->name = g_strdup(name);
	g_ptr_array_add(self->accounts, account);
	return account;
}
