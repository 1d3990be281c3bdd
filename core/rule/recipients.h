/* SPDX-License-Identifier: MIT */
/* Whom a mail goes to: from literals, fields of events and maps, through the lists of who is
 * allowed.
 *
 * A field's value is data from outside: it is an address only if model/address.h takes it as such,
 * and it never adds more than addresses. Pure functions; any thread. */
#ifndef TOCSIN_RULE_RECIPIENTS_H
#define TOCSIN_RULE_RECIPIENTS_H

#include "rule/decide.h"

G_BEGIN_DECLS

#define TOCSIN_RECIPIENTS_MAX 1000u /* of one mail */

/* Set up with tocsin_recipients_init(). Of char *: "a@b" or "Name <a@b>"; nobody stands in two
 * lists. */
typedef struct {
	GPtrArray *to;
	GPtrArray *cc;
	GPtrArray *bcc;
	GPtrArray *refused; /* one text for each that was left out, and why: for the decision log */
} TocsinRecipients;

/* Makes the lists, empty; clear() frees them. */
void tocsin_recipients_init(TocsinRecipients *self);
void tocsin_recipients_clear(TocsinRecipients *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinRecipients, tocsin_recipients_clear)

/* Fills @self, which is empty, for a decision to compose: whom the rule names (for every event that
 * the decision shows, or else @group's latest), those who were told, or an escalation's. The lists
 * allow and deny are applied last, to all but those who were told. May leave nobody: @refused says
 * why. @group is NULL for TOCSIN_REASON_OVERFLOW. */
void tocsin_recipients_compute(TocsinRecipients *self, const TocsinRule *rule,
                               const TocsinGroup *group, const TocsinDecision *decision);

/* Whether the rule's lists let @spec (local@domain) through. */
gboolean tocsin_recipients_is_allowed(const TocsinRule *rule, const char *spec);

G_END_DECLS

#endif
