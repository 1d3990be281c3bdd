/* SPDX-License-Identifier: MIT */
/* A group from the inside, for this room. */
#ifndef TOCSIN_RULE_GROUP_PRIVATE_H
#define TOCSIN_RULE_GROUP_PRIVATE_H

#include "rule/decision.h"
#include "rule/group.h"
#include "rule/rule-private.h"

G_BEGIN_DECLS

/* One event, or all events of one distinct value, in a threshold's window. */
typedef struct {
	gint64 time_us;
	guint64 value; /* hash of the distinct field's value, or 0 */
	guint32 kind;  /* index into window_kinds */
	guint32 events;
	guint32 caught_up; /* of events */
	gboolean is_above; /* it stood in a full window, and was gathered */
} TocsinEntry;

/* What happened to an open problem since the last mail. Numbers are stored on disk. */
typedef enum {
	TOCSIN_NEWS_MEMBER = 1 << 0,  /* something more is in trouble */
	TOCSIN_NEWS_CHANGE = 1 << 1,  /* another status, or some are well again */
	TOCSIN_NEWS_SETTLED = 1 << 2, /* flapping is over */
	TOCSIN_NEWS_ENDED = 1 << 3,   /* the problem is over; for digests */
} TocsinNews;

struct _TocsinGroup {
	char *key;
	char *cause;
	guint64 step; /* how many mails it caused */
	gint64 born_us;

	/* gathering: event times */
	gint64 watermark_us;     /* the latest */
	gint64 heard_us;         /* clock: when that came */
	GArray *window;          /* of TocsinEntry, by time */
	guint window_first;      /* entries before it are gone */
	GPtrArray *window_kinds; /* of char *, "trigger.kind" */
	TocsinTally *waiting;    /* towards a window, pair or sequence */
	gint64 started_us;       /* of a pair or sequence; 0: none */
	gint64 ended_us;         /* of a pair: the last end; absence: the last event */
	guint32 steps_seen;      /* bits of a sequence */
	TocsinEvent *latest;

	/* the problem */
	gboolean is_open;
	gint64 since_us;    /* event time at which it opened */
	gint64 over_us;     /* event time at which it closed */
	gint64 opened_us;   /* clock */
	GPtrArray *members; /* of TocsinMember */
	guint flapping;     /* members that flap */
	guint news;         /* TocsinNews */
	gint64 news_us;     /* clock: when the first of them came */

	/* telling: clock times */
	TocsinTally *gathered;
	gint64 pending_us;   /* when the first of gathered came; 0: none */
	gint64 caught_up_us; /* when the last event of the past came */
	guint64 held_back;   /* events counted by a mute, or of problems that were over too soon */
	gboolean was_held;   /* a quiet time kept what is gathered */
	gboolean is_told;
	gboolean is_flap_told;
	gboolean is_overflowed; /* told in the rule's digest only */
	gint64 told_us;         /* the last mail */
	gint64 told_first_us;   /* the problem's first */
	guint repeats;
	guint escalated;
	GHashTable *told_kinds; /* set of char *, "trigger.kind"; plain rules */
	char **told_to;
	char **told_cc;
	char **told_bcc;
	char **references;
	gboolean is_ending; /* the last mail said that it is resolved */
	gint64 due_us;
};

/* Problems in a row are counted up to this. */
#define TOCSIN_GROUP_ROW_MAX 1000000u

/* An empty group without key and cause; for unpacking. */
TocsinGroup *tocsin_group_alloc(void);

/* Frees the member and its texts. */
void tocsin_member_free(TocsinMember *self);

/* Adds @event to what is to be told. */
void tocsin_group_gather(TocsinGroup *self, const TocsinRule *rule, const TocsinEvent *event,
                         gint64 time_us, gint64 now_us);

/* The problem begins and ends; @time_us by the events, @now_us by the clock. */
void tocsin_group_open(TocsinGroup *self, gint64 time_us, gint64 now_us);
void tocsin_group_close(TocsinGroup *self, gint64 time_us, gint64 now_us);
void tocsin_group_add_news(TocsinGroup *self, guint news, gint64 now_us);

/* Gathers @event by the rule's way, and writes why into out->text. */
void tocsin_gather_event(const TocsinRule *rule, TocsinGroup *group, const TocsinEvent *event,
                         gint64 now_us, TocsinDecision *out);

/* Concludes what the passing of time allows. */
void tocsin_gather_tick(const TocsinRule *rule, TocsinGroup *group, gint64 now_us);

/* When the next such conclusion is due; G_MAXINT64: never. */
gint64 tocsin_gather_due(const TocsinRule *rule, const TocsinGroup *group);

/* The clock's time at which the events' time is @time_us: silence counts only from when the latest
 * event came, so that events of the past are not taken for silence since then. */
gint64 tocsin_gather_clock(const TocsinGroup *group, gint64 time_us);

/* The ways. */
void tocsin_threshold_event(const TocsinRule *rule, TocsinGroup *group, const TocsinEvent *event,
                            gint64 time_us, gint64 now_us, TocsinDecision *out);
void tocsin_threshold_tick(const TocsinRule *rule, TocsinGroup *group, gint64 now_us);
gint64 tocsin_threshold_due(const TocsinRule *rule, const TocsinGroup *group);
void tocsin_states_event(const TocsinRule *rule, TocsinGroup *group, const TocsinEvent *event,
                         gint64 time_us, gint64 now_us, TocsinDecision *out);
void tocsin_states_tick(const TocsinRule *rule, TocsinGroup *group, gint64 now_us);
gint64 tocsin_states_due(const TocsinRule *rule, const TocsinGroup *group);

/* What is to be told next: the reason and when, G_MAXINT64 for nothing. */
gint64 tocsin_want(const TocsinRule *rule, const TocsinGroup *group, TocsinReason *out_reason);

/* How long the group is remembered, by the clock; G_MAXINT64: as long as something is open. */
gint64 tocsin_want_forgotten(const TocsinRule *rule, const TocsinGroup *group);

G_END_DECLS

#endif
