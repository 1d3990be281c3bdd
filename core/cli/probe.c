/* SPDX-License-Identifier: MIT */
/* tocsin probe: what a mail server is and offers. */
#include <string.h>
#include <tocsin/error.h>

#include "base/units.h"
#include "cli/command.h"
#include "cli/plugin-watch.h"
#include "cli/probe-describe.h"
#include "cli/probe-dialogue.h"
#include "engine/units.h"

#define TIMEOUT_DEFAULT_US ((gint64)60 * G_USEC_PER_SEC)

/* What the options say; strings (nullable). */
typedef struct {
	TocsinTargetOptions target; /* those of them that a URL needs */
	char *verify;
	gboolean has_login;
	gboolean is_insecure;
	gboolean has_transcript;
	gboolean is_json;
} Options;

static void
options_clear(Options *self)
{
	tocsin_target_options_clear(&self->target);
	g_free(self->verify);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static gboolean
is_common(const char *name)
{
	return strcmp(name, "config") != 0 && strcmp(name, "account") != 0 &&
	       strcmp(name, "url") != 0;
}

static gboolean
parse(Options *o, int *argc, char ***argv)
{
	const GOptionEntry own[] = {
	        {"login", 0, 0, G_OPTION_ARG_NONE, &o->has_login,
	         "Log in as the URL's user, with the secret of the options below", NULL},
	        {"verify", 0, 0, G_OPTION_ARG_STRING, &o->verify,
	         "Ask whether the server takes mail for this address; nothing is sent", "ADDRESS"},
	        {"insecure", 0, 0, G_OPTION_ARG_NONE, &o->is_insecure,
	         "Go on though the certificate is wrong, and tell what is wrong", NULL},
	        {"transcript", 0, 0, G_OPTION_ARG_NONE, &o->has_transcript,
	         "Show the dialogue, without secrets", NULL},
	        {"json", 0, 0, G_OPTION_ARG_NONE, &o->is_json, "Tell the result as JSON", NULL},
	};
	g_autofree GOptionEntry *server = tocsin_target_entries(&o->target);
	g_autoptr(GArray) all = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));

	g_array_append_vals(all, own, G_N_ELEMENTS(own));
	for (const GOptionEntry *entry = server; entry->long_name != NULL; entry++) {
		/* What is probed is the URL, not an account. */
		if (is_common(entry->long_name)) {
			g_array_append_val(all, *entry);
		}
	}
	return tocsin_command_parse(argc, argv, (const GOptionEntry *)all->data, "URL",
	                            "URL: smtp://, smtps:// or lmtp://[USER@]HOST[:PORT], "
	                            "lmtp:///SOCKET.");
}

static gboolean
set_tls(TocsinProbe *probe, const char *how, gboolean is_smtps, GError **error)
{
	const char *const names[] = {"opportunistic", "none", "required", "implicit"};

	if (how == NULL) {
		/* Nobody listens in on a Unix socket, and no certificate is for one. */
		probe->tls = is_smtps              ? TOCSIN_PROBE_TLS_IMPLICIT
		             : probe->path != NULL ? TOCSIN_PROBE_TLS_NONE
		                                   : TOCSIN_PROBE_TLS_OPPORTUNISTIC;
		return TRUE;
	}
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		if (strcmp(how, names[i]) == 0 && (!is_smtps || i == TOCSIN_PROBE_TLS_IMPLICIT)) {
			probe->tls = i;
			return TRUE;
		}
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
	            is_smtps ? "--tls can only be implicit with smtps://, not '%s'"
	                     : "--tls takes none, opportunistic, required or implicit, not '%s'",
	            how);
	return FALSE;
}

/* Strings of the result belong to @uri and @options. */
static gboolean
make_probe(const Options *options, GUri *uri, TocsinProbe *out_probe, GError **error)
{
	const char *scheme = g_uri_get_scheme(uri);
	const char *host = g_uri_get_host(uri);
	gboolean is_smtps = strcmp(scheme, "smtps") == 0;
	TocsinProbe probe = {.is_lmtp = strcmp(scheme, "lmtp") == 0,
	                     .is_insecure = options->is_insecure,
	                     .ca_file = options->target.ca_file,
	                     .local_name = options->target.local_name,
	                     .verify = options->verify,
	                     .timeout_us = TIMEOUT_DEFAULT_US};

	if (strcmp(scheme, "smtp") != 0 && !is_smtps && !probe.is_lmtp) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "a URL begins with smtp://, smtps:// or lmtp://, not %s://", scheme);
		return FALSE;
	}
	if (host != NULL && host[0] != '\0') {
		gint port = g_uri_get_port(uri);

		probe.host = host;
		probe.port = (guint16)(port > 0 ? port : is_smtps ? 465 : probe.is_lmtp ? 24 : 25);
	} else if (g_uri_get_path(uri)[0] == '/') {
		probe.path = g_uri_get_path(uri);
	} else {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "the URL names neither a host nor a socket");
		return FALSE;
	}
	if (options->target.timeout != NULL &&
	    !tocsin_units_parse_duration(options->target.timeout, &probe.timeout_us, error)) {
		g_prefix_error(error, "--timeout: ");
		return FALSE;
	}
	if (probe.timeout_us <= 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "--timeout must be longer than nothing");
		return FALSE;
	}
	if (!set_tls(&probe, options->target.tls, is_smtps, error)) {
		return FALSE;
	}
	*out_probe = probe;
	return TRUE;
}

static int
code_of_error(const GError *error)
{
	switch (error->code) {
	case TOCSIN_ERROR_TIMEOUT:
	case TOCSIN_ERROR_DISCONNECTED:
		return EX_TEMPFAIL;
	case TOCSIN_ERROR_TLS:
	case TOCSIN_ERROR_PROTOCOL:
	case TOCSIN_ERROR_LIMIT:
		return EX_PROTOCOL;
	case TOCSIN_ERROR_AUTHENTICATION:
	case TOCSIN_ERROR_NO_MECHANISM:
		return EX_NOPERM;
	case TOCSIN_ERROR_CONFIG:
	case TOCSIN_ERROR_SECRET:
		return EX_CONFIG;
	case TOCSIN_ERROR_INVALID:
		return EX_USAGE;
	default:
		return EX_UNAVAILABLE;
	}
}

static int
show(JsonObject *report, gboolean is_json)
{
	g_autofree char *text = NULL;

	if (is_json) {
		g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);

		json_node_set_object(root, report);
		g_autofree char *json = json_to_string(root, TRUE);

		text = g_strconcat(json, "\n", NULL);
	} else {
		text = tocsin_probe_describe_as_text(report);
	}
	return tocsin_command_print(text);
}

static int
run(TocsinProbe *probe, const Options *options)
{
	g_autoptr(TocsinWatch) watch = options->has_transcript ? tocsin_watch_new(TRUE, 0) : NULL;
	g_autoptr(JsonObject) report = json_object_new();
	g_autoptr(GError) error = NULL;
	gboolean is_whole;

	probe->watch = watch;
	is_whole = tocsin_probe_run(probe, report, &error);
	if (is_whole) {
		json_object_set_null_member(report, "error");
	} else {
		json_object_set_string_member(report, "error", error->message);
	}
	int printed = show(report, options->is_json);

	return is_whole ? printed : code_of_error(error);
}

int
tocsin_command_probe(int argc, char **argv)
{
	g_auto(Options) options = {0};
	g_autoptr(TocsinProblems) problems = tocsin_problems_new();
	g_autoptr(TocsinUnits) units = NULL;
	g_autoptr(TocsinProbeLogin) login = NULL;
	g_autoptr(GUri) uri = NULL;
	g_autoptr(GError) error = NULL;
	TocsinProbe probe;

	if (!parse(&options, &argc, &argv)) {
		return EX_USAGE;
	}
	if (argc != 2) {
		tocsin_command_complain("probe takes one URL; see tocsin probe --help");
		return EX_USAGE;
	}
	uri = g_uri_parse(argv[1], G_URI_FLAGS_HAS_PASSWORD | G_URI_FLAGS_PARSE_RELAXED, &error);
	if (uri == NULL || !tocsin_target_check_url(uri, &error) ||
	    !make_probe(&options, uri, &probe, &error)) {
		tocsin_command_complain("%s; see tocsin probe --help", error->message);
		return EX_USAGE;
	}
	units = tocsin_units_new(NULL, (const char *const *)options.target.plugin_folders,
	                         &tocsin_plugin_watch, problems);
	if (!tocsin_problems_to_error(problems, &error)) {
		tocsin_command_complain("%s", error->message);
		return EX_CONFIG;
	}
	probe.mechanisms = tocsin_units_mechanisms(units);
	if (options.has_login) {
		options.target.url = g_strdup(argv[1]);
		login = tocsin_probe_login_new(&options.target, probe.mechanisms, &error);
		if (login == NULL) {
			tocsin_command_complain("%s", error->message);
			return code_of_error(error);
		}
	}
	probe.login = login;
	return run(&probe, &options);
}
