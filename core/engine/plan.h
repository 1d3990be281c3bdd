/* SPDX-License-Identifier: MIT */
/* A configuration, compiled: everything in it checked, and all that the engine works with made.
 *
 * Made by the main thread; immutable and refcounted, any thread may read it. What a check and a
 * start see is the same. */
#ifndef TOCSIN_ENGINE_PLAN_H
#define TOCSIN_ENGINE_PLAN_H

#include "engine/accounts.h"
#include "engine/letter.h"
#include "plugin/schema.h"

G_BEGIN_DECLS

/* Names of triggers that are always there: what is emitted by hand, and what befalls the program
 * itself. */
#define TOCSIN_TRIGGER_BY_HAND "emit"
#define TOCSIN_TRIGGER_SELF "tocsin"

typedef struct _TocsinPlan TocsinPlan;

/* How a plan is made. */
typedef struct {
	TocsinClock *clock;
	const TocsinPluginWatcher *watcher; /* (nullable) copied */
	const char *const *plugin_folders;  /* (nullable) instead of the built-in one */
	const char *template_folder;        /* (nullable) the shipped templates, likewise */
	TocsinSecretKeeper *secrets;        /* (nullable) secrets in files are read at once */
	gboolean is_check;                  /* secrets are not fetched */
} TocsinPlanContext;

/* A trigger that is to run. Read only. */
typedef struct {
	char *name;
	const TocsinUnit *unit;
	TocsinSettings *settings;
	TocsinSchema *schema;
	char *text; /* equal for triggers that are configured alike */
} TocsinPlanTrigger;

/* A rule, and how its mails are written. Read only. */
typedef struct {
	TocsinRule *rule;
	TocsinLetterStyle style;
	TocsinSettings *settings; /* (nullable: built in) what the style's texts belong to */
	char **headers;           /* (nullable) likewise */
	GTimeZone *zone;          /* (nullable) that of its mails, see plan-rules.c */
} TocsinPlanRule;

/* Reads and compiles the configuration at @path. All problems are added; NULL if there are any. */
TocsinPlan *tocsin_plan_new(const char *path, const TocsinPlanContext *context,
                            TocsinProblems *problems);

/* Returns @self with one more reference. */
TocsinPlan *tocsin_plan_ref(TocsinPlan *self);

/* Does nothing on NULL. Main thread. */
void tocsin_plan_unref(TocsinPlan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinPlan, tocsin_plan_unref)

/* Where it was read from, absolute. */
const char *tocsin_plan_path(const TocsinPlan *self);

/* Who hears of what plugins do. */
const TocsinPluginWatcher *tocsin_plan_watcher(const TocsinPlan *self);

/* The sections store, daemon and defaults. */
const TocsinSettings *tocsin_plan_store(const TocsinPlan *self);
const TocsinSettings *tocsin_plan_daemon(const TocsinPlan *self);
const TocsinSettings *tocsin_plan_defaults(const TocsinPlan *self);

/* The accounts, and the names of those that mails go through if nobody says otherwise
 * (NULL-terminated). */
TocsinAccounts *tocsin_plan_accounts(const TocsinPlan *self);
const char *const *tocsin_plan_default_via(const TocsinPlan *self);

/* The templates that the rules use. */
const TocsinLetters *tocsin_plan_letters(const TocsinPlan *self);

/* Of TocsinPlanTrigger, in the order of the configuration. */
const GPtrArray *tocsin_plan_triggers(const TocsinPlan *self);

/* Of TocsinRule, the built-in ones last; what a TocsinBook is made of. */
GPtrArray *tocsin_plan_rules(const TocsinPlan *self);

/* (nullable) The rule called @name. */
const TocsinPlanRule *tocsin_plan_rule(const TocsinPlan *self, const char *name);

/* Of TocsinMute: those that hold for all rules. */
GPtrArray *tocsin_plan_mutes(const TocsinPlan *self);

G_END_DECLS

#endif
