/* SPDX-License-Identifier: MIT */
/* A limit from the inside, for this room. */
#ifndef TOCSIN_RULE_LIMIT_PRIVATE_H
#define TOCSIN_RULE_LIMIT_PRIVATE_H

#include "rule/limit.h"

struct _TocsinLimit {
	char *cause;
	guint64 step;   /* how many digests it caused */
	gint64 full_us; /* when the bucket will be full again */
	TocsinTally *tally;
	guint64 groups;
	guint64 resolved;
	guint64 held_back; /* events of mutes, whose groups are forgotten or kept back */
};

#endif
