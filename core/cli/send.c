/* SPDX-License-Identifier: MIT */
/* tocsin send: composes a mail and delivers it now, or has the daemon do so. */
#include <stdio.h>
#include <stdlib.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/draft.h"
#include "cli/enqueue.h"
#include "cli/report.h"
#include "cli/target.h"
#include "cli/watch.h"

/* How the result is told. */
typedef struct {
	gboolean is_json;
	gboolean is_verbose;
	gboolean has_transcript;
} Output;

/* Whether the daemon delivers it. */
typedef struct {
	gboolean is_wanted;
	char *socket; /* (nullable) */
} Queue;

static void
queue_clear(Queue *queue)
{
	g_free(queue->socket);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Queue, queue_clear)

/* One line that a person types, without its line end; NULL at the end of the input. @otherwise
 * (nullable) is what an empty line means. */
static char *
ask(const char *prompt, const char *otherwise)
{
	char *line = NULL;
	size_t size = 0;

	(void)fprintf(stderr, otherwise == NULL ? "%s: " : "%s [%s]: ", prompt, otherwise);
	ssize_t length = getline(&line, &size, stdin);
	char *copy = length < 0 ? NULL : g_strchomp(g_strdup(line));

	free(line); /* getline() allocates it */
	if (copy != NULL && copy[0] == '\0' && otherwise != NULL) {
		g_free(copy);
		return g_strdup(otherwise);
	}
	return copy;
}

/* Nothing said of the mail, on a terminal: asks as smtplib's own example does. */
static gboolean
ask_for_mail(TocsinDraftOptions *draft, const char *from)
{
	g_autofree char *to = NULL;

	draft->from = ask("From", from);
	to = draft->from == NULL ? NULL : ask("To", NULL);
	if (to == NULL) {
		return FALSE;
	}
	draft->to = g_new0(char *, 2);
	draft->to[0] = g_steal_pointer(&to);
	draft->subject = ask("Subject", NULL);
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

static gboolean
parse(int *argc, char ***argv, TocsinDraftOptions *draft, TocsinTargetOptions *target, Queue *queue,
      Output *output)
{
	const GOptionEntry entries[] = {
	        {"queue", 'q', 0, G_OPTION_ARG_NONE, &queue->is_wanted,
	         "Hand it to the daemon, which delivers it", NULL},
	        {"socket", 0, 0, G_OPTION_ARG_FILENAME, &queue->socket,
	         "With --queue: the daemon's control socket (default: $TOCSIN_SOCKET, else "
	         "the usual one)",
	         "FILE"},
	        {"json", 0, 0, G_OPTION_ARG_NONE, &output->is_json, "Tell the result as JSON",
	         NULL},
	        {"verbose", 'v', 0, G_OPTION_ARG_NONE, &output->is_verbose,
	         "Tell of what went well too", NULL},
	        {"transcript", 0, 0, G_OPTION_ARG_NONE, &output->has_transcript,
	         "Show the dialogue with the server, without secrets", NULL},
	        {NULL},
	};
	g_autofree GOptionEntry *message = tocsin_draft_entries(draft);
	g_autofree GOptionEntry *server = tocsin_target_entries(target);
	const TocsinCommandGroup groups[] = {{NULL, NULL, entries},
	                                     {NULL, NULL, message},
	                                     {"server", "Where to", server},
	                                     {NULL, NULL, NULL}};

	if (!tocsin_command_parse_groups(argc, argv, groups, NULL,
	                                 "Composes a mail and delivers it now, or with --queue "
	                                 "as soon as it can be.")) {
		return FALSE;
	}
	if (*argc > 1) {
		tocsin_command_complain(
		        "what is '%s'? recipients follow --to; see tocsin send --help", (*argv)[1]);
		return FALSE;
	}
	return TRUE;
}

/* Whether the options say what to send, or there is a person to ask. */
static gboolean
check(const TocsinDraftOptions *draft, gboolean is_empty)
{
	g_autoptr(GError) error = NULL;

	if (is_empty && !isatty(STDIN_FILENO)) {
		tocsin_command_complain("what is to be sent? see tocsin send --help");
		return FALSE;
	}
	if (!tocsin_draft_options_check(draft, &error)) {
		tocsin_command_complain("%s; see tocsin send --help", error->message);
		return FALSE;
	}
	return TRUE;
}

/* Without the configuration, which not everybody may read who may open the socket: only the
 * daemon's accounts can be meant, and --from has to be said. */
static int
enqueue(TocsinDraftOptions *draft, const TocsinTargetOptions *options, const Queue *queue,
        gboolean is_empty, const Output *output)
{
	const TocsinAsk ask = {.socket = queue->socket, .is_json = output->is_json};
	g_autoptr(GError) error = NULL;

	if (options->url != NULL || output->has_transcript) {
		tocsin_command_complain("%s cannot go with --queue: the daemon delivers through "
		                        "its own accounts",
		                        options->url != NULL ? "--url" : "--transcript");
		return EX_USAGE;
	}
	if (is_empty && !ask_for_mail(draft, NULL)) {
		tocsin_command_complain("nothing is sent: From, To and Subject are needed");
		return EX_USAGE;
	}
	g_autoptr(TocsinMail) mail = tocsin_draft_make(draft, NULL, NULL, &error);

	return mail == NULL ? complain(output, error)
	                    : tocsin_enqueue(&ask, mail, options->account);
}

int
tocsin_command_send(int argc, char **argv)
{
	g_auto(TocsinDraftOptions) draft = {0};
	g_auto(TocsinTargetOptions) options = {0};
	g_autoptr(TocsinTarget) target = NULL;
	g_autoptr(TocsinMail) mail = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(Queue) queue = {0};
	Output output = {0};

	if (!parse(&argc, &argv, &draft, &options, &queue, &output)) {
		return EX_USAGE;
	}
	gboolean is_empty = tocsin_draft_options_is_empty(&draft);

	if (!check(&draft, is_empty)) {
		return EX_USAGE;
	}
	if (queue.is_wanted) {
		return enqueue(&draft, &options, &queue, is_empty, &output);
	}
	target = tocsin_target_new(&options, &error);
	if (target == NULL) {
		int code = complain(&output, error);

		return error->code == TOCSIN_ERROR_INVALID ? EX_USAGE : code;
	}
	TocsinAccount *account = tocsin_target_account(target);
	const char *from = tocsin_settings_get_string(tocsin_account_settings(account), "from");

	/* Nobody types a mail for an account that cannot be used. */
	if (is_empty && !ask_for_mail(&draft, from)) {
		tocsin_command_complain("nothing is sent: From, To and Subject are needed");
		return EX_USAGE;
	}
	mail = tocsin_draft_make(&draft, tocsin_target_conf(target), from, &error);
	if (mail == NULL) {
		return complain(&output, error);
	}
	tocsin_command_survive_readers();
	return deliver(account, mail, &output);
}
