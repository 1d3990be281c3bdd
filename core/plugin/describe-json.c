/* SPDX-License-Identifier: MIT */
/* Plugins as JSON. */
#include "abi/keys.h"
#include "plugin/describe.h"
#include "plugin/unit-check.h"

static void
add_string(JsonBuilder *json, const char *name, const char *value)
{
	json_builder_set_member_name(json, name);
	json_builder_add_string_value(json, value);
}

static void
add_int(JsonBuilder *json, const char *name, gint64 value)
{
	json_builder_set_member_name(json, name);
	json_builder_add_int_value(json, value);
}

static void
add_boolean(JsonBuilder *json, const char *name, gboolean value)
{
	json_builder_set_member_name(json, name);
	json_builder_add_boolean_value(json, value);
}

static void add_keys(JsonBuilder *json, const tocsin_key *const *keys);

static void
add_key(JsonBuilder *json, const tocsin_key *key)
{
	json_builder_begin_object(json);
	add_string(json, "name", key->name);
	add_string(json, "type", tocsin_keys_type_name(key->type));
	add_boolean(json, "required", (key->flags & TOCSIN_KEY_REQUIRED) != 0);
	add_boolean(json, "secret", (key->flags & TOCSIN_KEY_SECRET) != 0);
	add_string(json, "default", key->fallback);
	if (key->minimum != 0 || key->maximum != 0) {
		add_int(json, "minimum", key->minimum);
		add_int(json, "maximum", key->maximum);
	}
	add_string(json, "help", key->help);
	if (key->choices != NULL) {
		json_builder_set_member_name(json, "choices");
		json_builder_begin_array(json);
		for (guint i = 0; key->choices[i] != NULL; i++) {
			json_builder_add_string_value(json, key->choices[i]);
		}
		json_builder_end_array(json);
	}
	if (key->keys != NULL) {
		json_builder_set_member_name(json, "settings");
		add_keys(json, key->keys);
	}
	json_builder_end_object(json);
}

static void
add_keys(JsonBuilder *json, const tocsin_key *const *keys)
{
	json_builder_begin_array(json);
	for (; keys != NULL && *keys != NULL; keys++) {
		add_key(json, *keys);
	}
	json_builder_end_array(json);
}

/* Which of the host's settings a transport takes beside its own. */
static void
add_taken(JsonBuilder *json, const tocsin_transport_ops *transport)
{
	json_builder_set_member_name(json, "takes");
	json_builder_begin_array(json);
	if (transport->flags & TOCSIN_TRANSPORT_NETWORK) {
		json_builder_add_string_value(json, "connection");
	}
	if (transport->flags & TOCSIN_TRANSPORT_LOGIN) {
		json_builder_add_string_value(json, "login");
	}
	json_builder_end_array(json);
}

static void
add_unit(JsonBuilder *json, const TocsinUnit *unit)
{
	const tocsin_auth_ops *auth = tocsin_unit_auth(unit);

	json_builder_begin_object(json);
	add_string(json, "kind", tocsin_unit_kind_name(tocsin_unit_kind(unit)));
	add_string(json, "name", tocsin_unit_name(unit));
	add_string(json, "summary", tocsin_unit_summary(unit));
	add_string(json, "threads", tocsin_unit_serial_name(unit));
	if (auth != NULL) {
		add_string(json, "mechanism", auth->mechanism);
		add_int(json, "strength", auth->strength);
	}
	if (tocsin_unit_transport(unit) != NULL) {
		add_taken(json, tocsin_unit_transport(unit));
	}
	json_builder_set_member_name(json, "settings");
	add_keys(json, tocsin_unit_keys(unit));
	json_builder_end_object(json);
}

void
tocsin_describe_plugin_json(JsonBuilder *json, const TocsinPlugin *plugin)
{
	const GPtrArray *units = tocsin_plugin_units(plugin);
	g_autofree char *abi =
	        g_strdup_printf("%u.%u", TOCSIN_ABI_MAJOR, tocsin_plugin_abi_minor(plugin));

	json_builder_begin_object(json);
	add_string(json, "name", tocsin_plugin_name(plugin));
	add_string(json, "path", tocsin_plugin_path(plugin));
	add_string(json, "version", tocsin_plugin_version(plugin));
	add_string(json, "license", tocsin_plugin_license(plugin));
	add_string(json, "abi", abi);
	json_builder_set_member_name(json, "units");
	json_builder_begin_array(json);
	for (guint i = 0; i < units->len; i++) {
		add_unit(json, g_ptr_array_index(units, i));
	}
	json_builder_end_array(json);
	json_builder_end_object(json);
}

static void
add_refused(JsonBuilder *json, const TocsinRefused *refused)
{
	g_autofree char *path = g_filename_display_name(refused->path);

	json_builder_begin_object(json);
	add_string(json, "path", path);
	add_string(json, "reason", refused->error->message);
	json_builder_end_object(json);
}

void
tocsin_describe_registry_json(JsonBuilder *json, const TocsinRegistry *registry)
{
	const GPtrArray *directories = tocsin_registry_directories(registry);
	const GPtrArray *plugins = tocsin_registry_plugins(registry);
	const GPtrArray *refused = tocsin_registry_refused(registry);

	json_builder_begin_object(json);
	json_builder_set_member_name(json, "directories");
	json_builder_begin_array(json);
	for (guint i = 0; i < directories->len; i++) {
		json_builder_add_string_value(json, g_ptr_array_index(directories, i));
	}
	json_builder_end_array(json);
	json_builder_set_member_name(json, "plugins");
	json_builder_begin_array(json);
	for (guint i = 0; i < plugins->len; i++) {
		tocsin_describe_plugin_json(json, g_ptr_array_index(plugins, i));
	}
	json_builder_end_array(json);
	json_builder_set_member_name(json, "refused");
	json_builder_begin_array(json);
	for (guint i = 0; i < refused->len; i++) {
		add_refused(json, g_ptr_array_index(refused, i));
	}
	json_builder_end_array(json);
	json_builder_end_object(json);
}
