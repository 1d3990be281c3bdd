/* SPDX-License-Identifier: MIT */
/* The pipeline's way in: matches replies with what was asked, and tells fates. */
#include "smtp/receiver.h"

#include <string.h>

#include "smtp/session.h"

/* Whether the server complains of commands that came too early, though it offers PIPELINING. From
 * then on it gets them one by one; what the complaint hit is tried again. */
static gboolean
is_complaint(Pipeline *self, const Transaction *transaction, const TocsinReply *reply)
{
	if (!transaction->was_piped || tocsin_reply_class(reply) != 5 ||
	    !(tocsin_reply_mentions(reply, "pipelin") ||
	      tocsin_reply_mentions(reply, "synchroni"))) {
		return FALSE;
	}
	self->session->broken |= TOCSIN_FEATURE_PIPELINING;
	self->is_piped = FALSE;
	return TRUE;
}

/* The recipient goes into another transaction, after QUIT on another connection. */
static void
retry(Flight *flight, guint index)
{
	flight->states[index] = RECIPIENT_PENDING;
	flight->is_retried = TRUE;
}

/* What a reply means that did not say what it should: even a 2yz is no delivery. */
static TocsinOutcome
make_refusal(TocsinStage stage, const TocsinReply *reply)
{
	TocsinOutcome outcome = tocsin_outcome_from_reply(stage, reply);

	if (outcome.status == TOCSIN_FATE_DELIVERED) {
		outcome.status = TOCSIN_FATE_DEFERRED;
		outcome.stage = TOCSIN_STAGE_PROTOCOL;
	}
	return outcome;
}

/* Tells @outcome to all members in @state, or has them tried again. */
static void
settle_members(Pipeline *self, Transaction *transaction, RecipientState state,
               TocsinOutcome outcome, gboolean is_retried)
{
	Flight *flight = transaction->flight;

	for (guint i = 0; i < transaction->n_members; i++) {
		guint index = transaction->members[i];

		if (flight->states[index] != state) {
			continue;
		}
		if (is_retried) {
			retry(flight, index);
		} else {
			tocsin_flight_tell_when_sent(self, transaction, index, &outcome);
		}
	}
}

static void
take_rset(Pipeline *self, const TocsinReply *reply)
{
	if (tocsin_reply_class(reply) == 2) {
		self->is_rset_proven = TRUE;
	} else {
		/* Tolerated, but who knows what state the server is in. */
		self->is_closing = TRUE;
	}
}

static void
take_mail(Pipeline *self, Transaction *transaction, const TocsinReply *reply)
{
	transaction->is_mail_answered = TRUE;
	if (tocsin_reply_class(reply) == 2) {
		return;
	}
	transaction->is_refused = TRUE;
	settle_members(self, transaction, RECIPIENT_ASKED, make_refusal(TOCSIN_STAGE_SENDER, reply),
	               is_complaint(self, transaction, reply));
}

/* Whether a RCPT was refused only because there were too many before it (RFC 5321 section
 * 4.5.3.1.10): then those that were accepted get the message, the others another transaction. */
static gboolean
is_too_many(const Pipeline *self, const Transaction *transaction, const TocsinReply *reply)
{
	char enhanced[TOCSIN_REPLY_ENHANCED_MAX];

	if (transaction->accepted == 0 || (self->is_quitting && self->calls->give_back == NULL) ||
	    (reply->code != 452 && reply->code != 552)) {
		return FALSE;
	}
	return !tocsin_reply_get_enhanced(reply, enhanced) || strcmp(enhanced + 1, ".5.3") == 0;
}

static void
take_rcpt(Pipeline *self, Transaction *transaction, guint member, const TocsinReply *reply)
{
	Flight *flight = transaction->flight;
	guint index = transaction->members[member];
	TocsinOutcome outcome;

	transaction->asked--;
	if (tocsin_reply_class(reply) == 2) {
		transaction->accepted++;
		if (flight->states[index] == RECIPIENT_ASKED) {
			flight->states[index] = RECIPIENT_ACCEPTED;
		}
		return;
	}
	if (transaction->is_refused || flight->states[index] != RECIPIENT_ASKED) {
		return;
	}
	if (is_too_many(self, transaction, reply) || is_complaint(self, transaction, reply)) {
		retry(flight, index);
		return;
	}
	outcome = tocsin_outcome_from_reply(TOCSIN_STAGE_RECIPIENT, reply);
	tocsin_flight_tell_when_sent(self, transaction, index, &outcome);
}

static gboolean
take_data(Pipeline *self, Transaction *transaction, const TocsinReply *reply, GError **error)
{
	gboolean may_go = reply->code == 354 || (self->session->settings.takes_2xx_for_data &&
	                                         tocsin_reply_class(reply) == 2);

	if (!may_go) {
		settle_members(self, transaction, RECIPIENT_ACCEPTED,
		               make_refusal(TOCSIN_STAGE_DATA, reply),
		               is_complaint(self, transaction, reply));
		self->is_dirty = !transaction->is_refused || transaction->accepted > 0;
		tocsin_flight_end(self, transaction);
		return TRUE;
	}
	if (transaction->is_refused && transaction->accepted > 0) {
		/* A dot would deliver an empty message, the message would have the wrong sender. */
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL,
		            "the server refused the sender, yet accepted recipients and DATA");
		return FALSE;
	}
	transaction->step = transaction->accepted > 0 ? STEP_CONTENT : STEP_DOT;
	transaction->begin = tocsin_wire_get_added(self->session->wire);
	return TRUE;
}

/* BDAT was refused as a command, though the server offers CHUNKING; 503 is right when it has no
 * recipients for it. */
static gboolean
is_chunking_broken(Pipeline *self, const Transaction *transaction, const TocsinReply *reply)
{
	if (!transaction->is_chunked || reply->code < 500 || reply->code > 504 ||
	    (reply->code == 503 && transaction->accepted == 0)) {
		return FALSE;
	}
	self->session->broken |= TOCSIN_FEATURE_CHUNKING;
	return TRUE;
}

/* LMTP: the reply belongs to the next accepted recipient. TRUE with the last one's. */
static gboolean
take_final_lmtp(Pipeline *self, Transaction *transaction, const TocsinReply *reply)
{
	Flight *flight = transaction->flight;

	while (transaction->settled < transaction->n_members) {
		guint index = transaction->members[transaction->settled++];

		if (flight->states[index] == RECIPIENT_ACCEPTED) {
			TocsinOutcome outcome = tocsin_outcome_from_reply(TOCSIN_STAGE_DATA, reply);

			tocsin_flight_tell(self, flight, index, &outcome);
			break;
		}
	}
	for (guint i = transaction->settled; i < transaction->n_members; i++) {
		if (flight->states[transaction->members[i]] == RECIPIENT_ACCEPTED) {
			return FALSE;
		}
	}
	return TRUE;
}

void
tocsin_receiver_take_early(Pipeline *self, const TocsinReply *reply, GError **error)
{
	/* The oldest transaction is the one whose message is on its way. */
	Transaction *transaction = g_queue_peek_head(&self->transactions);
	gboolean is_verdict = transaction != NULL && transaction->step >= STEP_CONTENT &&
	                      !tocsin_flight_is_sent(self, transaction);
	g_autoptr(TocsinReply) words = tocsin_reply_copy(reply);
	int class = tocsin_reply_class(reply);

	tocsin_session_set_refusal(TOCSIN_ERROR_PROTOCOL,
	                           is_verdict ? "a reply came before the message was sent"
	                                      : "a reply came that nothing had asked for",
	                           reply, error);
	if (is_verdict && (class == 4 || class == 5)) {
		TocsinOutcome outcome = make_refusal(TOCSIN_STAGE_DATA, words);

		tocsin_session_end(self->session, "the server refused a message in its middle");
		gboolean is_broken = is_chunking_broken(self, transaction, words);

		outcome.status = is_broken ? TOCSIN_FATE_DEFERRED : outcome.status;
		settle_members(self, transaction, RECIPIENT_ACCEPTED, outcome,
		               is_broken && self->calls->give_back != NULL);
	}
}

/* *@out_over is FALSE while more replies to the same message are due. */
static gboolean
take_final(Pipeline *self, Transaction *transaction, const TocsinReply *reply, gboolean *out_over,
           GError **error)
{
	*out_over = TRUE;
	if (!tocsin_flight_is_sent(self, transaction)) {
		tocsin_receiver_take_early(self, reply, error);
		return FALSE;
	}
	if (is_chunking_broken(self, transaction, reply)) {
		gboolean has_swallowed = reply->code == 503;
		TocsinOutcome outcome = make_refusal(TOCSIN_STAGE_DATA, reply);

		/* It is the command that was refused: by DATA the mail may go. */
		outcome.status = TOCSIN_FATE_DEFERRED;
		settle_members(self, transaction, RECIPIENT_ACCEPTED, outcome,
		               self->calls->give_back != NULL ||
		                       (has_swallowed && !self->is_quitting));
		if (!has_swallowed) {
			/* It takes the message for commands: no reply can be told from another. */
			tocsin_session_set_refusal(TOCSIN_ERROR_PROTOCOL,
			                           "the server offers CHUNKING and fails BDAT",
			                           reply, error);
			return FALSE;
		}
	} else if (self->session->settings.is_lmtp && reply->code != 421) {
		*out_over = take_final_lmtp(self, transaction, reply);
	} else {
		gboolean is_retried = transaction->is_chunked && tocsin_reply_class(reply) == 5 &&
		                      is_complaint(self, transaction, reply);

		settle_members(self, transaction, RECIPIENT_ACCEPTED,
		               tocsin_outcome_from_reply(TOCSIN_STAGE_DATA, reply), is_retried);
	}
	if (*out_over) {
		self->is_dirty = tocsin_reply_class(reply) != 2;
		tocsin_flight_end(self, transaction);
	}
	return TRUE;
}

static gboolean
take_by_kind(Pipeline *self, Expected expected, const TocsinReply *reply, gboolean *out_over,
             GError **error)
{
	*out_over = TRUE;
	switch (expected.what) {
	case EXPECT_RSET:
		take_rset(self, reply);
		return TRUE;
	case EXPECT_MAIL:
		take_mail(self, expected.transaction, reply);
		return TRUE;
	case EXPECT_RCPT:
		take_rcpt(self, expected.transaction, expected.member, reply);
		return TRUE;
	case EXPECT_DATA:
		return take_data(self, expected.transaction, reply, error);
	case EXPECT_FINAL:
		return take_final(self, expected.transaction, reply, out_over, error);
	case EXPECT_QUIT:
		return TRUE;
	}
	return TRUE;
}

gboolean
tocsin_receiver_take(Pipeline *self, const TocsinReply *reply, GError **error)
{
	gboolean is_over;

	if (!take_by_kind(self, *tocsin_flight_peek(self), reply, &is_over, error)) {
		return FALSE;
	}
	if (is_over) {
		tocsin_flight_pop(self);
	}
	self->deadline_us = 0;
	return TRUE;
}
