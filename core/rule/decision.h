/* SPDX-License-Identifier: MIT */
/* What was decided, and under which circumstances: plain data. Belongs to one thread. */
#ifndef TOCSIN_RULE_DECISION_H
#define TOCSIN_RULE_DECISION_H

#include "rule/tally.h"

G_BEGIN_DECLS

typedef enum {
	TOCSIN_ACTION_NONE,    /* nothing to tell */
	TOCSIN_ACTION_HOLD,    /* something to tell, later: see due_us */
	TOCSIN_ACTION_COMPOSE, /* write a mail now */
	TOCSIN_ACTION_MUTED,   /* counted, to be named in the next mail */
} TocsinAction;

/* Numbers are stored on disk: they never change. */
typedef enum {
	TOCSIN_REASON_FIRST = 0,     /* nothing was told before */
	TOCSIN_REASON_NEW = 1,       /* more events, or something more in trouble */
	TOCSIN_REASON_STILL = 2,     /* the same goes on */
	TOCSIN_REASON_CHANGED = 3,   /* another status, or partly well again */
	TOCSIN_REASON_RESOLVED = 4,  /* well again */
	TOCSIN_REASON_FLAPPING = 5,  /* to and fro: further changes are held back */
	TOCSIN_REASON_DIGEST = 6,    /* gathered over a time */
	TOCSIN_REASON_OVERFLOW = 7,  /* what the limit kept back, of all groups */
	TOCSIN_REASON_ESCALATED = 8, /* it lasts: others are told */
} TocsinReason;

typedef enum {
	TOCSIN_TELL_ALL,        /* whom the rule names */
	TOCSIN_TELL_TOLD,       /* those who got the problem */
	TOCSIN_TELL_ESCALATION, /* whom the rule's escalation of that index names */
} TocsinTell;

#define TOCSIN_DECISION_TEXT_MAX 240u

/* Set up with zeros, reused after tocsin_decision_clear(). */
typedef struct {
	TocsinAction action;
	TocsinReason reason;   /* for HOLD and MUTED: what would be composed */
	gint64 due_us;         /* ask again with a tick at this time; G_MAXINT64: not needed */
	gboolean is_forgotten; /* the group holds nothing more: drop it */

	/* for COMPOSE */
	TocsinTell tell;
	guint escalation;
	TocsinTally *tally; /* what happened since the last mail; belongs to the decision */
	guint64 held_back;  /* events not in the tally: muted, or of problems over too soon */
	guint64 groups;     /* OVERFLOW: how many times a group was kept back */
	guint64 resolved;   /* OVERFLOW: … because its problem was over */
	gboolean is_open;   /* there is a problem now */
	gint64 since_us;    /* event time at which the problem began; 0: no problem */
	gint64 over_us;     /* RESOLVED: event time at which it was over */
	guint repeats;      /* STILL: which one, from 1 */
	char cause[33];     /* names this step of this group: the same again after a crash */

	char text
	        [TOCSIN_DECISION_TEXT_MAX]; /* why: for the decision log; valid UTF-8 on one line */
} TocsinDecision;

/* Frees what it holds and sets it to zeros. */
void tocsin_decision_clear(TocsinDecision *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinDecision, tocsin_decision_clear)

/* What else is so at the time of deciding. */
typedef struct {
	gint64 now_us;          /* the clock */
	const GPtrArray *mutes; /* of TocsinMute, beside the rule's own; NULL: none */
	/* Whether @rule has an active group whose values of @equal are those of @event. NULL:
	 * no. */
	gboolean (*is_active)(gpointer user_data, const char *rule, const char *const *equal,
	                      const TocsinEvent *event);
	gpointer user_data;
} TocsinCircumstances;

/* Adds to the decision's text, parted from what was said before. */
void tocsin_decision_say(TocsinDecision *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* "none", "hold", "compose", "muted"; "first", "new", "still", … */
const char *tocsin_action_name(TocsinAction action);
const char *tocsin_reason_name(TocsinReason reason);

G_END_DECLS

#endif
