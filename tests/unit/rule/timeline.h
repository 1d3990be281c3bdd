/* SPDX-License-Identifier: MIT */
/* Plays a timeline: rules, events at times, and the mails that have to come of them.
 *
 * A text of lines; "#" begins a comment. "rule NAME" begins a rule, "  KEY VALUE" lines behind it
 * are its settings. "TIME TRIGGER.KIND [NAME=VALUE …]" is an event seen at TIME (a duration since
 * Monday 2026-03-02 00:00 UTC); of its values id, key, severity, status, at (event time) and past=1
 * (catch-up) are the event's own, the others fields. "> WORD …" is a mail: every word has to be one
 * of those that describe the mail, mails in this order and no others; a TIME as its first word lets
 * time pass until then. "until TIME" lets time pass; "mute TIME WHERE" mutes from now on until
 * TIME, counting. */
#ifndef TESTS_UNIT_RULE_TIMELINE_H
#define TESTS_UNIT_RULE_TIMELINE_H

#include "rule/book.h"

typedef enum {
	TIMELINE_PLAIN,
	TIMELINE_PACKED, /* all state is packed, and unpacked into a new book, after every step */
} TimelineMode;

/* Plays @text and fails the test @name on the first difference. Free the result, the mails one a
 * line, with g_free(). */
char *timeline_play(const char *name, const char *text, TimelineMode mode);

/* 2026-03-02 00:00 UTC, a Monday. */
gint64 timeline_start(void);

/* The rule of "KEY VALUE" lines; fails the test if they are wrong. */
TocsinRule *timeline_rule(const char *name, const char *const *lines);

#endif
