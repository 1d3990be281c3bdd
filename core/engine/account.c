/* SPDX-License-Identifier: MIT */
/* An account: what its settings say, divided among those who understand them. */
#include "engine/account.h"

#include <tocsin/error.h>

#include "base/units.h"
#include "conf/keys.h"
#include "engine/credentials.h"
#include "engine/fetch.h"
#include "engine/network.h"
#include "model/address.h"
#include "plugin/call-transport.h"
#include "plugin/job.h"
#include "plugin/unit.h"

struct _TocsinAccount {
	char *name;
	TocsinSettings *settings;
	TocsinTransport *transport;
	TocsinNetwork *network;         /* (nullable) */
	TocsinCredentials *credentials; /* (nullable) */
};

/* One run of an account, on the stack of its thread. */
typedef struct {
	TocsinAccount *account;
	const TocsinRunOps *ops;
	gpointer user;
	TocsinLoginState login;
	gboolean has_login;
} Run;

static const TocsinUnit *
find_transport(const TocsinNode *node, const TocsinAccountContext *context,
               TocsinProblems *problems)
{
	const TocsinNode *name = tocsin_node_find(node, "transport");
	g_autoptr(GError) error = NULL;

	if (name == NULL || tocsin_node_type(name) != TOCSIN_NODE_STRING) {
		tocsin_node_complain(name == NULL ? node : name, problems,
		                     "'transport' has to name the transport, such as \"smtp\"");
		return NULL;
	}
	const TocsinUnit *unit =
	        tocsin_registry_find(tocsin_units_registry(context->units), TOCSIN_KIND_TRANSPORT,
	                             tocsin_node_text(name), &error);

	if (unit == NULL) {
		tocsin_node_complain(name, problems, "%s", error->message);
	}
	return unit;
}

/* Adds a table that has been checked when its plugin was loaded; only a clash of two can fail. */
static gboolean
add_keys(TocsinKeys *keys, const tocsin_key *const *table, const TocsinNode *node,
         TocsinProblems *problems)
{
	g_autoptr(GError) error = NULL;

	if (!tocsin_keys_add(keys, table, &error)) {
		tocsin_node_complain(node, problems, "%s", error->message);
		return FALSE;
	}
	return TRUE;
}

/* Everything that may stand in this account; NULL after a problem. */
static TocsinKeys *
join_keys(const TocsinNode *node, const TocsinUnit *unit, const TocsinAccountContext *context,
          TocsinProblems *problems)
{
	g_autoptr(TocsinKeys) all = tocsin_keys_new();
	guint32 flags = tocsin_unit_transport(unit)->flags;

	if (!add_keys(all, tocsin_conf_account_keys, node, problems) ||
	    !add_keys(all, tocsin_unit_keys(unit), node, problems) ||
	    ((flags & TOCSIN_TRANSPORT_NETWORK) &&
	     !add_keys(all, tocsin_conf_network_keys, node, problems)) ||
	    ((flags & TOCSIN_TRANSPORT_LOGIN) &&
	     !add_keys(all, tocsin_conf_login_keys, node, problems))) {
		return NULL;
	}
	const GPtrArray *mechanisms = tocsin_units_mechanisms(context->units);

	for (guint i = 0; (flags & TOCSIN_TRANSPORT_LOGIN) && i < mechanisms->len; i++) {
		const tocsin_unit *mechanism =
		        tocsin_mechanism_unit(g_ptr_array_index(mechanisms, i));

		if (!add_keys(all, mechanism->keys, node, problems)) {
			return NULL;
		}
	}
	return g_steal_pointer(&all);
}

/* Those settings of @node that are in @table; what has a problem is not set. */
static TocsinSettings *
read_part(const TocsinNode *node, const tocsin_key *const *table, const tocsin_key *const *more,
          const TocsinKeys *all, const TocsinAccountContext *context, TocsinProblems *problems)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	TocsinFetch fetch = {.clock = context->clock,
	                     .secrets = context->secrets,
	                     .is_check = context->is_check};

	if (!add_keys(keys, table, node, problems) || !add_keys(keys, more, node, problems)) {
		return NULL;
	}
	return tocsin_conf_apply_rest(node, keys, all, tocsin_fetch_secret, &fetch, problems);
}

/* What a transport may read: its own settings, and of those that the account has besides all that
 * is no secret. Secrets are for the login, which fetches them when they are needed. */
static TocsinSettings *
read_transport(const TocsinNode *node, const TocsinUnit *unit, const TocsinKeys *all,
               const TocsinAccountContext *context, TocsinProblems *problems)
{
	guint32 flags = tocsin_unit_transport(unit)->flags;
	g_autoptr(GPtrArray) more = g_ptr_array_new();

	for (const tocsin_key *const *key = tocsin_conf_account_keys; *key != NULL; key++) {
		g_ptr_array_add(more, (gpointer)*key);
	}
	for (const tocsin_key *const *key = tocsin_conf_network_keys;
	     (flags & TOCSIN_TRANSPORT_NETWORK) && *key != NULL; key++) {
		g_ptr_array_add(more, (gpointer)*key);
	}
	for (const tocsin_key *const *key = tocsin_conf_login_keys;
	     (flags & TOCSIN_TRANSPORT_LOGIN) && *key != NULL; key++) {
		if (!((*key)->flags & TOCSIN_KEY_SECRET)) {
			g_ptr_array_add(more, (gpointer)*key);
		}
	}
	g_ptr_array_add(more, NULL);
	return read_part(node, tocsin_unit_keys(unit), (const tocsin_key *const *)more->pdata, all,
	                 context, problems);
}

static gboolean
open_transport(TocsinAccount *self, const TocsinNode *node, const TocsinUnit *unit,
               TocsinSettings *settings, const TocsinAccountContext *context,
               TocsinProblems *problems)
{
	guint32 flags = tocsin_unit_transport(unit)->flags;
	gboolean is_network = (flags & TOCSIN_TRANSPORT_NETWORK) != 0;
	g_autoptr(GError) error = NULL;

	if (is_network) {
		self->network = tocsin_network_new(settings, &error);
	}
	if (!is_network || self->network != NULL) {
		self->transport =
		        tocsin_transport_open(unit, self->name, settings, NULL,
		                              tocsin_units_watcher(context->units), &error);
	}
	if (self->transport == NULL) {
		tocsin_node_complain(node, problems, "%s", error->message);
		return FALSE;
	}
	return TRUE;
}

static void
check_rate(const TocsinNode *node, const TocsinSettings *settings, TocsinProblems *problems)
{
	const char *rate = tocsin_settings_get_string(settings, "rate");
	g_autoptr(GError) error = NULL;
	guint count;
	gint64 per_us;

	if (rate != NULL && !tocsin_units_parse_rate(rate, &count, &per_us, &error)) {
		tocsin_node_complain(tocsin_node_find(node, "rate"), problems, "'rate': %s",
		                     error->message);
	}
}

static void
check_from(const TocsinNode *node, const TocsinSettings *settings, TocsinProblems *problems)
{
	const char *from = tocsin_settings_get_string(settings, "from");
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinAddress) address =
	        from == NULL ? NULL : tocsin_address_parse(from, -1, &error);

	if (error != NULL) {
		tocsin_node_complain(tocsin_node_find(node, "from"), problems, "'from': %s",
		                     error->message);
	}
}

TocsinAccount *
tocsin_account_new(const TocsinNode *node, const TocsinAccountContext *context,
                   TocsinProblems *problems)
{
	g_autoptr(TocsinAccount) self = g_new0(TocsinAccount, 1);
	g_autoptr(TocsinProblems) more = tocsin_problems_new();
	g_autoptr(TocsinSettings) settings = NULL;
	g_autoptr(TocsinKeys) all = NULL;
	const TocsinUnit *unit;
	guint before = tocsin_problems_count(problems);

	if (tocsin_node_type(node) != TOCSIN_NODE_GROUP) {
		tocsin_node_complain(node, problems, "an account is a group: { … }");
		return NULL;
	}
	unit = find_transport(node, context, problems);
	all = unit == NULL ? NULL : join_keys(node, unit, context, problems);
	if (all == NULL) {
		return NULL;
	}
	self->name = g_strdup(tocsin_node_name(node));
	self->settings = read_part(node, tocsin_conf_account_keys, NULL, all, context, problems);
	if (self->settings != NULL) {
		check_rate(node, self->settings, problems);
		check_from(node, self->settings, problems);
	}
	if (tocsin_unit_transport(unit)->flags & TOCSIN_TRANSPORT_LOGIN) {
		tocsin_units_check_auth(context->units, node, problems);
		self->credentials =
		        tocsin_credentials_new(node, all, tocsin_units_mechanisms(context->units),
		                               context->clock, context->secrets, more);
	}
	settings = read_transport(node, unit, all, context, more);
	tocsin_problems_merge(problems, more);
	if (tocsin_problems_count(problems) > before ||
	    !open_transport(self, node, unit, settings, context, problems)) {
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
tocsin_account_free(TocsinAccount *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_transport_close(self->transport);
	tocsin_network_free(self->network);
	tocsin_credentials_free(self->credentials);
	tocsin_settings_unref(self->settings);
	g_free(self->name);
	g_free(self);
}

const char *
tocsin_account_name(const TocsinAccount *self)
{
	return self->name;
}

const TocsinSettings *
tocsin_account_settings(const TocsinAccount *self)
{
	return self->settings;
}

void
tocsin_account_quiesce(TocsinAccount *self)
{
	tocsin_transport_quiesce(self->transport);
}

gboolean
tocsin_account_is_disabled(const TocsinAccount *self)
{
	return tocsin_transport_is_disabled(self->transport);
}

static gint32
on_next(gpointer user, gint64 wait_us, TocsinMail **out_mail)
{
	const Run *run = user;

	return run->ops->next(run->user, wait_us, out_mail);
}

static void
on_fate(gpointer user, const TocsinMail *mail, guint index, const TocsinFate *fate)
{
	const Run *run = user;

	run->ops->on_fate(run->user, mail, index, fate);
}

static void
on_failed(gpointer user, const TocsinFate *fate)
{
	const Run *run = user;

	if (run->ops->on_failed != NULL) {
		run->ops->on_failed(run->user, fate);
	}
}

static void
on_trace(gpointer user, guint32 flags, const void *data, gsize length)
{
	const Run *run = user;

	run->ops->on_trace(run->user, flags, data, length);
}

static TocsinStream *
on_connect(gpointer user, gint64 deadline_us, GCancellable *cancellable, GError **error)
{
	const Run *run = user;

	return tocsin_network_connect(run->account->network, deadline_us, cancellable, error);
}

static gboolean
on_start_tls(gpointer user, TocsinStream *stream, gint64 deadline_us, GError **error)
{
	const Run *run = user;

	return tocsin_network_start_tls(run->account->network, stream, deadline_us, error);
}

static const TocsinSaslAccount *
on_login(gpointer user)
{
	Run *run = user;
	const TocsinCredentials *credentials = run->account->credentials;

	if (!tocsin_credentials_wants_login(credentials)) {
		return NULL;
	}
	if (!run->has_login) {
		tocsin_credentials_begin(credentials, &run->login);
		run->has_login = TRUE;
	}
	return &run->login.account;
}

gint32
tocsin_account_run(TocsinAccount *self, const TocsinRunOps *ops, gpointer user, gint64 deadline_us,
                   GCancellable *cancellable, GError **error)
{
	const TocsinJobOps job_ops = {
	        .next = on_next,
	        .on_fate = on_fate,
	        .on_failed = on_failed,
	        .on_trace = ops->on_trace == NULL ? NULL : on_trace,
	        .connect = self->network == NULL ? NULL : on_connect,
	        .start_tls = self->network == NULL ? NULL : on_start_tls,
	        .login = self->credentials == NULL ? NULL : on_login,
	};
	Run run = {.account = self, .ops = ops, .user = user};
	g_autoptr(TocsinJob) job =
	        tocsin_job_new(&job_ops, &run, self->name, deadline_us, cancellable);
	gint32 status = tocsin_transport_run(self->transport, job, error);

	if (run.has_login) {
		tocsin_credentials_end(&run.login);
	}
	return status;
}
