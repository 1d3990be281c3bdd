/* SPDX-License-Identifier: MIT */
/* Runs one mechanism of plugins/auth against challenges that the test makes up. */
#ifndef TOCSIN_TEST_AUTH_DRIVE_H
#define TOCSIN_TEST_AUTH_DRIVE_H

#include "sasl/exchange.h"

typedef struct {
	TocsinMechanism *mechanism;
	TocsinSaslLink submission;
	TocsinExchange *exchange; /* (nullable) */
	gint32 status;
	GError *error;
} Drive;

/* Begins with these credentials, each (nullable). @nonce (nullable): what random() gives. */
void drive_begin(Drive *self, const tocsin_unit *unit, const char *user, const char *secret,
                 const char *authzid, GBytes *exporter, const char *const *offered,
                 const char *nonce);

void drive_clear(Drive *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Drive, drive_clear)

/* One step; the answer's bytes must be @expected (NULL: the step has to fail). */
void drive_step(Drive *self, const char *challenge, gint32 status, const char *expected,
                gsize expected_length);

/* The same for texts. */
void drive_text(Drive *self, const char *challenge, gint32 status, const char *expected);

#endif
