/* SPDX-License-Identifier: MIT */
/* What a rule is told: plain values, as the configuration gives them; docs/rules.md says what each
 * does. Filled by the caller, who also keeps what the pointers point to; a rule copies what it
 * needs. Zero and NULL mean "not set", unless said otherwise; tocsin_rule_spec_init() sets the
 * defaults that are neither. Times are microseconds. */
#ifndef TOCSIN_RULE_SPEC_H
#define TOCSIN_RULE_SPEC_H

#include <glib.h>

G_BEGIN_DECLS

#define TOCSIN_RULE_THRESHOLD_MAX 10000u /* events a threshold may count */
#define TOCSIN_RULE_STEPS_MAX 16u        /* of a sequence */
#define TOCSIN_RULE_LIST_MAX 1000u       /* members of each other list */
#define TOCSIN_RULE_SAMPLES_MAX 1000u

/* Whom: each text is a literal address, "field:NAME", or "map:TABLE:NAME" (the field's value looked
 * up in a table). NULL-terminated. */
typedef struct {
	const char *const *to;
	const char *const *cc;
	const char *const *bcc;
} TocsinRuleAudience;

/* A table of names and the addresses that stand for them. */
typedef struct {
	const char *name;
	const char *const *names;     /* NULL-terminated */
	const char *const *addresses; /* for each name, addresses parted by commas */
} TocsinRuleMap;

/* While it lasts, mails are held back. */
typedef struct {
	const char *from;    /* calendar: when it begins; NULL: it is always so */
	gint64 for_us;       /* how long it lasts */
	const char *where;   /* only for events of which this holds */
	const char *rule;    /* only for rules whose name matches this pattern, with * and ? */
	gint64 until_us;     /* wall clock after which it is over for good, or 0 */
	gboolean is_counted; /* not told afterwards, only counted in the next mail */
	const char *comment; /* why; for the decision log */
} TocsinRuleMute;

/* While @rule has an open problem or gathers a burst, whose group has the same values of @equal. */
typedef struct {
	const char *rule;
	const char *const *equal; /* NULL-terminated names, or NULL */
} TocsinRuleInhibit;

/* @audience is told of a problem that lasted for @after_us since its first mail. */
typedef struct {
	gint64 after_us;
	TocsinRuleAudience audience;
} TocsinRuleEscalation;

typedef struct {
	const char *name;
	const char *const *on;       /* patterns of "trigger.kind" with * and ? */
	const char *where;           /* an expression */
	const char *const *group_by; /* names; NULL: the default, which is empty, or the event's key
	                                for rules by status */

	struct {
		guint count; /* 0: no threshold */
		gint64 within_us;
		const char *distinct; /* count different values of this field */
		gboolean has_below;
		guint below;            /* falls when no more than this are left … */
		gint64 below_within_us; /* … in this time; 0: within_us */
	} threshold;
	struct {
		const char *start; /* an expression; NULL: no pair */
		const char *end;
		gint64 within_us;
	} pair;
	gint64 absence_us; /* told when nothing came for so long */
	struct {
		const char *const *steps; /* expressions, NULL-terminated; NULL: no sequence */
		gint64 within_us;
		gboolean is_any_order;
	} sequence;
	struct {
		gboolean is_on;             /* events say that something is wrong or well again */
		const char *field;          /* where the status stands; NULL: the event's own */
		const char *const *problem; /* its values that are a problem */
		const char *const *ok;      /* … that are none */
		const char *const *ignored; /* … that say nothing */
		guint flap_high; /* percent of changes in the last 20; 0: never flapping */
		guint flap_low;
		gint64 flap_quiet_us; /* also over when no status came for so long */
	} states;

	gint64 wait_us;
	gint64 interval_us;
	gint64 repeat_us;
	guint repeat_backoff; /* each repeat takes so many times longer; 0 and 1: not */
	gint64 repeat_longest_us;
	guint repeat_times; /* 0: without end */
	gboolean is_resolved_told;
	gint64 late_us;    /* how much event time may lie behind the latest */
	guint limit_count; /* 0: no limit */
	gint64 limit_per_us;
	const char *digest; /* a calendar */
	gint64 catch_up_us; /* quiet time after events of the past before they are told */
	guint samples;      /* events kept to be shown */

	const TocsinRuleMute *mutes;
	guint mutes_count;
	const TocsinRuleInhibit *inhibits;
	guint inhibits_count;
	const TocsinRuleEscalation *escalations;
	guint escalations_count;

	TocsinRuleAudience audience;
	const TocsinRuleMap *maps;
	guint maps_count;
	const char *const *allow; /* addresses, domains ("example.org"), ".example.org" with all
	                             below; NULL: all */
	const char *const *deny;
	const char *const *via;
	GTimeZone *zone; /* for calendars that name none; NULL: the local one */
} TocsinRuleSpec;

/* Everything unset but the defaults: interval 5 min, limit 60 an hour, flapping at 30 and 25
 * percent with an hour of quiet, resolved told, 10 s late, 10 s of catch-up, 10 samples. */
void tocsin_rule_spec_init(TocsinRuleSpec *self);

G_END_DECLS

#endif
