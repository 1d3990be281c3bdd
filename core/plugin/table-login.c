/* SPDX-License-Identifier: MIT */
/* "tocsin.login/1": logins for transports, on core/sasl. A transport carries bytes; which mechanism
 * is used, with which credentials, and whether a refusal is the end, is decided there. */
#include <string.h>
#include <tocsin/error.h>

#include "abi/error.h"
#include "abi/sizes.h"
#include "net/tls.h"
#include "plugin/job-run.h"

#define OFFERED_MAX 100u
#define NAME_LIMIT 255u
#define EXPORTER_MAX 1024u

/* RFC 4954 section 6, for protocols without such codes. */
#define CODE_ACCEPTED 235u
#define CODE_TEMPORARY 454u
#define CODE_REFUSED 535u

struct tocsin_login {
	tocsin_job *job;
	TocsinSaslLogin *login;
	TocsinSaslLink link;
	char **offered;
	char *service;
	char *server;
	gboolean is_active; /* between begin() and end() */
	gboolean goes_on;   /* settle() said TOCSIN_MORE: the next begin() takes it up */
};

void
tocsin_table_login_close(tocsin_job *job)
{
	tocsin_login *self = job->login;

	if (self == NULL) {
		return;
	}
	self->is_active = FALSE;
	g_clear_pointer(&self->login, tocsin_sasl_login_free);
	g_clear_pointer(&self->link.exporter, g_bytes_unref);
	g_clear_pointer(&self->offered, g_strfreev);
	g_clear_pointer(&self->service, g_free);
	g_clear_pointer(&self->server, g_free);
	g_ptr_array_add(job->closed, g_steal_pointer(&job->login));
}

static int32_t
fail_from(tocsin_error *error, const GError *reason, gint32 status)
{
	if (error != NULL && reason != NULL) {
		tocsin_abi_error_set(error, reason->message);
	}
	if (g_error_matches(reason, TOCSIN_ERROR, TOCSIN_ERROR_CANCELLED)) {
		return TOCSIN_E_CANCELLED;
	}
	return status;
}

/* A configuration that cannot work needs an administrator; a secret may be there later. */
static int32_t
begin_status(const GError *reason)
{
	return g_error_matches(reason, TOCSIN_ERROR, TOCSIN_ERROR_SECRET) ? TOCSIN_E_TEMP
	                                                                  : TOCSIN_E_CONFIG;
}

/* (nullable) What is wrong with what the plugin offers. */
static const char *
find_flaw(const tocsin_job *job, const tocsin_login_offer *offer)
{
	if (offer == NULL || offer->size < TOCSIN_SIZE_LOGIN_OFFER) {
		return "offered a login with NULL or too small a struct";
	}
	if (offer->mechanisms == NULL || offer->service == NULL || offer->server == NULL ||
	    strnlen(offer->service, NAME_LIMIT + 1) > NAME_LIMIT ||
	    strnlen(offer->server, NAME_LIMIT + 1) > NAME_LIMIT) {
		return "offered a login without mechanisms, service or server";
	}
	if (offer->port > G_MAXUINT16 || offer->exporter_length > EXPORTER_MAX ||
	    (offer->exporter == NULL && offer->exporter_length > 0)) {
		return "offered a login with an impossible port or exporter";
	}
	if (offer->stream != NULL && offer->stream != job->stream) {
		return "offered a login on a stream that is not its own";
	}
	return NULL;
}

static void
copy_mechanisms(tocsin_login *self, const char *const *mechanisms)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; i < OFFERED_MAX && mechanisms[i] != NULL; i++) {
		g_ptr_array_add(names, g_strndup(mechanisms[i], NAME_LIMIT));
	}
	g_ptr_array_add(names, NULL);
	self->offered = (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
	self->link.offered = (const char *const *)self->offered;
}

static void
describe_link(tocsin_login *self, const tocsin_login_offer *offer)
{
	const TocsinStream *stream = tocsin_table_stream_inner(offer->stream);
	guint8 binding[TOCSIN_TLS_BINDING_LENGTH];

	self->service = g_strdup(offer->service);
	self->server = g_strdup(offer->server);
	self->link.service = self->service;
	self->link.server = self->server;
	self->link.port = (guint16)offer->port;
	self->link.veil = self->job->veil;
	if (stream == NULL) {
		self->link.is_encrypted = (offer->flags & TOCSIN_LOGIN_ENCRYPTED) != 0;
		self->link.is_local = (offer->flags & TOCSIN_LOGIN_LOCAL) != 0;
		self->link.exporter = offer->exporter == NULL ? NULL
		                                              : g_bytes_new(offer->exporter,
		                                                            offer->exporter_length);
		return;
	}
	self->link.is_encrypted = tocsin_stream_is_encrypted(stream);
	self->link.is_local = tocsin_stream_is_local(stream);
	if (self->link.is_encrypted &&
	    tocsin_tls_get_binding((TocsinStream *)stream, binding, NULL)) {
		self->link.exporter = g_bytes_new(binding, sizeof(binding));
	}
}

static int32_t
login_begin(tocsin_job *job, const tocsin_login_offer *offer, tocsin_login **out_login,
            tocsin_error *error)
{
	const char *flaw = find_flaw(job, offer);
	g_autoptr(GError) reason = NULL;

	if (!tocsin_job_check_call(job, "begin")) {
		return TOCSIN_E_BUG;
	}
	if (flaw == NULL && (out_login == NULL || (job->login != NULL && job->login->is_active))) {
		flaw = "began a login with NULL, or before it ended the last one";
	}
	if (flaw != NULL) {
		tocsin_guard_complain(job->guard, "%s", flaw);
		return TOCSIN_E_BUG;
	}
	if (job->login == NULL || !job->login->goes_on) {
		const TocsinSaslAccount *account =
		        job->ops->login == NULL ? NULL : job->ops->login(job->user);

		tocsin_table_login_close(job);
		if (account == NULL) {
			return TOCSIN_END;
		}
		job->login = g_new0(tocsin_login, 1);
		job->login->job = job;
		copy_mechanisms(job->login, offer->mechanisms);
		describe_link(job->login, offer);
		job->login->login = tocsin_sasl_login_new(account, &job->login->link, &reason);
		if (job->login->login == NULL) {
			tocsin_table_login_close(job);
			return fail_from(error, reason, begin_status(reason));
		}
	}
	job->login->goes_on = FALSE;
	job->login->is_active = TRUE;
	*out_login = job->login;
	return TOCSIN_OK;
}

/* Is this the login that the plugin has begun, and may it use it now? */
static gboolean
check_login(const tocsin_login *login, const char *call)
{
	if (login == NULL) {
		tocsin_guard_blame("%s() was given NULL", call);
		return FALSE;
	}
	if (!tocsin_job_check_call(login->job, call)) {
		return FALSE;
	}
	if (!login->is_active) {
		tocsin_guard_complain(login->job->guard, "called %s() with a login that it ended",
		                      call);
		return FALSE;
	}
	return TRUE;
}

static const char *
login_mechanism(const tocsin_login *login)
{
	return check_login(login, "mechanism") ? tocsin_sasl_login_mechanism(login->login) : "";
}

static int32_t
login_has_initial(const tocsin_login *login)
{
	return check_login(login, "has_initial") && tocsin_sasl_login_has_initial(login->login);
}

static int32_t
login_step(tocsin_login *login, const void *challenge, size_t length, const void **out_answer,
           size_t *out_length, tocsin_error *error)
{
	g_autoptr(GError) reason = NULL;
	const char *answer = NULL;
	gsize answer_length = 0;

	if (!check_login(login, "step")) {
		return TOCSIN_E_BUG;
	}
	if (out_answer == NULL || out_length == NULL || (challenge == NULL && length > 0)) {
		tocsin_guard_complain(login->job->guard, "step() was given NULL");
		return TOCSIN_E_BUG;
	}
	gint32 status = tocsin_sasl_login_step(login->login, challenge, length, &answer,
	                                       &answer_length, &reason);

	if (status < 0) {
		/* The mechanism's own fault is not the transport's. */
		return fail_from(error, reason, status == TOCSIN_E_BUG ? TOCSIN_E_PERM : status);
	}
	*out_answer = answer;
	*out_length = answer_length;
	return TOCSIN_OK;
}

static guint
choose_code(gint32 status, guint32 code)
{
	if (status == TOCSIN_OK) {
		return code == 0 ? CODE_ACCEPTED : code;
	}
	if (code != 0) {
		return code;
	}
	return status == TOCSIN_E_TEMP ? CODE_TEMPORARY : CODE_REFUSED;
}

static int32_t
login_settle(tocsin_login *login, int32_t status, uint32_t code, const char *text,
             tocsin_error *error)
{
	g_autoptr(GError) reason = NULL;

	if (!check_login(login, "settle")) {
		return TOCSIN_E_BUG;
	}
	if (status != TOCSIN_OK && status != TOCSIN_E_TEMP && status != TOCSIN_E_PERM) {
		tocsin_guard_complain(login->job->guard, "settle() was given the status %d",
		                      status);
		return TOCSIN_E_BUG;
	}
	gint32 verdict = tocsin_sasl_login_settle(login->login, choose_code(status, code),
	                                          text == NULL ? "" : text, &reason);

	login->goes_on = verdict == TOCSIN_MORE;
	return verdict < 0 ? fail_from(error, reason, verdict) : verdict;
}

static void
login_end(tocsin_login *login)
{
	if (!check_login(login, "end")) {
		return;
	}
	login->is_active = FALSE;
	if (!login->goes_on) {
		tocsin_table_login_close(login->job);
	}
}

const tocsin_logins tocsin_table_logins = {
        .size = sizeof(tocsin_logins),
        .begin = login_begin,
        .mechanism = login_mechanism,
        .has_initial = login_has_initial,
        .step = login_step,
        .settle = login_settle,
        .end = login_end,
};
