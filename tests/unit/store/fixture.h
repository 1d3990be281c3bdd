/* SPDX-License-Identifier: MIT */
/* A store in a folder of its own, with a fake clock. */
#ifndef TOCSIN_TESTS_STORE_FIXTURE_H
#define TOCSIN_TESTS_STORE_FIXTURE_H

#include "store/store.h"

#define FIXTURE_NOW G_GINT64_CONSTANT(1700000000000000)
#define FIXTURE_SECOND G_GINT64_CONSTANT(1000000)

typedef struct {
	char *folder;
	char *path;
	guint64 max_bytes;
	TocsinClock *clock;
	TocsinStore *store;
} Fixture;

/* An open store. */
Fixture *fixture_new(void);

/* Closes it and deletes its folder. */
void fixture_free(Fixture *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

void fixture_close(Fixture *self);
void fixture_open(Fixture *self);

/* Opens it, which must fail with @code and a message that has @word in it. */
void fixture_fail_to_open(Fixture *self, int code, const char *word);

/* A mail of account "relay" for one recipient; @cause may be NULL. */
TocsinMail *fixture_mail(const Fixture *self, const char *cause);

/* Stores a batch of that mail alone; whether it was new. */
gboolean fixture_enqueue(Fixture *self, TocsinMail *mail);

/* The only mail that can be claimed; NULL if there is none. */
TocsinClaim *fixture_claim(Fixture *self);

/* Settles with one fate for all recipients. */
TocsinMailState fixture_settle(Fixture *self, TocsinClaim *claim, TocsinFateStatus status,
                               gint64 due_us);

/* How many mails are in @state. */
guint64 fixture_count(Fixture *self, TocsinMailState state);

#endif
