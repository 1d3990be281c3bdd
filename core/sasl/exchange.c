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

/* The plugin broke the contract: says how, and takes the mechanism out of use. */
static gint32
misbehaved(TocsinMechanism *mechanism, const char *what, GError **error)
{
	tocsin_mechanism_disable(mechanism);
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN,
	            "mechanism '%s' broke the contract: %s; it is disabled until the next start",
	            tocsin_mechanism_unit(mechanism)->name, what);
	return TOCSIN_E_BUG;
}

static gboolean
is_failure(gint32 status)
{
	return status < 0 && status != TOCSIN_E_UNKNOWN && tocsin_abi_status_name(status) != NULL;
}

/* Turns a status that is none of what the call may return into misbehaviour. */
static gint32
checked_failure(TocsinMechanism *mechanism, const char *call, gint32 status,
                const tocsin_error *reason, GError **error)
{
	if (!is_failure(status) || status == TOCSIN_E_BUG) {
		g_autofree char *what = g_strdup_printf("%s returned status %d", call, status);

		return misbehaved(mechanism, what, error);
	}
	tocsin_abi_error_to_gerror(reason, status, error);
	g_prefix_error(error, "mechanism '%s': ", tocsin_mechanism_unit(mechanism)->name);
	return status;
}

static gint32
call_begin(TocsinExchange *self, GError **error)
{
	const tocsin_auth_ops *ops = tocsin_mechanism_unit(self->mechanism)->auth;
	const tocsin_host *host = tocsin_mechanism_host(self->mechanism);
	g_autoptr(tocsin_error) reason = tocsin_abi_error_new();

	tocsin_mechanism_enter(self->mechanism);
	gint32 status = ops->begin(host, self->credentials, &self->asked, &self->state, reason);

	tocsin_mechanism_leave(self->mechanism);
	if (status == TOCSIN_OK) {
		return self->state != NULL
		               ? TOCSIN_OK
		               : misbehaved(self->mechanism, "begin() gave no state", error);
	}
	self->state = NULL;
	return checked_failure(self->mechanism, "begin()", status, reason, error);
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
	const tocsin_auth_ops *ops = tocsin_mechanism_unit(self->mechanism)->auth;
	g_autoptr(tocsin_error) reason = tocsin_abi_error_new();

	tocsin_buf_clear(self->answer);
	tocsin_mechanism_enter(self->mechanism);
	gint32 status = ops->step(self->state, challenge, length, self->answer, reason);

	tocsin_mechanism_leave(self->mechanism);
	if (status == TOCSIN_OK || status == TOCSIN_MORE) {
		return status;
	}
	return checked_failure(self->mechanism, "step()", status, reason, error);
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
	g_autoptr(tocsin_error) reason = tocsin_abi_error_new();
	gint32 status = TOCSIN_E_PERM;

	*out_reason = NULL;
	if (TOCSIN_HAS(ops, tocsin_auth_ops, refused) && ops->refused != NULL) {
		tocsin_mechanism_enter(self->mechanism);
		status = ops->refused(self->state, code, text, reason);
		tocsin_mechanism_leave(self->mechanism);
	}
	*out_reason = g_strdup(tocsin_abi_error_get(reason));
	if (status != TOCSIN_E_EXPIRED && status != TOCSIN_E_TEMP && status != TOCSIN_E_PERM) {
		g_clear_pointer(out_reason, g_free);
		*out_reason = g_strdup_printf("refused() returned status %d; disabled", status);
		tocsin_mechanism_disable(self->mechanism);
		return TOCSIN_E_PERM;
	}
	return status;
}

void
tocsin_exchange_end(TocsinExchange *self)
{
	if (self == NULL) {
		return;
	}
	if (self->state != NULL) {
		tocsin_mechanism_enter(self->mechanism);
		tocsin_mechanism_unit(self->mechanism)->auth->end(self->state);
		tocsin_mechanism_leave(self->mechanism);
	}
	tocsin_buf_free(self->answer);
	tocsin_settings_unref(self->credentials);
	g_free(self);
}
