/* SPDX-License-Identifier: MIT */
/* A login by an account that is made of options. */
#include "cli/probe-login.h"

#include <tocsin/error.h>

#include "cli/probe-describe.h"
#include "conf/keys.h"
#include "conf/load.h"
#include "engine/credentials.h"
#include "smtp/login.h"

struct _TocsinProbeLogin {
	TocsinConf *conf;
	TocsinCredentials *credentials;
};

/* What may stand in the account: nobody looks at most of it. NULL after an error. */
static TocsinKeys *
join_keys(const GPtrArray *mechanisms, GError **error)
{
	const tocsin_key *const *const tables[] = {
	        tocsin_conf_account_keys, tocsin_conf_network_keys, tocsin_conf_login_keys};
	g_autoptr(TocsinKeys) all = tocsin_keys_new();

	for (guint i = 0; i < G_N_ELEMENTS(tables); i++) {
		if (!tocsin_keys_add(all, tables[i], error)) {
			return NULL;
		}
	}
	for (guint i = 0; i < mechanisms->len; i++) {
		if (!tocsin_keys_add(all, tocsin_mechanism_unit(mechanisms->pdata[i])->keys,
		                     error)) {
			return NULL;
		}
	}
	return g_steal_pointer(&all);
}

TocsinProbeLogin *
tocsin_probe_login_new(const TocsinTargetOptions *options, const GPtrArray *mechanisms,
                       GError **error)
{
	g_autoptr(TocsinProbeLogin) self = g_new0(TocsinProbeLogin, 1);
	g_autoptr(TocsinProblems) problems = tocsin_problems_new();
	g_autofree char *text = tocsin_target_url_to_text(options, error);
	g_autoptr(TocsinKeys) keys = text == NULL ? NULL : join_keys(mechanisms, error);

	if (keys == NULL) {
		return NULL;
	}
	self->conf = tocsin_conf_load_text(text, problems);
	if (self->conf != NULL) {
		g_autoptr(GPtrArray) accounts = tocsin_conf_members(self->conf, "accounts");

		self->credentials =
		        tocsin_credentials_new(g_ptr_array_index(accounts, 0), keys, mechanisms,
		                               tocsin_clock_system(), NULL, problems);
	}
	if (!tocsin_problems_to_error(problems, error)) {
		return NULL;
	}
	if (!tocsin_credentials_wants_login(self->credentials)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "--login needs a user in the URL, as in smtp://USER@HOST");
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
tocsin_probe_login_free(TocsinProbeLogin *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_credentials_free(self->credentials);
	tocsin_conf_free(self->conf);
	g_free(self);
}

gboolean
tocsin_probe_login_run(const TocsinProbeLogin *self, TocsinSession *session,
                       const TocsinSaslLink *link, JsonObject *told, GError **error)
{
	g_autoptr(TocsinReply) reply = NULL;
	TocsinLoginState state;
	gboolean is_in = FALSE;

	tocsin_credentials_begin(self->credentials, &state);
	TocsinSaslLogin *login = tocsin_sasl_login_new(&state.account, link, error);

	if (login != NULL) {
		is_in = tocsin_session_login(session, login, FALSE, &reply, error);
		json_object_set_string_member(told, "mechanism",
		                              tocsin_sasl_login_mechanism(login));
	}
	if (reply != NULL) {
		g_autofree char *covered = tocsin_veil_cover(link->veil, reply->raw, reply->length);
		TocsinReply shown = *reply;

		shown.raw = covered == NULL ? reply->raw : covered;
		json_object_set_object_member(told, "reply", tocsin_probe_describe_reply(&shown));
	}
	tocsin_sasl_login_free(login);
	tocsin_credentials_end(&state);
	return is_in;
}
