/* SPDX-License-Identifier: MIT */
/* tocsin sendmail: takes a message as /usr/sbin/sendmail does, and delivers it now. */
#include <stdio.h>
#include <string.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/draft.h"
#include "cli/qualify.h"
#include "cli/report.h"
#include "cli/sendmail-message.h"
#include "cli/sendmail-options.h"
#include "cli/target.h"
#include "cli/watch.h"
#include "model/address.h"

#define HELP                                                                                 \
	"usage: sendmail [-t] [-i] [-f SENDER] [-F NAME] [-N never|success,failure,delay]\n" \
	"       [-R hdrs|full] [-V ENVID] [-B 7BIT|8BITMIME] [-v] [--config FILE]\n"         \
	"       [--account NAME] [--url URL] [ADDRESS...]\n\n"                               \
	"Delivers the message on the standard input; tocsin(1) tells all options.\n"

/* Who sends. */
typedef struct {
	char *sender; /* of the envelope; "": nobody wants an answer */
	char *author; /* for From: "Name <address>" */
	char *domain; /* for local parts alone */
} Sender;

static void
sender_clear(Sender *self)
{
	g_free(self->sender);
	g_free(self->author);
	g_free(self->domain);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Sender, sender_clear)

/* The caller's name in the account database, if a header can have it. */
static const char *
find_real_name(void)
{
	const char *name = g_get_real_name();
	gboolean is_known =
	        name != NULL && strcmp(name, "Unknown") != 0 && g_utf8_validate(name, -1, NULL);

	for (const char *c = name; is_known && *c != '\0'; c++) {
		is_known = !g_ascii_iscntrl(*c);
	}
	return is_known ? name : NULL;
}

static char *
parse_spec(const char *text, const char *domain, GError **error)
{
	g_autofree char *qualified = tocsin_qualify_list(text, domain);
	g_autoptr(TocsinAddress) address = tocsin_address_parse(qualified, -1, error);

	return address == NULL ? NULL : g_strdup(address->spec);
}

/* -f, or the account's author, or the caller at this host. */
static gboolean
find_sender(const TocsinSendmailOptions *options, const char *account_from, Sender *self,
            GError **error)
{
	const char *name = options->name;
	const char *given = options->sender;

	if (account_from != NULL) {
		self->sender = parse_spec(account_from, g_get_host_name(), error);
		if (self->sender == NULL) {
			g_prefix_error(error, "the account's author: ");
			return FALSE;
		}
		self->domain = g_strdup(strrchr(self->sender, '@') + 1);
	} else {
		self->domain = g_strdup(g_get_host_name());
		self->sender = g_strdup_printf("%s@%s", g_get_user_name(), self->domain);
	}
	if (given == NULL) {
		name = name == NULL && account_from == NULL ? find_real_name() : name;
		self->author = name == NULL && account_from != NULL
		                       ? g_strdup(account_from)
		                       : tocsin_address_format(name, self->sender);
		return TRUE;
	}
	g_free(g_steal_pointer(&self->sender));
	if (given[0] == '\0' || strcmp(given, "<>") == 0) {
		g_autofree char *daemon = g_strconcat("MAILER-DAEMON@", self->domain, NULL);

		self->sender = g_strdup("");
		self->author = tocsin_address_format(name, daemon);
		return TRUE;
	}
	self->sender = parse_spec(given, self->domain, error);
	if (self->sender == NULL) {
		g_prefix_error(error, "-f: ");
		return FALSE;
	}
	self->author = tocsin_address_format(name, self->sender);
	return TRUE;
}

static void
add_once(GPtrArray *specs, const char *spec)
{
	if (!g_ptr_array_find_with_equal_func(specs, spec, g_str_equal, NULL)) {
		g_ptr_array_add(specs, g_strdup(spec));
	}
}

/* Those of the command line and, with -t, those of the header; NULL-terminated. */
static GPtrArray *
find_recipients(const TocsinSendmailOptions *options, const TocsinMessage *message,
                const char *domain, GError **error)
{
	g_autoptr(GPtrArray) specs = g_ptr_array_new_with_free_func(g_free);
	g_auto(GStrv) named = NULL;

	for (char **argument = options->recipients; *argument != NULL; argument++) {
		g_autofree char *qualified = tocsin_qualify_list(*argument, domain);
		g_autoptr(GPtrArray) list = tocsin_address_parse_list(qualified, -1, error);

		if (list == NULL) {
			return NULL;
		}
		for (guint i = 0; i < list->len; i++) {
			add_once(specs, ((const TocsinAddress *)list->pdata[i])->spec);
		}
	}
	if (options->reads_recipients &&
	    !tocsin_message_get_envelope(message, NULL, &named, error)) {
		return NULL;
	}
	for (char **spec = named; spec != NULL && *spec != NULL; spec++) {
		add_once(specs, *spec);
	}
	g_ptr_array_add(specs, NULL);
	return g_steal_pointer(&specs);
}

static TocsinMail *
make_mail(const TocsinSendmailOptions *options, const char *account_from, GError **error)
{
	g_auto(Sender) sender = {0};
	g_autoptr(GBytes) octets =
	        tocsin_sendmail_read(STDIN_FILENO, !options->ignores_dots, error);
	g_autoptr(TocsinMessage) raw = octets == NULL ? NULL : tocsin_message_new(octets, error);

	if (raw == NULL || !find_sender(options, account_from, &sender, error)) {
		return NULL;
	}
	g_autoptr(TocsinMessage) message =
	        tocsin_sendmail_complete(raw, sender.author, sender.domain, error);
	g_autoptr(GPtrArray) recipients =
	        message == NULL ? NULL : find_recipients(options, message, sender.domain, error);

	if (recipients == NULL) {
		return NULL;
	}
	g_autoptr(TocsinMail) mail = tocsin_draft_wrap(
	        message, sender.sender, (const char *const *)recipients->pdata, error);

	if (mail == NULL) {
		return NULL;
	}
	mail->ret = options->ret;
	mail->body = options->body;
	mail->envid = g_strdup(options->envid);
	for (guint i = 0; i < mail->recipients->len; i++) {
		((TocsinRecipient *)mail->recipients->pdata[i])->notify = options->notify;
	}
	return tocsin_mail_check(mail, error) ? g_steal_pointer(&mail) : NULL;
}

/* Callers tell EX_NOUSER from other refusals. */
static int
find_exit_code(const TocsinHandOver *result)
{
	int code = tocsin_report_exit_code(result);
	gboolean is_no_user = code == EX_UNAVAILABLE && result->failure == NULL;

	for (guint i = 0; is_no_user && i < result->fates->len; i++) {
		const TocsinFate *fate = g_ptr_array_index(result->fates, i);

		is_no_user = fate->status == TOCSIN_FATE_DELIVERED ||
		             g_strcmp0(fate->enhanced, "5.1.1") == 0;
	}
	return is_no_user ? EX_NOUSER : code;
}

static int
deliver(TocsinAccount *account, TocsinMail *mail, gboolean is_verbose)
{
	g_autoptr(TocsinWatch) watch = tocsin_watch_new(is_verbose, 0);
	g_auto(TocsinHandOver) result = {0};

	tocsin_hand_over(account, mail, G_MAXINT64, NULL, is_verbose ? tocsin_watch_on_trace : NULL,
	                 watch, &result);
	g_clear_pointer(&watch, tocsin_watch_free);
	g_autofree char *text = tocsin_report_text(mail, &result, is_verbose);

	/* Who calls sendmail does not expect anything on the standard output. */
	(void)fputs(text, stderr);
	return find_exit_code(&result);
}

static int
complain(const GError *error)
{
	tocsin_command_complain("%s", error->message);
	return tocsin_report_error_code(error);
}

int
tocsin_command_sendmail(int argc, char **argv)
{
	g_auto(TocsinSendmailOptions) options = {0};
	g_auto(TocsinTargetOptions) target_options = {0};
	g_autoptr(TocsinTarget) target = NULL;
	g_autoptr(TocsinMail) mail = NULL;
	g_autoptr(GError) error = NULL;

	if (argc == 2 && strcmp(argv[1], TOCSIN_COMMAND_LIST_OPTION) == 0) {
		g_autofree char *list = tocsin_sendmail_options_list();

		return tocsin_command_print(list);
	}
	if (!tocsin_sendmail_options_parse(&options, &target_options, argc, argv, &error)) {
		tocsin_command_complain("sendmail: %s; see tocsin(1)", error->message);
		return EX_USAGE;
	}
	if (options.wants_help) {
		return tocsin_command_print(HELP);
	}
	if (options.recipients[0] == NULL && !options.reads_recipients) {
		tocsin_command_complain("sendmail: to whom? name recipients, or use -t to take "
		                        "those of the message's header");
		return EX_USAGE;
	}
	target = tocsin_target_new(&target_options, &error);
	if (target == NULL) {
		int code = complain(error);

		return error->code == TOCSIN_ERROR_INVALID ? EX_USAGE : code;
	}
	TocsinAccount *account = tocsin_target_account(target);

	tocsin_command_survive_readers();
	mail = make_mail(&options,
	                 tocsin_settings_get_string(tocsin_account_settings(account), "from"),
	                 &error);
	return mail == NULL ? complain(error) : deliver(account, mail, options.is_verbose);
}
