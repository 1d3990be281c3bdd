/* SPDX-License-Identifier: MIT */
/* Sends many mails over one session: turns between sender and receiver, and tells what became of
 * everything when the session ends. */
#include "smtp/pipeline.h"

#include "smtp/flight.h"
#include "smtp/receiver.h"
#include "smtp/sender.h"
#include "smtp/session.h"

/* Takes every reply that has been read. *@out_farewell is set to a 421. FALSE: it is over. */
static gboolean
take_replies(Pipeline *self, TocsinReply **out_farewell, GError **error)
{
	TocsinSession *session = self->session;
	TocsinReplyStatus status;
	TocsinReply reply;

	while ((status = tocsin_session_poll_reply(session, &reply, error)) ==
	       TOCSIN_REPLY_COMPLETE) {
		gboolean is_wanted = self->expected_count > 0;

		if (reply.code == 421) {
			*out_farewell = tocsin_reply_copy(&reply);
		}
		if (is_wanted && !tocsin_receiver_take(self, &reply, error)) {
			return FALSE;
		}
		if (*out_farewell != NULL) {
			tocsin_session_set_refusal(TOCSIN_ERROR_DISCONNECTED,
			                           "the server ended the session", *out_farewell,
			                           error);
			return FALSE;
		}
		if (!is_wanted) {
			tocsin_receiver_take_early(self, &reply, error);
			return FALSE;
		}
	}
	return status == TOCSIN_REPLY_MORE;
}

/* Adds to the wire until a reply is needed or enough has gathered. */
static gboolean
fill_wire(Pipeline *self, GError **error)
{
	TocsinSession *session = self->session;
	gboolean has_moved = TRUE;

	while (has_moved && !tocsin_wire_is_heavy(session->wire)) {
		/* Words that nothing has asked for are heard first: the server may be leaving. */
		if (self->expected_count == 0 && tocsin_stream_buffered(session->stream) > 0) {
			return TRUE;
		}
		if (!tocsin_sender_advance(self, &has_moved, error)) {
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
wait_for_reply(Pipeline *self, GError **error)
{
	const TocsinSessionSettings *settings = &self->session->settings;

	if (self->deadline_us == 0) {
		/* Half a reply that nothing had asked for is waited for like any other. */
		Expect what =
		        self->expected_count > 0 ? tocsin_flight_peek(self)->what : EXPECT_MAIL;
		gint64 timeout_us = what == EXPECT_FINAL  ? settings->final_timeout_us
		                    : what == EXPECT_QUIT ? settings->quit_timeout_us
		                                          : settings->timeout_us;

		self->deadline_us = tocsin_stream_deadline(timeout_us);
	}
	return tocsin_stream_fill(self->session->stream, self->deadline_us, error);
}

/* What is said of recipients whose fate is open when the session ends. */
static void
tell_lost(Pipeline *self, Transaction *transaction, const TocsinReply *farewell,
          const GError *cause)
{
	Flight *flight = transaction->flight;
	gboolean is_local = transaction == self->sending &&
	                    g_error_matches(cause, TOCSIN_ERROR, TOCSIN_ERROR_IO);
	gboolean is_odd = g_error_matches(cause, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL);
	gboolean is_handed = farewell == NULL && tocsin_flight_is_sent(self, transaction);
	g_assert(farewell != NULL || cause != NULL);
	TocsinOutcome outcome = {
	        .status = is_handed ? TOCSIN_FATE_UNKNOWN : TOCSIN_FATE_DEFERRED,
	        .stage = is_local ? TOCSIN_STAGE_LOCAL
	                 : is_odd ? TOCSIN_STAGE_PROTOCOL
	                          : TOCSIN_STAGE_LOST,
	        .reply = farewell,
	        .text = farewell == NULL ? cause->message : NULL,
	};

	for (guint i = 0; i < transaction->n_members; i++) {
		guint index = transaction->members[i];

		/* What the server did say of a recipient comes first. */
		if (flight->states[index] != RECIPIENT_PENDING &&
		    (transaction->held == NULL || index != transaction->held_index)) {
			tocsin_flight_tell(self, flight, index, &outcome);
		}
	}
}

/* Ends what is left, so that every fate is told. @cause NULL: only mails that were not begun. */
static void
tell_rest(Pipeline *self, const TocsinReply *farewell, const GError *cause)
{
	TocsinOutcome outcome = {
	        .status = TOCSIN_FATE_DEFERRED,
	        .stage = TOCSIN_STAGE_LOST,
	        .reply = farewell,
	        .text = cause == NULL      ? "the server takes no more mails on this connection"
	                : farewell == NULL ? cause->message
	                                   : NULL,
	};
	Transaction *transaction;
	Flight *flight;

	while ((transaction = g_queue_peek_head(&self->transactions)) != NULL) {
		tell_lost(self, transaction, farewell, cause);
		tocsin_flight_end(self, transaction);
	}
	while ((flight = g_queue_pop_head(&self->waiting)) != NULL) {
		flight->is_waiting = FALSE;
		/* After a lost link only those go on whom another connection can be expected to
		 * help: the server may be down. */
		if ((cause != NULL && !flight->is_retried) ||
		    !tocsin_flight_give_back(self, flight)) {
			tocsin_flight_tell_all(self, flight, 0, &outcome);
		}
		tocsin_flight_settle(self, flight);
	}
}

/* Only the reply to QUIT is missing: how the connection ends no longer matters. */
static gboolean
is_only_quitting(const Pipeline *self)
{
	return self->is_quitting && self->transactions.length == 0 && self->waiting.length == 0;
}

/* A server that answered all commands and then neither takes nor answers a chunk is not to get
 * another one. */
static void
note_stall(Pipeline *self, const GError *cause)
{
	const Expected *expected = tocsin_flight_peek(self);

	if (g_error_matches(cause, TOCSIN_ERROR, TOCSIN_ERROR_TIMEOUT) &&
	    self->expected_count > 0 && expected->what == EXPECT_FINAL &&
	    expected->transaction->is_chunked) {
		self->session->broken |= TOCSIN_FEATURE_CHUNKING;
	}
}

static TocsinRun
finish(Pipeline *self, TocsinReply *farewell, GError *cause, GError **error)
{
	TocsinRun run = TOCSIN_RUN_FAILED;

	if (cause == NULL || is_only_quitting(self)) {
		run = self->is_closing ? TOCSIN_RUN_RECONNECT : TOCSIN_RUN_DONE;
		if (self->is_quitting) {
			tocsin_session_close(self->session);
			run = TOCSIN_RUN_DONE;
		}
		g_clear_error(&cause);
	} else {
		note_stall(self, cause);
		tocsin_session_end(self->session, cause->message);
	}
	tell_rest(self, farewell, cause);
	tocsin_flight_clear(self);
	tocsin_reply_free(farewell);
	if (cause != NULL) {
		g_propagate_error(error, cause);
	}
	return run;
}

/* One turn; *@out_over when there is nothing left to do. */
static gboolean
turn(Pipeline *self, TocsinReply **out_farewell, gboolean *out_over, GError **error)
{
	TocsinWire *wire = self->session->wire;
	g_autoptr(GError) cause = NULL;

	if (!take_replies(self, out_farewell, error)) {
		return FALSE;
	}
	if (!fill_wire(self, error)) {
		return FALSE;
	}
	if (tocsin_wire_get_added(wire) > tocsin_wire_get_sent(wire)) {
		if (tocsin_session_flush_some(self->session, &cause)) {
			return TRUE;
		}
		/* What the server said before it hung up counts more than that it did. */
		if (!take_replies(self, out_farewell, error)) {
			return FALSE;
		}
		g_propagate_error(error, g_steal_pointer(&cause));
		return FALSE;
	}
	if (self->expected_count > 0 || tocsin_stream_buffered(self->session->stream) > 0) {
		return wait_for_reply(self, error);
	}
	*out_over =
	        self->sending == NULL && (self->is_idle || self->is_closing || self->is_quitting);
	return TRUE;
}

TocsinRun
tocsin_pipeline_run(TocsinSession *session, const TocsinPipelineCalls *calls, gpointer user,
                    GError **error)
{
	Pipeline self;
	GError *cause = NULL;
	TocsinReply *farewell = NULL;
	gboolean is_over = FALSE;

	if (!tocsin_session_check_open(session, error)) {
		return TOCSIN_RUN_FAILED;
	}
	tocsin_flight_init(&self, session, calls, user);
	while (!is_over && turn(&self, &farewell, &is_over, &cause)) {
	}
	return finish(&self, farewell, cause, error);
}
