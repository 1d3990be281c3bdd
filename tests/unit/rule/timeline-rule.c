/* SPDX-License-Identifier: MIT */
/* Reads the rules of timelines. */
#include "timeline.h"

#include <string.h>

#include "base/units.h"

#define LIST_MAX 8u

/* A spec and the texts it points to. */
typedef struct {
	TocsinRuleSpec spec;
	GPtrArray *texts; /* of char **; kept until the rule is compiled */
	TocsinRuleMute mutes[LIST_MAX];
	TocsinRuleInhibit inhibits[LIST_MAX];
	TocsinRuleEscalation escalations[LIST_MAX];
	TocsinRuleMap maps[LIST_MAX];
	GPtrArray *steps;
	GPtrArray *map_names;
	GPtrArray *map_addresses;
} Draft;

static gint64
duration(const char *text)
{
	gint64 us = 0;
	g_autoptr(GError) error = NULL;

	tocsin_units_parse_duration(text, &us, &error);
	g_assert_no_error(error);
	return us;
}

static guint
number(const char *text)
{
	return (guint)g_ascii_strtoull(text, NULL, 10);
}

static const char *const *
list(Draft *draft, const char *text, const char *separator)
{
	char **parts = text[0] != '\0' ? g_strsplit(text, separator, -1) : g_new0(char *, 1);

	g_ptr_array_add(draft->texts, parts);
	return (const char *const *)parts;
}

/* "FROM | FOR | WHERE | tell or count", each but the last may be empty. */
static void
read_mute(Draft *draft, const char *value)
{
	const char *const *parts = list(draft, value, " | ");
	TocsinRuleMute *mute = &draft->mutes[draft->spec.mutes_count++];

	mute->from = parts[0][0] != '-' ? parts[0] : NULL;
	mute->for_us = parts[1][0] != '-' ? duration(parts[1]) : 0;
	mute->where = parts[2][0] != '-' ? parts[2] : NULL;
	mute->is_counted = strcmp(parts[3], "count") == 0;
	mute->comment = "quiet";
}

static gboolean
read_list(Draft *draft, const char *key, const char *value)
{
	TocsinRuleSpec *spec = &draft->spec;
	const struct {
		const char *key;
		const char *const **list;
	} lists[] = {
	        {"on", &spec->on},
	        {"group_by", &spec->group_by},
	        {"problem", &spec->states.problem},
	        {"ok", &spec->states.ok},
	        {"ignore", &spec->states.ignored},
	        {"to", &spec->audience.to},
	        {"cc", &spec->audience.cc},
	        {"bcc", &spec->audience.bcc},
	        {"allow", &spec->allow},
	        {"deny", &spec->deny},
	};

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		if (strcmp(key, lists[i].key) == 0) {
			*lists[i].list = list(draft, value, " ");
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean
read_time(Draft *draft, const char *key, const char *value)
{
	TocsinRuleSpec *spec = &draft->spec;
	const struct {
		const char *key;
		gint64 *time_us;
	} times[] = {
	        {"within", &spec->threshold.within_us},
	        {"below_within", &spec->threshold.below_within_us},
	        {"pair_within", &spec->pair.within_us},
	        {"absence", &spec->absence_us},
	        {"sequence_within", &spec->sequence.within_us},
	        {"flap_quiet", &spec->states.flap_quiet_us},
	        {"wait", &spec->wait_us},
	        {"interval", &spec->interval_us},
	        {"repeat", &spec->repeat_us},
	        {"longest", &spec->repeat_longest_us},
	        {"late", &spec->late_us},
	        {"catch_up", &spec->catch_up_us},
	};

	for (guint i = 0; i < G_N_ELEMENTS(times); i++) {
		if (strcmp(key, times[i].key) == 0) {
			*times[i].time_us = duration(value);
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean
read_number(Draft *draft, const char *key, const char *value)
{
	TocsinRuleSpec *spec = &draft->spec;
	const struct {
		const char *key;
		guint *number;
	} numbers[] = {
	        {"count", &spec->threshold.count},    {"flap_high", &spec->states.flap_high},
	        {"flap_low", &spec->states.flap_low}, {"backoff", &spec->repeat_backoff},
	        {"times", &spec->repeat_times},       {"samples", &spec->samples},
	};

	for (guint i = 0; i < G_N_ELEMENTS(numbers); i++) {
		if (strcmp(key, numbers[i].key) == 0) {
			*numbers[i].number = number(value);
			return TRUE;
		}
	}
	return FALSE;
}

static void
read_more(Draft *draft, const char *key, const char *value)
{
	TocsinRuleSpec *spec = &draft->spec;

	if (strcmp(key, "escalate") == 0) {
		const char *const *parts = list(draft, value, " ");
		TocsinRuleEscalation *escalation = &draft->escalations[spec->escalations_count++];

		escalation->after_us = duration(parts[0]);
		escalation->audience.to = parts + 1;
	} else if (strcmp(key, "inhibit") == 0) {
		const char *const *parts = list(draft, value, " ");
		TocsinRuleInhibit *inhibit = &draft->inhibits[spec->inhibits_count++];

		inhibit->rule = parts[0];
		inhibit->equal = parts + 1;
	} else if (strcmp(key, "map") == 0) {
		const char *const *parts = list(draft, value, " ");

		g_ptr_array_add(draft->map_names, (gpointer)parts[0]);
		g_ptr_array_add(draft->map_addresses, (gpointer)parts[1]);
	} else if (strcmp(key, "limit") == 0) {
		g_autoptr(GError) error = NULL;

		tocsin_units_parse_rate(value, &spec->limit_count, &spec->limit_per_us, &error);
		g_assert_no_error(error);
	} else {
		g_error("timeline: unknown setting '%s'", key);
	}
}

static void
read_setting(Draft *draft, const char *key, const char *value)
{
	TocsinRuleSpec *spec = &draft->spec;

	if (read_list(draft, key, value) || read_time(draft, key, value) ||
	    read_number(draft, key, value)) {
		return;
	}
	if (strcmp(key, "where") == 0) {
		spec->where = value;
	} else if (strcmp(key, "distinct") == 0) {
		spec->threshold.distinct = value;
	} else if (strcmp(key, "below") == 0) {
		spec->threshold.has_below = TRUE;
		spec->threshold.below = number(value);
	} else if (strcmp(key, "start") == 0) {
		spec->pair.start = value;
	} else if (strcmp(key, "end") == 0) {
		spec->pair.end = value;
	} else if (strcmp(key, "step") == 0) {
		g_ptr_array_add(draft->steps, (gpointer)value);
	} else if (strcmp(key, "any_order") == 0) {
		spec->sequence.is_any_order = TRUE;
	} else if (strcmp(key, "states") == 0) {
		spec->states.is_on = TRUE;
		spec->states.field = value[0] != '-' ? value : NULL;
	} else if (strcmp(key, "silent") == 0) {
		spec->is_resolved_told = FALSE;
	} else if (strcmp(key, "digest") == 0) {
		spec->digest = value;
	} else if (strcmp(key, "mute") == 0) {
		read_mute(draft, value);
	} else {
		read_more(draft, key, value);
	}
}

static void
on_fault(const char *setting, const char *text, gpointer user_data)
{
	g_error("timeline: rule '%s': %s: %s", (const char *)user_data, setting, text);
}

TocsinRule *
timeline_rule(const char *name, const char *const *lines)
{
	static const char *const all[] = {"*", NULL};
	static const char *const ops[] = {"ops@example.org", NULL};
	g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	g_autoptr(GPtrArray) steps = g_ptr_array_new();
	g_autoptr(GPtrArray) map_names = g_ptr_array_new();
	g_autoptr(GPtrArray) map_addresses = g_ptr_array_new();
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	Draft draft = {.texts = texts,
	               .steps = steps,
	               .map_names = map_names,
	               .map_addresses = map_addresses};

	tocsin_rule_spec_init(&draft.spec);
	draft.spec.name = name;
	draft.spec.on = all;
	draft.spec.audience.to = ops;
	draft.spec.zone = utc;
	draft.spec.mutes = draft.mutes;
	draft.spec.inhibits = draft.inhibits;
	draft.spec.escalations = draft.escalations;
	for (guint i = 0; lines[i] != NULL; i++) {
		const char *const *parts = list(&draft, lines[i], " ");

		read_setting(&draft, parts[0],
		             lines[i] + MIN(strlen(parts[0]) + 1, strlen(lines[i])));
	}
	if (steps->len > 0) {
		g_ptr_array_add(steps, NULL);
		draft.spec.sequence.steps = (const char *const *)steps->pdata;
	}
	if (map_names->len > 0) {
		g_ptr_array_add(map_names, NULL);
		g_ptr_array_add(map_addresses, NULL);
		draft.maps[0] = (TocsinRuleMap){"people", (const char *const *)map_names->pdata,
		                                (const char *const *)map_addresses->pdata};
		draft.spec.maps = draft.maps;
		draft.spec.maps_count = 1;
	}
	return tocsin_rule_new(&draft.spec, on_fault, (gpointer)name);
}
