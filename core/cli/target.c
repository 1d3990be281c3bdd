/* SPDX-License-Identifier: MIT */
/* The account that a command delivers through. */
#include "cli/target.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <tocsin/error.h>

#include "cli/plugin-watch.h"
#include "conf/load.h"
#include "engine/accounts.h"

struct _TocsinTarget {
	TocsinConf *conf;
	TocsinUnits *units;
	TocsinAccounts *accounts;
	TocsinAccount *account; /* one of accounts */
};

void
tocsin_target_options_clear(TocsinTargetOptions *self)
{
	g_free(self->config);
	g_free(self->account);
	g_free(self->url);
	g_free(self->tls);
	g_free(self->ca_file);
	g_free(self->timeout);
	g_free(self->local_name);
	g_free(self->secret_file);
	g_free(self->secret_command);
	g_free(self->secret_env);
	g_free(self->token_file);
	g_strfreev(self->mechanisms);
	g_strfreev(self->plugin_folders);
}

GOptionEntry *
tocsin_target_entries(TocsinTargetOptions *o)
{
	const GOptionEntry entries[] = {
	        {"config", 'c', 0, G_OPTION_ARG_FILENAME, &o->config,
	         "The configuration (default: " TOCSIN_CONFIG_PATH ")", "FILE"},
	        {"account", 'a', 0, G_OPTION_ARG_STRING, &o->account,
	         "Deliver through this account of the configuration (default: its first)", "NAME"},
	        {"url", 'u', 0, G_OPTION_ARG_STRING, &o->url,
	         "Deliver to this server instead: smtp://, smtps:// or lmtp://[USER@]HOST[:PORT], "
	         "lmtp:///SOCKET",
	         "URL"},
	        {"tls", 0, 0, G_OPTION_ARG_STRING, &o->tls, "With --url: whether to encrypt",
	         "none|opportunistic|required|implicit"},
	        {"ca-file", 0, 0, G_OPTION_ARG_FILENAME, &o->ca_file,
	         "With --url: trust these certificate authorities", "FILE"},
	        {"timeout", 0, 0, G_OPTION_ARG_STRING, &o->timeout,
	         "With --url: how long to wait for a connection and each reply (default: 1m)",
	         "TIME"},
	        {"local-name", 0, 0, G_OPTION_ARG_STRING, &o->local_name,
	         "With --url: our own name in EHLO", "NAME"},
	        {"secret-file", 0, 0, G_OPTION_ARG_FILENAME, &o->secret_file,
	         "With --url: the file that holds the password", "FILE"},
	        {"secret-command", 0, 0, G_OPTION_ARG_STRING, &o->secret_command,
	         "With --url: a command that prints the password", "COMMAND"},
	        {"secret-env", 0, 0, G_OPTION_ARG_STRING, &o->secret_env,
	         "With --url: the environment variable that holds the password", "NAME"},
	        {"token-file", 0, 0, G_OPTION_ARG_FILENAME, &o->token_file,
	         "With --url: the file that holds an OAuth 2.0 access token", "FILE"},
	        {"auth", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->mechanisms,
	         "With --url: log in with this mechanism; may be repeated, best first", "NAME"},
	        {"allow-clear-text", 0, 0, G_OPTION_ARG_NONE, &o->allows_clear_text,
	         "With --url: a password may go without TLS to a server on this machine", NULL},
	        {"plugin-dir", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->plugin_folders,
	         "Load plugins from here instead; may be repeated", "DIR"},
	        {NULL},
	};

	return g_memdup2(entries, sizeof(entries));
}

/* Options that describe the server of a URL would be passed over in silence. */
static gboolean
check_without_url(const TocsinTargetOptions *options, GError **error)
{
	const struct {
		const char *name;
		gboolean is_given;
	} given[] = {
	        {"tls", options->tls != NULL},
	        {"ca-file", options->ca_file != NULL},
	        {"timeout", options->timeout != NULL},
	        {"local-name", options->local_name != NULL},
	        {"secret-file", options->secret_file != NULL},
	        {"secret-command", options->secret_command != NULL},
	        {"secret-env", options->secret_env != NULL},
	        {"token-file", options->token_file != NULL},
	        {"auth", options->mechanisms != NULL},
	        {"allow-clear-text", options->allows_clear_text},
	};

	for (guint i = 0; i < G_N_ELEMENTS(given); i++) {
		if (given[i].is_given) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
			            "--%s goes with --url; an account has its own settings",
			            given[i].name);
			return FALSE;
		}
	}
	return TRUE;
}

/* What is wrong with the text that was made of a URL is wrong with the URL and its options. */
static gboolean
name_place(const TocsinTargetOptions *options, const TocsinProblems *problems, GError **error)
{
	g_autoptr(GError) reason = NULL;

	if (tocsin_problems_to_error(problems, &reason)) {
		return TRUE;
	}
	if (options->url == NULL) {
		g_propagate_error(error, g_steal_pointer(&reason));
		return FALSE;
	}
	g_auto(GStrv) parts = g_strsplit(reason->message, "(text):1: ", -1);
	g_autofree char *joined = g_strjoinv("--url: ", parts);

	g_set_error_literal(error, reason->domain, reason->code, joined);
	return FALSE;
}

/* The configuration @path, or the usual one, which need not be there. */
static TocsinConf *
load_file(const char *path, TocsinProblems *problems, GError **error)
{
	struct stat info;

	if (path == NULL && stat(TOCSIN_CONFIG_PATH, &info) != 0 && errno == ENOENT) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		            "there is no configuration " TOCSIN_CONFIG_PATH
		            ": write one, see tocsin.conf(5), or say with options where to "
		            "deliver, see --help");
		return NULL;
	}
	return tocsin_conf_load(path == NULL ? TOCSIN_CONFIG_PATH : path, problems);
}

static TocsinConf *
load(const TocsinTargetOptions *options, TocsinProblems *problems, GError **error)
{
	g_autofree char *text = NULL;

	if (options->url == NULL && !check_without_url(options, error)) {
		return NULL;
	}
	if (options->url == NULL) {
		return load_file(options->config, problems, error);
	}
	if (options->account != NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "--url and --account exclude each other");
		return NULL;
	}
	text = tocsin_target_url_to_text(options, error);
	return text == NULL ? NULL : tocsin_conf_load_text(text, problems);
}

static gboolean
pick_account(TocsinTarget *self, const TocsinTargetOptions *options, TocsinProblems *problems,
             GError **error)
{
	const TocsinAccountContext context = {.units = self->units, .clock = tocsin_clock_system()};
	const char *const one[] = {options->account, NULL};

	self->accounts = tocsin_accounts_new(self->conf, options->account == NULL ? NULL : one,
	                                     &context, problems);
	if (!name_place(options, problems, error)) {
		return FALSE;
	}
	if (options->account != NULL) {
		self->account = tocsin_accounts_find(self->accounts, options->account, error);
	} else if (tocsin_accounts_count(self->accounts) > 0) {
		self->account = tocsin_accounts_at(self->accounts, 0);
	} else {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		            "the configuration has no account; add one, or use --url");
	}
	return self->account != NULL;
}

TocsinTarget *
tocsin_target_new(const TocsinTargetOptions *options, GError **error)
{
	g_autoptr(TocsinTarget) self = g_new0(TocsinTarget, 1);
	g_autoptr(TocsinProblems) problems = tocsin_problems_new();
	g_autoptr(GError) reason = NULL;

	self->conf = load(options, problems, &reason);
	if (reason != NULL) {
		g_propagate_error(error, g_steal_pointer(&reason));
		return NULL;
	}
	if (self->conf != NULL) {
		self->units =
		        tocsin_units_new(self->conf, (const char *const *)options->plugin_folders,
		                         &tocsin_plugin_watch, problems);
	}
	if (!name_place(options, problems, error) ||
	    !pick_account(self, options, problems, error)) {
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
tocsin_target_free(TocsinTarget *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_accounts_unref(self->accounts);
	tocsin_units_unref(self->units);
	tocsin_conf_free(self->conf);
	g_free(self);
}

const TocsinConf *
tocsin_target_conf(const TocsinTarget *self)
{
	return self->conf;
}

TocsinAccount *
tocsin_target_account(const TocsinTarget *self)
{
	return self->account;
}
