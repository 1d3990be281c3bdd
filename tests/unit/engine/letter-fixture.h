/* SPDX-License-Identifier: MIT */
/* What tests of mails need: a rule, events, a decision, a folder of templates. */
#ifndef TOCSIN_TESTS_LETTER_FIXTURE_H
#define TOCSIN_TESTS_LETTER_FIXTURE_H

#include "engine/letter.h"
#include "rule/decide.h"

#define FIXTURE_NOW_US (1754300000 * (gint64)G_USEC_PER_SEC) /* 2025-08-04 09:33:20 UTC */

/* All that one mail is written from. */
typedef struct {
	char *folder; /* of templates */
	TocsinLetters *letters;
	TocsinRule *rule;
	TocsinGroup *group;
	TocsinLimit *limit;
	TocsinDecision decision;
	TocsinRecipients recipients;
	TocsinLetterStyle style;
	char *fault; /* of the last mail */
} Fixture;

/* A rule called @name, grouped by ip, with an empty group "10.0.0.1" and one recipient. */
void fixture_init(Fixture *self, const char *name);
void fixture_clear(Fixture *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Fixture, fixture_clear)

/* The file @name in the folder, in a new TocsinLetters. */
void fixture_put(Fixture *self, const char *name, const char *text);

/* "auth.failed" with the field ip. */
TocsinEvent *fixture_event(const char *id, gint64 time_us);

/* Decides about @event, which has to be told, and takes it. */
void fixture_decide(Fixture *self, TocsinEvent *event);

/* Finds the templates that it needs, and writes the mail. */
TocsinMail *fixture_write(Fixture *self, const char *const *references);

/* The mail's text as a reader decodes it; @subtype "plain" or "html". NULL if there is none. */
char *fixture_body(const TocsinMail *mail, const char *subtype);

/* A header's value, unfolded; NULL if there is none, and a failure if there are more. */
char *fixture_header(const TocsinMail *mail, const char *name);

#endif
