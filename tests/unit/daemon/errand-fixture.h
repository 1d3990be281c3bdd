/* SPDX-License-Identifier: MIT */
/* A store in a folder of its own, and requests that are answered from it. */
#ifndef TOCSIN_TESTS_DAEMON_ERRAND_FIXTURE_H
#define TOCSIN_TESTS_DAEMON_ERRAND_FIXTURE_H

#include "daemon/errand.h"

#define FIXTURE_NOW G_GINT64_CONSTANT(1700000000000000)

typedef struct {
	char *folder;
	TocsinClock *clock;
	TocsinStore *store;
} ErrandFixture;

ErrandFixture *errand_fixture_new(void);
void errand_fixture_free(ErrandFixture *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(ErrandFixture, errand_fixture_free)

/* Stores a mail of @account for a@h.example and b@h.example, and returns its id. */
char *errand_fixture_add_mail(ErrandFixture *self, const char *account);

/* Claims the mail that waits first for @account, and settles it with @status for all. */
void errand_fixture_settle(ErrandFixture *self, const char *account, TocsinFateStatus status);

/* Adds a line to the decision log. */
void errand_fixture_log(ErrandFixture *self, const char *event, const char *mail,
                        const char *action);

/* What @function answers to the query of @uri: an object. */
JsonObject *errand_fixture_ask(ErrandFixture *self, TocsinErrandFunction function,
                               const char *variable, const char *uri);

/* The same; it has to fail with this status (0: left to the error) and a message with @word. */
void errand_fixture_fail(ErrandFixture *self, TocsinErrandFunction function, const char *variable,
                         const char *uri, guint status, const char *word);

#endif
