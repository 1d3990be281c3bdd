/* SPDX-License-Identifier: MIT */
/* The state of one rule for one key: what was gathered, what was told, and to whom.
 *
 * Changed only by tocsin_decide() and tocsin_group_note_told(). Belongs to one thread. */
#ifndef TOCSIN_RULE_GROUP_H
#define TOCSIN_RULE_GROUP_H

#include "rule/rule.h"
#include "rule/tally.h"

G_BEGIN_DECLS

#define TOCSIN_GROUP_MEMBERS_MAX 1000u      /* things with a status; further ones share one place */
#define TOCSIN_GROUP_TOLD_MAX 10000u        /* recipients remembered */
#define TOCSIN_GROUP_REFERENCES_MAX 20u     /* Message-IDs of a thread: the first and the last */
#define TOCSIN_GROUP_PACKED_MAX (64u << 20) /* bytes of a packed group */

typedef struct _TocsinGroup TocsinGroup;

/* What has a status: one for each key of the rule's events. Read only. */
typedef struct {
	char *key;
	char *value; /* the status as the event said it: "FAILURE", "critical" */
	gboolean is_problem;
	gboolean is_flapping;
	gint64 since_us;  /* event time at which is_problem became what it is */
	gint64 seen_us;   /* event time of the last status */
	guint in_a_row;   /* problems since the last time it was well */
	gboolean is_well; /* what the last status said, whatever is held */
	guint32 history;  /* bit 0 is the last status: did it differ from the one before? */
	guint history_count;
} TocsinMember;

/* A group in which nothing happened. @cause is the id of the event that it is made for, or any text
 * that will not come twice for this key. */
TocsinGroup *tocsin_group_new(const char *key, const char *cause, gint64 now_us);

/* Does nothing on NULL. */
void tocsin_group_free(TocsinGroup *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinGroup, tocsin_group_free)

/* Belongs to the group. */
const char *tocsin_group_key(const TocsinGroup *self);

/* Whether there is a problem now, or, for rules whose problems have no end, whether a burst was
 * told and is remembered: what inhibits other rules. */
gboolean tocsin_group_is_active(const TocsinGroup *self);

/* The last event, or NULL; belongs to the group. */
const TocsinEvent *tocsin_group_latest(const TocsinGroup *self);

/* What was gathered and not yet told; belongs to the group. */
const TocsinTally *tocsin_group_gathered(const TocsinGroup *self);

/* Of TocsinMember; belongs to the group. */
const GPtrArray *tocsin_group_members(const TocsinGroup *self);

/* Who got the problem: addresses of to, cc and bcc, each NULL-terminated or NULL. Belong to the
 * group. */
const char *const *tocsin_group_told_to(const TocsinGroup *self);
const char *const *tocsin_group_told_cc(const TocsinGroup *self);
const char *const *tocsin_group_told_bcc(const TocsinGroup *self);

/* When the first mail of the present problem, or of that which ends now, was decided on. */
gint64 tocsin_group_told_since_us(const TocsinGroup *self);

/* The Message-IDs, without brackets, of the thread that those got: for References, the last of them
 * for In-Reply-To. NULL-terminated or NULL; belongs to the group. */
const char *const *tocsin_group_references(const TocsinGroup *self);

/* Called after a decision to compose became a mail: who gets it (each list (nullable), NULL-
 * terminated) and its Message-ID without brackets. Adds to what earlier calls noted; for a resolved
 * problem it forgets both. */
void tocsin_group_note_told(TocsinGroup *self, const char *const *to, const char *const *cc,
                            const char *const *bcc, const char *message_id);

/* When it has to be decided again without an event; G_MAXINT64: never. As in the last decision. */
gint64 tocsin_group_due_us(const TocsinGroup *self);

/* The group as bytes: a version number, then all of it. Free with g_byte_array_unref(). */
GByteArray *tocsin_group_pack(const TocsinGroup *self, const TocsinRule *rule);

/* Reads what tocsin_group_pack() wrote. What was counted towards a threshold, pair or sequence is
 * left out if @rule gathers otherwise now. TOCSIN_ERROR_INVALID on anything else,
 * TOCSIN_ERROR_LIMIT on more than TOCSIN_GROUP_PACKED_MAX bytes. */
TocsinGroup *tocsin_group_unpack(const void *bytes, gsize length, const TocsinRule *rule,
                                 GError **error);

G_END_DECLS

#endif
