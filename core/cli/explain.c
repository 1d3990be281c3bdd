/* SPDX-License-Identifier: MIT */
/* tocsin explain ID: the chain of decisions from events to the servers' last replies. */
#include <string.h>

#include "base/clock.h"
#include "cli/ask.h"
#include "cli/command.h"
#include "cli/queue-list.h"
#include "cli/table.h"
#include "control/client.h"

#define WORD_MAX 40u
#define TEXT_MAX 2000u
#define ACTION_WIDTH 10

static void
write_line(GString *out, JsonObject *line, gboolean names_mail)
{
	gint64 time_us = tocsin_ask_time(line, "time");
	g_autofree char *time = tocsin_table_format_time(time_us);
	g_autofree char *action = tocsin_ask_text(line, "action", WORD_MAX);
	g_autofree char *rule = tocsin_ask_text(line, "rule", WORD_MAX);
	g_autofree char *mail = tocsin_ask_text(line, "mail", WORD_MAX);
	g_autofree char *text = tocsin_ask_text(line, "text", TEXT_MAX);

	g_string_append_printf(out, "  %s.%03d  %-*s  ", time,
	                       (int)(time_us % G_USEC_PER_SEC / 1000), ACTION_WIDTH, action);
	if (rule[0] != '\0') {
		g_string_append_printf(out, "rule '%s': ", rule);
	}
	if (names_mail && mail[0] != '\0') {
		g_string_append_printf(out, "mail %s: ", mail);
	}
	g_string_append_printf(out, "%s\n", text);
}

static void
write_event(GString *out, JsonObject *event)
{
	JsonArray *lines = tocsin_ask_list(event, "lines");
	g_autofree char *id = tocsin_ask_text(event, "id", TEXT_MAX);

	g_string_append_printf(out, "event %s\n", id);
	for (guint i = 0; i < tocsin_ask_count(lines); i++) {
		g_autoptr(JsonObject) line = tocsin_ask_nth(lines, i);

		write_line(out, line, TRUE);
	}
	g_string_append_c(out, '\n');
}

/* Its own lines: those that are also an event's stand there. */
static void
write_mail(GString *out, JsonObject *mail, gint64 now_us)
{
	JsonArray *lines = tocsin_ask_list(mail, "lines");

	tocsin_queue_describe(out, mail, now_us);
	for (guint i = 0; i < tocsin_ask_count(lines); i++) {
		g_autoptr(JsonObject) line = tocsin_ask_nth(lines, i);
		g_autofree char *event = tocsin_ask_text(line, "event", WORD_MAX);

		if (event[0] == '\0') {
			write_line(out, line, FALSE);
		}
	}
	g_string_append_c(out, '\n');
}

static int
print_chain(JsonObject *chain)
{
	JsonArray *events = tocsin_ask_list(chain, "events");
	JsonArray *mails = tocsin_ask_list(chain, "mails");
	g_autoptr(GString) out = g_string_new(NULL);
	gint64 now_us = tocsin_clock_wall_us(tocsin_clock_system());

	for (guint i = 0; i < tocsin_ask_count(events); i++) {
		g_autoptr(JsonObject) event = tocsin_ask_nth(events, i);

		write_event(out, event);
	}
	for (guint i = 0; i < tocsin_ask_count(mails); i++) {
		g_autoptr(JsonObject) mail = tocsin_ask_nth(mails, i);

		write_mail(out, mail, now_us);
	}
	if (tocsin_ask_count(mails) == 0) {
		g_string_append(out, "no mail came of it\n");
	} else {
		g_string_truncate(out, out->len - 1);
	}
	return tocsin_command_print(out->str);
}

int
tocsin_command_explain(int argc, char **argv)
{
	g_auto(TocsinAsk) ask = {0};
	g_autofree GOptionEntry *entries = tocsin_ask_entries(&ask);
	g_autoptr(GString) target = g_string_new("/v1/explain");
	g_autoptr(JsonObject) chain = NULL;

	if (!tocsin_command_parse(&argc, &argv, entries, "ID",
	                          "Tells what was decided about an event or a mail, and why, as "
	                          "far back as the history is kept.")) {
		return EX_USAGE;
	}
	if (argc != 2) {
		tocsin_command_complain("usage: tocsin explain ID, of an event or a mail; see "
		                        "tocsin queue list --all");
		return EX_USAGE;
	}
	tocsin_client_add_part(target, argv[1]);
	int code = tocsin_ask(&ask, "GET", target->str, NULL, NULL, &chain);

	if (code != EX_OK) {
		return code;
	}
	return ask.is_json ? tocsin_ask_print_json(chain) : print_chain(chain);
}
