/* SPDX-License-Identifier: MIT */
/* The host's mails as the engine wants them. Belongs to the run's thread. */
#ifndef TOCSIN_SMTP_MAIL_H
#define TOCSIN_SMTP_MAIL_H

#include <tocsin/plugin.h>

#include "smtp/outgoing.h"

/* Where a recipient of the engine's stands with the host. */
typedef struct {
	guint32 index;    /* the host's */
	gboolean is_back; /* it has to go by another connection */
} SmtpPlace;

/* A mail in hand. Its texts and octets are the host's, and stay until the last fate is told. */
typedef struct {
	TocsinOutgoing outgoing; /* outgoing.user is this struct */
	const tocsin_delivery *delivery;
	tocsin_mail *mail;
	TocsinContent encoded;  /* what reencode() made */
	GBytes *encoded_octets; /* or NULL */
	guint untold;           /* recipients, those that the engine has given back included */
	guint back;             /* of them those */
	SmtpPlace *places;      /* one a recipient of outgoing */
	TocsinEnvelopeRecipient recipients[];
} SmtpMail;

SmtpMail *smtp_mail_new(const tocsin_delivery *delivery, tocsin_mail *mail);

/* Does nothing on NULL. */
void smtp_mail_free(SmtpMail *self);

/* As reencode() of TocsinPipelineCalls has it. */
const TocsinContent *smtp_mail_reencode(SmtpMail *self, GError **error);

/* Tells the host the fate of recipient @index; the mail is over, and freed, with the last one. */
void smtp_mail_tell(SmtpMail *self, tocsin_job *job, guint index, const TocsinOutcome *outcome);

/* The engine cannot serve recipient @index on its connection. TRUE: it has done with the mail,
 * which now has just the recipients that came back, for another. */
gboolean smtp_mail_take_back(SmtpMail *self, guint index);

/* A TOCSIN_AT_*. */
guint32 smtp_mail_map_stage(TocsinStage stage);

#endif
