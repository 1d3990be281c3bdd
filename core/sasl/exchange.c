/* SPDX-License-Identifier: MIT */
/* One run of one mechanism, with every answer of the plugin checked. */
#include "sasl/exchange.h"

#include <tocsin/error.h>

#include "abi/buf.h"
#include "abi/error.h"

struct _TocsinExchange {
	tocsin_exchange asked; /* what the mechanism sees */
	TocsinMechanism *mechanism;
	TocsinSettings *credentials;
	void *state;
	tocsin_buf *answer;
	guint steps;
	gboolean is_content; /* step() has returned TOCSIN_OK */
};

/* Around each call into the mechanism. */
static const tocsin_auth_ops *
enter(TocsinExchange *self)
{
	tocsin_guard_enter(tocsin_mechanism_guard(self->mechanism));
	self->asked.thread = g_thread_self();
	return tocsin_mechanism_unit(self->mechanism)->auth;
}

static void
leave(TocsinExchange *self)
{
	self->asked.thread = NULL;
	tocsin_guard_leave(tocsin_mechanism_guard(self->mechanism));
}

static gboolean
is_failure(gint32 status)
{
	return status < 0 && status != TOCSIN_E_UNKNOWN && tocsin_abi_status_name(status) != NULL;
}

/* What @call returned, unless the mechanism broke the contract by it or meanwhile. */
static gint32
check(TocsinExchange *self, const char *call, gint32 status, const tocsin_error *reason,
      GError **error)
{
	TocsinGuard *guard = tocsin_mechanism_guard(self->mechanism);

	if (status < 0 && (!is_failure(status) || status == TOCSIN_E_BUG)) {
		tocsin_guard_complain(guard, "%s() returned status %d", call, status);
	}
	if (tocsin_guard_is_disabled(guard)) {
		tocsin_guard_set_error(guard, error);
		return TOCSIN_E_BUG;
	}
	if (status < 0) {
		GError *said = NULL;

		tocsin_abi_error_to_gerror(reason, status, &said);
		if (status == TOCSIN_E_PERM) {
			said->code =
			        TOCSIN_ERROR_AUTHENTICATION; /* the server's fault, not its own */
		}
		g_propagate_prefixed_error(error, said, "mechanism '%s': ",
		                           tocsin_mechanism_unit(self->mechanism)->name);
	}
	return status;
}

static gint32
call_begin(TocsinExchange *self, GError **error)
{
	const tocsin_host *host = tocsin_mechanism_host(self->mechanism);
	TocsinGuard *guard = tocsin_mechanism_guard(self->mechanism);
	g_autoptr(tocsin_error) reason = tocsin_abi_error_new();
	gint32 status =
	        enter(self)->begin(host, self->credentials, &self->asked, &self->state, reason);

	leave(self);
	if (status != TOCSIN_OK) {
		self->state = NULL;
	} else if (self->state == NULL) {
		tocsin_guard_complain(guard, "begin() gave no state");
	}
	if (status > TOCSIN_OK) {
		tocsin_guard_complain(guard, "begin() returned status %d", status);
	}
	return check(self, "begin", status, reason, error);
}

TocsinExchange *
tocsin_exchange_begin(TocsinMechanism *mechanism, TocsinSettings *credentials,
                      const TocsinSaslLink *link, TocsinSaslRandom random, gint32 *out_status,
                      GError **error)
{
	g_autoptr(TocsinExchange) self = g_new0(TocsinExchange, 1);

	self->mechanism = mechanism;
	self->credentials = tocsin_settings_ref(credentials);
	self->asked.link = link;
	self->asked.guard = tocsin_mechanism_guard(mechanism);
	self->asked.random = random == NULL ? tocsin_questions_random : random;
	self->answer = tocsin_buf_new(TOCSIN_EXCHANGE_MAX_BYTES);

	gint32 status = call_begin(self, error);

	if (out_status != NULL) {
		*out_status = status;
	}
	return status == TOCSIN_OK ? g_steal_pointer(&self) : NULL;
}

static gint32
call_step(TocsinExchange *self, const void *challenge, gsize length, GError **error)
{
	g_autoptr(tocsin_error) reason = tocsin_abi_error_new();

	tocsin_buf_clear(self->answer);
	gint32 status = enter(self)->step(self->state, challenge, length, self->answer, reason);

	leave(self);
	if (status > TOCSIN_MORE) {
		tocsin_guard_complain(tocsin_mechanism_guard(self->mechanism),
		                      "step() returned status %d", status);
	}
	return check(self, "step", status, reason, error);
}

gint32
tocsin_exchange_step(TocsinExchange *self, const void *challenge, gsize length,
                     const char **out_answer, gsize *out_length, GError **error)
{
	const char *name = tocsin_mechanism_name(self->mechanism);

	if (++self->steps > TOCSIN_EXCHANGE_MAX_STEPS || length > TOCSIN_EXCHANGE_MAX_BYTES) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "%s: the server sends %s; giving up the login", name,
		            length > TOCSIN_EXCHANGE_MAX_BYTES ? "too large a challenge"
		                                               : "challenge after challenge");
		return TOCSIN_E_PERM;
	}
	gint32 status = call_step(self, challenge, length, error);

	if (status < 0) {
		return status;
	}
	self->is_content = status == TOCSIN_OK;
	*out_answer = tocsin_buf_peek(self->answer, out_length);
	return status;
}

gboolean
tocsin_exchange_check_success(const TocsinExchange *self, GError **error)
{
	if (self->is_content || !(tocsin_mechanism_flags(self->mechanism) & TOCSIN_AUTH_MUTUAL)) {
		return TRUE;
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_AUTHENTICATION,
	            "%s: the server claims success without having proved that it knows the secret; "
	            "it may be an impostor",
	            tocsin_mechanism_name(self->mechanism));
	return FALSE;
}

gint32
tocsin_exchange_refused(TocsinExchange *self, guint code, const char *text, char **out_reason)
{
	const tocsin_auth_ops *ops = tocsin_mechanism_unit(self->mechanism)->auth;
	TocsinGuard *guard = tocsin_mechanism_guard(self->mechanism);
	g_autoptr(tocsin_error) reason = tocsin_abi_error_new();
	g_autoptr(GError) breach = NULL;
	gint32 status = TOCSIN_E_PERM;

	*out_reason = NULL;
	if (TOCSIN_HAS(ops, tocsin_auth_ops, refused) && ops->refused != NULL &&
	    !tocsin_guard_is_disabled(guard)) {
		status = enter(self)->refused(self->state, code, text, reason);
		leave(self);
	}
	if (status != TOCSIN_E_EXPIRED && status != TOCSIN_E_TEMP && status != TOCSIN_E_PERM) {
		tocsin_guard_complain(guard, "refused() returned status %d", status);
	}
	if (tocsin_guard_is_disabled(guard)) {
		tocsin_guard_set_error(guard, &breach);
		*out_reason = g_strdup(breach->message);
		return TOCSIN_E_PERM;
	}
	*out_reason = g_strdup(tocsin_abi_error_get(reason));
	return status;
}

void
tocsin_exchange_end(TocsinExchange *self)
{
	if (self == NULL) {
		return;
	}
	if (self->state != NULL) {
		enter(self)->end(self->state);
		leave(self);
	}
	tocsin_buf_free(self->answer);
	tocsin_settings_unref(self->credentials);
	g_free(self);
}
