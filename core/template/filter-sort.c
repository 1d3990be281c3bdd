/* SPDX-License-Identifier: MIT */
/* Filters that order and group lists. */
#include <string.h>

#include "template/filter.h"

/* One member with what it is ordered by. */
typedef struct {
	TocsinDatum *key;
	TocsinDatum *item;
	guint place;
} Entry;

typedef struct {
	TocsinRun *run;
	gint direction;
} Order;

static void
clear_entry(gpointer item)
{
	tocsin_datum_unref(((Entry *)item)->key);
	tocsin_datum_unref(((Entry *)item)->item);
}

static TocsinDatum *
fold(const TocsinDatum *key, gboolean is_case_sensitive)
{
	char *lower;

	if (is_case_sensitive || !tocsin_datum_is_string(key)) {
		return tocsin_datum_ref(key);
	}
	lower = g_utf8_strdown(tocsin_datum_text(key), (gssize)tocsin_datum_size(key));
	return tocsin_datum_new_string_take(lower, strlen(lower));
}

/* What @item is ordered by: its member at @path, or a list of them for "a,b". */
static TocsinDatum *
make_key(TocsinRun *run, const TocsinDatum *item, const TocsinDatum *path,
         const TocsinDatum *fallback, gboolean is_case_sensitive)
{
	gboolean is_many = path != NULL && strchr(tocsin_datum_text(path), ',') != NULL;
	g_auto(GStrv) parts = NULL;
	g_autoptr(TocsinDatum) keys = NULL;

	if (!is_many) {
		g_autoptr(TocsinDatum) key = tocsin_filter_reach(run, item, path, fallback);

		if (key != NULL && !tocsin_datum_is_defined(key)) {
			return tocsin_run_fail_undefined(run, key);
		}
		return key != NULL ? fold(key, is_case_sensitive) : NULL;
	}
	parts = g_strsplit(tocsin_datum_text(path), ",", 32);
	keys = tocsin_datum_new_list();
	for (guint i = 0; parts[i] != NULL; i++) {
		g_autoptr(TocsinDatum) part = tocsin_datum_new_string(parts[i], -1);
		g_autoptr(TocsinDatum) key = tocsin_filter_reach(run, item, part, fallback);

		if (key == NULL || !tocsin_datum_is_defined(key)) {
			return key != NULL ? tocsin_run_fail_undefined(run, key) : NULL;
		}
		tocsin_datum_append(keys, fold(key, is_case_sensitive));
	}
	return g_steal_pointer(&keys);
}

static GArray *
make_entries(TocsinRun *run, const TocsinDatum *list, const TocsinDatum *path,
             const TocsinDatum *fallback, gboolean is_case_sensitive)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));

	g_array_set_clear_func(entries, clear_entry);
	for (guint i = 0; i < tocsin_datum_count(list); i++) {
		TocsinDatum *item = tocsin_datum_nth(list, i);
		Entry entry = {make_key(run, item, path, fallback, is_case_sensitive), NULL, i};

		if (entry.key == NULL) {
			return NULL;
		}
		entry.item = tocsin_datum_ref(item);
		g_array_append_val(entries, entry);
	}
	return g_steal_pointer(&entries);
}

static gint
compare_entries(gconstpointer a, gconstpointer b, gpointer user_data)
{
	const Entry *x = a;
	const Entry *y = b;
	Order *order = user_data;
	gint result = 0;

	if (!tocsin_datum_compare(x->key, y->key, &result)) {
		tocsin_run_fail(order->run, "%s and %s cannot be ordered",
		                tocsin_datum_kind_name(x->key), tocsin_datum_kind_name(y->key));
	}
	return result != 0 ? result * order->direction
	                   : (x->place > y->place) - (x->place < y->place);
}

static gboolean
order_entries(TocsinRun *run, GArray *entries, gboolean is_reverse)
{
	Order order = {run, is_reverse ? -1 : 1};

	if (!tocsin_run_step(run, entries->len * 4)) {
		return FALSE;
	}
	g_array_sort_with_data(entries, compare_entries, &order);
	return run->error == NULL;
}

static TocsinDatum *
list_entries(const GArray *entries)
{
	TocsinDatum *list = tocsin_datum_new_list();

	for (guint i = 0; i < entries->len; i++) {
		tocsin_datum_append(list, tocsin_datum_ref(g_array_index(entries, Entry, i).item));
	}
	return list;
}

static TocsinDatum *
sort(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) list = tocsin_run_to_list(call->run, call->input);
	g_autoptr(GArray) entries = list != NULL
	                                    ? make_entries(call->run, list, call->given[2], NULL,
	                                                   tocsin_filter_bool(call, 1, FALSE))
	                                    : NULL;

	return entries != NULL &&
	                       order_entries(call->run, entries, tocsin_filter_bool(call, 0, FALSE))
	               ? list_entries(entries)
	               : NULL;
}

static TocsinDatum *
unique(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) list = tocsin_run_to_list(call->run, call->input);
	g_autoptr(GArray) entries = list != NULL
	                                    ? make_entries(call->run, list, call->given[1], NULL,
	                                                   tocsin_filter_bool(call, 0, FALSE))
	                                    : NULL;
	g_autoptr(TocsinDatum) seen = tocsin_datum_new_map();
	TocsinDatum *result;

	if (entries == NULL) {
		return NULL;
	}
	result = tocsin_datum_new_list();
	for (guint i = 0; i < entries->len; i++) {
		const Entry *entry = &g_array_index(entries, Entry, i);

		if (tocsin_datum_lookup(seen, entry->key) == NULL) {
			tocsin_datum_set(seen, tocsin_datum_ref(entry->key),
			                 tocsin_datum_new_none());
			tocsin_datum_append(result, tocsin_datum_ref(entry->item));
		}
	}
	return result;
}

static TocsinDatum *
pick(const TocsinFilterCall *call, gint direction)
{
	g_autoptr(TocsinDatum) list = tocsin_run_to_list(call->run, call->input);
	g_autoptr(GArray) entries = list != NULL
	                                    ? make_entries(call->run, list, call->given[1], NULL,
	                                                   tocsin_filter_bool(call, 0, FALSE))
	                                    : NULL;
	Order order = {call->run, direction};
	guint best = 0;

	if (entries == NULL) {
		return NULL;
	}
	for (guint i = 1; i < entries->len && call->run->error == NULL; i++) {
		if (compare_entries(&g_array_index(entries, Entry, i),
		                    &g_array_index(entries, Entry, best), &order) < 0) {
			best = i;
		}
	}
	if (call->run->error != NULL) {
		return NULL;
	}
	return entries->len > 0 ? tocsin_datum_ref(g_array_index(entries, Entry, best).item)
	                        : tocsin_datum_new_undefined("the list is empty");
}

static TocsinDatum *
smallest(const TocsinFilterCall *call)
{
	return pick(call, 1);
}

static TocsinDatum *
largest(const TocsinFilterCall *call)
{
	return pick(call, -1);
}

static TocsinDatum *
group(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) list = tocsin_run_to_list(call->run, call->input);
	gboolean is_exact = tocsin_filter_bool(call, 2, FALSE);
	g_autoptr(GArray) entries = list != NULL ? make_entries(call->run, list, call->given[0],
	                                                        call->given[1], is_exact)
	                                         : NULL;
	g_autoptr(TocsinDatum) result = tocsin_datum_new_list();
	const TocsinDatum *last = NULL;
	TocsinDatum *members = NULL;

	if (entries == NULL || !order_entries(call->run, entries, FALSE)) {
		return NULL;
	}
	for (guint i = 0; i < entries->len; i++) {
		const Entry *entry = &g_array_index(entries, Entry, i);

		if (last == NULL || !tocsin_datum_equal(last, entry->key)) {
			TocsinDatum *pair = tocsin_datum_new_tuple();
			TocsinDatum *shown = tocsin_filter_reach(call->run, entry->item,
			                                         call->given[0], call->given[1]);

			members = tocsin_datum_new_list();
			tocsin_datum_append(pair, shown);
			tocsin_datum_append(pair, members);
			tocsin_datum_append(result, pair);
			last = entry->key;
		}
		tocsin_datum_append(members, tocsin_datum_ref(entry->item));
	}
	return g_steal_pointer(&result);
}

static TocsinDatum *
sort_map(const TocsinFilterCall *call)
{
	const char *by = tocsin_filter_string(call, 1, "key");
	g_autoptr(TocsinDatum) pairs = tocsin_datum_new_list();
	g_autoptr(TocsinDatum) path = NULL;
	g_autoptr(GArray) entries = NULL;

	if (by == NULL || (strcmp(by, "key") != 0 && strcmp(by, "value") != 0) ||
	    tocsin_datum_kind(call->input) != TOCSIN_DATUM_MAP) {
		return tocsin_run_fail(call->run, "dictsort orders a map by 'key' or 'value'");
	}
	for (guint i = 0; i < tocsin_datum_count(call->input); i++) {
		TocsinDatum *pair = tocsin_datum_new_tuple();

		tocsin_datum_append(pair, tocsin_datum_ref(tocsin_datum_nth_key(call->input, i)));
		tocsin_datum_append(pair, tocsin_datum_ref(tocsin_datum_nth(call->input, i)));
		tocsin_datum_append(pairs, pair);
	}
	path = tocsin_datum_new_int(strcmp(by, "value") == 0);
	entries = make_entries(call->run, pairs, path, NULL, tocsin_filter_bool(call, 0, FALSE));
	return entries != NULL &&
	                       order_entries(call->run, entries, tocsin_filter_bool(call, 2, FALSE))
	               ? list_entries(entries)
	               : NULL;
}

const TocsinFilter tocsin_filters_sort[] = {
        {"dictsort", "case_sensitive by reverse", sort_map, 0, FALSE},
        {"group_by", "attribute default case_sensitive", group, 1, FALSE},
        {"groupby", "attribute default case_sensitive", group, 1, FALSE},
        {"max", "case_sensitive attribute", largest, 0, FALSE},
        {"min", "case_sensitive attribute", smallest, 0, FALSE},
        {"sort", "reverse case_sensitive attribute", sort, 0, FALSE},
        {"unique", "case_sensitive attribute", unique, 0, FALSE},
        {NULL, NULL, NULL, 0, FALSE},
};
