/* SPDX-License-Identifier: MIT */
/* Writes the text that stands in for a template's. */
#include "engine/letter-plain.h"

#include <string.h>

#include "engine/letter-data.h"
#include "rule/scope.h"
#include "template/escape.h"

#define VALUE_MAX 16384u /* bytes of one field */

/* A text under way. */
typedef struct {
	GString *out;
	GTimeZone *zone;
} Page;

static void
put_time(const Page *page, gint64 time_us)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(time_us / G_USEC_PER_SEC);
	g_autoptr(GDateTime) local = utc != NULL ? g_date_time_to_timezone(utc, page->zone) : NULL;
	g_autofree char *text =
	        local != NULL ? g_date_time_format(local, "%Y-%m-%d %H:%M:%S %Z") : NULL;

	g_string_append(page->out, text != NULL ? text : "(a time beyond the calendar)");
}

/* @text with its further lines behind @prefix. */
static void
put_lines(const Page *page, const char *prefix, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (guint i = 0; lines[i] != NULL; i++) {
		g_string_append(page->out, i > 0 ? "\n" : "");
		g_string_append(page->out, i > 0 ? prefix : "");
		g_string_append(page->out, lines[i]);
	}
}

static void
put_fields(const Page *page, const TocsinValue *fields)
{
	for (guint i = 0; i < tocsin_value_count(fields); i++) {
		g_autoptr(TocsinDatum) value = tocsin_scope_datum(tocsin_value_nth(fields, i));
		g_autoptr(GString) text = g_string_new(NULL);
		const char *end;

		if (tocsin_value_type(tocsin_value_nth(fields, i)) == TOCSIN_VALUE_TIME) {
			g_string_append_printf(page->out,
			                       "  %s = ", tocsin_value_nth_name(fields, i));
			put_time(page, tocsin_value_get_int(tocsin_value_nth(fields, i)));
			g_string_append_c(page->out, '\n');
			continue;
		}
		tocsin_datum_print(value, text, VALUE_MAX);
		if (text->len > VALUE_MAX) {
			g_string_truncate(text, VALUE_MAX);
		}
		if (!g_utf8_validate(text->str, (gssize)text->len, &end)) {
			g_string_truncate(text, (gsize)(end - text->str));
		}
		g_string_append_printf(page->out, "  %s = ", tocsin_value_nth_name(fields, i));
		put_lines(page, "    ", text->str);
		g_string_append_c(page->out, '\n');
	}
}

static void
put_event(const Page *page, const TocsinEvent *event)
{
	put_time(page, event->time_us);
	g_string_append_printf(page->out, "  %s.%s  %s", event->trigger, event->kind,
	                       tocsin_severity_name(event->severity));
	if (event->status != TOCSIN_STATUS_NONE) {
		g_string_append_printf(page->out, "  %s", tocsin_status_name(event->status));
	}
	g_string_append_printf(page->out, "%s%s\n  id = %s\n", event->key[0] != '\0' ? "  " : "",
	                       event->key, event->id);
	put_fields(page, event->fields);
	for (guint i = 0; i < event->excerpt->len; i++) {
		const TocsinLine *line = event->excerpt->pdata[i];

		g_string_append_printf(page->out, "  %c %s\n",
		                       line->mark == TOCSIN_MARK_MATCH ? '>' : '|', line->text);
	}
	for (guint i = 0; i < event->attachments->len; i++) {
		const TocsinAttachment *attachment = event->attachments->pdata[i];

		g_string_append_printf(page->out, "  attachment = %s\n", attachment->name);
	}
	g_string_append_c(page->out, '\n');
}

static void
put_state(const Page *page, const TocsinDecision *decision)
{
	if (decision->since_us != 0) {
		g_string_append(page->out, "Since: ");
		put_time(page, decision->since_us);
		g_string_append_c(page->out, '\n');
	}
	if (decision->over_us != 0) {
		g_string_append(page->out, "Over: ");
		put_time(page, decision->over_us);
		g_string_append_c(page->out, '\n');
	}
	if (decision->held_back > 0) {
		g_string_append_printf(page->out,
		                       "Held back before: %" G_GUINT64_FORMAT " events\n",
		                       decision->held_back);
	}
	if (decision->groups > 0) {
		g_string_append_printf(page->out,
		                       "Mails that the limit kept back: %" G_GUINT64_FORMAT
		                       ", of them ends of problems: %" G_GUINT64_FORMAT "\n",
		                       decision->groups, decision->resolved);
	}
}

static void
put_tally(const Page *page, const TocsinTally *tally)
{
	if (tally == NULL || tally->count == 0) {
		return;
	}
	g_string_append_printf(page->out, "Events: %" G_GUINT64_FORMAT ", from ", tally->count);
	put_time(page, tally->first_us);
	g_string_append(page->out, " to ");
	put_time(page, tally->last_us);
	g_string_append_c(page->out, '\n');
	for (guint i = 0; i < tally->kinds->len; i++) {
		const TocsinTallyKind *kind = &g_array_index(tally->kinds, TocsinTallyKind, i);

		g_string_append_printf(page->out, "  %s: %" G_GUINT64_FORMAT "\n", kind->name,
		                       kind->count);
	}
	if (tally->others > 0) {
		g_string_append_printf(page->out, "  of other kinds: %" G_GUINT64_FORMAT "\n",
		                       tally->others);
	}
	if (tally->late > 0 || tally->caught_up > 0) {
		g_string_append_printf(page->out,
		                       "  too late for their window: %" G_GUINT64_FORMAT
		                       ", from before the start: %" G_GUINT64_FORMAT "\n",
		                       tally->late, tally->caught_up);
	}
}

static void
put_members(const Page *page, const TocsinGroup *group)
{
	const GPtrArray *members = group != NULL ? tocsin_group_members(group) : NULL;

	for (guint i = 0; members != NULL && i < members->len; i++) {
		const TocsinMember *member = members->pdata[i];

		g_string_append_printf(page->out, "  %s: %s, %s since ", member->key,
		                       member->value != NULL ? member->value : "?",
		                       member->is_problem ? "in trouble" : "well");
		put_time(page, member->since_us);
		g_string_append_c(page->out, '\n');
	}
}

/* One event can be as large as all that a mail should hold. */
static void
cut(const Page *page)
{
	const char *end;

	if (page->out->len <= TOCSIN_LETTER_PLAIN_MAX) {
		return;
	}
	g_string_truncate(page->out, TOCSIN_LETTER_PLAIN_MAX);
	if (!g_utf8_validate(page->out->str, (gssize)page->out->len, &end)) {
		g_string_truncate(page->out, (gsize)(end - page->out->str));
	}
	g_string_append(page->out, "\n(cut here: there is more than a mail should hold)\n");
}

char *
tocsin_letter_plain(const TocsinRule *rule, const TocsinGroup *group,
                    const TocsinDecision *decision, GTimeZone *zone, const char *fault,
                    gint64 now_us)
{
	Page page = {.out = g_string_new(NULL), .zone = zone};
	g_autoptr(GPtrArray) shown = tocsin_letter_data_shown(decision);
	guint i;

	if (fault != NULL) {
		g_string_append_printf(page.out,
		                       "This is a plain text, since the rule's own could not be "
		                       "written:\n  %s\n\n",
		                       fault);
	}
	g_string_append_printf(page.out, "Rule: %s\nKey: %s\nState: %s\n", tocsin_rule_name(rule),
	                       group != NULL ? tocsin_group_key(group) : "",
	                       tocsin_reason_name(decision->reason));
	put_state(&page, decision);
	put_tally(&page, decision->tally);
	put_members(&page, group);
	g_string_append_c(page.out, '\n');
	for (i = 0; i < shown->len && page.out->len < TOCSIN_LETTER_PLAIN_MAX; i++) {
		put_event(&page, shown->pdata[i]);
	}
	if (shown->len == 0 && group != NULL && tocsin_group_latest(group) != NULL) {
		g_string_append(page.out, "The last event:\n");
		put_event(&page, tocsin_group_latest(group));
	}
	cut(&page);
	if (i < shown->len) {
		g_string_append_printf(page.out, "%u more events are not shown.\n", shown->len - i);
	}
	g_string_append_printf(page.out, "-- \nWritten by Tocsin on %s, ", g_get_host_name());
	put_time(&page, now_us);
	g_string_append_c(page.out, '\n');
	return g_string_free(page.out, FALSE);
}

char *
tocsin_letter_plain_subject(const TocsinRule *rule, const TocsinGroup *group)
{
	const char *key = group != NULL ? tocsin_group_key(group) : "";
	g_autofree char *whole =
	        g_strdup_printf("%s%s%s", tocsin_rule_name(rule), key[0] != '\0' ? ": " : "", key);
	g_autoptr(GString) line = g_string_new(NULL);

	tocsin_escape_header(whole, line);
	return g_string_free(g_steal_pointer(&line), FALSE);
}
