/* SPDX-License-Identifier: MIT */
/* One pattern: a name and a regex, compiled by PCRE2, matched against one line.
 *
 * A line that is valid UTF-8 is matched as characters, any other as bytes (a regex that itself asks
 * for characters passes over what is no UTF-8). ^ and $ mean the ends of each line of what is
 * matched. State belongs to one thread. */
#ifndef TOCSIN_LOG_RULE_H
#define TOCSIN_LOG_RULE_H

#include <glib.h>

#include "syntax.h"
#include "text.h"

G_BEGIN_DECLS

typedef struct _TocsinLogRule TocsinLogRule;

/* Where matches are made; one serves all rules of a thread. */
typedef struct _TocsinLogMatchSpace TocsinLogMatchSpace;

TocsinLogMatchSpace *tocsin_log_match_space_new(void);
void tocsin_log_match_space_free(TocsinLogMatchSpace *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLogMatchSpace, tocsin_log_match_space_free)

/* TOCSIN_ERROR_CONFIG says what is wrong with the regex, and where. */
TocsinLogRule *tocsin_log_rule_new(const char *name, const char *regex,
                                   const TocsinLogFrequency *frequency, GError **error);
void tocsin_log_rule_free(TocsinLogRule *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinLogRule, tocsin_log_rule_free)

const char *tocsin_log_rule_get_name(const TocsinLogRule *self);
const TocsinLogSyntax *tocsin_log_rule_get_syntax(const TocsinLogRule *self);

/* The @index-th named group, NULL past the last; @out_group is its number. A name may come more
 * than once: then the first group that took part holds its value. */
const char *tocsin_log_rule_get_capture(const TocsinLogRule *self, guint index, guint *out_group);

typedef enum {
	TOCSIN_LOG_MATCH_NO,
	TOCSIN_LOG_MATCH_YES,
	TOCSIN_LOG_MATCH_TOO_HARD, /* given up at the limit of backtracking */
} TocsinLogOutcome;

/* Searches @bytes from @start on. On YES the groups can be had until the next match in @space. A
 * regex that meets its limit gets a lower one for the time being, so that no text can make it stall
 * what else is to be done. */
TocsinLogOutcome tocsin_log_rule_match(TocsinLogRule *self, TocsinLogMatchSpace *space,
                                       const char *bytes, gsize length, gsize start,
                                       TocsinLogText text);

/* Pairs of start and end; G_MAXSIZE for a group that took no part. Group 0 is the whole match. */
const gsize *tocsin_log_match_space_get_groups(const TocsinLogMatchSpace *self, guint *out_count);

G_END_DECLS

#endif
