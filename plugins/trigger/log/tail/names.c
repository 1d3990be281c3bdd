/* SPDX-License-Identifier: MIT */
/* Names of rotated logs, taken apart. */
#include "names.h"

#include <string.h>

#define ORIGINALS_MAX 16u
#define EARLIER_MAX 8u

gboolean
tocsin_log_name_is_compressed(const char *name)
{
	return g_str_has_suffix(name, ".gz");
}

char *
tocsin_log_name_without_compression(const char *name)
{
	return tocsin_log_name_is_compressed(name) ? g_strndup(name, strlen(name) - strlen(".gz"))
	                                           : NULL;
}

static char *
without_suffix(const char *name)
{
	static const char *const suffixes[] = {".gz", ".old", ".bak", ".save"};
	char *copy = g_strdup(name);

	for (guint i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		if (g_str_has_suffix(copy, suffixes[i])) {
			copy[strlen(copy) - strlen(suffixes[i])] = '\0';
		}
	}
	return copy;
}

/* The length of a separator with a number or date behind it, such as ".1" or "-2026-11-23_01", at
 * @p; 0 if there is none. */
static gsize
stamp_length(const char *p)
{
	gsize length = 1, digits = 0;

	if (*p != '.' && *p != '-' && *p != '_') {
		return 0;
	}
	for (;
	     g_ascii_isdigit(p[length]) || (strchr("-_T", p[length]) != NULL && p[length] != '\0');
	     length++) {
		digits += g_ascii_isdigit(p[length]) != 0;
	}
	/* What follows must be another part of the name, not more of a word. */
	return digits > 0 && g_ascii_isdigit(p[length - 1]) &&
	                       (p[length] == '\0' || p[length] == '.')
	               ? length
	               : 0;
}

/* Can stamps be taken out of @name such that @base remains? */
static gboolean
matches(const char *base, const char *name, gboolean has_stamp)
{
	gsize stamp;

	for (; *name != '\0'; base++, name++) {
		stamp = stamp_length(name);
		if (stamp > 0 && matches(base, name + stamp, TRUE)) {
			return TRUE;
		}
		if (*base != *name) {
			return FALSE;
		}
	}
	return *base == '\0' && has_stamp;
}

gboolean
tocsin_log_name_is_rotation(const char *base, const char *name)
{
	g_autofree char *bare = without_suffix(name);

	if (strlen(name) > 255 || strcmp(base, name) == 0) {
		return FALSE;
	}
	return strcmp(base, bare) == 0 || matches(base, bare, FALSE);
}

/* Takes ".N" from the end of @name. FALSE if there is none. */
static gboolean
take_number(char *name, guint64 *out_number)
{
	char *dot = strrchr(name, '.');

	if (dot == NULL || !g_ascii_isdigit(dot[1]) ||
	    dot[1 + strspn(dot + 1, "0123456789")] != '\0' || strlen(dot) > 10) {
		return FALSE;
	}
	*out_number = g_ascii_strtoull(dot + 1, NULL, 10);
	*dot = '\0';
	return TRUE;
}

/* For app.log.4: app.log.3 and so on. */
static void
add_earlier_numbers(GPtrArray *found, const char *bare)
{
	g_autofree char *stem = g_strdup(bare);
	guint64 number;

	if (!take_number(stem, &number)) {
		return;
	}
	for (guint64 i = number - MIN(number, EARLIER_MAX); i < number; i++) {
		g_ptr_array_add(found, g_strdup_printf("%s.%" G_GUINT64_FORMAT, stem, i));
	}
}

char **
tocsin_log_name_find_originals(const char *name)
{
	GPtrArray *found = g_ptr_array_new();
	guint first = 0;

	g_ptr_array_add(found, without_suffix(name));
	if (strcmp(found->pdata[0], name) == 0) {
		first = 1; /* nothing was taken off: that is the name itself */
	}
	for (guint i = 0; i < found->len && found->len < ORIGINALS_MAX; i++) {
		const char *text = found->pdata[i];

		for (const char *p = text; *p != '\0'; p++) {
			gsize stamp = p > text ? stamp_length(p) : 0;

			if (stamp > 0) {
				g_ptr_array_add(found, g_strdup_printf("%.*s%s", (int)(p - text),
				                                       text, p + stamp));
			}
		}
	}
	add_earlier_numbers(found, found->pdata[0]);
	if (first == 1) {
		g_free(g_ptr_array_remove_index(found, 0));
	}
	g_ptr_array_add(found, NULL);
	return (char **)g_ptr_array_free(found, FALSE);
}

gboolean
tocsin_log_name_is_later_rotation(const char *base, const char *name)
{
	g_autofree char *bare_base = without_suffix(base);
	g_autofree char *bare = without_suffix(name);
	guint64 before, after;

	if (tocsin_log_name_is_rotation(base, name)) {
		return TRUE;
	}
	return take_number(bare_base, &before) && take_number(bare, &after) && after > before &&
	       strcmp(bare_base, bare) == 0;
}
