/* SPDX-License-Identifier: MIT */
/* A compiled rule from the inside, for this room. */
#ifndef TOCSIN_RULE_RULE_PRIVATE_H
#define TOCSIN_RULE_RULE_PRIVATE_H

#include "base/calendar.h"
#include "rule/mute.h"
#include "rule/rule.h"
#include "template/expression.h"

G_BEGIN_DECLS

/* How events become something to tell. */
typedef enum {
	TOCSIN_GATHER_EACH,      /* every event */
	TOCSIN_GATHER_THRESHOLD, /* when enough are together */
	TOCSIN_GATHER_PAIR,      /* when the end is missing */
	TOCSIN_GATHER_ABSENCE,   /* when none came */
	TOCSIN_GATHER_SEQUENCE,  /* when all steps came */
	TOCSIN_GATHER_STATES,    /* when a status changes */
} TocsinGather;

typedef struct {
	char *rule;
	char **equal;
} TocsinInhibit;

typedef struct {
	char **to;
	char **cc;
	char **bcc;
} TocsinAudience;

typedef struct {
	gint64 after_us;
	TocsinAudience audience;
} TocsinEscalation;

struct _TocsinRule {
	int references;
	char *name;
	char **on;
	GPatternSpec **patterns;
	TocsinExpression *where;
	char **group_by; /* never NULL */
	TocsinGather gather;
	guint count;
	gint64 within_us;
	char *distinct;
	gboolean has_below;
	guint below;
	gint64 below_within_us;
	TocsinExpression *start;
	TocsinExpression *end;
	GPtrArray *steps; /* of TocsinExpression */
	gboolean is_any_order;
	char *status_field;
	char **problem;
	char **ok;
	char **ignored;
	guint flap_high;
	guint flap_low;
	gint64 flap_quiet_us;
	gint64 wait_us;
	gint64 interval_us;
	gint64 repeat_us;
	guint repeat_backoff;
	gint64 repeat_longest_us;
	guint repeat_times;
	gboolean is_resolved_told;
	gint64 late_us;
	guint limit_count;
	gint64 limit_per_us;
	TocsinCalendar *digest;
	gint64 catch_up_us;
	guint samples;
	GPtrArray *mutes;    /* of TocsinMute */
	GArray *inhibits;    /* of TocsinInhibit */
	GArray *escalations; /* of TocsinEscalation, by time */
	TocsinAudience audience;
	GHashTable *maps; /* of table name : GHashTable of name : addresses */
	char **allow;
	char **deny;
	char **via;
	GPtrArray *names; /* of char *, NULL-terminated */
	guint64 fingerprint;
};

/* Whether a problem of this rule has an end, so that it is open or not. */
gboolean tocsin_rule_has_end(const TocsinRule *self);

/* Checks what stands alone and what does not go together; FALSE after a complaint. */
gboolean tocsin_rule_check_spec(const TocsinRuleSpec *spec, TocsinRuleComplain on_fault,
                                gpointer user_data);

/* A rule of nothing, with one reference. */
TocsinRule *tocsin_rule_alloc(void);

G_END_DECLS

#endif
