/* SPDX-License-Identifier: MIT */
/* tocsin status: how the daemon is. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/command.h"
#include "cli/table.h"

#define WORD_MAX 40u
#define TEXT_MAX 100u
#define VALUE_MAX 4000u
#define LINES_MAX 100

static void
add_when(TocsinTable *table, JsonObject *object, const char *name, gint64 now_us)
{
	tocsin_table_take(table, tocsin_table_format_when(tocsin_ask_time(object, name), now_us));
}

static void
write_triggers(GString *out, JsonArray *triggers, gint64 now_us)
{
	static const char *const headings[] = {"TRIGGER", "PLUGIN",     "STATE", ">EVENTS",
	                                       "LAST",    "LAST ERROR", NULL};
	g_autoptr(TocsinTable) table = tocsin_table_new(headings);

	for (guint i = 0; i < tocsin_ask_count(triggers); i++) {
		g_autoptr(JsonObject) trigger = tocsin_ask_nth(triggers, i);
		gboolean is_running =
		        json_object_get_boolean_member_with_default(trigger, "is_running", FALSE);

		tocsin_table_take(table, tocsin_ask_text(trigger, "name", WORD_MAX));
		tocsin_table_take(table, tocsin_ask_text(trigger, "plugin", WORD_MAX));
		tocsin_table_take(table, g_strdup(is_running ? "runs" : "STOPPED"));
		tocsin_table_add_number(table, tocsin_ask_number(trigger, "events"));
		add_when(table, trigger, "last", now_us);
		tocsin_table_take(table, tocsin_ask_text(trigger, "error", TEXT_MAX));
	}
	tocsin_table_write(table, out);
}

static void
write_rules(GString *out, JsonArray *rules)
{
	static const char *const headings[] = {"RULE",   ">MATCHED", ">HELD BACK",
	                                       ">MAILS", ">GROUPS",  NULL};
	g_autoptr(TocsinTable) table = tocsin_table_new(headings);

	for (guint i = 0; i < tocsin_ask_count(rules); i++) {
		g_autoptr(JsonObject) rule = tocsin_ask_nth(rules, i);

		tocsin_table_take(table, tocsin_ask_text(rule, "name", WORD_MAX));
		tocsin_table_add_number(table, tocsin_ask_number(rule, "matched"));
		tocsin_table_add_number(table, tocsin_ask_number(rule, "held"));
		tocsin_table_add_number(table, tocsin_ask_number(rule, "mails"));
		tocsin_table_add_number(table, tocsin_ask_number(rule, "groups"));
	}
	tocsin_table_write(table, out);
}

static const char *
state_of_account(JsonObject *account)
{
	if (json_object_get_boolean_member_with_default(account, "is_disabled", FALSE)) {
		return "SWITCHED OFF";
	}
	return tocsin_ask_time(account, "rests_until") > 0 ? "rests" : "works";
}

static void
write_accounts(GString *out, JsonArray *accounts, gint64 now_us)
{
	static const char *const headings[] = {
	        "ACCOUNT",  "STATE",    ">OPEN",       ">DELIVERED",   ">DEFERRED",
	        ">REFUSED", ">UNKNOWN", "TRIED AGAIN", "LAST FAILURE", NULL};
	g_autoptr(TocsinTable) table = tocsin_table_new(headings);

	for (guint i = 0; i < tocsin_ask_count(accounts); i++) {
		g_autoptr(JsonObject) account = tocsin_ask_nth(accounts, i);

		tocsin_table_take(table, tocsin_ask_text(account, "name", WORD_MAX));
		tocsin_table_take(table, g_strdup(state_of_account(account)));
		tocsin_table_add_number(table, tocsin_ask_number(account, "connections"));
		tocsin_table_add_number(table, tocsin_ask_number(account, "delivered"));
		tocsin_table_add_number(table, tocsin_ask_number(account, "deferred"));
		tocsin_table_add_number(table, tocsin_ask_number(account, "refused"));
		tocsin_table_add_number(table, tocsin_ask_number(account, "unknown"));
		add_when(table, account, "rests_until", now_us);
		tocsin_table_take(table, tocsin_ask_text(account, "failure", TEXT_MAX));
	}
	tocsin_table_write(table, out);
}

/* What is wrong, if it is: a line, or each of many below the first. */
static void
write_trouble(GString *out, JsonObject *status, const char *name, const char *what)
{
	JsonNode *node = json_object_get_member(status, name);
	const char *text = node != NULL && json_node_get_value_type(node) == G_TYPE_STRING
	                           ? json_node_get_string(node)
	                           : "";
	g_auto(GStrv) lines = g_strsplit(text, "\n", LINES_MAX);
	gboolean is_one = lines[0] == NULL || lines[1] == NULL;

	if (lines[0] == NULL) {
		return;
	}
	g_string_append_printf(out, is_one ? "%s: " : "%s:\n", what);
	for (guint i = 0; lines[i] != NULL; i++) {
		g_autofree char *shown =
		        tocsin_text_for_display(lines[i], strlen(lines[i]), VALUE_MAX);

		g_string_append_printf(out, "%s%s\n", is_one ? "" : "  ", shown);
	}
}

static void
write_head(GString *out, JsonObject *status, gint64 now_us)
{
	g_autofree char *started =
	        tocsin_table_format_when(tocsin_ask_time(status, "started"), now_us);
	g_autofree char *loaded =
	        tocsin_table_format_when(tocsin_ask_time(status, "loaded"), now_us);
	g_autofree char *config = tocsin_ask_text(status, "config", VALUE_MAX);
	g_autofree char *store = tocsin_ask_text(status, "store", VALUE_MAX);
	JsonObject *mails = tocsin_ask_object(status, "mails");
	g_autoptr(JsonObject) none = json_object_new();

	mails = mails == NULL ? none : mails;
	g_string_append_printf(out, "started %s, read %s %s\n", started, config, loaded);
	write_trouble(out, status, "reload_error", "THE LAST RELOAD FAILED");
	g_string_append_printf(out, "store %s\n", store);
	write_trouble(out, status, "store_error", "THE STORE CANNOT WRITE");
	g_string_append_printf(out,
	                       "mails: %" G_GINT64_FORMAT " waiting, %" G_GINT64_FORMAT
	                       " held, %" G_GINT64_FORMAT " dead, %" G_GINT64_FORMAT " done\n",
	                       tocsin_ask_number(mails, "waiting"),
	                       tocsin_ask_number(mails, "held"), tocsin_ask_number(mails, "dead"),
	                       tocsin_ask_number(mails, "done"));
	if (tocsin_ask_number(status, "events_waiting") > 0) {
		g_string_append_printf(out, "events not yet on disk: %" G_GINT64_FORMAT "\n",
		                       tocsin_ask_number(status, "events_waiting"));
	}
	if (tocsin_ask_number(status, "notices_failed") > 0) {
		g_string_append_printf(out,
		                       "mails about the daemon itself that were given up: "
		                       "%" G_GINT64_FORMAT "\n",
		                       tocsin_ask_number(status, "notices_failed"));
	}
}

int
tocsin_command_status(int argc, char **argv)
{
	g_auto(TocsinAsk) ask = {0};
	g_autofree GOptionEntry *entries = tocsin_ask_entries(&ask);
	g_autoptr(JsonObject) status = NULL;
	g_autoptr(GString) out = g_string_new(NULL);

	if (!tocsin_command_parse(&argc, &argv, entries, NULL,
	                          "Tells how the daemon is: exits with 69 if there is none.")) {
		return EX_USAGE;
	}
	if (argc > 1) {
		tocsin_command_complain("status takes no arguments; see tocsin status --help");
		return EX_USAGE;
	}
	int code = tocsin_ask(&ask, "GET", "/v1/status", NULL, NULL, &status);

	if (code != EX_OK || ask.is_json) {
		return code != EX_OK ? code : tocsin_ask_print_json(status);
	}
	gint64 now_us = tocsin_clock_wall_us(tocsin_clock_system());

	write_head(out, status, now_us);
	g_string_append_c(out, '\n');
	write_triggers(out, tocsin_ask_list(status, "triggers"), now_us);
	g_string_append_c(out, '\n');
	write_rules(out, tocsin_ask_list(status, "rules"));
	g_string_append_c(out, '\n');
	write_accounts(out, tocsin_ask_list(status, "accounts"), now_us);
	return tocsin_command_print(out->str);
}
