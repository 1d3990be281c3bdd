/* SPDX-License-Identifier: MIT */
/* What a mail's template may ask for, before there is any event: for `tocsin check`. Pure
 * functions; any thread. */
#ifndef TOCSIN_ENGINE_LETTER_SCHEMA_H
#define TOCSIN_ENGINE_LETTER_SCHEMA_H

#include "plugin/schema.h"
#include "rule/rule.h"
#include "template/datum.h"

G_BEGIN_DECLS

/* A trigger of the configuration. */
typedef struct {
	const char *name;
	const TocsinSchema *schema; /* (nullable) what it told of its events, if it did */
} TocsinLetterSource;

/* The schema (template/check.h) of the mails of @rule: events have the fields of all kinds that its
 * `on` matches, or any if one of its patterns stands for a source of which nothing is known. With
 * @rule NULL: of the mails of any rule. A new reference. */
TocsinDatum *tocsin_letter_schema(const TocsinRule *rule, const TocsinLetterSource *sources,
                                  guint count);

G_END_DECLS

#endif
