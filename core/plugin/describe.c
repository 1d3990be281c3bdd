/* SPDX-License-Identifier: MIT */
/* Plugins in words; plugin/describe-json.c has the same as JSON. */
#include "plugin/describe.h"

#include "abi/keys.h"
#include "base/units.h"
#include "plugin/unit-check.h"

#define INDENT_STEP 2u

void
tocsin_describe_units(GString *text, const TocsinPlugin *plugin)
{
	const GPtrArray *units = tocsin_plugin_units(plugin);

	for (guint i = 0; i < units->len; i++) {
		const TocsinUnit *unit = g_ptr_array_index(units, i);

		g_string_append_printf(text, "%s%s %s", i > 0 ? ", " : "",
		                       tocsin_unit_kind_name(tocsin_unit_kind(unit)),
		                       tocsin_unit_name(unit));
	}
}

static void
append_bound(GString *text, const tocsin_key *key, gint64 bound)
{
	g_autofree char *duration = NULL;

	if (key->type == TOCSIN_KEY_DURATION) {
		duration = tocsin_units_format_duration(bound);
		g_string_append(text, duration);
	} else {
		g_string_append_printf(text, "%" G_GINT64_FORMAT, bound);
	}
}

static void
append_key_line(GString *text, const tocsin_key *key, guint indent)
{
	g_string_append_printf(text, "%*s%s: %s", (int)indent, "", key->name,
	                       tocsin_keys_type_name(key->type));
	if (key->minimum != 0 || key->maximum != 0) {
		g_string_append(text, ", ");
		append_bound(text, key, key->minimum);
		g_string_append(text, " to ");
		append_bound(text, key, key->maximum);
	}
	for (guint i = 0; key->choices != NULL && key->choices[i] != NULL; i++) {
		g_string_append_printf(text, "%s%s", i == 0 ? ", one of " : " | ", key->choices[i]);
	}
	if (key->flags & TOCSIN_KEY_SECRET) {
		g_string_append(text, ", secret");
	}
	if (key->flags & TOCSIN_KEY_REQUIRED) {
		g_string_append(text, ", required");
	}
	if (key->fallback != NULL) {
		g_string_append_printf(text, ", default %s", key->fallback);
	}
	g_string_append_printf(text, "\n%*s%s\n", (int)(indent + INDENT_STEP), "", key->help);
}

/* Nesting is bounded: the tables have been checked. */
static void
append_keys(GString *text, const tocsin_key *const *keys, guint indent)
{
	for (; keys != NULL && *keys != NULL; keys++) {
		append_key_line(text, *keys, indent);
		append_keys(text, (*keys)->keys, indent + INDENT_STEP);
	}
}

/* What a transport takes beside its own, which tocsin.conf(5) lists. */
static void
append_host_settings(GString *text, const TocsinUnit *unit)
{
	const tocsin_transport_ops *transport = tocsin_unit_transport(unit);
	guint32 flags = transport == NULL ? 0 : transport->flags;

	if (flags & TOCSIN_TRANSPORT_NETWORK) {
		g_string_append(text, "    takes: the connection settings of tocsin.conf(5)\n");
	}
	if (flags & TOCSIN_TRANSPORT_LOGIN) {
		g_string_append(text, "    takes: the login settings of tocsin.conf(5)\n");
	}
}

static void
append_unit(GString *text, const TocsinUnit *unit)
{
	const tocsin_auth_ops *auth = tocsin_unit_auth(unit);
	const tocsin_key *const *keys = tocsin_unit_keys(unit);

	g_string_append_printf(text, "  %s %s: %s\n", tocsin_unit_kind_name(tocsin_unit_kind(unit)),
	                       tocsin_unit_name(unit), tocsin_unit_summary(unit));
	if (auth != NULL) {
		g_string_append_printf(text, "    mechanism: %s, strength %u\n", auth->mechanism,
		                       auth->strength);
	}
	g_string_append_printf(text, "    threads: %s\n", tocsin_unit_serial_name(unit));
	append_host_settings(text, unit);
	if (keys == NULL || keys[0] == NULL) {
		g_string_append(text, "    settings: none of its own\n");
		return;
	}
	g_string_append(text, "    settings:\n");
	append_keys(text, keys, 3 * INDENT_STEP);
}

void
tocsin_describe_plugin(GString *text, const TocsinPlugin *plugin)
{
	const GPtrArray *units = tocsin_plugin_units(plugin);

	g_string_append_printf(
	        text, "%s %s (%s)\n  file: %s\n  ABI: %u.%u, this program has %u.%u\n",
	        tocsin_plugin_name(plugin), tocsin_plugin_version(plugin),
	        tocsin_plugin_license(plugin), tocsin_plugin_path(plugin), TOCSIN_ABI_MAJOR,
	        tocsin_plugin_abi_minor(plugin), TOCSIN_ABI_MAJOR, TOCSIN_ABI_MINOR);
	for (guint i = 0; i < units->len; i++) {
		append_unit(text, g_ptr_array_index(units, i));
	}
}
