/* SPDX-License-Identifier: MIT */
/* What keeps a mail back that is due: mutes, quiet hours, another rule's problem. */
#ifndef TOCSIN_RULE_HOLD_H
#define TOCSIN_RULE_HOLD_H

#include "rule/decision.h"
#include "rule/group.h"

G_BEGIN_DECLS

/* Whether @reason has to wait. Then @out says hold or muted, until when, and why. */
gboolean tocsin_hold(const TocsinRule *rule, TocsinGroup *group, TocsinReason reason,
                     const TocsinCircumstances *circumstances, TocsinDecision *out);

G_END_DECLS

#endif
