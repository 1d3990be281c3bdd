/* SPDX-License-Identifier: MIT */
/* One run of a transport: what its thread knows. */
#ifndef TOCSIN_SMTP_RUN_H
#define TOCSIN_SMTP_RUN_H

#include "account.h"
#include "mail.h"
#include "smtp/session.h"

typedef struct {
	SmtpAccount *account;
	tocsin_job *job;
	tocsin_error *error;
	SmtpWatch *watch;
	TocsinSession *session; /* NULL between connections */
	guint32 stage;          /* TOCSIN_AT_*: how far the connection is */
	GQueue waiting;         /* of SmtpMail: taken, and not given to the engine, or given back */
	gboolean is_used;       /* the engine has had a mail for this connection */
	gboolean is_stopped;    /* next() said so */
	gboolean has_lost;      /* mails were on their way when the connection ended */
	gboolean has_failed;    /* failed() was called, which may be done once */
} SmtpRun;

/* As tocsin_transport_ops has it. */
int32_t smtp_run(void *instance, tocsin_job *job, tocsin_error *error);

/* The connection failed at run->stage: tells the host, and gives run()'s status. */
int32_t smtp_run_fail(SmtpRun *self, const GError *reason);

#endif
