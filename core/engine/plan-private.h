/* SPDX-License-Identifier: MIT */
/* A plan in the making, for the files that make it. */
#ifndef TOCSIN_ENGINE_PLAN_PRIVATE_H
#define TOCSIN_ENGINE_PLAN_PRIVATE_H

#include "engine/fetch.h"
#include "engine/plan.h"
#include "engine/rule-settings.h"

G_BEGIN_DECLS

/* The name of the rule by which postmaster hears of the program's own trouble. */
#define TOCSIN_PLAN_OWN_RULE "tocsin"

struct _TocsinPlan {
	int references;
	char *path;
	TocsinConf *conf;
	TocsinUnits *units;
	TocsinFetch fetch;
	TocsinSettings *store;
	TocsinSettings *daemon;
	TocsinSettings *defaults;
	TocsinAccounts *accounts;
	char **default_via;
	TocsinLetters *letters;
	GHashTable *plugins;  /* of trigger's name : its plugin's; for the letters */
	GPtrArray *triggers;  /* of TocsinPlanTrigger */
	GPtrArray *broken;    /* of char: names of triggers with a problem, which are not there */
	GPtrArray *rules;     /* of TocsinRule */
	GPtrArray *rule_list; /* of TocsinPlanRule, as rules */
	GPtrArray *mutes;     /* of TocsinMute */
};

/* Fills the plan's triggers. */
void tocsin_plan_read_triggers(TocsinPlan *self, TocsinProblems *problems);

/* Fills the plan's rules and mutes; triggers and accounts are there. */
void tocsin_plan_read_rules(TocsinPlan *self, TocsinProblems *problems);

/* (nullable) Adds the rule of @node. NULL after a problem that leaves nothing to look at. */
TocsinPlanRule *tocsin_plan_read_rule(TocsinPlan *self, const TocsinNode *node,
                                      const TocsinRuleDefaults *defaults, TocsinProblems *problems);

/* Adds a rule, which belongs to @self; takes @rule and @settings (nullable). */
TocsinPlanRule *tocsin_plan_add_rule(TocsinPlan *self, TocsinRule *rule, TocsinSettings *settings);

/* Frees a TocsinPlanRule. */
void tocsin_plan_free_rule(gpointer data);

/* Adds the rule by which postmaster hears of the program's own trouble, if there is one. */
void tocsin_plan_add_own_rules(TocsinPlan *self, TocsinProblems *problems);

/* Holds a rule against what there is: triggers and their fields, other rules, accounts, templates.
 * @node is where it stands. */
void tocsin_plan_check_rule(const TocsinPlan *self, const TocsinPlanRule *rule,
                            const TocsinNode *node, TocsinProblems *problems);

/* Holds the names of a mute for all rules against the fields of all events. */
void tocsin_plan_check_mute(const TocsinPlan *self, const TocsinMute *mute, const TocsinNode *node,
                            TocsinProblems *problems);

/* Holds the templates of a rule's mails against the fields of its events. */
void tocsin_plan_check_templates(const TocsinPlan *self, const TocsinPlanRule *rule,
                                 const TocsinNode *node, TocsinProblems *problems);

/* The place of the setting @name of @node, or else @node itself. */
const TocsinNode *tocsin_plan_place(const TocsinNode *node, const char *name);

G_END_DECLS

#endif
