/* SPDX-License-Identifier: MIT */
/* Makes the schema of a rule's mails from what triggers tell of their events. */
#include "engine/letter-schema.h"

#include <string.h>

static const char *const plain_names[] = {
        "rule",      "key",       "reason",  "count",    "first",       "last",    "late",
        "caught_up", "held_back", "groups",  "resolved", "other_kinds", "is_open", "since",
        "over",      "duration",  "repeats", "omitted",  "host",        "now",
};
static const char *const own_names[] = {
        "severity", "level", "status", "time", "seen", "is_catch_up", "is_partial",
};
static const char *const member_names[] = {
        "key", "status", "is_problem", "is_flapping", "since", "seen",
};
static const char *const fixed_names[] = {"id", "trigger", "kind", "key"};

/* A map of names that hold no further names. */
static TocsinDatum *
make_map(const char *const *names, guint count)
{
	TocsinDatum *map = tocsin_datum_new_map();

	for (guint i = 0; i < count; i++) {
		tocsin_datum_set_named(map, names[i], tocsin_datum_new_none());
	}
	return map;
}

static TocsinDatum *
make_list(TocsinDatum *member)
{
	TocsinDatum *list = tocsin_datum_new_list();

	tocsin_datum_append(list, member);
	return list;
}

static void
add_fields(TocsinDatum *fields, const GPtrArray *more)
{
	for (guint i = 0; more != NULL && i < more->len; i++) {
		const TocsinSchemaField *field = more->pdata[i];

		tocsin_datum_set_named(fields, field->name, tocsin_datum_new_none());
	}
}

/* Whether @pattern, with * and ?, can match a text that begins with @trigger and a dot. */
static gboolean
is_possible(const char *pattern, const char *trigger)
{
	g_autofree char *prefix = g_strconcat(trigger, ".", NULL);
	const char *at = prefix;

	while (*at != '\0' && *pattern != '*') {
		if (*pattern == '?') {
			at = g_utf8_next_char(at);
			pattern++;
		} else if (*pattern++ != *at++) {
			return FALSE;
		}
	}
	return TRUE;
}

/* Adds the fields of the kinds that @rule is on. FALSE if any others may come. */
static gboolean
add_source(TocsinDatum *fields, const TocsinRule *rule, const TocsinLetterSource *source)
{
	const GPtrArray *kinds;

	if (source->schema == NULL || !tocsin_schema_is_known(source->schema)) {
		return FALSE;
	}
	kinds = tocsin_schema_kinds(source->schema);
	for (guint i = 0; i < kinds->len; i++) {
		const char *kind = kinds->pdata[i];

		if (tocsin_rule_is_on(rule, source->name, kind)) {
			add_fields(fields, tocsin_schema_fields(source->schema, kind));
			add_fields(fields, tocsin_schema_fields(source->schema, NULL));
		}
	}
	return TRUE;
}

/* Adds the fields of all sources that @pattern can stand for. FALSE if any others may come. */
static gboolean
add_pattern(TocsinDatum *fields, const TocsinRule *rule, const char *pattern,
            const TocsinLetterSource *sources, guint count)
{
	gboolean is_known = FALSE;

	for (guint i = 0; i < count; i++) {
		if (!is_possible(pattern, sources[i].name)) {
			continue;
		}
		if (!add_source(fields, rule, &sources[i])) {
			return FALSE;
		}
		is_known = TRUE;
	}
	return is_known;
}

/* The fields as a map, or NULL for any. */
static TocsinDatum *
make_fields(const TocsinRule *rule, const TocsinLetterSource *sources, guint count)
{
	g_autoptr(TocsinDatum) fields = tocsin_datum_new_map();
	const char *const *on = rule != NULL ? tocsin_rule_on(rule) : NULL;

	for (; on != NULL && *on != NULL; on++) {
		if (!add_pattern(fields, rule, *on, sources, count)) {
			return NULL;
		}
	}
	return tocsin_datum_count(fields) > 0 ? g_steal_pointer(&fields) : NULL;
}

/* An event's shape; one that may hold whatever it likes for @fields NULL. */
static TocsinDatum *
make_event(const TocsinDatum *fields)
{
	static const char *const line_names[] = {"mark", "text"};
	TocsinDatum *event;

	if (fields == NULL) {
		return tocsin_datum_new_list();
	}
	event = make_map(own_names, G_N_ELEMENTS(own_names));
	for (guint i = 0; i < tocsin_datum_count(fields); i++) {
		tocsin_datum_set(event, tocsin_datum_ref(tocsin_datum_nth_key(fields, i)),
		                 tocsin_datum_new_none());
	}
	for (guint i = 0; i < G_N_ELEMENTS(fixed_names); i++) {
		tocsin_datum_set_named(event, fixed_names[i], tocsin_datum_new_none());
	}
	tocsin_datum_set_named(event, "own", make_map(own_names, G_N_ELEMENTS(own_names)));
	tocsin_datum_set_named(event, "fields", tocsin_datum_ref(fields));
	tocsin_datum_set_named(event, "excerpt",
	                       make_list(make_map(line_names, G_N_ELEMENTS(line_names))));
	tocsin_datum_set_named(event, "attachments", make_list(tocsin_datum_new_none()));
	return event;
}

TocsinDatum *
tocsin_letter_schema(const TocsinRule *rule, const TocsinLetterSource *sources, guint count)
{
	static const char *const kind_names[] = {"name", "count"};
	g_autoptr(TocsinDatum) fields = make_fields(rule, sources, count);
	g_autoptr(TocsinDatum) event = make_event(fields);
	TocsinDatum *schema = make_map(plain_names, G_N_ELEMENTS(plain_names));

	tocsin_datum_set_named(schema, "kinds",
	                       make_list(make_map(kind_names, G_N_ELEMENTS(kind_names))));
	tocsin_datum_set_named(schema, "members",
	                       make_list(make_map(member_names, G_N_ELEMENTS(member_names))));
	tocsin_datum_set_named(schema, "event", tocsin_datum_ref(event));
	tocsin_datum_set_named(schema, "events", make_list(tocsin_datum_ref(event)));
	return schema;
}
