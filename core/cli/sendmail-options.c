/* SPDX-License-Identifier: MIT */
/* The command line of sendmail, as Sendmail, Postfix, Exim and their callers know it. */
#include "cli/sendmail-options.h"

#include <getopt.h>
#include <string.h>
#include <tocsin/error.h>

#include "base/text.h"
#include "cli/option-list.h"

/* Those we act on. */
static const GOptionEntry letters[] = {
        {"", 't', 0, G_OPTION_ARG_NONE, NULL, "Take the recipients from To, Cc and Bcc too", NULL},
        {"", 'i', 0, G_OPTION_ARG_NONE, NULL, "A line with a dot alone does not end the message",
         NULL},
        {"", 'f', 0, G_OPTION_ARG_STRING, NULL, "The sender of the envelope", "ADDRESS"},
        {"", 'r', 0, G_OPTION_ARG_STRING, NULL, "The same", "ADDRESS"},
        {"", 'F', 0, G_OPTION_ARG_STRING, NULL, "The author's full name", "NAME"},
        {"", 'N', 0, G_OPTION_ARG_STRING, NULL, "When to send delivery notices",
         "never|success|failure|delay"},
        {"", 'R', 0, G_OPTION_ARG_STRING, NULL, "How much of the mail a notice returns",
         "hdrs|full"},
        {"", 'V', 0, G_OPTION_ARG_STRING, NULL, "The envelope's name in notices", "ENVID"},
        {"", 'B', 0, G_OPTION_ARG_STRING, NULL, "The type of the body", "7BIT|8BITMIME"},
        {"", 'b', 0, G_OPTION_ARG_STRING, NULL, "What to do: deliver", "m"},
        {"", 'o', 0, G_OPTION_ARG_STRING, NULL, "An option of Sendmail's, such as i", "OPTION"},
        {"", 'v', 0, G_OPTION_ARG_NONE, NULL, "Show the dialogue with the server", NULL},
        {NULL},
};

/* Those that only make sense to a program with a queue, aliases or a configuration like Sendmail's,
 * and that callers give by habit. */
#define IGNORED "cEGmnUA:d::e:h:L:O:p:X:"
/* What does something else than take a message. */
#define REFUSED "IqsC:D:M:Q:"

#define ENVID_MAX 100u

/* Those of getopt_long() for an option with no letter. */
enum { LONG_FIRST = 0x100 };

void
tocsin_sendmail_options_clear(TocsinSendmailOptions *self)
{
	g_free(self->sender);
	g_free(self->name);
	g_free(self->envid);
	g_strfreev(self->recipients);
}

static gboolean
set_notify(TocsinSendmailOptions *self, const char *value, GError **error)
{
	const char *const names[] = {"never", "success", "failure", "delay"};
	g_auto(GStrv) parts = g_strsplit(value, ",", -1);
	guint notify = 0;
	gboolean is_known = value[0] != '\0';

	for (char **part = parts; *part != NULL; part++) {
		guint before = notify;

		for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
			notify |= g_ascii_strcasecmp(*part, names[i]) == 0 ? 1u << i : 0;
		}
		is_known = is_known && notify != before;
	}
	if (!is_known) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "-N takes never, or some of success,failure,delay, not '%s'", value);
		return FALSE;
	}
	if ((notify & TOCSIN_NOTIFY_NEVER) && notify != TOCSIN_NOTIFY_NEVER) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "-N never excludes all others");
		return FALSE;
	}
	self->notify = notify;
	return TRUE;
}

static gboolean
set_ret(TocsinSendmailOptions *self, const char *value, GError **error)
{
	if (g_ascii_strcasecmp(value, "hdrs") == 0) {
		self->ret = TOCSIN_RET_HEADERS;
	} else if (g_ascii_strcasecmp(value, "full") == 0) {
		self->ret = TOCSIN_RET_FULL;
	} else {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "-R takes hdrs or full, not '%s'", value);
		return FALSE;
	}
	return TRUE;
}

static gboolean
set_body(TocsinSendmailOptions *self, const char *value, GError **error)
{
	if (g_ascii_strcasecmp(value, "8BITMIME") == 0) {
		self->body = TOCSIN_BODY_8BITMIME;
	} else if (g_ascii_strcasecmp(value, "7BIT") == 0) {
		/* Callers say so of anything; looking is cheap. */
		self->body = TOCSIN_BODY_UNSET;
	} else {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "-B takes 7BIT or 8BITMIME, not '%s'", value);
		return FALSE;
	}
	return TRUE;
}

/* -F and -V: they go into a header and a command. */
static gboolean
set_line(char **place, int letter, const char *value, GError **error)
{
	gsize length = strlen(value);

	if (!g_utf8_validate(value, (gssize)length, NULL) ||
	    tocsin_text_find_control(value, length) >= 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "-%c takes one line of UTF-8 without controls", letter);
		return FALSE;
	}
	g_free(*place);
	*place = g_strdup(value);
	return TRUE;
}

/* RFC 3461 section 4.4. */
static gboolean
set_envid(char **place, const char *value, GError **error)
{
	if (!g_str_is_ascii(value) || strlen(value) > ENVID_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "-V takes at most %u characters of ASCII", ENVID_MAX);
		return FALSE;
	}
	return set_line(place, 'V', value, error);
}

static gboolean
set_mode(const char *value, GError **error)
{
	if (strcmp(value, "m") == 0) {
		return TRUE;
	}
	g_autofree char *shown = tocsin_text_for_display(value, strlen(value), 40);

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
	            "-b%s is not supported, only -bm: deliver the message on the standard input",
	            shown);
	return FALSE;
}

static gboolean
apply(TocsinSendmailOptions *self, int letter, const char *value, GError **error)
{
	switch (letter) {
	case 'i':
		self->ignores_dots = TRUE;
		return TRUE;
	case 'o':
		/* -om, -oem, -odb, -o7 and the like are about queues and error mails. */
		self->ignores_dots |= strcmp(value, "i") == 0;
		return TRUE;
	case 't':
		self->reads_recipients = TRUE;
		return TRUE;
	case 'v':
		self->is_verbose = TRUE;
		return TRUE;
	case 'f':
	case 'r':
		g_free(self->sender);
		self->sender = g_strdup(value);
		return TRUE;
	case 'F':
		return set_line(&self->name, letter, value, error);
	case 'V':
		return set_envid(&self->envid, value, error);
	case 'N':
		return set_notify(self, value, error);
	case 'R':
		return set_ret(self, value, error);
	case 'B':
		return set_body(self, value, error);
	case 'b':
		return set_mode(value, error);
	default:
		break;
	}
	if (strchr(IGNORED, letter) != NULL) {
		return TRUE;
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
	            "-%c is not supported: here is no queue and no other configuration than "
	            "--config's",
	            letter);
	return FALSE;
}

/* As GOption would. */
static void
apply_long(const GOptionEntry *entry, const char *value)
{
	if (entry->arg == G_OPTION_ARG_NONE) {
		*(gboolean *)entry->arg_data = TRUE;
	} else if (entry->arg == G_OPTION_ARG_STRING_ARRAY ||
	           entry->arg == G_OPTION_ARG_FILENAME_ARRAY) {
		char ***list = entry->arg_data;
		guint length = *list == NULL ? 0 : g_strv_length(*list);

		*list = g_renew(char *, *list, length + 2);
		(*list)[length] = g_strdup(value);
		(*list)[length + 1] = NULL;
	} else {
		g_free(*(char **)entry->arg_data);
		*(char **)entry->arg_data = g_strdup(value);
	}
}

static void
refuse_option(int found, char **argv, GError **error)
{
	/* optopt is 0 for a long one that is unknown, which getopt has just gone past. */
	if (optopt > 0 && optopt < LONG_FIRST) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "%s -%c",
		            found == ':' ? "a value is missing behind" : "there is no option",
		            g_ascii_isgraph(optopt) ? optopt : '?');
		return;
	}
	g_autofree char *shown =
	        tocsin_text_for_display(argv[optind - 1], strlen(argv[optind - 1]), 40);

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "%s %s",
	            found == ':' ? "a value is missing behind" : "there is no option", shown);
}

/* getopt_long()'s table of the long options, "help" first; an array of struct option. */
static GArray *
make_long_options(const GOptionEntry *entries)
{
	GArray *table = g_array_new(TRUE, TRUE, sizeof(struct option));
	const struct option help = {"help", no_argument, NULL, LONG_FIRST};

	g_array_append_val(table, help);
	for (guint i = 0; entries[i].long_name != NULL; i++) {
		const struct option option = {
		        entries[i].long_name,
		        entries[i].arg == G_OPTION_ARG_NONE ? no_argument : required_argument, NULL,
		        LONG_FIRST + 1 + (int)i};

		g_array_append_val(table, option);
	}
	return table;
}

/* getopt_long()'s list of the letters. */
static char *
make_short_options(void)
{
	GString *list = g_string_new("+:" IGNORED REFUSED);

	for (const GOptionEntry *entry = letters; entry->long_name != NULL; entry++) {
		g_string_append_printf(list, "%c%s", entry->short_name,
		                       entry->arg == G_OPTION_ARG_NONE ? "" : ":");
	}
	return g_string_free(list, FALSE);
}

char *
tocsin_sendmail_options_list(void)
{
	TocsinTargetOptions unused = {0};
	g_autofree GOptionEntry *entries = tocsin_target_entries(&unused);
	GString *list = g_string_new("option\thelp\t\t\tShow help options\n");

	for (GOptionEntry *entry = entries; entry->long_name != NULL; entry++) {
		entry->short_name = 0; /* they mean something else to sendmail */
	}
	tocsin_option_list_add(list, letters);
	tocsin_option_list_add(list, entries);
	tocsin_option_list_add_usage(list, "[ADDRESS...]");
	return g_string_free(list, FALSE);
}

gboolean
tocsin_sendmail_options_parse(TocsinSendmailOptions *self, TocsinTargetOptions *target, int argc,
                              char **argv, GError **error)
{
	g_autofree GOptionEntry *entries = tocsin_target_entries(target);
	g_autoptr(GArray) table = make_long_options(entries);
	g_autofree char *list = make_short_options();
	int found;

	optind = 0; /* starts anew: glibc's way */
	opterr = 0;
	while ((found = getopt_long(argc, argv, list, (const struct option *)table->data, NULL)) !=
	       -1) {
		if (found == '?' || found == ':') {
			refuse_option(found, argv, error);
			return FALSE;
		}
		if (found == LONG_FIRST) {
			self->wants_help = TRUE;
		} else if (found > LONG_FIRST) {
			apply_long(&entries[found - LONG_FIRST - 1], optarg);
		} else if (!apply(self, found, optarg, error)) {
			return FALSE;
		}
	}
	self->recipients = g_strdupv(argv + optind);
	return TRUE;
}
