/* SPDX-License-Identifier: MIT */
/* The header of a rule's mail, but for addresses and subject. Pure functions; any thread. */
#ifndef TOCSIN_ENGINE_LETTER_HEAD_H
#define TOCSIN_ENGINE_LETTER_HEAD_H

#include <tocsin/message.h>

#include "rule/decision.h"
#include "rule/group.h"
#include "template/mail-template.h"

G_BEGIN_DECLS

/* Auto-Submitted, List-ID at @domain, X-Tocsin-Rule, -Key, -State and -Reason. */
void tocsin_letter_head_add_own(TocsinComposer *composer, const TocsinRule *rule,
                                const TocsinGroup *group, const TocsinDecision *decision,
                                const char *domain);

/* In-Reply-To and References (RFC 5322 section 3.6.4); @references (nullable) without brackets.
 * What is no Message-ID is passed over. */
void tocsin_letter_head_add_thread(TocsinComposer *composer, const char *const *references);

/* A header of the configuration's or a template's. FALSE if it may not be set or stand there, with
 * TOCSIN_ERROR_INVALID. Reply-To takes one address. */
gboolean tocsin_letter_head_add(TocsinComposer *composer, const char *name, const char *value,
                                GError **error);

/* Whether a header of that name may be set at all. TOCSIN_ERROR_INVALID says which setting makes it
 * instead. */
gboolean tocsin_letter_head_is_free(const char *name, GError **error);

G_END_DECLS

#endif
