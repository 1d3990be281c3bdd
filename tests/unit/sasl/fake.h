/* SPDX-License-Identifier: MIT */
/* A mechanism whose every answer the test decides, and credentials for it. */
#ifndef TOCSIN_TEST_SASL_FAKE_H
#define TOCSIN_TEST_SASL_FAKE_H

#include "sasl/login.h"

/* What the next calls of the fake return; begin() counts. */
typedef struct {
	gint32 begin_status;
	gboolean has_no_state;
	gint32 step_status;
	const char *answer; /* (nullable) */
	gint32 refused_status;
	const char *refused_text; /* (nullable) */
	/* (nullable) What begin() asks. */
	void (*ask)(const tocsin_host *host, tocsin_exchange *exchange);
	guint begun;
	guint ended;
	guint stepped;
} Fake;

extern Fake fake;

/* A mechanism called @mechanism, whose unit has the same name in lower case. */
TocsinMechanism *fake_mechanism(const char *mechanism, guint32 flags, guint32 strength);

/* An array that owns such mechanisms. */
GPtrArray *fake_mechanisms(void);

/* "user" and "secret" as given. */
TocsinSettings *fake_credentials(const char *user, const char *secret);

#endif
