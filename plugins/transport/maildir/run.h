/* SPDX-License-Identifier: MIT */
/* One run of the transport: every waiting mail becomes one file. */
#ifndef TOCSIN_MAILDIR_RUN_H
#define TOCSIN_MAILDIR_RUN_H

#include <stdatomic.h>
#include <tocsin/plugin.h>

#include "box.h"

#define MAILDIR_HOST_SIZE 130u

/* One account. Several runs use it at once. */
typedef struct {
	const tocsin_host *host;
	const tocsin_delivery *delivery;
	MaildirPlace place;
	char host_name[MAILDIR_HOST_SIZE]; /* escaped */
	atomic_llong cleaned_us;           /* when tmp was cleaned */
} MaildirInstance;

/* As tocsin_transport_ops has it. */
int32_t maildir_run(void *instance, tocsin_job *job, tocsin_error *error);

#endif
