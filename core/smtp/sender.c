/* SPDX-License-Identifier: MIT */
/* The pipeline's way out: one transaction after the other, step by step. */
#include "smtp/sender.h"

#include <string.h>

#include "smtp/intake.h"
#include "smtp/session.h"

/* Content goes to the encoder in slices of this size: doubled, a slice fits the wire's room. */
#define SLICE ((gsize)8 << 10)

/* A larger message is not sent by BDAT before it is known that somebody will get it. */
#define EAGER_MAX ((guint64)64 << 10)

/* Asks for a mail. After a while without traffic the server may have gone: whatever it said, or its
 * end, is seen before anything is sent. */
static gboolean
ask_for_mail(Pipeline *self, gboolean *out_moved, GError **error)
{
	TocsinWire *wire = self->session->wire;
	gboolean may_wait = self->transactions.length == 0 && self->expected_count == 0 &&
	                    tocsin_wire_get_added(wire) == tocsin_wire_get_sent(wire);
	const TocsinOutgoing *mail = NULL;
	gsize count;

	switch (self->calls->next(self->user, may_wait, &mail)) {
	case TOCSIN_NEXT_MAIL:
		*out_moved = TRUE;
		tocsin_intake_take(self, mail);
		return !may_wait || tocsin_stream_fill_ready(self->session->stream, &count, error);
	case TOCSIN_NEXT_LAST:
		*out_moved = TRUE;
		self->is_last = TRUE;
		return TRUE;
	case TOCSIN_NEXT_NONE:
		self->is_idle = may_wait;
		return TRUE;
	}
	return TRUE;
}

static gboolean
will_chunk(const Pipeline *self, const Flight *flight)
{
	return tocsin_intake_is_binary(flight) ||
	       (self->is_piped && tocsin_session_may_use(self->session, TOCSIN_FEATURE_CHUNKING));
}

/* Whether the server, or our own caution, allows another transaction now. */
static gboolean
may_begin(Pipeline *self)
{
	guint most = self->session->features->mail_max;
	guint open = self->transactions.length;

	if (most != 0 && self->session->transactions >= most) {
		self->is_closing = TRUE;
	}
	if (self->is_closing || self->is_quitting ||
	    (!self->is_piped && self->expected_count > 0)) {
		return FALSE;
	}
	/* Mails stream by BDAT only when RSET is known to part them: had the one before failed,
	 * this one's recipients would join its transaction, under its sender. */
	if (open > 0 && !self->is_rset_proven &&
	    ((Transaction *)g_queue_peek_tail(&self->transactions))->is_chunked) {
		return FALSE;
	}
	self->is_draining = open >= TOCSIN_PIPELINE_WINDOW ||
	                    (self->is_draining && open > TOCSIN_PIPELINE_WINDOW / 2);
	return !self->is_draining;
}

static gboolean
begin(Pipeline *self, gboolean *out_moved, GError **error)
{
	Flight *flight;
	Transaction *last = g_queue_peek_tail(&self->transactions);
	Transaction *transaction;

	if (!may_begin(self)) {
		return TRUE;
	}
	flight = g_queue_pop_head(&self->waiting);
	if (flight == NULL) {
		return self->is_last || ask_for_mail(self, out_moved, error);
	}
	*out_moved = TRUE;
	flight->is_waiting = FALSE;
	transaction = tocsin_flight_begin(self, flight);
	transaction->is_chunked = will_chunk(self, flight);
	transaction->step = STEP_MAIL;
	if (self->is_dirty || (last != NULL && last->is_chunked) ||
	    (transaction->is_chunked && !self->is_rset_proven && self->session->transactions > 1)) {
		transaction->step = STEP_RSET;
	}
	self->sending = transaction;
	/* Recipients that did not fit wait for a transaction of their own. */
	tocsin_flight_settle(self, flight);
	return TRUE;
}

static gboolean
add_words(Pipeline *self, const char *words, GError **error)
{
	return tocsin_wire_add_command(self->session->wire, words, strlen(words), FALSE, error);
}

static gboolean
add_rset(Pipeline *self, Transaction *transaction, GError **error)
{
	transaction->step = STEP_MAIL;
	self->is_dirty = FALSE;
	tocsin_flight_expect(self, EXPECT_RSET, NULL, 0);
	return add_words(self, "RSET", error);
}

/* Adds MAIL, or tells why it cannot be said to this server. */
static void
add_mail(Pipeline *self, Transaction *transaction)
{
	Flight *flight = transaction->flight;
	TocsinEnvelopeContext context = tocsin_intake_make_context(self, flight);
	g_autoptr(GError) cause = NULL;
	TocsinOutcome outcome;

	g_string_truncate(self->line, 0);
	if (tocsin_envelope_append_mail(&flight->outgoing->envelope, &context, self->line,
	                                &cause) &&
	    tocsin_wire_add_command(self->session->wire, self->line->str, self->line->len, TRUE,
	                            &cause)) {
		tocsin_flight_expect(self, EXPECT_MAIL, transaction, 0);
		transaction->step = STEP_RCPT;
		return;
	}
	outcome = tocsin_intake_make_outcome(cause);
	for (guint i = 0; i < transaction->n_members; i++) {
		tocsin_flight_tell(self, flight, transaction->members[i], &outcome);
	}
	tocsin_flight_end(self, transaction);
}

static void
add_recipient(Pipeline *self, Transaction *transaction)
{
	Flight *flight = transaction->flight;
	guint member = transaction->sent++;
	guint index = transaction->members[member];
	TocsinEnvelopeContext context = tocsin_intake_make_context(self, flight);
	g_autoptr(GError) cause = NULL;
	TocsinOutcome outcome;

	g_string_truncate(self->line, 0);
	if (tocsin_envelope_append_recipient(&flight->outgoing->envelope.recipients[index],
	                                     &context, self->line, &cause) &&
	    tocsin_wire_add_command(self->session->wire, self->line->str, self->line->len, TRUE,
	                            &cause)) {
		tocsin_flight_expect(self, EXPECT_RCPT, transaction, member);
		transaction->asked++;
		return;
	}
	outcome = tocsin_intake_make_outcome(cause);
	tocsin_flight_tell(self, flight, index, &outcome);
}

/* The transaction comes to nothing: nobody is left to get the message. */
static void
abandon(Pipeline *self, Transaction *transaction)
{
	self->is_dirty = !transaction->is_refused;
	tocsin_flight_end(self, transaction);
}

static gboolean
add_bdat(Pipeline *self, Transaction *transaction, GError **error)
{
	const TocsinContentScan *scan = &transaction->flight->scan;
	gboolean is_raw = tocsin_intake_is_binary(transaction->flight);
	guint64 size = is_raw ? scan->length : tocsin_content_scan_size(scan);

	g_string_printf(self->line, "BDAT %" G_GUINT64_FORMAT " LAST", size);
	if (!add_words(self, self->line->str, error)) {
		return FALSE;
	}
	tocsin_flight_expect(self, EXPECT_FINAL, transaction, 0);
	transaction->encoder.mode = is_raw ? TOCSIN_CONTENT_BINARY : TOCSIN_CONTENT_LINES;
	transaction->begin = tocsin_wire_get_added(self->session->wire);
	transaction->end = transaction->begin + size;
	transaction->step = STEP_CONTENT;
	return TRUE;
}

static gboolean
add_data(Pipeline *self, Transaction *transaction, gboolean *out_moved, GError **error)
{
	gboolean is_answered = transaction->is_mail_answered && transaction->asked == 0;
	gboolean is_careful =
	        !transaction->was_piped || transaction->asked + transaction->accepted == 0 ||
	        (transaction->is_chunked && transaction->flight->scan.length > EAGER_MAX);

	if (is_answered && (transaction->is_refused || transaction->accepted == 0)) {
		abandon(self, transaction);
		return TRUE;
	}
	if (is_careful && !is_answered) {
		*out_moved = FALSE;
		return TRUE;
	}
	if (transaction->is_chunked) {
		return add_bdat(self, transaction, error);
	}
	tocsin_flight_expect(self, EXPECT_DATA, transaction, 0);
	transaction->step = STEP_WAIT;
	return add_words(self, "DATA", error);
}

static void
emit_to_wire(gpointer user, const void *bytes, gsize length)
{
	tocsin_wire_add_content(user, bytes, length);
}

static gboolean
fail_content(guint64 offset, GError **error)
{
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO,
	            "the message could not be read beyond its first %" G_GUINT64_FORMAT
	            " bytes, or it changed while it was sent",
	            offset);
	return FALSE;
}

static gboolean
finish_content(Pipeline *self, Transaction *transaction, GError **error)
{
	TocsinWire *wire = self->session->wire;

	tocsin_content_finish(&transaction->encoder, emit_to_wire, wire);
	if (transaction->is_chunked && tocsin_wire_get_added(wire) != transaction->end) {
		return fail_content(transaction->offset, error);
	}
	if (!transaction->is_chunked) {
		tocsin_flight_expect(self, EXPECT_FINAL, transaction, 0);
	}
	transaction->end = tocsin_wire_get_added(wire);
	transaction->is_handed = TRUE;
	transaction->step = STEP_SENT;
	self->sending = NULL;
	return TRUE;
}

/* A whole message in memory that needs no change goes out as it lies there. */
static gboolean
add_as_it_is(Pipeline *self, Transaction *transaction)
{
	const TocsinContent *content = transaction->flight->content;

	if (content->bytes == NULL || transaction->offset > 0 ||
	    !tocsin_content_scan_is_clean(&transaction->flight->scan)) {
		return FALSE;
	}
	tocsin_wire_add_content(self->session->wire, content->bytes, (gsize)content->length);
	transaction->encoder.has_begun = TRUE;
	transaction->offset = content->length;
	return TRUE;
}

/* Reads more content when the last of it is encoded; *@out_moved is FALSE when it must leave
 * first, because reading may move it. */
static gboolean
read_content(Pipeline *self, Transaction *transaction, gboolean *out_moved, GError **error)
{
	TocsinWire *wire = self->session->wire;
	const TocsinContent *content = transaction->flight->content;
	guint64 left = transaction->flight->scan.length - transaction->offset;
	const void *bytes = NULL;
	gint64 count;

	if (content->bytes == NULL && transaction->flight->was_read &&
	    tocsin_wire_get_added(wire) > tocsin_wire_get_sent(wire)) {
		*out_moved = FALSE;
		return TRUE;
	}
	transaction->flight->was_read = TRUE;
	count = tocsin_content_read(content, transaction->offset, &bytes);
	if (count <= 0) {
		return fail_content(transaction->offset, error);
	}
	transaction->chunk = bytes;
	transaction->chunk_left = (gsize)MIN((guint64)count, left);
	return TRUE;
}

static gboolean
add_content(Pipeline *self, Transaction *transaction, gboolean *out_moved, GError **error)
{
	gsize slice;

	if (transaction->offset == transaction->flight->scan.length ||
	    add_as_it_is(self, transaction)) {
		return finish_content(self, transaction, error);
	}
	if (transaction->chunk_left == 0 &&
	    (!read_content(self, transaction, out_moved, error) || !*out_moved)) {
		return !*out_moved;
	}
	slice = MIN(transaction->chunk_left, SLICE);
	tocsin_content_encode(&transaction->encoder, transaction->chunk, slice, emit_to_wire,
	                      self->session->wire);
	transaction->chunk += slice;
	transaction->chunk_left -= slice;
	transaction->offset += slice;
	return TRUE;
}

/* DATA was accepted and nobody will get the message: end it at once (RFC 2920 section 3.1). */
static gboolean
add_dot(Pipeline *self, Transaction *transaction, GError **error)
{
	if (!add_words(self, ".", error)) {
		return FALSE;
	}
	tocsin_flight_expect(self, EXPECT_FINAL, transaction, 0);
	transaction->end = tocsin_wire_get_added(self->session->wire);
	transaction->is_handed = TRUE;
	transaction->step = STEP_SENT;
	self->sending = NULL;
	self->is_dirty = TRUE;
	return TRUE;
}

/* Says goodbye behind the last message, once nothing can be left to do. */
static gboolean
add_quit(Pipeline *self, gboolean *out_moved, GError **error)
{
	if (!self->is_last || self->is_quitting || self->waiting.length > 0 ||
	    (!self->is_piped && self->expected_count > 0)) {
		return TRUE;
	}
	self->is_quitting = TRUE;
	*out_moved = TRUE;
	tocsin_flight_expect(self, EXPECT_QUIT, NULL, 0);
	return add_words(self, "QUIT", error);
}

static gboolean
advance_transaction(Pipeline *self, Transaction *transaction, gboolean *out_moved, GError **error)
{
	*out_moved = TRUE;
	switch (transaction->step) {
	case STEP_RSET:
		return add_rset(self, transaction, error);
	case STEP_MAIL:
		add_mail(self, transaction);
		return TRUE;
	case STEP_RCPT:
		if (transaction->is_refused && !self->is_piped) {
			abandon(self, transaction);
		} else if (transaction->sent < transaction->n_members) {
			add_recipient(self, transaction);
		} else {
			transaction->step = STEP_DATA;
		}
		return TRUE;
	case STEP_DATA:
		return add_data(self, transaction, out_moved, error);
	case STEP_CONTENT:
		return add_content(self, transaction, out_moved, error);
	case STEP_DOT:
		return add_dot(self, transaction, error);
	case STEP_WAIT:
	case STEP_SENT:
		break;
	}
	*out_moved = FALSE;
	return TRUE;
}

gboolean
tocsin_sender_advance(Pipeline *self, gboolean *out_moved, GError **error)
{
	Transaction *transaction = self->sending;
	gboolean is_blocked = !self->is_piped && self->expected_count > 0;

	*out_moved = FALSE;
	if (transaction == NULL) {
		return begin(self, out_moved, error) &&
		       (*out_moved || add_quit(self, out_moved, error));
	}
	/* In lockstep only content goes on while a reply is expected (to BDAT). */
	if (is_blocked && transaction->step != STEP_CONTENT) {
		return TRUE;
	}
	return advance_transaction(self, transaction, out_moved, error);
}
