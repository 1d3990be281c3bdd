/* SPDX-License-Identifier: MIT */
/* What stands between transport-stage.so and the test that loads it. */
#ifndef TOCSIN_TESTS_ENGINE_STAGE_H
#define TOCSIN_TESTS_ENGINE_STAGE_H

#include <tocsin/plugin.h>

/* Whoever plays the transport; the setting "at" is its address in hexadecimal. */
typedef struct Stage {
	int32_t (*run)(struct Stage *stage, const tocsin_host *host,
	               const tocsin_delivery *delivery, tocsin_job *job, tocsin_error *error);
	void (*quiesce)(struct Stage *stage); /* (nullable) */
} Stage;

/* An instance, in the test's memory too. */
typedef struct {
	const tocsin_host *host;
	const tocsin_delivery *delivery;
	Stage *stage;
} StageInstance;

#endif
