/* SPDX-License-Identifier: MIT */
/* The functions every template knows, and the methods of strings and maps that are worth having;
 * most methods are filters under another name. */
#include "template/functions.h"

#include <math.h>
#include <string.h>

#include "template/filter.h"

static TocsinDatum *
call_range(gpointer self, TocsinRun *run, const TocsinArguments *arguments)
{
	guint count = tocsin_arguments_count(arguments);
	gint64 bounds[3] = {0, 0, 1};
	gint64 total;
	TocsinDatum *list;

	for (guint i = 0; i < MIN(count, 3); i++) {
		const TocsinDatum *bound = tocsin_arguments_nth(arguments, i);

		if (!tocsin_datum_is_integral(bound)) {
			return tocsin_run_fail(run, "range needs whole numbers");
		}
		bounds[count == 1 ? 1 : i] = tocsin_datum_int(bound);
	}
	if (count < 1 || count > 3 || bounds[2] == 0) {
		return tocsin_run_fail(run, "range needs one to three numbers, the step not 0");
	}
	gdouble span = ((gdouble)bounds[1] - (gdouble)bounds[0]) / (gdouble)bounds[2];

	total = span <= 0 ? 0 : span > G_MAXINT32 ? G_MAXINT32 : (gint64)ceil(span);
	if (!tocsin_run_allow_members(run, total)) {
		return NULL;
	}
	list = tocsin_datum_new_list();
	for (gint64 i = bounds[0]; bounds[2] > 0 ? i < bounds[1] : i > bounds[1];) {
		tocsin_datum_append(list, tocsin_datum_new_int(i));
		if (__builtin_add_overflow(i, bounds[2], &i)) {
			break;
		}
	}
	return list;
}

static TocsinDatum *
call_dict(gpointer self, TocsinRun *run, const TocsinArguments *arguments)
{
	TocsinDatum *map;

	if (tocsin_arguments_count(arguments) > 0) {
		return tocsin_run_fail(run, "dict takes named arguments only");
	}
	map = tocsin_datum_new_map();
	for (guint i = 0; arguments->named != NULL && i < tocsin_datum_count(arguments->named);
	     i++) {
		tocsin_datum_set(map, tocsin_datum_ref(tocsin_datum_nth_key(arguments->named, i)),
		                 tocsin_datum_ref(tocsin_datum_nth(arguments->named, i)));
	}
	return map;
}

static TocsinDatum *
get_member(gpointer self, const char *name)
{
	TocsinDatum *member = tocsin_datum_lookup_named(self, name);

	return member != NULL ? tocsin_datum_ref(member) : NULL;
}

static void
free_map(gpointer self)
{
	tocsin_datum_unref(self);
}

static const TocsinObjectClass namespace_class = {"namespace", get_member, NULL, free_map};

static TocsinDatum *
call_namespace(gpointer self, TocsinRun *run, const TocsinArguments *arguments)
{
	TocsinDatum *map = call_dict(NULL, run, arguments);

	if (map == NULL) {
		return NULL;
	}
	g_ptr_array_add(run->namespaces, tocsin_datum_ref(map));
	return tocsin_datum_new_object(&namespace_class, map);
}

gboolean
tocsin_functions_set_member(const TocsinDatum *datum, const char *name, TocsinDatum *value)
{
	if (tocsin_datum_object_class(datum) != &namespace_class) {
		return FALSE;
	}
	tocsin_datum_set_named(tocsin_datum_object(datum), name, value);
	return TRUE;
}

/* What cycler() and joiner() make: a list and where it stands. */
typedef struct {
	TocsinDatum *members;
	guint at;
} Cycle;

static void
free_cycle(gpointer self)
{
	tocsin_datum_unref(((Cycle *)self)->members);
	g_free(self);
}

static TocsinDatum *
call_joiner_object(gpointer self, TocsinRun *run, const TocsinArguments *arguments)
{
	Cycle *cycle = self;

	return cycle->at++ == 0 ? tocsin_datum_new_string("", 0)
	                        : tocsin_datum_ref(tocsin_datum_nth(cycle->members, 0));
}

static TocsinDatum *
get_cycler_member(gpointer self, const char *name)
{
	Cycle *cycle = self;

	return strcmp(name, "current") == 0
	               ? tocsin_datum_ref(tocsin_datum_nth(
	                         cycle->members, cycle->at % tocsin_datum_count(cycle->members)))
	               : NULL;
}

static const TocsinObjectClass joiner_class = {"joiner", NULL, call_joiner_object, free_cycle};
static const TocsinObjectClass cycler_class = {"cycler", get_cycler_member, NULL, free_cycle};

static TocsinDatum *
new_cycle(const TocsinObjectClass *klass, const TocsinArguments *arguments)
{
	Cycle *cycle = g_new0(Cycle, 1);

	cycle->members = tocsin_datum_new_list();
	for (guint i = 0; i < tocsin_arguments_count(arguments); i++) {
		tocsin_datum_append(cycle->members,
		                    tocsin_datum_ref(tocsin_arguments_nth(arguments, i)));
	}
	return tocsin_datum_new_object(klass, cycle);
}

static TocsinDatum *
call_cycler(gpointer self, TocsinRun *run, const TocsinArguments *arguments)
{
	return tocsin_arguments_count(arguments) > 0
	               ? new_cycle(&cycler_class, arguments)
	               : tocsin_run_fail(run, "cycler needs at least one argument");
}

static TocsinDatum *
call_joiner(gpointer self, TocsinRun *run, const TocsinArguments *arguments)
{
	TocsinDatum *joiner = new_cycle(&joiner_class, arguments);
	Cycle *cycle = tocsin_datum_object(joiner);

	if (tocsin_datum_count(cycle->members) == 0) {
		tocsin_datum_append(cycle->members, tocsin_datum_new_string(", ", 2));
	}
	return joiner;
}

static void
free_nothing(gpointer self)
{
}

static const TocsinObjectClass functions[] = {
        {"range", NULL, call_range, free_nothing},
        {"dict", NULL, call_dict, free_nothing},
        {"namespace", NULL, call_namespace, free_nothing},
        {"cycler", NULL, call_cycler, free_nothing},
        {"joiner", NULL, call_joiner, free_nothing},
};

const char *const *
tocsin_functions_names(void)
{
	static const char *const names[] = {"range", "dict", "namespace", "cycler", "joiner", NULL};

	G_STATIC_ASSERT(G_N_ELEMENTS(names) == G_N_ELEMENTS(functions) + 1);
	return names;
}

TocsinDatum *
tocsin_functions_find(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(functions); i++) {
		if (strcmp(functions[i].type_name, name) == 0) {
			return tocsin_datum_new_object(&functions[i], NULL);
		}
	}
	return NULL;
}

static TocsinDatum *
call_affix(TocsinRun *run, const TocsinDatum *owner, const char *name,
           const TocsinArguments *arguments)
{
	const TocsinDatum *affix =
	        tocsin_arguments_count(arguments) == 1 ? tocsin_arguments_nth(arguments, 0) : NULL;

	if (affix == NULL || !tocsin_datum_is_string(affix)) {
		return tocsin_run_fail(run, "%s needs one string", name);
	}
	return tocsin_datum_new_bool(
	        strcmp(name, "startswith") == 0
	                ? g_str_has_prefix(tocsin_datum_text(owner), tocsin_datum_text(affix))
	                : g_str_has_suffix(tocsin_datum_text(owner), tocsin_datum_text(affix)));
}

static TocsinDatum *
call_string_method(TocsinRun *run, const TocsinDatum *owner, const char *name,
                   const TocsinArguments *arguments, gboolean *out_is_known)
{
	static const struct {
		const char *method;
		const char *filter;
	} aliases[] = {
	        {"upper", "upper"}, {"lower", "lower"},           {"strip", "trim"},
	        {"split", "split"}, {"replace", "replace"},       {"capitalize", "capitalize"},
	        {"format", NULL},   {"splitlines", "splitlines"},
	};

	*out_is_known = TRUE;
	if (strcmp(name, "startswith") == 0 || strcmp(name, "endswith") == 0) {
		return call_affix(run, owner, name, arguments);
	}
	if (strcmp(name, "join") == 0 && tocsin_arguments_count(arguments) == 1) {
		g_auto(TocsinArguments) separator = {g_ptr_array_new(), NULL};

		g_ptr_array_add(separator.positional, (gpointer)owner);
		return tocsin_filter_apply(tocsin_filter_find("join"), "method", run,
		                           tocsin_arguments_nth(arguments, 0), &separator);
	}
	for (guint i = 0; i < G_N_ELEMENTS(aliases); i++) {
		if (strcmp(aliases[i].method, name) == 0 && aliases[i].filter != NULL) {
			return tocsin_filter_apply(tocsin_filter_find(aliases[i].filter), "method",
			                           run, owner, arguments);
		}
	}
	*out_is_known = FALSE;
	return NULL;
}

static TocsinDatum *
call_map_method(TocsinRun *run, const TocsinDatum *owner, const char *name,
                const TocsinArguments *arguments, gboolean *out_is_known)
{
	gboolean is_values = strcmp(name, "values") == 0;
	gboolean is_keys = strcmp(name, "keys") == 0;
	TocsinDatum *list;

	if (strcmp(name, "get") == 0 && tocsin_arguments_count(arguments) > 0) {
		TocsinDatum *value = tocsin_datum_lookup(owner, tocsin_arguments_nth(arguments, 0));

		*out_is_known = TRUE;
		if (value == NULL && tocsin_arguments_count(arguments) > 1) {
			value = tocsin_arguments_nth(arguments, 1);
		}
		return value != NULL ? tocsin_datum_ref(value) : tocsin_datum_new_none();
	}
	if (!is_values && !is_keys && strcmp(name, "items") != 0) {
		return NULL;
	}
	*out_is_known = TRUE;
	if (!tocsin_run_allow_members(run, tocsin_datum_count(owner))) {
		return NULL;
	}
	list = tocsin_datum_new_list();
	for (guint i = 0; i < tocsin_datum_count(owner); i++) {
		TocsinDatum *key = tocsin_datum_nth_key(owner, i);
		TocsinDatum *value = tocsin_datum_nth(owner, i);
		TocsinDatum *member = is_values || is_keys ? NULL : tocsin_datum_new_tuple();

		if (member == NULL) {
			tocsin_datum_append(list, tocsin_datum_ref(is_keys ? key : value));
			continue;
		}
		tocsin_datum_append(member, tocsin_datum_ref(key));
		tocsin_datum_append(member, tocsin_datum_ref(value));
		tocsin_datum_append(list, member);
	}
	return list;
}

TocsinDatum *
tocsin_functions_call_method(TocsinRun *run, const TocsinDatum *owner, const char *name,
                             const TocsinArguments *arguments, gboolean *out_is_known)
{
	Cycle *cycle = tocsin_datum_object(owner);

	if (tocsin_datum_is_string(owner)) {
		return call_string_method(run, owner, name, arguments, out_is_known);
	}
	if (tocsin_datum_kind(owner) == TOCSIN_DATUM_MAP) {
		return call_map_method(run, owner, name, arguments, out_is_known);
	}
	if (tocsin_datum_object_class(owner) == &cycler_class && strcmp(name, "next") == 0) {
		*out_is_known = TRUE;
		return tocsin_datum_ref(tocsin_datum_nth(
		        cycle->members, cycle->at++ % tocsin_datum_count(cycle->members)));
	}
	return NULL;
}
