/* SPDX-License-Identifier: MIT */
/* Mails as tables and as lines. */
#include "cli/queue-list.h"

#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "cli/command.h"
#include "cli/table.h"
#include "control/client.h"

#define PAGE "1000"
#define WORD_MAX 40u
#define TEXT_MAX 72u
#define VALUE_MAX 2000u

/* "a@example.org", and how many there are beside it. */
static char *
format_recipients(JsonArray *recipients)
{
	guint count = tocsin_ask_count(recipients);

	if (count == 0) {
		return g_strdup("");
	}
	g_autoptr(JsonObject) first = tocsin_ask_nth(recipients, 0);
	char *address = tocsin_ask_text(first, "address", WORD_MAX);

	if (count == 1) {
		return address;
	}
	char *all = g_strdup_printf("%s +%u", address, count - 1);

	g_free(address);
	return all;
}

/* What went wrong last with a recipient that has not got it. */
static char *
format_trouble(JsonArray *recipients)
{
	for (guint i = 0; i < tocsin_ask_count(recipients); i++) {
		g_autoptr(JsonObject) recipient = tocsin_ask_nth(recipients, i);
		g_autofree char *state = tocsin_ask_text(recipient, "state", WORD_MAX);
		JsonObject *fate = tocsin_ask_object(recipient, "fate");

		if (fate != NULL && strcmp(state, "delivered") != 0) {
			gint64 code = tocsin_ask_number(fate, "code");
			g_autofree char *text = tocsin_ask_text(fate, "text", TEXT_MAX);

			return code == 0 ? g_steal_pointer(&text)
			                 : g_strdup_printf("%" G_GINT64_FORMAT " %s", code, text);
		}
	}
	return g_strdup("");
}

static void
add_row(TocsinTable *table, JsonObject *mail, gint64 now_us)
{
	JsonArray *recipients = tocsin_ask_list(mail, "recipients");

	tocsin_table_take(table, tocsin_ask_text(mail, "id", WORD_MAX));
	tocsin_table_take(table, tocsin_ask_text(mail, "state", WORD_MAX));
	tocsin_table_take(table, tocsin_ask_text(mail, "account", WORD_MAX));
	tocsin_table_take(table,
	                  tocsin_table_format_when(tocsin_ask_time(mail, "created"), now_us));
	tocsin_table_take(table, tocsin_table_format_when(tocsin_ask_time(mail, "due"), now_us));
	tocsin_table_add_number(table, tocsin_ask_number(mail, "tries"));
	tocsin_table_take(table, tocsin_table_format_size(tocsin_ask_number(mail, "size")));
	tocsin_table_take(table, tocsin_ask_text(mail, "rule", WORD_MAX));
	tocsin_table_take(table, format_recipients(recipients));
	tocsin_table_take(table, format_trouble(recipients));
}

static int
print_table(JsonArray *mails)
{
	static const char *const headings[] = {"ID",       "STATE",   "ACCOUNT", "CREATED",
	                                       "NEXT TRY", ">TRIES",  ">SIZE",   "RULE",
	                                       "TO",       "TROUBLE", NULL};
	g_autoptr(TocsinTable) table = tocsin_table_new(headings);
	g_autoptr(GString) out = g_string_new(NULL);
	gint64 now_us = tocsin_clock_wall_us(tocsin_clock_system());

	for (guint i = 0; i < tocsin_ask_count(mails); i++) {
		g_autoptr(JsonObject) mail = tocsin_ask_nth(mails, i);

		add_row(table, mail, now_us);
	}
	tocsin_table_write(table, out);
	return tocsin_command_print(out->str);
}

static int
print_ids(JsonArray *mails)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < tocsin_ask_count(mails); i++) {
		g_autoptr(JsonObject) mail = tocsin_ask_nth(mails, i);
		g_autofree char *id = tocsin_ask_text(mail, "id", WORD_MAX);

		g_string_append_printf(out, "%s\n", id);
	}
	return tocsin_command_print(out->str);
}

static GString *
make_target(const TocsinQueueList *list)
{
	static const char *const usual[] = {"waiting", "held", "dead", NULL};
	const char *const *states = list->is_all           ? NULL
	                            : list->states == NULL ? usual
	                                                   : (const char *const *)list->states;
	GString *target = g_string_new("/v1/queue");

	for (; states != NULL && *states != NULL; states++) {
		tocsin_client_add_parameter(target, "state", *states);
	}
	if (list->account != NULL) {
		tocsin_client_add_parameter(target, "account", list->account);
	}
	tocsin_client_add_parameter(target, "limit", PAGE);
	return target;
}

static gboolean
is_enough(const TocsinQueueList *list, JsonArray *mails)
{
	return list->limit > 0 && json_array_get_length(mails) >= (guint)list->limit;
}

/* Asks page by page. */
static int
collect(const TocsinAsk *ask, const TocsinQueueList *list, JsonArray *mails)
{
	g_autoptr(GString) target = make_target(list);
	gsize length = target->len;
	g_autofree char *next = NULL;

	do {
		g_autoptr(JsonObject) answer = NULL;

		g_string_truncate(target, length);
		if (next != NULL) {
			tocsin_client_add_parameter(target, "after", next);
		}
		int code = tocsin_ask(ask, "GET", target->str, NULL, NULL, &answer);

		if (code != EX_OK) {
			return code;
		}
		JsonArray *page = tocsin_ask_list(answer, "mails");

		for (guint i = 0; i < tocsin_ask_count(page) && !is_enough(list, mails); i++) {
			json_array_add_object_element(mails, tocsin_ask_nth(page, i));
		}
		g_free(next);
		next = tocsin_ask_text(answer, "next", WORD_MAX);
	} while (next[0] != '\0' && !is_enough(list, mails));
	return EX_OK;
}

int
tocsin_queue_list(const TocsinAsk *ask, const TocsinQueueList *list)
{
	g_autoptr(JsonArray) mails = json_array_new();
	int code = collect(ask, list, mails);

	if (code != EX_OK) {
		return code;
	}
	if (ask->is_json) {
		g_autoptr(JsonObject) object = json_object_new();

		json_object_set_array_member(object, "mails", json_array_ref(mails));
		return tocsin_ask_print_json(object);
	}
	return list->are_ids ? print_ids(mails) : print_table(mails);
}

static void
add_line(GString *out, const char *name, const char *value)
{
	if (value[0] != '\0') {
		g_string_append_printf(out, "%-12s%s\n", name, value);
	}
}

static void
add_text(GString *out, const char *name, JsonObject *object, const char *member)
{
	g_autofree char *text = tocsin_ask_text(object, member, VALUE_MAX);

	add_line(out, name, text);
}

static void
add_time(GString *out, const char *name, JsonObject *object, const char *member, gint64 now_us)
{
	gint64 time_us = tocsin_ask_time(object, member);
	g_autofree char *when = tocsin_table_format_when(time_us, now_us);
	g_autofree char *text = tocsin_table_format_time(time_us);
	g_autofree char *both =
	        time_us == 0 ? g_strdup("") : g_strdup_printf("%s (%s)", text, when);

	add_line(out, name, both);
}

static void
add_recipient(GString *out, JsonObject *recipient, gint64 now_us)
{
	g_autofree char *address = tocsin_ask_text(recipient, "address", VALUE_MAX);
	g_autofree char *state = tocsin_ask_text(recipient, "state", WORD_MAX);
	JsonObject *fate = tocsin_ask_object(recipient, "fate");

	g_string_append_printf(out, "%-12s%s: %s", "to", address, state);
	if (fate != NULL) {
		g_autofree char *when =
		        tocsin_table_format_when(tocsin_ask_time(fate, "time"), now_us);
		g_autofree char *text = tocsin_ask_text(fate, "text", VALUE_MAX);
		g_autofree char *account = tocsin_ask_text(fate, "account", WORD_MAX);
		g_autofree char *status = tocsin_ask_text(fate, "status", WORD_MAX);
		gint64 code = tocsin_ask_number(fate, "code");

		if (strcmp(status, state) != 0) {
			g_string_append_printf(out, "; %s", status);
		}
		g_string_append_printf(out, " by '%s' %s: ", account, when);
		if (code != 0) {
			g_string_append_printf(out, "%" G_GINT64_FORMAT " ", code);
		}
		g_string_append(out, text);
	}
	g_string_append_c(out, '\n');
}

void
tocsin_queue_describe(GString *out, JsonObject *mail, gint64 now_us)
{
	JsonArray *recipients = tocsin_ask_list(mail, "recipients");
	g_autofree char *size = tocsin_table_format_size(tocsin_ask_number(mail, "size"));
	g_autofree char *tries =
	        g_strdup_printf("%" G_GINT64_FORMAT, tocsin_ask_number(mail, "tries"));

	add_text(out, "mail", mail, "id");
	add_text(out, "state", mail, "state");
	add_text(out, "rule", mail, "rule");
	add_text(out, "key", mail, "key");
	add_text(out, "sender", mail, "sender");
	add_text(out, "message-id", mail, "message_id");
	add_line(out, "size", size);
	add_text(out, "account", mail, "account");
	add_line(out, "tries", tries);
	add_time(out, "created", mail, "created", now_us);
	add_time(out, "next try", mail, "due", now_us);
	if (tocsin_ask_time(mail, "finished") == 0) {
		add_time(out, "expires", mail, "expires", now_us);
	}
	add_time(out, "finished", mail, "finished", now_us);
	for (guint i = 0; i < tocsin_ask_count(recipients); i++) {
		g_autoptr(JsonObject) recipient = tocsin_ask_nth(recipients, i);

		add_recipient(out, recipient, now_us);
	}
}
