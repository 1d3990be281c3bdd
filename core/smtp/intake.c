/* SPDX-License-Identifier: MIT */
/* Mails on their way into the pipeline: looked through, and made fit for the server. */
#include "smtp/intake.h"

#include "smtp/session.h"

TocsinEnvelopeContext
tocsin_intake_make_context(const Pipeline *self, const Flight *flight)
{
	TocsinSession *session = self->session;

	return (TocsinEnvelopeContext){
	        .features = session->features,
	        .scan = &flight->scan,
	        .is_reencoded = flight->is_reencoded,
	        .is_encrypted = tocsin_stream_is_encrypted(session->stream),
	        .sends_8bit_anyway = session->settings.sends_8bit_anyway,
	        .omits_size = session->settings.omits_size,
	};
}

gboolean
tocsin_intake_is_binary(const Flight *flight)
{
	return flight->outgoing->envelope.body == TOCSIN_BODY_BINARYMIME && !flight->is_reencoded;
}

static gboolean
has_long_lines(const Pipeline *self, const Flight *flight)
{
	return flight->scan.longest > TOCSIN_CONTENT_LINE_MAX &&
	       !self->session->settings.sends_long_lines;
}

/* Whether the header is not ASCII and the server cannot carry that (RFC 6531 section 3.2). */
static gboolean
has_unfit_header(const Pipeline *self, const Flight *flight)
{
	return flight->scan.has_8bit_header && !self->session->settings.sends_8bit_anyway &&
	       (flight->scan.is_header_foreign ||
	        !tocsin_features_has(self->session->features, TOCSIN_FEATURE_SMTPUTF8));
}

/* Says why the content cannot go as it is, and could not be changed. */
static gboolean
fail_unfit(const Pipeline *self, const Flight *flight, GError **error)
{
	gboolean is_binary = tocsin_intake_is_binary(flight);

	if (has_unfit_header(self, flight)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
		            "the message's header is not ASCII, %s",
		            flight->scan.is_header_foreign
		                    ? "and not UTF-8 either"
		                    : "but the server does not offer SMTPUTF8");
		return FALSE;
	}
	if (!is_binary && has_long_lines(self, flight)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "the message has a line of %" G_GUINT64_FORMAT
		            " bytes, but no more than %u may be sent: encode it as "
		            "quoted-printable or base64",
		            flight->scan.longest, TOCSIN_CONTENT_LINE_MAX);
		return FALSE;
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
	            "the message is %s, but the server does not offer %s",
	            is_binary ? "binary" : "not 7-bit",
	            is_binary ? "BINARYMIME and CHUNKING" : "8BITMIME");
	return FALSE;
}

/* Whether the server cannot carry the content as it is. */
static gboolean
needs_reencoding(const Pipeline *self, const Flight *flight)
{
	TocsinSession *session = self->session;

	if (has_unfit_header(self, flight)) {
		return TRUE;
	}
	if (tocsin_intake_is_binary(flight)) {
		return !tocsin_session_may_use(session, TOCSIN_FEATURE_BINARYMIME) ||
		       !tocsin_session_may_use(session, TOCSIN_FEATURE_CHUNKING);
	}
	if (has_long_lines(self, flight)) {
		return TRUE;
	}
	return flight->scan.has_8bit && !session->settings.sends_8bit_anyway &&
	       (session->features->known & (TOCSIN_FEATURE_8BITMIME | TOCSIN_FEATURE_SMTPUTF8)) ==
	               0;
}

static gboolean
prepare_content(Pipeline *self, Flight *flight, GError **error)
{
	if (!tocsin_content_survey(flight->content, &flight->scan, error)) {
		return FALSE;
	}
	if (!needs_reencoding(self, flight)) {
		return TRUE;
	}
	if (self->calls->reencode == NULL) {
		return fail_unfit(self, flight, error);
	}
	flight->content = self->calls->reencode(self->user, flight->outgoing, error);
	flight->is_reencoded = TRUE;
	if (flight->content == NULL ||
	    !tocsin_content_survey(flight->content, &flight->scan, error)) {
		return FALSE;
	}
	return !needs_reencoding(self, flight) || fail_unfit(self, flight, error);
}

TocsinOutcome
tocsin_intake_make_outcome(const GError *cause)
{
	/* Trouble of this machine, which can be mended while the mail waits. */
	gboolean is_temporary = g_error_matches(cause, TOCSIN_ERROR, TOCSIN_ERROR_IO) ||
	                        g_error_matches(cause, TOCSIN_ERROR, TOCSIN_ERROR_TRUST);

	return (TocsinOutcome){
	        .status = is_temporary ? TOCSIN_FATE_DEFERRED : TOCSIN_FATE_REFUSED,
	        .stage = TOCSIN_STAGE_LOCAL,
	        .text = cause->message,
	};
}

void
tocsin_intake_take(Pipeline *self, const TocsinOutgoing *mail)
{
	guint n = mail->envelope.n_recipients;
	Flight *flight = g_malloc0(sizeof(Flight) + n);
	g_autoptr(GError) cause = NULL;

	flight->outgoing = mail;
	flight->content = &mail->content;
	flight->n_recipients = n;
	if (!prepare_content(self, flight, &cause)) {
		TocsinOutcome outcome = tocsin_intake_make_outcome(cause);

		tocsin_flight_tell_all(self, flight, 0, &outcome);
	}
	tocsin_flight_settle(self, flight);
}
