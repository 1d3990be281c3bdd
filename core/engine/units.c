/* SPDX-License-Identifier: MIT */
/* The plugins that a configuration can use. */
#include "engine/units.h"

#include "conf/apply.h"
#include "conf/keys.h"
#include "plugin/loader.h"
#include "plugin/unit.h"
#include "sasl/mechanism.h"

static const TocsinBeside beside = {
        .account = tocsin_conf_account_keys,
        .network = tocsin_conf_network_keys,
        .login = tocsin_conf_login_keys,
        .trigger = tocsin_conf_trigger_keys,
};

struct _TocsinUnits {
	TocsinRegistry *registry;
	GPtrArray *mechanisms; /* (nullable) of TocsinMechanism, made when first asked for */
	TocsinPluginWatcher watcher;
};

/* @node: (nullable) where it is told to be one. */
static void
add_folder(TocsinUnits *self, const char *path, gboolean is_optional, const TocsinNode *node,
           TocsinProblems *problems)
{
	g_autoptr(GError) error = NULL;

	if (tocsin_registry_add_directory(self->registry, path, is_optional, &error)) {
		return;
	}
	if (node != NULL) {
		tocsin_node_complain(node, problems, "%s", error->message);
	} else {
		tocsin_problems_add(problems, NULL, 0, "%s", error->message);
	}
}

static void
add_configured(TocsinUnits *self, const TocsinConf *conf, TocsinProblems *problems)
{
	const TocsinNode *node = tocsin_conf_section(conf, "plugins");
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(TocsinSettings) settings = NULL;

	if (node == NULL || !tocsin_keys_add(keys, tocsin_conf_plugins_keys, NULL)) {
		return;
	}
	settings = tocsin_conf_apply(node, keys, NULL, NULL, NULL, problems);
	for (guint i = 0; settings != NULL && i < tocsin_settings_get_count(settings, "folders");
	     i++) {
		add_folder(self, tocsin_settings_get_item(settings, "folders", i), FALSE,
		           tocsin_node_find(node, "folders"), problems);
	}
}

TocsinUnits *
tocsin_units_new(const TocsinConf *conf, const char *const *folders,
                 const TocsinPluginWatcher *watcher, TocsinProblems *problems)
{
	TocsinUnits *self = g_atomic_rc_box_new0(TocsinUnits);

	self->registry = tocsin_registry_new();
	tocsin_registry_set_beside(self->registry, &beside);
	if (watcher != NULL) {
		self->watcher = *watcher;
	}
	if (folders != NULL && folders[0] != NULL) {
		for (; *folders != NULL; folders++) {
			add_folder(self, *folders, FALSE, NULL, problems);
		}
		return self;
	}
	add_folder(self, tocsin_loader_directory(), TRUE, NULL, problems);
	if (conf != NULL) {
		add_configured(self, conf, problems);
	}
	return self;
}

TocsinUnits *
tocsin_units_ref(TocsinUnits *self)
{
	return g_atomic_rc_box_acquire(self);
}

static void
clear_units(gpointer data)
{
	TocsinUnits *self = data;

	g_clear_pointer(&self->mechanisms, g_ptr_array_unref);
	tocsin_registry_free(self->registry);
}

void
tocsin_units_unref(TocsinUnits *self)
{
	if (self != NULL) {
		g_atomic_rc_box_release_full(self, clear_units);
	}
}

TocsinRegistry *
tocsin_units_registry(const TocsinUnits *self)
{
	return self->registry;
}

const TocsinPluginWatcher *
tocsin_units_watcher(const TocsinUnits *self)
{
	return &self->watcher;
}

static void
add_mechanisms(TocsinUnits *self, const TocsinPlugin *plugin)
{
	const GPtrArray *units = tocsin_plugin_units(plugin);

	for (guint i = 0; i < units->len; i++) {
		const TocsinUnit *unit = g_ptr_array_index(units, i);

		if (tocsin_unit_kind(unit) == TOCSIN_KIND_AUTH) {
			g_ptr_array_add(self->mechanisms,
			                tocsin_mechanism_new_watched(tocsin_unit_table(unit),
			                                             tocsin_unit_origin(unit),
			                                             &self->watcher));
		}
	}
}

const GPtrArray *
tocsin_units_mechanisms(TocsinUnits *self)
{
	if (self->mechanisms == NULL) {
		const GPtrArray *plugins;

		self->mechanisms =
		        g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_mechanism_free);
		tocsin_registry_load_all(self->registry);
		plugins = tocsin_registry_plugins(self->registry);
		for (guint i = 0; i < plugins->len; i++) {
			add_mechanisms(self, g_ptr_array_index(plugins, i));
		}
	}
	return self->mechanisms;
}

/* Is there a unit of @kind for each member of the section @section, which names it by @setting? */
static void
check_section(TocsinUnits *self, const TocsinConf *conf, const char *section, const char *setting,
              guint32 kind, TocsinProblems *problems)
{
	g_autoptr(GPtrArray) members = tocsin_conf_members(conf, section);

	for (guint i = 0; i < members->len; i++) {
		const TocsinNode *name = tocsin_node_find(g_ptr_array_index(members, i), setting);
		g_autoptr(GError) error = NULL;

		if (name != NULL && tocsin_node_type(name) == TOCSIN_NODE_STRING &&
		    tocsin_registry_find(self->registry, kind, tocsin_node_text(name), &error) ==
		            NULL) {
			tocsin_node_complain(name, problems, "%s", error->message);
		}
	}
}

static void
check_mechanism(TocsinUnits *self, const TocsinNode *name, TocsinProblems *problems)
{
	g_autoptr(GError) error = NULL;

	if (tocsin_node_type(name) == TOCSIN_NODE_STRING &&
	    tocsin_registry_find_auth(self->registry, tocsin_node_text(name), &error) == NULL) {
		tocsin_node_complain(name, problems, "'auth': %s", error->message);
	}
}

void
tocsin_units_check_auth(TocsinUnits *self, const TocsinNode *account, TocsinProblems *problems)
{
	const TocsinNode *auth = tocsin_node_find(account, "auth");

	if (auth == NULL) {
		return;
	}
	if (tocsin_node_type(auth) != TOCSIN_NODE_LIST) {
		check_mechanism(self, auth, problems); /* one is a list, too */
		return;
	}
	for (guint i = 0; i < tocsin_node_count(auth); i++) {
		check_mechanism(self, tocsin_node_at(auth, i), problems);
	}
}

void
tocsin_units_check(TocsinUnits *self, const TocsinConf *conf, TocsinProblems *problems)
{
	tocsin_registry_load_all(self->registry);
	check_section(self, conf, "accounts", "transport", TOCSIN_KIND_TRANSPORT, problems);
	check_section(self, conf, "triggers", "trigger", TOCSIN_KIND_TRIGGER, problems);
	g_autoptr(GPtrArray) accounts = tocsin_conf_members(conf, "accounts");

	for (guint i = 0; i < accounts->len; i++) {
		tocsin_units_check_auth(self, g_ptr_array_index(accounts, i), problems);
	}
}
