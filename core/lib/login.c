/* SPDX-License-Identifier: MIT */
/* Logging in: by the built-in mechanisms, or by a mechanism of the caller's. */
#include <string.h>

#include "abi/buf.h"
#include "base/secret.h"
#include "lib/builtin.h"
#include "lib/client.h"
#include "net/tls.h"
#include "sasl/wire.h"
#include "smtp/auth.h"
#include "smtp/login.h"

/* smtplib's order. */
static const char *const compatible_order[] = {"CRAM-MD5", "PLAIN", "LOGIN", NULL};

/* A login with a built-in mechanism. */
typedef struct {
	const char *user;
	const char *password;
} Login;

/* An exchange with a mechanism of the caller's. */
typedef struct {
	TocsinSmtpAuth step;
	gpointer user;
	GString *initial; /* the initial response, or NULL once it is sent or if there is none */
} Foreign;

static TocsinSettings *
on_fetch(const TocsinMechanism *mechanism, gboolean is_renewal, gpointer user, GError **error)
{
	const Login *self = user;

	if (is_renewal) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET,
		            "the token has expired and there is no other");
		return NULL;
	}
	return tocsin_lib_credentials(self->user, self->password, error);
}

/* What tls-exporter channel binding binds to, or NULL. */
static GBytes *
get_exporter(const TocsinSmtp *self)
{
	guint8 binding[TOCSIN_TLS_BINDING_LENGTH];
	TocsinStream *stream = tocsin_session_get_stream(self->session);

	return stream != NULL && tocsin_tls_get_binding(stream, binding, NULL)
	               ? g_bytes_new(binding, sizeof(binding))
	               : NULL;
}

static TocsinReply *
login_with(TocsinSmtp *self, const Login *login, gboolean holds_initial, GError **error)
{
	TocsinStream *stream = tocsin_session_get_stream(self->session);
	gboolean is_encrypted = tocsin_stream_is_encrypted(stream) || self->is_private;
	g_autoptr(GBytes) exporter = get_exporter(self);
	const char *const *wanted = (const char *const *)self->mechanisms;
	const TocsinSaslLink link = {
	        .service = self->kind == TOCSIN_SMTP_LMTP ? "lmtp" : "smtp",
	        .server = self->server_name != NULL ? self->server_name : self->host,
	        .port = self->port,
	        .is_encrypted = is_encrypted,
	        .is_local = tocsin_stream_is_local(stream) || self->may_send_clear,
	        .exporter = exporter,
	        .offered =
	                (const char *const *)tocsin_session_get_features(self->session)->mechanisms,
	        .veil = self->veil,
	};
	const TocsinSaslAccount account = {
	        .known = tocsin_lib_mechanisms(),
	        .wanted = wanted != NULL || !self->is_compatible ? wanted : compatible_order,
	        .may_send_clear = self->may_send_clear || self->is_compatible,
	        .has_secret = TRUE,
	        .fetch = on_fetch,
	        .user = (gpointer)login,
	};
	g_autoptr(TocsinSaslLogin) sasl = tocsin_sasl_login_new(&account, &link, error);
	g_autoptr(TocsinReply) reply = NULL;

	if (sasl == NULL) {
		return NULL;
	}
	if (!tocsin_session_login(self->session, sasl, holds_initial, &reply, error)) {
		(void)(reply != NULL && tocsin_lib_fail(self));
		return NULL;
	}
	return g_steal_pointer(&reply);
}

TocsinSmtpReply *
tocsin_smtp_login(TocsinSmtp *self, const char *user, const char *password,
                  TocsinSmtpLoginFlags flags, GError **error)
{
	TocsinSession *session = tocsin_lib_begin_greeted(self, error);
	const Login login = {.user = user, .password = password};
	gboolean holds_initial = (flags & TOCSIN_SMTP_LOGIN_NO_INITIAL_RESPONSE) != 0;

	if (session == NULL) {
		return NULL;
	}
	if (!tocsin_features_has(tocsin_session_get_features(session), TOCSIN_FEATURE_AUTH)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
		            "the server does not offer AUTH%s",
		            tocsin_smtp_is_encrypted(self) ||
		                            !tocsin_smtp_has_extn(self, "STARTTLS")
		                    ? ""
		                    : "; it may do so after STARTTLS");
		return NULL;
	}
	return tocsin_lib_reply_take(login_with(self, &login, holds_initial, error));
}

static void
wipe(GString *text)
{
	tocsin_wipe(text->str, text->allocated_len);
	g_string_truncate(text, 0);
}

static gboolean
step_foreign(gpointer user, const char *challenge, GString *line, GError **error)
{
	Foreign *self = user;
	g_autoptr(tocsin_buf) decoded = tocsin_buf_new(TOCSIN_EXCHANGE_MAX_BYTES);
	g_autoptr(GString) answer = NULL;
	const char *bytes;
	gsize length;
	gboolean is_good = FALSE;

	if (challenge == NULL) {
		return tocsin_sasl_wire_append(self->initial->str, self->initial->len, TRUE, line,
		                               error);
	}
	if (!tocsin_sasl_wire_decode(challenge, strlen(challenge), decoded, error)) {
		return FALSE;
	}
	bytes = tocsin_buf_peek(decoded, &length);
	answer = g_string_sized_new(512);
	switch (self->step(self->user, bytes, length, answer, error)) {
	case TOCSIN_SMTP_STEP_ANSWER:
		is_good = tocsin_sasl_wire_append(answer->str, answer->len, FALSE, line, error);
		break;
	case TOCSIN_SMTP_STEP_NONE:
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the mechanism has no answer to a challenge");
		break;
	case TOCSIN_SMTP_STEP_FAILED:
	default:
		break;
	}
	wipe(answer);
	return is_good;
}

/* Asks for the initial response before anything is sent: there may be none. */
static gboolean
ask_initial(Foreign *self, GString *initial, GError **error)
{
	switch (self->step(self->user, NULL, 0, initial, error)) {
	case TOCSIN_SMTP_STEP_ANSWER:
		self->initial = initial;
		return TRUE;
	case TOCSIN_SMTP_STEP_NONE:
		return TRUE;
	case TOCSIN_SMTP_STEP_FAILED:
	default:
		return FALSE;
	}
}

static TocsinReply *
run_foreign(TocsinSmtp *self, Foreign *foreign, const char *mechanism, GError **error)
{
	const TocsinSessionExchange exchange = {
	        .mechanism = mechanism,
	        .has_initial = foreign->initial != NULL,
	        .step = step_foreign,
	        .user = foreign,
	};
	g_autoptr(TocsinReply) reply = tocsin_session_auth(self->session, &exchange, error);
	g_autofree char *what = NULL;

	if (reply == NULL || reply->code == 235 || reply->code == 503) {
		return g_steal_pointer(&reply);
	}
	what = g_strdup_printf("AUTH %s was refused", mechanism);
	(void)tocsin_lib_refuse(self, TOCSIN_ERROR_AUTHENTICATION, what, reply, error);
	return NULL;
}

TocsinSmtpReply *
tocsin_smtp_auth(TocsinSmtp *self, const char *mechanism, TocsinSmtpAuth step, gpointer user,
                 TocsinSmtpLoginFlags flags, GError **error)
{
	TocsinSession *session = tocsin_lib_begin(self, error);
	g_autofree char *name = g_ascii_strup(mechanism, -1);
	g_autoptr(GString) initial = NULL;
	Foreign foreign = {.step = step, .user = user};
	TocsinReply *reply = NULL;

	if (session == NULL) {
		return NULL;
	}
	if (!tocsin_mechanism_is_name(name)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "no mechanism can have this name: one has up to 20 of A to Z, 0 to 9, "
		            "'-' and '_'");
		return NULL;
	}
	initial = g_string_sized_new(512);
	if ((flags & TOCSIN_SMTP_LOGIN_NO_INITIAL_RESPONSE) != 0 ||
	    ask_initial(&foreign, initial, error)) {
		reply = run_foreign(self, &foreign, name, error);
	}
	wipe(initial);
	return tocsin_lib_reply_take(reply);
}
