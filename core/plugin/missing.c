/* SPDX-License-Identifier: MIT */
/* Looks among the refused files, and for the nearest name. */
#include "plugin/missing.h"

#include <string.h>
#include <tocsin/error.h>

#include "base/text.h"
#include "plugin/unit-check.h"
#include "plugin/unit.h"

#define NAME_SHOWN 40u

/* Was the file that ought to hold the unit refused? Then that is the answer. */
static const TocsinRefused *
find_refused(const GPtrArray *all, guint32 kind, const char *name)
{
	/* A mechanism may be called by its SASL name, which is in capitals. */
	g_autofree char *lower = g_ascii_strdown(name, -1);
	g_autofree char *end = g_strdup_printf("/%s-%s.so", tocsin_unit_kind_name(kind), lower);

	for (guint i = 0; i < all->len; i++) {
		const TocsinRefused *refused = g_ptr_array_index(all, i);

		if (g_str_has_suffix(refused->path, end)) {
			return refused;
		}
	}
	return NULL;
}

/* The names of all units of @kind, NULL-ended, borrowed. */
static GPtrArray *
list_names(const GPtrArray *units, guint32 kind)
{
	GPtrArray *names = g_ptr_array_new();

	for (guint i = 0; i < units->len; i++) {
		const TocsinUnit *unit = g_ptr_array_index(units, i);

		if (tocsin_unit_kind(unit) == kind) {
			g_ptr_array_add(names, (gpointer)tocsin_unit_name(unit));
		}
	}
	g_ptr_array_add(names, NULL);
	return names;
}

static char *
join(const char *const *words, const char *none)
{
	return words[0] == NULL ? g_strdup(none) : g_strjoinv(", ", (char **)words);
}

void
tocsin_missing_set_error(const TocsinFound *found, guint32 kind, const char *name, GError **error)
{
	const TocsinRefused *refused = find_refused(found->refused, kind, name);
	const GPtrArray *directories = found->directories;
	g_autoptr(GPtrArray) names = list_names(found->units, kind);
	const char *const *known = (const char *const *)names->pdata;
	g_autofree const char **folders = g_new0(const char *, directories->len + 1);

	if (refused != NULL) {
		g_propagate_error(error, g_error_copy(refused->error));
		return;
	}
	for (guint i = 0; i < directories->len; i++) {
		folders[i] = g_ptr_array_index(directories, i);
	}
	g_autofree char *lower = g_ascii_strdown(name, -1);
	const char *nearest = tocsin_text_nearest(lower, known);
	g_autofree char *shown = tocsin_text_for_display(name, strlen(name), NAME_SHOWN);
	g_autofree char *places = join(folders, "any plugin folder");
	g_autofree char *list = join(known, "none");

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
	            "there is no %s '%s' in %s; %s%s%sknown: %s%s", tocsin_unit_kind_name(kind),
	            shown, places, nearest != NULL ? "did you mean '" : "",
	            nearest != NULL ? nearest : "", nearest != NULL ? "'? " : "", list,
	            found->refused->len > 0 ? "; files were refused, see tocsin plugins list" : "");
}
