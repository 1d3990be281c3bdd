/* SPDX-License-Identifier: MIT */
/* The loop of a login: begin, AUTH with its steps, the server's verdict, perhaps once more. */
#include "login.h"

#include <string.h>
#include <tocsin/error.h>

#include "sasl/exchange.h"
#include "sasl/wire.h"
#include "smtp/auth.h"

/* What a fresh credential and other mechanisms can ask for; more would be a host gone wrong. */
#define ROUNDS_MAX 20u

typedef struct {
	const tocsin_logins *logins;
	tocsin_login *login;
	tocsin_error *error;
	tocsin_buf *challenge;
	int32_t status; /* of the step that failed */
	SmtpLoginEnd *end;
} Exchange;

/* As step() of TocsinSessionExchange has it. */
static gboolean
step(gpointer user, const char *challenge, GString *line, GError **error)
{
	Exchange *self = user;
	const void *answer = NULL;
	size_t answer_length = 0;
	const char *bytes = NULL;
	gsize length = 0;

	tocsin_buf_clear(self->challenge);
	if (challenge != NULL) {
		if (!tocsin_sasl_wire_decode(challenge, strlen(challenge), self->challenge,
		                             error)) {
			self->status = TOCSIN_E_PERM;
			return FALSE;
		}
		bytes = tocsin_buf_peek(self->challenge, &length);
	}
	self->status = self->logins->step(self->login, bytes, length, &answer, &answer_length,
	                                  self->error);
	if (self->status < 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_AUTHENTICATION,
		            "the mechanism gave up");
		return FALSE;
	}
	if (!tocsin_sasl_wire_append(answer, answer_length, challenge == NULL, line, error)) {
		self->status = TOCSIN_E_CONFIG;
		return FALSE;
	}
	return TRUE;
}

/* The verdict is TOCSIN_OK, TOCSIN_MORE or an error. */
static int32_t
settle(Exchange *self, const TocsinReply *reply)
{
	g_autofree char *words = tocsin_reply_dup_text(reply, NULL);
	int class = tocsin_reply_class(reply);
	int32_t status = class == 2 ? TOCSIN_OK : class == 4 ? TOCSIN_E_TEMP : TOCSIN_E_PERM;

	self->end->is_answered = TRUE;
	return self->logins->settle(self->login, status, (guint32)reply->code, words, self->error);
}

static int32_t
exchange_once(const SmtpAccount *account, TocsinSession *session, Exchange *self)
{
	const tocsin_host *host = account->host;
	g_autoptr(GError) reason = NULL;
	const TocsinSessionExchange exchange = {
	        .mechanism = self->logins->mechanism(self->login),
	        .has_initial = self->logins->has_initial(self->login),
	        .step = step,
	        .user = self,
	};
	g_autoptr(TocsinReply) reply = NULL;

	self->status = TOCSIN_OK;
	reply = tocsin_session_auth(session, &exchange, &reason);
	if (reply != NULL) {
		return settle(self, reply);
	}
	if (self->status < 0 && tocsin_session_is_open(session)) {
		const TocsinReply *last = tocsin_session_get_last_reply(session);

		/* Only the answer to our "*" is about the login. */
		if (last != NULL && tocsin_reply_class(last) == 5) {
			settle(self, last);
		}
		return self->status == TOCSIN_E_PERM && reason->code != TOCSIN_ERROR_AUTHENTICATION
		               ? host->fail(host, self->error, TOCSIN_E_TEMP, reason->message)
		               : self->status;
	}
	if (self->status >= 0) {
		self->end->lost = g_steal_pointer(&reason);
		return TOCSIN_E_TEMP;
	}
	return host->fail(host, self->error, TOCSIN_E_TEMP, reason->message);
}

/* What the server offers, and what the link is like. @binding has room for the exporter. */
static tocsin_login_offer
make_offer(const SmtpAccount *account, TocsinSession *session, guint8 *binding)
{
	static const char *const none[] = {NULL};
	TocsinStream *stream = tocsin_session_get_stream(session);
	const TocsinFeatures *features = tocsin_session_get_features(session);
	tocsin_login_offer offer = {
	        .size = sizeof(offer),
	        .mechanisms = features->mechanisms == NULL
	                              ? none
	                              : (const char *const *)features->mechanisms,
	        .service = account->kind.is_lmtp ? "lmtp" : "smtp",
	        .server = account->server_name[0] == '\0' ? "localhost" : account->server_name,
	        .port = account->target.port,
	};

	/* Encrypted for anyone is not encrypted for the server: no password may go there. */
	if (tocsin_stream_is_encrypted(stream) && account->tls != SMTP_TLS_OPPORTUNISTIC) {
		offer.flags |= TOCSIN_LOGIN_ENCRYPTED;
	}
	if (tocsin_stream_is_local(stream)) {
		offer.flags |= TOCSIN_LOGIN_LOCAL;
	}
	if (tocsin_stream_is_encrypted(stream) && tocsin_tls_get_binding(stream, binding, NULL)) {
		offer.exporter = binding;
		offer.exporter_length = TOCSIN_TLS_BINDING_LENGTH;
	}
	return offer;
}

int32_t
smtp_login(const SmtpAccount *account, TocsinSession *session, tocsin_job *job, tocsin_error *error,
           SmtpLoginEnd *end)
{
	guint8 binding[TOCSIN_TLS_BINDING_LENGTH];
	g_autoptr(tocsin_buf) challenge = tocsin_buf_new(TOCSIN_EXCHANGE_MAX_BYTES);
	Exchange exchange = {account->logins, NULL, error, challenge, TOCSIN_OK, end};
	int32_t status = TOCSIN_MORE;

	if (account->logins == NULL) {
		return TOCSIN_OK;
	}
	for (guint round = 0; status == TOCSIN_MORE && round < ROUNDS_MAX; round++) {
		const tocsin_login_offer offer = make_offer(account, session, binding);

		status = account->logins->begin(job, &offer, &exchange.login, error);
		if (status != TOCSIN_OK) {
			return status == TOCSIN_END ? TOCSIN_OK : status;
		}
		status = exchange_once(account, session, &exchange);
		account->logins->end(exchange.login);
	}
	if (status == TOCSIN_MORE) {
		return account->host->fail(account->host, error, TOCSIN_E_TEMP,
		                           "the login goes on and on");
	}
	return status;
}
