/* SPDX-License-Identifier: MIT */
/* The descriptor and its units; what units point to is examined in plugin/unit-check.c. */
#include "plugin/descriptor.h"

#include <string.h>

#include "abi/sizes.h"
#include "plugin/probe.h"
#include "plugin/refuse.h"
#include "plugin/unit-check.h"

#define NAME_LIMIT 64u
#define VERSION_LIMIT 64u
#define LICENSE_LIMIT 128u

static gboolean
check_head(const tocsin_plugin *plugin, gsize symbol_size, GError **error)
{
	if (symbol_size < sizeof(guint32) * 4) {
		return tocsin_refuse(
		        error,
		        "its tocsin_plugin_v1 has %zu bytes, ABI 1.0 has %zu; build it "
		        "with <tocsin/plugin.h>",
		        symbol_size, TOCSIN_SIZE_PLUGIN);
	}
	if (plugin->magic != TOCSIN_PLUGIN_MAGIC) {
		return tocsin_refuse(error,
		                     "its magic number is 0x%08x, a plugin's is 0x%08x; begin the "
		                     "descriptor with TOCSIN_PLUGIN_HEAD",
		                     plugin->magic, TOCSIN_PLUGIN_MAGIC);
	}
	if (plugin->abi_major != TOCSIN_ABI_MAJOR) {
		return tocsin_refuse(
		        error,
		        "built for ABI %u, this program speaks ABI %u; rebuild it against "
		        "tocsin %u.x",
		        plugin->abi_major, TOCSIN_ABI_MAJOR, TOCSIN_ABI_MAJOR);
	}
	if (plugin->size < TOCSIN_SIZE_PLUGIN) {
		return tocsin_refuse(
		        error,
		        "its descriptor says that it has %u bytes, ABI 1.0 has %zu; begin "
		        "it with TOCSIN_PLUGIN_HEAD",
		        plugin->size, TOCSIN_SIZE_PLUGIN);
	}
	if (plugin->size > symbol_size) {
		return tocsin_refuse(
		        error,
		        "its descriptor says that it has %u bytes, the file holds %zu; "
		        "begin it with TOCSIN_PLUGIN_HEAD",
		        plugin->size, symbol_size);
	}
	return TRUE;
}

static gboolean
check_texts(const tocsin_plugin *plugin, const char *name, const TocsinMemory *memory,
            GError **error)
{
	if (!tocsin_probe_text(memory, plugin->name, NAME_LIMIT) ||
	    !tocsin_probe_is_name(plugin->name, NAME_LIMIT)) {
		return tocsin_refuse(
		        error, "its name is missing or not [a-z][a-z0-9-]*; name it '%s'", name);
	}
	if (strcmp(plugin->name, name) != 0) {
		return tocsin_refuse(error,
		                     "it calls itself '%s', the file is %s.so; rename the file",
		                     plugin->name, name);
	}
	if (!tocsin_probe_text(memory, plugin->version, VERSION_LIMIT) ||
	    plugin->version[0] == '\0') {
		return tocsin_refuse(error,
		                     "it has no version, or one that cannot be printed; set "
		                     ".version in its descriptor to up to %u bytes",
		                     VERSION_LIMIT);
	}
	if (!tocsin_probe_text(memory, plugin->license, LICENSE_LIMIT) ||
	    plugin->license[0] == '\0') {
		return tocsin_refuse(error,
		                     "it has no licence, or one that cannot be printed; set "
		                     ".license in its descriptor to an SPDX expression such as "
		                     "\"MIT\"");
	}
	return TRUE;
}

/* Two units of one name, or two mechanisms: which would be meant? */
static gboolean
check_duplicates(const tocsin_unit *const *units, guint count, GError **error)
{
	const tocsin_unit *last = units[count];

	for (guint i = 0; i < count; i++) {
		if (units[i]->kind != last->kind) {
			continue;
		}
		if (strcmp(units[i]->name, last->name) == 0) {
			return tocsin_refuse(error,
			                     "it has two %s units called '%s'; rename one of them",
			                     tocsin_unit_kind_name(last->kind), last->name);
		}
		if (last->kind == TOCSIN_KIND_AUTH &&
		    strcmp(units[i]->auth->mechanism, last->auth->mechanism) == 0) {
			return tocsin_refuse(
			        error,
			        "its auth units '%s' and '%s' are both the mechanism %s; "
			        "drop one of them",
			        units[i]->name, last->name, last->auth->mechanism);
		}
	}
	return TRUE;
}

static gboolean
check_units(const tocsin_plugin *plugin, const TocsinMemory *memory, GError **error)
{
	const tocsin_unit *const *units = plugin->units;

	for (guint i = 0; i <= TOCSIN_DESCRIPTOR_UNITS_MAX; i++) {
		if (!tocsin_probe_bytes(memory, units + i, sizeof(*units))) {
			return tocsin_refuse(error,
			                     "its list of units has no end; end it with NULL");
		}
		if (units[i] == NULL) {
			return i > 0 ? TRUE
			             : tocsin_refuse(error, "it has no units; list them in .units");
		}
		if (i == TOCSIN_DESCRIPTOR_UNITS_MAX) {
			break;
		}
		if (!tocsin_unit_check(units[i], memory, error)) {
			g_prefix_error(error, "unit %u: ", i + 1);
			return FALSE;
		}
		if (!check_duplicates(units, i, error)) {
			return FALSE;
		}
	}
	return tocsin_refuse(error, "it has more than %u units; split it",
	                     TOCSIN_DESCRIPTOR_UNITS_MAX);
}

gboolean
tocsin_descriptor_check(const void *symbol, gsize symbol_size, const char *name,
                        const TocsinMemory *memory, GError **error)
{
	const tocsin_plugin *plugin = symbol;

	if (!tocsin_probe_bytes(memory, plugin, symbol_size)) {
		return tocsin_refuse(error,
		                     "its tocsin_plugin_v1 is no constant data; export a const "
		                     "tocsin_plugin");
	}
	return check_head(plugin, symbol_size, error) && check_texts(plugin, name, memory, error) &&
	       check_units(plugin, memory, error);
}
