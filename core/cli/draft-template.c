/* SPDX-License-Identifier: MIT */
/* Finds the template, and makes its data of arguments. */
#include "cli/draft-template.h"

#include <string.h>
#include <tocsin/error.h>

#include "base/text.h"
#include "cli/input.h"
#include "engine/letters.h"

#define SUFFIX ".mail"
#define PARTS_MAX 8u
#define SHOWN_MAX 60u

static gboolean
is_name(const char *name)
{
	return g_regex_match_simple("^[A-Za-z_][A-Za-z0-9_]*$", name, G_REGEX_DOLLAR_ENDONLY, 0);
}

static gboolean
refuse(const char *assignment, const char *why, GError **error)
{
	g_autofree char *shown =
	        tocsin_text_for_display(assignment, strcspn(assignment, "="), SHOWN_MAX);

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "--set %s: %s", shown, why);
	return FALSE;
}

/* The map under @name in @map, which is made if it is not there; NULL if something else is. */
static TocsinDatum *
enter(TocsinDatum *map, const char *name)
{
	TocsinDatum *inner = tocsin_datum_lookup_named(map, name);

	if (inner == NULL) {
		inner = tocsin_datum_new_map();
		tocsin_datum_set_named(map, name, inner);
	}
	return tocsin_datum_kind(inner) == TOCSIN_DATUM_MAP ? inner : NULL;
}

static gboolean
set_value(TocsinDatum *map, const char *assignment, GError **error)
{
	const char *value = strchr(assignment, '=');
	g_autofree char *path = NULL;
	g_auto(GStrv) names = NULL;

	if (value == NULL) {
		return refuse(assignment, "a value is missing; write NAME=VALUE", error);
	}
	path = g_strndup(assignment, (gsize)(value - assignment));
	names = g_strsplit(path, ".", -1);
	guint count = g_strv_length(names);

	if (count == 0 || count > PARTS_MAX) {
		return refuse(assignment, "that is no name", error);
	}
	for (guint i = 0; i < count; i++) {
		if (!is_name(names[i])) {
			return refuse(
			        assignment,
			        "a name has letters, digits and '_', and begins with no digit",
			        error);
		}
		if (i + 1 < count) {
			map = enter(map, names[i]);
		}
		if (map == NULL) {
			return refuse(assignment, "the part before the dot has a value already",
			              error);
		}
	}
	tocsin_datum_set_named(map, names[count - 1], tocsin_datum_new_string(value + 1, -1));
	return TRUE;
}

TocsinDatum *
tocsin_draft_template_values(char *const *values, GError **error)
{
	g_autoptr(TocsinDatum) map = tocsin_datum_new_map();

	for (; values != NULL && *values != NULL; values++) {
		if (!set_value(map, *values, error)) {
			return NULL;
		}
	}
	return g_steal_pointer(&map);
}

static TocsinRenderedMail *
render(const TocsinMailTemplate *template, TocsinLetters *letters, const TocsinDatum *data,
       GError **error)
{
	g_autoptr(GTimeZone) zone = g_time_zone_new_local();
	const TocsinTemplateContext context = {
	        .time_zone = g_time_zone_get_identifier(zone),
	        .on_load = tocsin_letters_load,
	        .load_data = letters,
	};

	return tocsin_mail_template_render(template, data, &context, error);
}

static TocsinRenderedMail *
render_file(const char *path, const TocsinDatum *data, GError **error)
{
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	g_autofree char *folder = g_path_get_dirname(absolute);
	const char *const folders[] = {folder, NULL};
	g_autoptr(TocsinLetters) letters = tocsin_letters_new(folders);
	g_autoptr(TocsinMailTemplate) template = NULL;
	g_autoptr(GBytes) octets =
	        tocsin_input_read(path, tocsin_template_default_limits.source_bytes, error);
	gsize length;

	if (octets == NULL) {
		return NULL;
	}
	const char *bytes = g_bytes_get_data(octets, &length);

	template = tocsin_mail_template_parse(path, bytes == NULL ? "" : bytes, (gssize)length,
	                                      NULL, error);
	return template == NULL ? NULL : render(template, letters, data, error);
}

TocsinRenderedMail *
tocsin_draft_template_render(const char *name, char *const *values, const TocsinConf *conf,
                             GError **error)
{
	g_autoptr(TocsinDatum) data = tocsin_draft_template_values(values, error);

	if (data == NULL) {
		return NULL;
	}
	if (strchr(name, '/') != NULL || g_str_has_suffix(name, SUFFIX)) {
		return render_file(name, data, error);
	}
	g_autoptr(TocsinLetters) letters = tocsin_letters_new_for(conf, NULL);
	const TocsinMailTemplate *template = tocsin_letters_find(letters, name, error);

	return template == NULL ? NULL : render(template, letters, data, error);
}
