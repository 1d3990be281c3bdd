/* SPDX-License-Identifier: MIT */
/* Looks names up in an event. */
#include "rule/scope.h"

#include <string.h>

#include "template/expression.h"

/* No text that is compared or grouped by is longer. */
#define TEXT_MAX 65536u

static const char *const own_names[] = {
        "id",     "trigger", "kind", "key",         "severity", "level",
        "status", "time",    "seen", "is_catch_up", "fields",   NULL,
};

TocsinDatum *
tocsin_scope_datum(const TocsinValue *value)
{
	TocsinDatum *datum;

	switch (tocsin_value_type(value)) {
	case TOCSIN_VALUE_BOOL:
		return tocsin_datum_new_bool(tocsin_value_get_bool(value));
	case TOCSIN_VALUE_INT:
		return tocsin_datum_new_int(tocsin_value_get_int(value));
	case TOCSIN_VALUE_DOUBLE:
		return tocsin_datum_new_double(tocsin_value_get_double(value));
	case TOCSIN_VALUE_TIME:
		return tocsin_datum_new_time(tocsin_value_get_int(value));
	case TOCSIN_VALUE_STRING:
		return tocsin_datum_new_string(tocsin_value_get_string(value), -1);
	case TOCSIN_VALUE_LIST:
		datum = tocsin_datum_new_list();
		for (guint i = 0; i < tocsin_value_count(value); i++) {
			tocsin_datum_append(datum, tocsin_scope_datum(tocsin_value_nth(value, i)));
		}
		return datum;
	case TOCSIN_VALUE_MAP:
	default:
		datum = tocsin_datum_new_map();
		for (guint i = 0; i < tocsin_value_count(value); i++) {
			tocsin_datum_set_named(datum, tocsin_value_nth_name(value, i),
			                       tocsin_scope_datum(tocsin_value_nth(value, i)));
		}
		return datum;
	}
}

/* (nullable) The text of a name that no field may take. */
static const char *
fixed_text(const TocsinEvent *event, const char *name)
{
	if (strcmp(name, "trigger") == 0) {
		return event->trigger;
	}
	if (strcmp(name, "kind") == 0) {
		return event->kind;
	}
	if (strcmp(name, "key") == 0) {
		return event->key;
	}
	return strcmp(name, "id") == 0 ? event->id : NULL;
}

TocsinDatum *
tocsin_scope_lookup(gpointer data, const char *name)
{
	const TocsinEvent *event = data;
	const char *fixed = event != NULL ? fixed_text(event, name) : NULL;
	const TocsinValue *field = NULL;

	if (event == NULL) {
		return NULL;
	}
	if (fixed != NULL) {
		return tocsin_datum_new_string(fixed, -1);
	}
	field = tocsin_value_lookup(event->fields, name);
	if (field != NULL) {
		return tocsin_scope_datum(field);
	}
	if (strcmp(name, "severity") == 0) {
		return tocsin_datum_new_string(tocsin_severity_name(event->severity), -1);
	}
	if (strcmp(name, "level") == 0) {
		return tocsin_datum_new_int((gint64)event->severity);
	}
	if (strcmp(name, "status") == 0) {
		return tocsin_datum_new_string(tocsin_status_name(event->status), -1);
	}
	if (strcmp(name, "time") == 0) {
		return tocsin_datum_new_time(event->time_us);
	}
	if (strcmp(name, "seen") == 0) {
		return tocsin_datum_new_time(event->seen_us);
	}
	if (strcmp(name, "is_catch_up") == 0) {
		return tocsin_datum_new_bool((event->flags & TOCSIN_EVENT_CATCH_UP) != 0);
	}
	return strcmp(name, "fields") == 0 ? tocsin_scope_datum(event->fields) : NULL;
}

char *
tocsin_scope_text(const TocsinEvent *event, const char *name)
{
	const char *fixed = fixed_text(event, name);
	const TocsinValue *field = NULL;
	g_autoptr(TocsinDatum) datum = NULL;
	g_autoptr(GString) out = NULL;

	if (fixed != NULL) {
		return g_strdup(fixed);
	}
	field = tocsin_value_lookup(event->fields, name);
	if (field != NULL && tocsin_value_type(field) == TOCSIN_VALUE_STRING) {
		return g_strdup(tocsin_value_get_string(field));
	}
	datum = tocsin_scope_lookup((gpointer)event, name);
	if (datum == NULL || tocsin_datum_kind(datum) == TOCSIN_DATUM_LIST ||
	    tocsin_datum_kind(datum) == TOCSIN_DATUM_MAP) {
		return NULL;
	}
	out = g_string_new(NULL);
	tocsin_datum_print(datum, out, TEXT_MAX);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

gboolean
tocsin_scope_is_own(const char *name)
{
	return g_strv_contains(own_names, name);
}

gboolean
tocsin_scope_holds(const TocsinExpression *expression, const TocsinEvent *event, char **out_fault)
{
	g_autoptr(GError) error = NULL;
	gboolean is_true = FALSE;

	if (!tocsin_expression_test(expression, tocsin_scope_lookup, (gpointer)event, NULL,
	                            &is_true, &error)) {
		if (out_fault != NULL) {
			*out_fault = g_strdup(error->message);
		}
		return FALSE;
	}
	return is_true;
}
