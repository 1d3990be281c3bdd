/* SPDX-License-Identifier: MIT */
/* Carries the settings of a rule over into plain values, and has them compiled. */
#include "engine/rule-settings.h"

#include <string.h>

#include "base/units.h"

/* What is made on the way, and lives until the rule is compiled. */
typedef struct {
	const TocsinRuleDefaults *defaults;
	TocsinRuleComplain complain;
	gpointer user_data;
	guint faults;
	GPtrArray *lists;    /* of char **, NULL-terminated; the texts in them are owned too */
	GArray *mutes;       /* of TocsinRuleMute */
	GArray *inhibits;    /* of TocsinRuleInhibit */
	GArray *escalations; /* of TocsinRuleEscalation */
	GArray *maps;        /* of TocsinRuleMap */
} Draft;

/* (nullable) A list's items, NULL-terminated; NULL if it was not set. */
static const char *const *
get_list(Draft *draft, const TocsinSettings *settings, const char *name)
{
	guint count = tocsin_settings_get_count(settings, name);
	char **list;

	if (!tocsin_settings_is_set(settings, name)) {
		return NULL;
	}
	list = g_new0(char *, count + 1);
	for (guint i = 0; i < count; i++) {
		list[i] = g_strdup(tocsin_settings_get_item(settings, name, i));
	}
	g_ptr_array_add(draft->lists, list);
	return (const char *const *)list;
}

static void
read_audience(Draft *draft, const TocsinSettings *settings, TocsinRuleAudience *out)
{
	out->to = get_list(draft, settings, "to");
	out->cc = get_list(draft, settings, "cc");
	out->bcc = get_list(draft, settings, "bcc");
}

static void
read_gathering(Draft *draft, const TocsinSettings *settings, TocsinRuleSpec *spec)
{
	const TocsinSettings *threshold = tocsin_settings_get_group(settings, "threshold", 0);
	const TocsinSettings *pair = tocsin_settings_get_group(settings, "pair", 0);
	const TocsinSettings *sequence = tocsin_settings_get_group(settings, "sequence", 0);
	const TocsinSettings *states = tocsin_settings_get_group(settings, "states", 0);

	if (threshold != NULL) {
		spec->threshold.count = (guint)tocsin_settings_get_int(threshold, "count");
		spec->threshold.within_us = tocsin_settings_get_int(threshold, "within");
		spec->threshold.distinct = tocsin_settings_get_string(threshold, "distinct");
		spec->threshold.has_below = tocsin_settings_is_set(threshold, "below");
		spec->threshold.below = (guint)tocsin_settings_get_int(threshold, "below");
		spec->threshold.below_within_us =
		        tocsin_settings_get_int(threshold, "below_within");
	}
	if (pair != NULL) {
		spec->pair.start = tocsin_settings_get_string(pair, "start");
		spec->pair.end = tocsin_settings_get_string(pair, "end");
		spec->pair.within_us = tocsin_settings_get_int(pair, "within");
	}
	if (sequence != NULL) {
		spec->sequence.steps = get_list(draft, sequence, "steps");
		spec->sequence.within_us = tocsin_settings_get_int(sequence, "within");
		spec->sequence.is_any_order = tocsin_settings_get_int(sequence, "any_order") != 0;
	}
	if (states != NULL) {
		spec->states.is_on = TRUE;
		spec->states.field = tocsin_settings_get_string(states, "field");
		spec->states.problem = get_list(draft, states, "problem");
		spec->states.ok = get_list(draft, states, "ok");
		spec->states.ignored = get_list(draft, states, "ignore");
		spec->states.flap_high = (guint)tocsin_settings_get_int(states, "flapping");
		spec->states.flap_low = (guint)tocsin_settings_get_int(states, "settled");
		spec->states.flap_quiet_us = tocsin_settings_get_int(states, "quiet");
	}
	spec->absence_us = tocsin_settings_get_int(settings, "absence");
}

static void
read_limit(Draft *draft, const TocsinSettings *settings, TocsinRuleSpec *spec)
{
	const char *limit = tocsin_settings_get_string(settings, "limit");
	g_autoptr(GError) error = NULL;

	spec->limit_count = 0;
	if (limit == NULL || strcmp(limit, "none") == 0) {
		return;
	}
	if (!tocsin_units_parse_rate(limit, &spec->limit_count, &spec->limit_per_us, &error)) {
		draft->faults++;
		draft->complain("limit", error->message, draft->user_data);
	}
}

static void
read_timing(Draft *draft, const TocsinSettings *settings, TocsinRuleSpec *spec)
{
	spec->wait_us = tocsin_settings_get_int(settings, "wait");
	spec->interval_us = tocsin_settings_get_int(settings, "interval");
	spec->repeat_us = tocsin_settings_get_int(settings, "repeat");
	spec->repeat_backoff = (guint)tocsin_settings_get_int(settings, "repeat_backoff");
	spec->repeat_longest_us = tocsin_settings_get_int(settings, "repeat_longest");
	spec->repeat_times = (guint)tocsin_settings_get_int(settings, "repeat_times");
	spec->is_resolved_told = tocsin_settings_get_int(settings, "resolved") != 0;
	spec->late_us = tocsin_settings_get_int(settings, "late");
	spec->digest = tocsin_settings_get_string(settings, "digest");
	spec->catch_up_us = tocsin_settings_get_int(settings, "catch_up");
	spec->samples = (guint)tocsin_settings_get_int(settings, "samples");
	read_limit(draft, settings, spec);
}

static TocsinRuleMute
read_mute(const TocsinSettings *from)
{
	return (TocsinRuleMute){
	        .from = tocsin_settings_get_string(from, "from"),
	        .for_us = tocsin_settings_get_int(from, "for"),
	        .where = tocsin_settings_get_string(from, "where"),
	        .comment = tocsin_settings_get_string(from, "comment"),
	        .is_counted = g_strcmp0(tocsin_settings_get_string(from, "then"), "count") == 0,
	};
}

static void
read_holding(Draft *draft, const TocsinSettings *settings, TocsinRuleSpec *spec)
{
	for (guint i = 0; i < tocsin_settings_get_count(settings, "mutes"); i++) {
		const TocsinSettings *from = tocsin_settings_get_group(settings, "mutes", i);
		TocsinRuleMute mute = read_mute(from);

		g_array_append_val(draft->mutes, mute);
	}
	for (guint i = 0; i < tocsin_settings_get_count(settings, "inhibit"); i++) {
		const TocsinSettings *from = tocsin_settings_get_group(settings, "inhibit", i);
		TocsinRuleInhibit inhibit = {
		        .rule = tocsin_settings_get_string(from, "rule"),
		        .equal = get_list(draft, from, "equal"),
		};

		g_array_append_val(draft->inhibits, inhibit);
	}
	for (guint i = 0; i < tocsin_settings_get_count(settings, "escalate"); i++) {
		const TocsinSettings *from = tocsin_settings_get_group(settings, "escalate", i);
		TocsinRuleEscalation escalation = {
		        .after_us = tocsin_settings_get_int(from, "after"),
		};

		read_audience(draft, from, &escalation.audience);
		g_array_append_val(draft->escalations, escalation);
	}
	spec->mutes = (const TocsinRuleMute *)(gpointer)draft->mutes->data;
	spec->mutes_count = draft->mutes->len;
	spec->inhibits = (const TocsinRuleInhibit *)(gpointer)draft->inhibits->data;
	spec->inhibits_count = draft->inhibits->len;
	spec->escalations = (const TocsinRuleEscalation *)(gpointer)draft->escalations->data;
	spec->escalations_count = draft->escalations->len;
}

/* "VALUE: ADDRESS, ADDRESS" for each of @entries. */
static void
add_map(Draft *draft, const char *map_name, const char *const *entries)
{
	guint count = entries != NULL ? g_strv_length((char **)entries) : 0;
	char **names = g_new0(char *, count + 1);
	char **addresses = g_new0(char *, count + 1);
	TocsinRuleMap map = {.name = map_name,
	                     .names = (const char *const *)names,
	                     .addresses = (const char *const *)addresses};

	for (guint i = 0; i < count; i++) {
		g_auto(GStrv) parts = g_strsplit(entries[i], ":", 2);
		gboolean is_pair = g_strv_length(parts) == 2;

		if (!is_pair) {
			g_autofree char *text =
			        g_strdup_printf("\"%s\": expected \"VALUE: ADDRESS\"", entries[i]);

			draft->faults++;
			draft->complain("maps", text, draft->user_data);
		}
		names[i] = g_strdup(is_pair ? g_strstrip(parts[0]) : "");
		addresses[i] = g_strdup(is_pair ? g_strstrip(parts[1]) : "");
	}
	g_ptr_array_add(draft->lists, names);
	g_ptr_array_add(draft->lists, addresses);
	g_array_append_val(draft->maps, map);
}

/* The rule's own tables go before those of all rules. */
static void
read_maps(Draft *draft, const TocsinSettings *settings)
{
	const GPtrArray *tables = draft->defaults->tables;

	for (guint i = 0; tables != NULL && i < tables->len; i++) {
		const TocsinRuleTable *table = g_ptr_array_index(tables, i);

		add_map(draft, table->name, (const char *const *)table->entries);
	}
	for (guint i = 0; i < tocsin_settings_get_count(settings, "maps"); i++) {
		const TocsinSettings *from = tocsin_settings_get_group(settings, "maps", i);

		add_map(draft, tocsin_settings_get_string(from, "name"),
		        get_list(draft, from, "entries"));
	}
}

GTimeZone *
tocsin_engine_parse_zone(const char *name)
{
	gboolean is_path = strstr(name, "..") != NULL || name[0] == '/';

	return is_path ? NULL : g_time_zone_new_identifier(name);
}

/* (nullable) The zone of the rule's calendars. */
static GTimeZone *
read_zone(Draft *draft, const TocsinSettings *settings)
{
	const char *name = tocsin_settings_get_string(settings, "zone");
	GTimeZone *zone;

	if (name == NULL && draft->defaults->settings != NULL) {
		name = tocsin_settings_get_string(draft->defaults->settings, "zone");
	}
	if (name == NULL) {
		return NULL;
	}
	zone = tocsin_engine_parse_zone(name);
	if (zone == NULL) {
		draft->faults++;
		draft->complain("zone",
		                "is no time zone that this machine knows; expected a name "
		                "such as \"Europe/Berlin\"",
		                draft->user_data);
	}
	return zone;
}

/* Those who are told when the rule names nobody at all. */
static void
read_recipients(Draft *draft, const TocsinSettings *settings, TocsinRuleSpec *spec)
{
	read_audience(draft, settings, &spec->audience);
	if (spec->audience.to == NULL && spec->audience.cc == NULL && spec->audience.bcc == NULL &&
	    draft->defaults->settings != NULL) {
		spec->audience.to = get_list(draft, draft->defaults->settings, "to");
	}
}

static TocsinRule *
compile(Draft *draft, const TocsinSettings *settings)
{
	g_autoptr(GTimeZone) zone = read_zone(draft, settings);
	g_autoptr(TocsinRule) rule = NULL;
	TocsinRuleSpec spec;

	tocsin_rule_spec_init(&spec);
	spec.zone = zone;
	spec.name = tocsin_settings_get_string(settings, "name");
	spec.on = get_list(draft, settings, "on");
	spec.where = tocsin_settings_get_string(settings, "where");
	spec.group_by = get_list(draft, settings, "group_by");
	read_gathering(draft, settings, &spec);
	read_timing(draft, settings, &spec);
	read_holding(draft, settings, &spec);
	read_recipients(draft, settings, &spec);
	read_maps(draft, settings);
	spec.maps = (const TocsinRuleMap *)(gpointer)draft->maps->data;
	spec.maps_count = draft->maps->len;
	spec.allow = get_list(draft, settings, "allow");
	spec.deny = get_list(draft, settings, "deny");
	spec.via = get_list(draft, settings, "via");
	spec.via = spec.via != NULL ? spec.via : draft->defaults->via;
	rule = tocsin_rule_new(&spec, draft->complain, draft->user_data);
	return draft->faults == 0 ? g_steal_pointer(&rule) : NULL;
}

TocsinRule *
tocsin_engine_compile_rule(const TocsinSettings *settings, const TocsinRuleDefaults *defaults,
                           TocsinRuleComplain complain, gpointer user_data)
{
	static const TocsinRuleDefaults none = {0};
	Draft draft = {.defaults = defaults != NULL ? defaults : &none,
	               .complain = complain,
	               .user_data = user_data};
	TocsinRule *rule;

	draft.lists = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	draft.mutes = g_array_new(FALSE, FALSE, sizeof(TocsinRuleMute));
	draft.inhibits = g_array_new(FALSE, FALSE, sizeof(TocsinRuleInhibit));
	draft.escalations = g_array_new(FALSE, FALSE, sizeof(TocsinRuleEscalation));
	draft.maps = g_array_new(FALSE, FALSE, sizeof(TocsinRuleMap));
	rule = compile(&draft, settings);
	g_ptr_array_unref(draft.lists);
	g_array_unref(draft.mutes);
	g_array_unref(draft.inhibits);
	g_array_unref(draft.escalations);
	g_array_unref(draft.maps);
	return rule;
}

TocsinMute *
tocsin_engine_compile_mute(const TocsinSettings *settings, GError **error)
{
	TocsinRuleMute spec = read_mute(settings);

	return tocsin_mute_new(&spec, NULL, error);
}
