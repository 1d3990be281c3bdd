/* SPDX-License-Identifier: MIT */
/* A URL and its options as a configuration with one account. */
#include <string.h>
#include <tocsin/error.h>

#include "cli/target.h"

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

	if (user == NULL && (options->secret_file != NULL || options->secret_command != NULL ||
	                     options->secret_env != NULL || token != NULL)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "there is a password or token, but the URL names no user; write "
		            "smtp://USER@HOST");
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

gboolean
tocsin_target_check_url(const GUri *uri, GError **error)
{
	if (g_uri_get_password((GUri *)uri) != NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "a password in a URL can be seen by everybody on this machine; use "
		            "--secret-file, --secret-command or --secret-env");
		return FALSE;
	}
	if (g_uri_get_query((GUri *)uri) != NULL || g_uri_get_fragment((GUri *)uri) != NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "a URL has no '?' or '#' here; all else is said by options");
		return FALSE;
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
	if (!tocsin_target_check_url(uri, error)) {
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
