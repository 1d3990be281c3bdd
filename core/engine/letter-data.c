/* SPDX-License-Identifier: MIT */
/* Carries a decision and its events over into one tree of data. */
#include "engine/letter-data.h"

#include "rule/scope.h"

static void
set_text(TocsinDatum *map, const char *name, const char *text)
{
	tocsin_datum_set_named(map, name, tocsin_datum_new_string(text, -1));
}

static void
set_count(TocsinDatum *map, const char *name, guint64 count)
{
	tocsin_datum_set_named(map, name, tocsin_datum_new_int((gint64)MIN(count, G_MAXINT64)));
}

static void
set_bool(TocsinDatum *map, const char *name, gboolean value)
{
	tocsin_datum_set_named(map, name, tocsin_datum_new_bool(value));
}

static void
set_time(TocsinDatum *map, const char *name, gint64 time_us)
{
	tocsin_datum_set_named(map, name, tocsin_datum_new_time(time_us));
}

/* What every event has, whatever its fields are called. */
static void
set_own(TocsinDatum *map, const TocsinEvent *event, gint64 now_us)
{
	TocsinSeverity severity = event != NULL ? event->severity : TOCSIN_SEVERITY_INFO;
	TocsinStatus status = event != NULL ? event->status : TOCSIN_STATUS_NONE;
	guint flags = event != NULL ? event->flags : 0;

	set_text(map, "severity", tocsin_severity_name(severity));
	set_count(map, "level", severity);
	set_text(map, "status", tocsin_status_name(status));
	set_time(map, "time", event != NULL ? event->time_us : now_us);
	set_time(map, "seen", event != NULL ? event->seen_us : now_us);
	set_bool(map, "is_catch_up", (flags & TOCSIN_EVENT_CATCH_UP) != 0);
	set_bool(map, "is_partial", (flags & TOCSIN_EVENT_PARTIAL) != 0);
}

static TocsinDatum *
make_excerpt(const TocsinEvent *event)
{
	TocsinDatum *lines = tocsin_datum_new_list();

	for (guint i = 0; event != NULL && i < event->excerpt->len; i++) {
		const TocsinLine *line = event->excerpt->pdata[i];
		TocsinDatum *map = tocsin_datum_new_map();

		set_text(map, "mark", tocsin_mark_name(line->mark));
		set_text(map, "text", line->text);
		tocsin_datum_append(lines, map);
	}
	return lines;
}

static TocsinDatum *
make_attachments(const TocsinEvent *event)
{
	TocsinDatum *names = tocsin_datum_new_list();

	for (guint i = 0; event != NULL && i < event->attachments->len; i++) {
		const TocsinAttachment *attachment = event->attachments->pdata[i];

		tocsin_datum_append(names, tocsin_datum_new_string(attachment->name, -1));
	}
	return names;
}

TocsinDatum *
tocsin_letter_data_event(const TocsinEvent *event, gint64 now_us)
{
	TocsinDatum *map = tocsin_datum_new_map();
	TocsinDatum *own = tocsin_datum_new_map();
	TocsinDatum *fields =
	        event != NULL ? tocsin_scope_datum(event->fields) : tocsin_datum_new_map();

	set_own(map, event, now_us);
	set_own(own, event, now_us);
	for (guint i = 0; i < tocsin_datum_count(fields); i++) {
		tocsin_datum_set(map, tocsin_datum_ref(tocsin_datum_nth_key(fields, i)),
		                 tocsin_datum_ref(tocsin_datum_nth(fields, i)));
	}
	/* These no field may take: the first four as in rule/scope.h, the others because templates
	 * that fit any event have to find in them what they expect. */
	set_text(map, "id", event != NULL ? event->id : "");
	set_text(map, "trigger", event != NULL ? event->trigger : "");
	set_text(map, "kind", event != NULL ? event->kind : "");
	set_text(map, "key", event != NULL ? event->key : "");
	tocsin_datum_set_named(map, "own", own);
	tocsin_datum_set_named(map, "fields", fields);
	tocsin_datum_set_named(map, "excerpt", make_excerpt(event));
	tocsin_datum_set_named(map, "attachments", make_attachments(event));
	return map;
}

static gint
compare_times(gconstpointer a, gconstpointer b)
{
	const TocsinEvent *first = *(const TocsinEvent *const *)a;
	const TocsinEvent *second = *(const TocsinEvent *const *)b;

	return first->time_us < second->time_us ? -1 : first->time_us > second->time_us;
}

GPtrArray *
tocsin_letter_data_shown(const TocsinDecision *decision)
{
	GPtrArray *shown = g_ptr_array_new();

	for (guint i = 0; decision->tally != NULL && i < decision->tally->samples->len; i++) {
		g_ptr_array_add(shown, decision->tally->samples->pdata[i]);
	}
	g_ptr_array_sort(shown, compare_times); /* stable: GLib's is a merge sort */
	return shown;
}

static TocsinDatum *
make_members(const TocsinGroup *group)
{
	const GPtrArray *members = group != NULL ? tocsin_group_members(group) : NULL;
	TocsinDatum *list = tocsin_datum_new_list();

	for (guint i = 0; members != NULL && i < members->len; i++) {
		const TocsinMember *member = members->pdata[i];
		TocsinDatum *map = tocsin_datum_new_map();

		set_text(map, "key", member->key);
		set_text(map, "status", member->value != NULL ? member->value : "");
		set_bool(map, "is_problem", member->is_problem);
		set_bool(map, "is_flapping", member->is_flapping);
		set_time(map, "since", member->since_us);
		set_time(map, "seen", member->seen_us);
		tocsin_datum_append(list, map);
	}
	return list;
}

static void
set_tally(TocsinDatum *map, const TocsinDecision *decision, gint64 told_us)
{
	const TocsinTally *tally = decision->tally;
	gboolean is_something = tally != NULL && tally->count > 0;
	TocsinDatum *kinds = tocsin_datum_new_list();

	set_count(map, "count", is_something ? tally->count : 0);
	/* Times of nothing are that of the last event, so that they can always be shown. */
	set_time(map, "first", is_something ? tally->first_us : told_us);
	set_time(map, "last", is_something ? tally->last_us : told_us);
	set_count(map, "late", is_something ? tally->late : 0);
	set_count(map, "caught_up", is_something ? tally->caught_up : 0);
	for (guint i = 0; tally != NULL && i < tally->kinds->len; i++) {
		const TocsinTallyKind *kind = &g_array_index(tally->kinds, TocsinTallyKind, i);
		TocsinDatum *entry = tocsin_datum_new_map();

		set_text(entry, "name", kind->name);
		set_count(entry, "count", kind->count);
		tocsin_datum_append(kinds, entry);
	}
	tocsin_datum_set_named(map, "kinds", kinds);
	set_count(map, "other_kinds", is_something ? tally->others : 0);
}

static void
set_events(TocsinDatum *map, const TocsinDecision *decision, const TocsinEvent *latest,
           gint64 now_us)
{
	g_autoptr(GPtrArray) shown = tocsin_letter_data_shown(decision);
	guint64 count = decision->tally != NULL ? decision->tally->count : 0;
	TocsinDatum *events = tocsin_datum_new_list();
	TocsinDatum *event;

	for (guint i = 0; i < shown->len; i++) {
		tocsin_datum_append(events, tocsin_letter_data_event(shown->pdata[i], now_us));
	}
	event = shown->len > 0 ? tocsin_datum_ref(tocsin_datum_nth(events, shown->len - 1))
	                       : tocsin_letter_data_event(latest, now_us);
	tocsin_datum_set_named(map, "events", events);
	set_count(map, "omitted", count > shown->len ? count - shown->len : 0);
	tocsin_datum_set_named(map, "event", event);
}

static void
set_state(TocsinDatum *map, const TocsinDecision *decision, gint64 now_us)
{
	gint64 since_us = decision->since_us;
	gint64 end_us = decision->over_us != 0 ? decision->over_us : now_us;

	set_bool(map, "is_open", decision->is_open);
	set_time(map, "since", since_us);
	set_time(map, "over", decision->over_us);
	set_count(map, "duration",
	          since_us != 0 && end_us > since_us ? (guint64)(end_us - since_us) / G_USEC_PER_SEC
	                                             : 0);
	set_count(map, "repeats", decision->repeats);
	set_count(map, "held_back", decision->held_back);
	set_count(map, "groups", decision->groups);
	set_count(map, "resolved", decision->resolved);
}

TocsinDatum *
tocsin_letter_data(const TocsinRule *rule, const TocsinGroup *group, const TocsinDecision *decision,
                   gint64 now_us)
{
	const TocsinEvent *latest = group != NULL ? tocsin_group_latest(group) : NULL;
	TocsinDatum *map = tocsin_datum_new_map();

	set_text(map, "rule", tocsin_rule_name(rule));
	set_text(map, "key", group != NULL ? tocsin_group_key(group) : "");
	set_text(map, "reason", tocsin_reason_name(decision->reason));
	set_tally(map, decision, latest != NULL ? latest->time_us : now_us);
	set_state(map, decision, now_us);
	set_events(map, decision, latest, now_us);
	tocsin_datum_set_named(map, "members", make_members(group));
	set_text(map, "host", g_get_host_name());
	set_time(map, "now", now_us);
	return map;
}
