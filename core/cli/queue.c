/* SPDX-License-Identifier: MIT */
/* tocsin queue list | show | hold | release | retry | remove. */
#include <string.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/queue-list.h"
#include "control/client.h"

#define USAGE "list | show ID... | hold ID... | release ID... | retry ID... | remove ID..."
#define WORD_MAX 40u

typedef struct {
	TocsinAsk ask;
	TocsinQueueList list;
	gboolean is_message; /* show: the message itself */
	char *expire;        /* retry: (nullable) */
} Options;

static void
options_clear(Options *options)
{
	tocsin_ask_clear(&options->ask);
	g_strfreev(options->list.states);
	g_free(options->list.account);
	g_free(options->expire);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static GString *
make_target(const char *id)
{
	GString *target = g_string_new("/v1/queue");

	tocsin_client_add_part(target, id);
	return target;
}

static int
show_message(const Options *options, const char *id)
{
	g_autoptr(GString) target = make_target(id);
	g_autoptr(GBytes) message = NULL;

	tocsin_client_add_parameter(target, "message", "1");
	int code = tocsin_ask_bytes(&options->ask, "GET", target->str, NULL, NULL, &message);

	return code != EX_OK ? code : tocsin_command_print_bytes(message);
}

static int
show(const Options *options, const char *id)
{
	g_autoptr(GString) target = make_target(id);
	g_autoptr(JsonObject) mail = NULL;
	g_autoptr(GString) out = g_string_new(NULL);

	if (options->is_message) {
		return show_message(options, id);
	}
	int code = tocsin_ask(&options->ask, "GET", target->str, NULL, NULL, &mail);

	if (code != EX_OK) {
		return code;
	}
	if (options->ask.is_json) {
		return tocsin_ask_print_json(mail);
	}
	tocsin_queue_describe(out, mail, tocsin_clock_wall_us(tocsin_clock_system()));
	return tocsin_command_print(out->str);
}

/* Has the daemon do @verb to the mail, and tells what it is then. */
static int
steer(const Options *options, const char *verb, const char *id)
{
	g_autoptr(GString) target = make_target(id);
	g_autoptr(JsonObject) mail = NULL;

	tocsin_client_add_part(target, verb);
	if (options->expire != NULL) {
		tocsin_client_add_parameter(target, "expire", options->expire);
	}
	int code = tocsin_ask(&options->ask, "POST", target->str, NULL, NULL, &mail);

	if (code != EX_OK) {
		return code;
	}
	if (options->ask.is_json) {
		return tocsin_ask_print_json(mail);
	}
	g_autofree char *state = tocsin_ask_text(mail, "state", WORD_MAX);
	g_autofree char *shown = tocsin_ask_text(mail, "id", WORD_MAX);
	g_autofree char *line = g_strdup_printf("%s is %s\n", shown, state);

	return tocsin_command_print(line);
}

/* Each id in turn; the first failure is the result, but does not stop the others. */
static int
do_to_all(const Options *options, const char *verb, int count, char **ids)
{
	int result = EX_OK;

	for (int i = 0; i < count; i++) {
		int code = strcmp(verb, "show") == 0 ? show(options, ids[i])
		                                     : steer(options, verb, ids[i]);

		result = result != EX_OK ? result : code;
	}
	return result;
}

static gboolean
parse(int *argc, char ***argv, Options *options)
{
	const GOptionEntry entries[] = {
	        {"state", 's', 0, G_OPTION_ARG_STRING_ARRAY, &options->list.states,
	         "list: those that are so (default: waiting, held and dead); may be repeated",
	         "waiting|held|done|dead|removed"},
	        {"all", 'a', 0, G_OPTION_ARG_NONE, &options->list.is_all,
	         "list: those of every state", NULL},
	        {"account", 0, 0, G_OPTION_ARG_STRING, &options->list.account,
	         "list: those that this account has to send", "NAME"},
	        {"limit", 'n', 0, G_OPTION_ARG_INT, &options->list.limit,
	         "list: so many at most (default: all)", "NUMBER"},
	        {"ids", 0, 0, G_OPTION_ARG_NONE, &options->list.are_ids,
	         "list: ids only, one a line", NULL},
	        {"message", 'm', 0, G_OPTION_ARG_NONE, &options->is_message,
	         "show: the message itself", NULL},
	        {"expire", 0, 0, G_OPTION_ARG_STRING, &options->expire,
	         "retry: how long it is tried (default: 5d; 0: without end)", "TIME"},
	        {NULL},
	};
	g_autofree GOptionEntry *common = tocsin_ask_entries(&options->ask);
	const TocsinCommandGroup groups[] = {
	        {NULL, NULL, entries}, {NULL, NULL, common}, {NULL, NULL, NULL}};

	return tocsin_command_parse_groups(argc, argv, groups, USAGE,
	                                   "Looks at the daemon's mails, and steers them.");
}

int
tocsin_command_queue(int argc, char **argv)
{
	static const char *const verbs[] = {"show", "hold", "release", "retry", "remove", NULL};
	g_auto(Options) options = {0};

	if (!parse(&argc, &argv, &options)) {
		return EX_USAGE;
	}
	if (argc == 2 && strcmp(argv[1], "list") == 0 && options.list.limit >= 0) {
		return tocsin_queue_list(&options.ask, &options.list);
	}
	if (argc >= 3 && g_strv_contains(verbs, argv[1])) {
		return do_to_all(&options, argv[1], argc - 2, argv + 2);
	}
	tocsin_command_complain("usage: tocsin queue " USAGE "; see tocsin queue --help");
	return EX_USAGE;
}
