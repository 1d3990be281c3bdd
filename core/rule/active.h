/* SPDX-License-Identifier: MIT */
/* What the book answers when it is asked for another rule's problem. */
#ifndef TOCSIN_RULE_ACTIVE_H
#define TOCSIN_RULE_ACTIVE_H

#include "rule/shelf.h"

/* As TocsinCircumstances has it, with a TocsinBook as @data. */
gboolean tocsin_book_is_active(gpointer data, const char *rule, const char *const *equal,
                               const TocsinEvent *event);

#endif
