/* SPDX-License-Identifier: MIT */
/* A login: one mechanism after the other, as far as that is safe. */
#include "sasl/login.h"

#include <string.h>
#include <tocsin/error.h>

#include "base/text.h"

#define REPLY_SHOWN 500u

struct _TocsinSaslLogin {
	const TocsinSaslAccount *account;
	const TocsinSaslLink *link;
	GPtrArray *fitting; /* of TocsinMechanism, borrowed, best first */
	guint next;         /* index of the one to try after this */
	TocsinMechanism *mechanism;
	TocsinExchange *exchange; /* (nullable) */
	gboolean is_renewed;      /* the credential was fetched anew once */
	gboolean is_cancelled;    /* step() failed: the server's reply only confirms that */
};

/* Credentials first, then the mechanism: E_UNAVAILABLE is the only failure that another may
 * mend. */
static gint32
begin_with(TocsinSaslLogin *self, gboolean is_renewal, GError **error)
{
	const TocsinSaslAccount *account = self->account;
	gint32 status = TOCSIN_E_PERM;

	g_clear_pointer(&self->exchange, tocsin_exchange_end);
	self->is_cancelled = FALSE;
	g_autoptr(TocsinSettings) credentials =
	        account->fetch(self->mechanism, is_renewal, account->user, error);

	if (credentials == NULL) {
		return TOCSIN_E_PERM;
	}
	if (self->link->veil != NULL) {
		tocsin_veil_add(self->link->veil,
		                tocsin_settings_get_string(credentials, "secret"));
	}
	self->exchange = tocsin_exchange_begin(self->mechanism, credentials, self->link,
	                                       account->random, &status, error);
	return status;
}

/* The next mechanism that can be used; @error tells why the last of them could not. */
static gint32
begin_next(TocsinSaslLogin *self, GError **error)
{
	g_autoptr(GError) reason = NULL;

	while (self->next < self->fitting->len) {
		self->mechanism = g_ptr_array_index(self->fitting, self->next++);
		g_clear_error(&reason);
		gint32 status = begin_with(self, FALSE, &reason);

		if (status == TOCSIN_OK) {
			return TOCSIN_OK;
		}
		if (status != TOCSIN_E_UNAVAILABLE && status != TOCSIN_E_BUG) {
			g_propagate_error(error, g_steal_pointer(&reason));
			return status;
		}
	}
	if (reason != NULL) {
		g_propagate_error(error, g_steal_pointer(&reason));
	}
	return TOCSIN_E_PERM;
}

TocsinSaslLogin *
tocsin_sasl_login_new(const TocsinSaslAccount *account, const TocsinSaslLink *link, GError **error)
{
	g_autoptr(TocsinSaslLogin) self = g_new0(TocsinSaslLogin, 1);
	const TocsinChoice choice = {
	        .known = account->known,
	        .offered = link->offered,
	        .wanted = account->wanted,
	        .is_encrypted = link->is_encrypted,
	        .may_send_clear = account->may_send_clear && link->is_local,
	        .has_channel_binding = link->exporter != NULL,
	        .has_secret = account->has_secret,
	        .has_token = account->has_token,
	};

	self->account = account;
	self->link = link;
	self->fitting = tocsin_choose_mechanisms(&choice, error);
	if (self->fitting == NULL || begin_next(self, error) != TOCSIN_OK) {
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
tocsin_sasl_login_free(TocsinSaslLogin *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_exchange_end(self->exchange);
	g_clear_pointer(&self->fitting, g_ptr_array_unref);
	g_free(self);
}

const char *
tocsin_sasl_login_mechanism(const TocsinSaslLogin *self)
{
	return tocsin_mechanism_name(self->mechanism);
}

gboolean
tocsin_sasl_login_has_initial(const TocsinSaslLogin *self)
{
	return (tocsin_mechanism_flags(self->mechanism) & TOCSIN_AUTH_CLIENT_FIRST) != 0;
}

gint32
tocsin_sasl_login_step(TocsinSaslLogin *self, const void *challenge, gsize length,
                       const char **out_answer, gsize *out_length, GError **error)
{
	gint32 status = tocsin_exchange_step(self->exchange, challenge, length, out_answer,
	                                     out_length, error);

	self->is_cancelled = status < 0;
	return status;
}

static void
set_refusal(const TocsinSaslLogin *self, guint code, const char *text, const char *reason,
            GError **error)
{
	g_autofree char *covered = tocsin_veil_cover(self->link->veil, text, strlen(text));
	const char *words = covered == NULL ? text : covered;
	g_autofree char *shown = tocsin_text_for_display(words, strlen(words), REPLY_SHOWN);

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_AUTHENTICATION,
	            "login with %s refused: %u %s%s%s%s", tocsin_sasl_login_mechanism(self), code,
	            shown, reason == NULL ? "" : " (", reason == NULL ? "" : reason,
	            reason == NULL ? "" : ")");
}

/* The server does not take this mechanism after all, which says nothing about the password. */
static gboolean
wants_another_mechanism(guint code)
{
	return code == 504 || code == 534 || code == 500 || code == 501 || code == 502;
}

static gint32
settle_refusal(TocsinSaslLogin *self, guint code, const char *text, GError **error)
{
	g_autofree char *reason = NULL;
	gint32 status = tocsin_exchange_refused(self->exchange, code, text, &reason);

	if (status == TOCSIN_E_EXPIRED && !self->is_renewed) {
		g_autoptr(GError) ignored = NULL; /* the server's words tell more */

		self->is_renewed = TRUE;
		if (begin_with(self, TRUE, &ignored) == TOCSIN_OK) {
			return TOCSIN_MORE;
		}
	}
	if (wants_another_mechanism(code) && self->next < self->fitting->len) {
		g_autoptr(GError) ignored = NULL;

		if (begin_next(self, &ignored) == TOCSIN_OK) {
			return TOCSIN_MORE;
		}
	}
	set_refusal(self, code, text, reason, error);
	return status == TOCSIN_E_TEMP || code / 100 == 4 ? TOCSIN_E_TEMP : TOCSIN_E_PERM;
}

gint32
tocsin_sasl_login_settle(TocsinSaslLogin *self, guint code, const char *text, GError **error)
{
	if (self->is_cancelled) {
		set_refusal(self, code, text, "given up by us", error);
		return code / 100 == 4 ? TOCSIN_E_TEMP : TOCSIN_E_PERM;
	}
	if (code == 235 || code == 503) {
		return tocsin_exchange_check_success(self->exchange, error) ? TOCSIN_OK
		                                                            : TOCSIN_E_PERM;
	}
	return settle_refusal(self, code, text, error);
}
