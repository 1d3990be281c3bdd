/* SPDX-License-Identifier: MIT */
/* The account that a command delivers through. */
#include "cli/target.h"

#include <string.h>
#include <tocsin/error.h>

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
	        {"tls", 0, 0, G_OPTION_ARG_STRING, &o->tls,
	         "With --url: none, opportunistic, required or implicit", "HOW"},
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

/* name = "value"; with what libconfig would read otherwise escaped. */
static void
add_text(GString *out, const char *name, const char *value)
{
	if (value == NULL) {
		return;
	}
	g_string_append_printf(out, "%s = \"", name);
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\') {
			g_string_append_c(out, '\\');
		}
		if ((unsigned char)*value < 0x20) {
			g_string_append_printf(out, "\\x%02x", (unsigned char)*value);
		} else {
			g_string_append_c(out, *value);
		}
	}
	g_string_append(out, "\"; ");
}

static void
add_list(GString *out, const char *name, char **values)
{
	const char *separator = "";

	g_string_append_printf(out, "%s = [ ", name);
	for (; values != NULL && *values != NULL; values++) {
		g_autoptr(GString) item = g_string_new(NULL);

		/* As a setting without its name and semicolon. */
		add_text(item, "", *values);
		g_string_append_printf(out, "%s%.*s", separator, (int)item->len - 5, item->str + 3);
		separator = ", ";
	}
	g_string_append(out, " ]; ");
}

/* secret = { … }; from whichever option is there; a user without one is asked on the terminal. */
static gboolean
add_secret(GString *out, const TocsinTargetOptions *options, const char *user, GError **error)
{
	g_auto(GStrv) argv = NULL;
	g_autofree char *prompt = g_strdup_printf("Password of %s", user);
	gboolean has_any = options->secret_file != NULL || options->secret_command != NULL ||
	                   options->secret_env != NULL;

	if (options->secret_command != NULL &&
	    !g_shell_parse_argv(options->secret_command, NULL, &argv, error)) {
		g_prefix_error(error, "--secret-command: ");
		return FALSE;
	}
	if (!has_any && options->token_file != NULL) {
		return TRUE;
	}
	g_autofree char *file = options->secret_file == NULL
	                                ? NULL
	                                : g_canonicalize_filename(options->secret_file, NULL);

	g_string_append(out, "secret = { ");
	add_text(out, "file", file);
	add_text(out, "env", options->secret_env);
	add_text(out, "prompt", has_any ? NULL : prompt);
	if (argv != NULL) {
		add_list(out, "command", argv);
	}
	g_string_append(out, "}; ");
	return TRUE;
}

static gboolean
add_login(GString *out, const TocsinTargetOptions *options, const GUri *uri, GError **error)
{
	const char *user = g_uri_get_user((GUri *)uri);
	g_autofree char *token = options->token_file == NULL
	                                 ? NULL
	                                 : g_canonicalize_filename(options->token_file, NULL);

	if (g_uri_get_password((GUri *)uri) != NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "a password in a URL can be seen by everybody on this machine; use "
		            "--secret-file, --secret-command or --secret-env");
		return FALSE;
	}
	if (user != NULL) {
		add_text(out, "user", user);
		if (!add_secret(out, options, user, error)) {
			return FALSE;
		}
		if (token != NULL) {
			g_string_append(out, "token = { ");
			add_text(out, "file", token);
			g_string_append(out, "}; ");
		}
	}
	if (options->mechanisms != NULL) {
		add_list(out, "auth", options->mechanisms);
	}
	if (options->allows_clear_text) {
		g_string_append(out, "clear_login = true; ");
	}
	return TRUE;
}

static gboolean
add_place(GString *out, const GUri *uri, GError **error)
{
	const char *host = g_uri_get_host((GUri *)uri);
	const char *path = g_uri_get_path((GUri *)uri);
	gint port = g_uri_get_port((GUri *)uri);

	if ((host == NULL || host[0] == '\0') && path[0] == '/') {
		add_text(out, "socket", path);
		return TRUE;
	}
	if (host == NULL || host[0] == '\0' || (path[0] != '\0' && strcmp(path, "/") != 0)) {
		g_set_error(
		        error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		        "a URL names a host, as in smtp://mx.example.org:587, or a socket, as in "
		        "lmtp:///run/lmtp");
		return FALSE;
	}
	add_text(out, "host", host);
	if (port > 0) {
		g_string_append_printf(out, "port = %d; ", port);
	}
	return TRUE;
}

char *
tocsin_target_url_to_text(const TocsinTargetOptions *options, GError **error)
{
	g_autoptr(GString) out = g_string_new("accounts = { url = { ");
	g_autoptr(GError) reason = NULL;
	g_autoptr(GUri) uri = g_uri_parse(
	        options->url, G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_PARSE_RELAXED, &reason);
	g_autofree char *ca_file =
	        options->ca_file == NULL ? NULL : g_canonicalize_filename(options->ca_file, NULL);

	if (uri == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "'%s' is no URL: %s",
		            options->url, reason->message);
		return NULL;
	}
	add_text(out, "transport", g_uri_get_scheme(uri));
	add_text(out, "tls", options->tls);
	add_text(out, "ca_file", ca_file);
	add_text(out, "timeout", options->timeout);
	add_text(out, "local_name", options->local_name);
	if (!add_place(out, uri, error) || !add_login(out, options, uri, error)) {
		return NULL;
	}
	g_string_append(out, "}; };\n");
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static TocsinConf *
load(const TocsinTargetOptions *options, TocsinProblems *problems, GError **error)
{
	g_autofree char *text = NULL;

	if (options->url == NULL) {
		return tocsin_conf_load(
		        options->config == NULL ? TOCSIN_CONFIG_PATH : options->config, problems);
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
	if (!tocsin_problems_to_error(problems, error)) {
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
		self->units = tocsin_units_new(
		        self->conf, (const char *const *)options->plugin_folders, NULL, problems);
	}
	if (!tocsin_problems_to_error(problems, error) ||
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

TocsinAccount *
tocsin_target_account(const TocsinTarget *self)
{
	return self->account;
}
