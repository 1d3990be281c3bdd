/* SPDX-License-Identifier: MIT */
/* Plays timelines. */
#include "timeline.h"

#include <string.h>

#include "base/clock.h"
#include "base/units.h"
#include "rule/mute.h"
#include "rule/recipients.h"

typedef struct {
	const char *name;
	TimelineMode mode;
	TocsinClock *clock;
	GPtrArray *rules;
	TocsinBook *book;
	GHashTable *groups; /* of "rule\nkey" : GBytes */
	GHashTable *limits; /* of rule : GBytes */
	GPtrArray *mails;   /* of char * */
	GPtrArray *wanted;  /* of char * */
	GPtrArray *mutes;
	guint events;
} Player;

gint64
timeline_start(void)
{
	return G_GINT64_CONSTANT(1772409600) * G_USEC_PER_SEC;
}

static gint64
parse_time(const char *text)
{
	gint64 us = 0;
	g_autoptr(GError) error = NULL;
	gboolean is_before = text[0] == '-';

	tocsin_units_parse_duration(text + (is_before ? 1 : 0), &us, &error);
	g_assert_no_error(error);
	return timeline_start() + (is_before ? -us : us);
}

static void
append_list(GString *line, const char *name, GPtrArray *list)
{
	for (guint i = 0; i < list->len; i++) {
		g_string_append_printf(line, " %s=%s", name, (const char *)list->pdata[i]);
	}
}

static void
describe(Player *player, const TocsinRule *rule, TocsinGroup *group, const TocsinDecision *decision)
{
	gint64 now_us = tocsin_clock_wall_us(player->clock);
	g_autofree char *time = tocsin_units_format_duration(now_us - timeline_start());
	g_auto(TocsinRecipients) recipients = {0};
	g_autofree char *id = g_strdup_printf("m%u@example.org", player->mails->len + 1);
	GString *line = g_string_new(NULL);

	tocsin_recipients_init(&recipients);
	tocsin_recipients_compute(&recipients, rule, group, decision);
	g_string_append_printf(line,
	                       "%s %s rule=%s n=%" G_GUINT64_FORMAT " held=%" G_GUINT64_FORMAT
	                       " groups=%" G_GUINT64_FORMAT " resolved=%" G_GUINT64_FORMAT
	                       " late=%" G_GUINT64_FORMAT " past=%" G_GUINT64_FORMAT
	                       " samples=%u repeat=%u open=%d",
	                       time, tocsin_reason_name(decision->reason), tocsin_rule_name(rule),
	                       decision->tally->count, decision->held_back, decision->groups,
	                       decision->resolved, decision->tally->late,
	                       decision->tally->caught_up, decision->tally->samples->len,
	                       decision->repeats, decision->is_open);
	if (group != NULL) {
		const char *const *references = tocsin_group_references(group);

		g_string_append_printf(line, " key=%s refs=%u", tocsin_group_key(group),
		                       references != NULL ? g_strv_length((char **)references) : 0);
	}
	if (decision->over_us != 0) {
		g_autofree char *lasted =
		        tocsin_units_format_duration(decision->over_us - decision->since_us);

		g_string_append_printf(line, " lasted=%s", lasted);
	}
	for (guint i = 0; i < decision->tally->kinds->len; i++) {
		const TocsinTallyKind *kind =
		        &g_array_index(decision->tally->kinds, TocsinTallyKind, i);

		g_string_append_printf(line, " %s:%" G_GUINT64_FORMAT, kind->name, kind->count);
	}
	append_list(line, "to", recipients.to);
	append_list(line, "cc", recipients.cc);
	append_list(line, "bcc", recipients.bcc);
	if (group != NULL) {
		g_ptr_array_add(recipients.to, NULL);
		g_ptr_array_add(recipients.cc, NULL);
		g_ptr_array_add(recipients.bcc, NULL);
		tocsin_group_note_told(group, (const char *const *)recipients.to->pdata,
		                       (const char *const *)recipients.cc->pdata,
		                       (const char *const *)recipients.bcc->pdata, id);
	}
	g_ptr_array_add(player->mails, g_string_free(line, FALSE));
}

static void
on_decision(gpointer user_data, const TocsinRule *rule, TocsinGroup *group, TocsinLimit *limit,
            const TocsinEvent *event, TocsinDecision *decision)
{
	Player *player = user_data;
	char *key = group != NULL ? g_strconcat(tocsin_rule_name(rule), "\n",
	                                        tocsin_group_key(group), NULL)
	                          : NULL;

	g_assert_true(g_utf8_validate(decision->text, -1, NULL));
	if (g_test_verbose()) {
		g_test_message("%s: %s %s: %s", event != NULL ? event->kind : "tick",
		               tocsin_action_name(decision->action),
		               tocsin_reason_name(decision->reason), decision->text);
	}
	if (decision->action == TOCSIN_ACTION_COMPOSE) {
		describe(player, rule, group, decision);
	}
	if (player->mode == TIMELINE_PACKED && key != NULL && !decision->is_forgotten) {
		g_hash_table_insert(player->groups, g_strdup(key),
		                    g_byte_array_free_to_bytes(tocsin_group_pack(group, rule)));
	} else if (key != NULL) {
		g_hash_table_remove(player->groups, key);
	}
	g_hash_table_insert(player->limits, g_strdup(tocsin_rule_name(rule)),
	                    g_byte_array_free_to_bytes(tocsin_limit_pack(limit)));
	g_free(key);
}

/* A new book with nothing but what was written down. */
static void
reopen(Player *player)
{
	GHashTableIter iterator;
	gpointer key;
	gpointer state;

	tocsin_book_free(player->book);
	player->book = tocsin_book_new(player->rules, tocsin_clock_wall_us(player->clock),
	                               on_decision, player);
	tocsin_book_set_mutes(player->book, player->mutes);
	g_hash_table_iter_init(&iterator, player->groups);
	while (g_hash_table_iter_next(&iterator, &key, &state)) {
		g_autofree char *rule = g_strndup(key, strcspn(key, "\n"));
		g_autoptr(GError) error = NULL;

		tocsin_book_restore_group(player->book, rule, g_bytes_get_data(state, NULL),
		                          g_bytes_get_size(state), &error);
		g_assert_no_error(error);
	}
	g_hash_table_iter_init(&iterator, player->limits);
	while (g_hash_table_iter_next(&iterator, &key, &state)) {
		g_autoptr(GError) error = NULL;

		tocsin_book_restore_limit(player->book, key, g_bytes_get_data(state, NULL),
		                          g_bytes_get_size(state), &error);
		g_assert_no_error(error);
	}
}

/* Lets time pass, stopping wherever something is due. */
static void
advance(Player *player, gint64 until_us)
{
	for (;;) {
		gint64 due_us =
		        MAX(tocsin_book_due_us(player->book), tocsin_clock_wall_us(player->clock));

		if (due_us > until_us) {
			break;
		}
		tocsin_clock_set_wall(player->clock, due_us);
		tocsin_book_tick(player->book, due_us);
	}
	tocsin_clock_set_wall(player->clock, until_us);
}

static void
set_value(TocsinEvent *event, const char *name, const char *value)
{
	if (strcmp(name, "at") == 0) {
		event->time_us = parse_time(value);
	} else if (strcmp(name, "past") == 0) {
		event->flags |= TOCSIN_EVENT_CATCH_UP;
	} else if (strcmp(name, "severity") == 0) {
		g_assert_true(tocsin_severity_parse(value, &event->severity));
	} else if (strcmp(name, "status") == 0) {
		g_assert_true(tocsin_status_parse(value, &event->status));
	} else if (strcmp(name, "key") != 0) {
		tocsin_event_set_string(event, name, value, -1);
	}
}

static void
feed(Player *player, char **words)
{
	gint64 time_us = parse_time(words[0]);
	g_auto(GStrv) names = g_strsplit(words[1], ".", 2);
	g_autofree char *id = g_strdup_printf("e%u", player->events++);
	g_autoptr(TocsinEvent) event = NULL;
	const char *key = NULL;

	for (guint i = 2; words[i] != NULL; i++) {
		key = g_str_has_prefix(words[i], "key=") ? words[i] + 4 : key;
	}
	event = tocsin_event_new(id, names[0], names[1], key, time_us);
	for (guint i = 2; words[i] != NULL; i++) {
		g_auto(GStrv) pair = g_strsplit(words[i], "=", 2);

		set_value(event, pair[0], pair[1]);
	}
	advance(player, time_us);
	tocsin_book_feed(player->book, event, time_us);
}

static void
add_mute(Player *player, char **words)
{
	g_autoptr(GError) error = NULL;
	TocsinRuleMute spec = {.until_us = parse_time(words[1]), .is_counted = TRUE};

	spec.where = words[2];
	player->mutes = player->mutes != NULL
	                        ? player->mutes
	                        : g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_mute_free);
	g_ptr_array_add(player->mutes, tocsin_mute_new(&spec, NULL, &error));
	g_assert_no_error(error);
	tocsin_book_set_mutes(player->book, player->mutes);
}

static void
play_line(Player *player, const char *line)
{
	g_auto(GStrv) words = g_strsplit(line, " ", -1);

	if (player->book == NULL) {
		reopen(player);
	}
	if (strcmp(words[0], ">") == 0) {
		g_ptr_array_add(player->wanted, g_strdup(line + 2));
		if (g_ascii_isdigit(words[1][0])) {
			advance(player,
			        MAX(parse_time(words[1]), tocsin_clock_wall_us(player->clock)));
		}
	} else if (strcmp(words[0], "until") == 0) {
		advance(player, parse_time(words[1]));
	} else if (strcmp(words[0], "mute") == 0) {
		add_mute(player, words);
	} else {
		feed(player, words);
	}
	if (player->mode == TIMELINE_PACKED) {
		reopen(player);
	}
}

/* Reads the rules; returns the first line behind them. */
static guint
read_rules(Player *player, char **lines)
{
	guint i = 0;

	while (lines[i] != NULL && g_str_has_prefix(lines[i], "rule ")) {
		g_autoptr(GPtrArray) settings = g_ptr_array_new();
		const char *name = lines[i] + strlen("rule ");

		for (i++; lines[i] != NULL && g_str_has_prefix(lines[i], "  "); i++) {
			g_ptr_array_add(settings, lines[i] + 2);
		}
		g_ptr_array_add(settings, NULL);
		g_ptr_array_add(player->rules,
		                timeline_rule(name, (const char *const *)settings->pdata));
	}
	return i;
}

/* Says it and goes on, so that one run shows all that differs. */
static void fail(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void
fail(const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_printerr("%s\n", text);
	g_test_fail();
}

static void
compare(const Player *player)
{
	g_autofree char *all = NULL;

	g_ptr_array_add(player->mails, NULL);
	all = g_strjoinv("\n", (char **)player->mails->pdata);
	for (guint i = 0; i < player->wanted->len; i++) {
		g_auto(GStrv) words = g_strsplit(player->wanted->pdata[i], " ", -1);
		g_auto(GStrv) got = g_strsplit(
		        player->mails->pdata[i] != NULL ? (char *)player->mails->pdata[i] : "", " ",
		        -1);

		for (guint j = 0; words[j] != NULL; j++) {
			if (!g_strv_contains((const char *const *)got, words[j])) {
				fail("%s: mail %u has no '%s'; mails:\n%s", player->name, i + 1,
				     words[j], all);
			}
		}
	}
	if (player->mails->len - 1 != player->wanted->len) {
		fail("%s: %u mails wanted, got:\n%s", player->name, player->wanted->len, all);
	}
}

char *
timeline_play(const char *name, const char *text, TimelineMode mode)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	Player player = {.name = name, .mode = mode};
	char *mails;

	player.clock = tocsin_clock_new_fake(timeline_start());
	player.rules = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_rule_unref);
	player.mails = g_ptr_array_new_with_free_func(g_free);
	player.wanted = g_ptr_array_new_with_free_func(g_free);
	player.groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                      (GDestroyNotify)g_bytes_unref);
	player.limits = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
	                                      (GDestroyNotify)g_bytes_unref);
	for (guint i = read_rules(&player, lines); lines[i] != NULL; i++) {
		if (lines[i][0] != '\0' && lines[i][0] != '#') {
			play_line(&player, lines[i]);
		}
	}
	compare(&player);
	mails = g_strjoinv("\n", (char **)player.mails->pdata);
	tocsin_book_free(player.book);
	tocsin_clock_free(player.clock);
	g_ptr_array_unref(player.rules);
	g_ptr_array_unref(player.mails);
	g_ptr_array_unref(player.wanted);
	g_clear_pointer(&player.mutes, g_ptr_array_unref);
	g_hash_table_unref(player.groups);
	g_hash_table_unref(player.limits);
	return mails;
}
