/* SPDX-License-Identifier: MIT */
/* tocsin send: composes a mail and delivers it now. */
#include <stdio.h>
#include <string.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/draft.h"
#include "cli/report.h"
#include "cli/target.h"
#include "cli/watch.h"

/* How the result is told. */
typedef struct {
	gboolean is_json;
	gboolean is_verbose;
	gboolean has_transcript;
} Output;

/* One line that a person types, without its line end; NULL at the end of the input. */
static char *
ask(const char *prompt)
{
	char *line = NULL;
	size_t size = 0;

	(void)fprintf(stderr, "%s: ", prompt);
	ssize_t length = getline(&line, &size, stdin);
	char *copy = length < 0 ? NULL : g_strchomp(g_strdup(line));

	free(line); /* getline() allocates it */
	return copy;
}

/* Typed bare on a terminal: asks as smtplib's own example does. */
static gboolean
ask_for_mail(TocsinDraftOptions *draft)
{
	g_autofree char *to = NULL;

	draft->from = ask("From");
	to = draft->from == NULL ? NULL : ask("To");
	if (to == NULL) {
		return FALSE;
	}
	draft->to = g_new0(char *, 2);
	draft->to[0] = g_steal_pointer(&to);
	draft->subject = ask("Subject");
	(void)fprintf(stderr, "Enter message, end with ^D:\n");
	draft->body_file = g_strdup("-");
	return draft->subject != NULL;
}

static int
complain(const Output *output, const GError *error)
{
	int code = tocsin_report_error_code(error);
	const TocsinReportError told = {.stage = code == EX_CONFIG ? "config" : "local",
	                                .is_permanent = TRUE,
	                                .text = error->message};

	if (output->is_json) {
		g_autofree char *json = tocsin_report_json(NULL, NULL, &told);

		(void)tocsin_command_print(json);
	} else {
		tocsin_command_complain("%s", error->message);
	}
	return code;
}

static int
deliver(TocsinAccount *account, TocsinMail *mail, const Output *output)
{
	g_autoptr(TocsinWatch) watch =
	        tocsin_watch_new(output->has_transcript, g_bytes_get_size(mail->content));
	g_auto(TocsinHandOver) result = {0};
	g_autofree char *text = NULL;

	tocsin_hand_over(account, mail, G_MAXINT64, NULL,
	                 tocsin_watch_is_needed(watch) ? tocsin_watch_on_trace : NULL, watch,
	                 &result);
	g_clear_pointer(&watch, tocsin_watch_free);
	if (output->is_json) {
		text = tocsin_report_json(mail, &result, NULL);
	} else {
		text = tocsin_report_text(mail, &result, output->is_verbose);
	}
	int printed = tocsin_command_print(text);
	int code = tocsin_report_exit_code(&result);

	/* What was delivered stays delivered, whatever becomes of the report. */
	return code != EX_OK ? code : printed;
}

static GOptionGroup *
make_group(const char *name, const char *title, GOptionEntry *entries)
{
	GOptionGroup *group = g_option_group_new(name, title, title, NULL, NULL);

	g_option_group_add_entries(group, entries);
	return group;
}

static gboolean
parse(int *argc, char ***argv, TocsinDraftOptions *draft, TocsinTargetOptions *target,
      Output *output)
{
	const GOptionEntry entries[] = {
	        {"json", 0, 0, G_OPTION_ARG_NONE, &output->is_json, "Tell the result as JSON",
	         NULL},
	        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &output->is_verbose,
	         "Tell of what went well too", NULL},
	        {"transcript", 0, 0, G_OPTION_ARG_NONE, &output->has_transcript,
	         "Show the dialogue with the server, without secrets", NULL},
	        {NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;
	GOptionEntry *message = tocsin_draft_entries(draft);
	GOptionEntry *server = tocsin_target_entries(target);

	g_option_context_set_summary(context, "Composes a mail and delivers it now.");
	g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_add_main_entries(context, message, NULL);
	g_option_context_add_group(context, make_group("server", "Where to", server));
	g_free(message);
	g_free(server);
	if (!g_option_context_parse(context, argc, argv, &error)) {
		tocsin_command_complain("%s; see tocsin send --help", error->message);
		return FALSE;
	}
	if (*argc > 1) {
		tocsin_command_complain(
		        "what is '%s'? recipients follow --to; see tocsin send --help", (*argv)[1]);
		return FALSE;
	}
	return TRUE;
}

int
tocsin_command_send(int argc, char **argv)
{
	g_auto(TocsinDraftOptions) draft = {0};
	g_auto(TocsinTargetOptions) options = {0};
	g_autoptr(TocsinTarget) target = NULL;
	g_autoptr(TocsinMail) mail = NULL;
	g_autoptr(GError) error = NULL;
	gboolean is_bare = argc == 1;
	Output output = {0};

	if (!parse(&argc, &argv, &draft, &options, &output)) {
		return EX_USAGE;
	}
	if (is_bare && (!isatty(STDIN_FILENO) || !ask_for_mail(&draft))) {
		tocsin_command_complain("what is to be sent? see tocsin send --help");
		return EX_USAGE;
	}
	target = tocsin_target_new(&options, &error);
	if (target == NULL) {
		int code = complain(&output, error);

		return error->code == TOCSIN_ERROR_INVALID ? EX_USAGE : code;
	}
	TocsinAccount *account = tocsin_target_account(target);

	mail = tocsin_draft_make(
	        &draft, tocsin_settings_get_string(tocsin_account_settings(account), "from"),
	        &error);
	return mail == NULL ? complain(&output, error) : deliver(account, mail, &output);
}
