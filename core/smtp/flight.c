/* SPDX-License-Identifier: MIT */
/* What is on its way: mails, their transactions, and the replies that are expected. */
#include "smtp/flight.h"

#include <string.h>

#include "smtp/session.h"

#define EXPECTED_FIRST 256u

void
tocsin_flight_init(Pipeline *self, TocsinSession *session, const TocsinPipelineCalls *calls,
                   gpointer user)
{
	*self = (Pipeline){
	        .session = session,
	        .calls = calls,
	        .user = user,
	        .line = g_string_sized_new(512),
	        .expected = g_new(Expected, EXPECTED_FIRST),
	        .expected_size = EXPECTED_FIRST,
	        .is_piped = tocsin_session_may_use(session, TOCSIN_FEATURE_PIPELINING),
	};
	g_queue_init(&self->transactions);
	g_queue_init(&self->waiting);
}

void
tocsin_flight_clear(Pipeline *self)
{
	g_string_free(self->line, TRUE);
	g_free(self->expected);
}

static void
grow_expected(Pipeline *self)
{
	Expected *ring = g_new(Expected, self->expected_size * 2);

	for (guint i = 0; i < self->expected_count; i++) {
		ring[i] = self->expected[(self->expected_head + i) & (self->expected_size - 1)];
	}
	g_free(self->expected);
	self->expected = ring;
	self->expected_size *= 2;
	self->expected_head = 0;
}

void
tocsin_flight_expect(Pipeline *self, Expect what, Transaction *transaction, guint member)
{
	guint at;

	if (self->expected_count == self->expected_size) {
		grow_expected(self);
	}
	at = (self->expected_head + self->expected_count++) & (self->expected_size - 1);
	self->expected[at] = (Expected){transaction, member, what};
}

Expected *
tocsin_flight_peek(Pipeline *self)
{
	return &self->expected[self->expected_head];
}

void
tocsin_flight_pop(Pipeline *self)
{
	self->expected_head = (self->expected_head + 1) & (self->expected_size - 1);
	self->expected_count--;
}

void
tocsin_flight_tell(Pipeline *self, Flight *flight, guint index, const TocsinOutcome *outcome)
{
	if (flight->states[index] == RECIPIENT_TOLD) {
		return;
	}
	flight->states[index] = RECIPIENT_TOLD;
	flight->n_told++;
	self->calls->result(self->user, flight->outgoing, index, outcome);
}

gboolean
tocsin_flight_give_back(Pipeline *self, Flight *flight)
{
	guint n = flight->n_recipients;

	if (self->calls->give_back == NULL) {
		return FALSE;
	}
	for (guint i = 0; i < n; i++) {
		if (flight->states[i] == RECIPIENT_PENDING) {
			flight->states[i] = RECIPIENT_TOLD;
			flight->n_told++;
			self->calls->give_back(self->user, flight->outgoing, i);
		}
	}
	return TRUE;
}

gboolean
tocsin_flight_is_sent(const Pipeline *self, const Transaction *transaction)
{
	return transaction->is_handed &&
	       transaction->end <= tocsin_wire_get_sent(self->session->wire);
}

void
tocsin_flight_tell_when_sent(Pipeline *self, Transaction *transaction, guint index,
                             const TocsinOutcome *outcome)
{
	Flight *flight = transaction->flight;
	gboolean is_last = flight->n_told + 1 == flight->n_recipients;

	if (transaction->step < STEP_CONTENT || !is_last ||
	    tocsin_flight_is_sent(self, transaction)) {
		tocsin_flight_tell(self, flight, index, outcome);
	} else if (transaction->held == NULL) {
		transaction->held = tocsin_reply_copy(outcome->reply);
		transaction->held_status = outcome->status;
		transaction->held_stage = outcome->stage;
		transaction->held_index = index;
	}
}

static void
tell_held(Pipeline *self, Transaction *transaction)
{
	TocsinOutcome outcome = {
	        .status = transaction->held_status,
	        .stage = transaction->held_stage,
	        .reply = transaction->held,
	};

	if (transaction->held == NULL) {
		return;
	}
	tocsin_flight_tell(self, transaction->flight, transaction->held_index, &outcome);
	tocsin_reply_free(transaction->held);
}

void
tocsin_flight_tell_all(Pipeline *self, Flight *flight, guint kept, const TocsinOutcome *outcome)
{
	for (guint i = 0; i < flight->n_recipients; i++) {
		if ((kept & 1u << flight->states[i]) == 0) {
			tocsin_flight_tell(self, flight, i, outcome);
		}
	}
}

void
tocsin_flight_settle(Pipeline *self, Flight *flight)
{
	if (flight->is_waiting) {
		return;
	}
	if (memchr(flight->states, RECIPIENT_PENDING, flight->n_recipients) != NULL) {
		flight->is_waiting = TRUE;
		g_queue_push_tail(&self->waiting, flight);
	} else if (flight->transactions == 0) {
		g_free(flight);
	}
}

static const char *
find_domain(const char *address)
{
	const char *at = strrchr(address, '@');

	return at != NULL ? at + 1 : "";
}

/* Whether @domain is one of those that the members have. */
static gboolean
has_domain(const Transaction *transaction, const char *domain)
{
	const TocsinEnvelopeRecipient *recipients =
	        transaction->flight->outgoing->envelope.recipients;

	for (guint i = 0; i < transaction->n_members; i++) {
		const char *other = find_domain(recipients[transaction->members[i]].address);

		if (g_ascii_strcasecmp(domain, other) == 0) {
			return TRUE;
		}
	}
	return FALSE;
}

/* RFC 9422: how many recipients, of how many domains, a transaction may have. */
static void
choose_members(Transaction *transaction, const TocsinFeatures *features)
{
	Flight *flight = transaction->flight;
	guint most = features->recipient_max != 0 ? features->recipient_max : G_MAXUINT;
	guint most_domains = features->recipient_domain_max;
	guint domains = 0;

	for (guint i = 0; i < flight->n_recipients && transaction->n_members < most; i++) {
		if (flight->states[i] != RECIPIENT_PENDING) {
			continue;
		}
		if (most_domains != 0 &&
		    !has_domain(transaction,
		                find_domain(flight->outgoing->envelope.recipients[i].address)) &&
		    ++domains > most_domains) {
			continue;
		}
		flight->states[i] = RECIPIENT_ASKED;
		transaction->members[transaction->n_members++] = i;
	}
}

Transaction *
tocsin_flight_begin(Pipeline *self, Flight *flight)
{
	Transaction *transaction =
	        g_malloc0(sizeof(Transaction) + flight->n_recipients * sizeof(guint));

	transaction->link.data = transaction;
	transaction->flight = flight;
	choose_members(transaction, tocsin_session_get_features(self->session));
	flight->transactions++;
	transaction->was_piped = self->is_piped;
	self->session->transactions++;
	g_queue_push_tail_link(&self->transactions, &transaction->link);
	return transaction;
}

void
tocsin_flight_end(Pipeline *self, Transaction *transaction)
{
	Flight *flight = transaction->flight;

	if (self->sending == transaction) {
		self->sending = NULL;
	}
	tell_held(self, transaction);
	g_queue_unlink(&self->transactions, &transaction->link);
	g_free(transaction);
	flight->transactions--;
	tocsin_flight_settle(self, flight);
}
