/* SPDX-License-Identifier: MIT */
/* Finds files, loads them, and sees to it that every name means one unit. */
#include "plugin/registry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "base/trust.h"
#include "plugin/probe.h"
#include "plugin/refuse.h"
#include "plugin/unit-check.h"

#define UNIT_NAME_LIMIT 40u

typedef struct {
	int fd;
	char *path;
} Directory;

struct _TocsinRegistry {
	GPtrArray *directories; /* of Directory */
	GPtrArray *paths;       /* of char *, the same folders */
	GPtrArray *plugins;     /* of TocsinPlugin */
	GPtrArray *units;       /* of TocsinUnit, theirs, borrowed */
	GPtrArray *refused;     /* of TocsinRefused */
	GHashTable *seen;       /* of path : nothing, each file that was tried */
	TocsinBeside beside;    /* the host's own settings */
	gboolean is_complete;   /* everything has been tried */
};

static void
directory_free(Directory *directory)
{
	close(directory->fd);
	g_free(directory->path);
	g_free(directory);
}

static void
refused_free(TocsinRefused *refused)
{
	g_free(refused->path);
	g_error_free(refused->error);
	g_free(refused);
}

TocsinRegistry *
tocsin_registry_new(void)
{
	TocsinRegistry *self = g_new0(TocsinRegistry, 1);

	self->directories = g_ptr_array_new_with_free_func((GDestroyNotify)directory_free);
	self->paths = g_ptr_array_new();
	self->plugins = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_plugin_free);
	self->units = g_ptr_array_new();
	self->refused = g_ptr_array_new_with_free_func((GDestroyNotify)refused_free);
	self->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return self;
}

void
tocsin_registry_free(TocsinRegistry *self)
{
	if (self == NULL) {
		return;
	}
	g_hash_table_unref(self->seen);
	g_ptr_array_unref(self->refused);
	g_ptr_array_unref(self->units);
	g_ptr_array_unref(self->plugins);
	g_ptr_array_unref(self->paths);
	g_ptr_array_unref(self->directories);
	g_free(self);
}

static gboolean
refuse_folder(const char *path, GError **error)
{
	g_prefix_error(error, "plugin folder %s: ", path);
	/* What is not trusted says itself what to do. */
	if (error != NULL && g_error_matches(*error, TOCSIN_ERROR, TOCSIN_ERROR_IO)) {
		g_autofree char *before = (*error)->message;

		(*error)->message = g_strconcat(before, "; make it, or name another", NULL);
	}
	return FALSE;
}

gboolean
tocsin_registry_add_directory(TocsinRegistry *self, const char *path, gboolean is_optional,
                              GError **error)
{
	char *real = NULL;
	struct stat info;

	if (is_optional && stat(path, &info) != 0 && errno == ENOENT) {
		return TRUE;
	}
	int fd = tocsin_trust_open_directory(path, &real, error);

	if (fd < 0) {
		return refuse_folder(path, error);
	}
	Directory *directory = g_new0(Directory, 1);

	directory->fd = fd;
	directory->path = real;
	g_ptr_array_add(self->directories, directory);
	g_ptr_array_add(self->paths, real);
	self->is_complete = FALSE;
	return TRUE;
}

void
tocsin_registry_set_beside(TocsinRegistry *self, const TocsinBeside *beside)
{
	self->beside = *beside;
}

static const TocsinUnit *
find_unit(const TocsinRegistry *self, guint32 kind, const char *name)
{
	for (guint i = 0; i < self->units->len; i++) {
		const TocsinUnit *unit = g_ptr_array_index(self->units, i);

		if (tocsin_unit_kind(unit) == kind && strcmp(tocsin_unit_name(unit), name) == 0) {
			return unit;
		}
	}
	return NULL;
}

static const TocsinUnit *
find_mechanism(const TocsinRegistry *self, const char *mechanism)
{
	for (guint i = 0; i < self->units->len; i++) {
		const TocsinUnit *unit = g_ptr_array_index(self->units, i);
		const tocsin_auth_ops *auth = tocsin_unit_auth(unit);

		if (auth != NULL && strcmp(auth->mechanism, mechanism) == 0) {
			return unit;
		}
	}
	return NULL;
}

static gboolean
check_unit_is_new(const TocsinRegistry *self, const TocsinUnit *unit, GError **error)
{
	guint32 kind = tocsin_unit_kind(unit);
	const tocsin_auth_ops *auth = tocsin_unit_auth(unit);
	const TocsinUnit *known = find_unit(self, kind, tocsin_unit_name(unit));

	if (known != NULL) {
		return tocsin_refuse(error,
		                     "its %s unit '%s' is also in %s; remove one of the two files",
		                     tocsin_unit_kind_name(kind), tocsin_unit_name(unit),
		                     tocsin_unit_path(known));
	}
	known = auth == NULL ? NULL : find_mechanism(self, auth->mechanism);
	if (known != NULL) {
		return tocsin_refuse(error,
		                     "its mechanism %s is also in %s; remove one of the two files",
		                     auth->mechanism, tocsin_unit_path(known));
	}
	return TRUE;
}

/* Adds its units as far as they can be used beside all others. */
static gboolean
add_units(TocsinRegistry *self, const TocsinPlugin *plugin, GError **error)
{
	const GPtrArray *units = tocsin_plugin_units(plugin);
	const TocsinPlugin *known = tocsin_registry_plugin(self, tocsin_plugin_name(plugin));

	if (known != NULL) {
		return tocsin_refuse(error, "there is already %s; remove one of the two files",
		                     tocsin_plugin_path(known));
	}
	if (self->plugins->len >= TOCSIN_REGISTRY_PLUGINS_MAX) {
		return tocsin_refuse(error, "there are more than %u plugins; remove some",
		                     TOCSIN_REGISTRY_PLUGINS_MAX);
	}
	for (guint i = 0; i < units->len; i++) {
		const TocsinUnit *unit = g_ptr_array_index(units, i);

		if (!check_unit_is_new(self, unit, error) ||
		    !tocsin_beside_check(&self->beside, unit, self->units, error)) {
			return FALSE;
		}
		g_ptr_array_add(self->units, (gpointer)unit);
	}
	return TRUE;
}

/* Loads a file once; what cannot be used is remembered. */
static void
try_file(TocsinRegistry *self, const Directory *directory, const char *name)
{
	g_autofree char *path = g_strdup_printf("%s/%s.so", directory->path, name);
	g_autoptr(GError) error = NULL;

	if (!g_hash_table_add(self->seen, g_strdup(path))) {
		return;
	}
	guint known = self->units->len;
	g_autoptr(TocsinPlugin) plugin =
	        tocsin_plugin_load(directory->fd, directory->path, name, &error);

	if (plugin != NULL && !add_units(self, plugin, &error)) {
		g_ptr_array_set_size(self->units, (gint)known);
		g_prefix_error(&error, "plugin %s (%s): refused: ", name, path);
		g_clear_pointer(&plugin, tocsin_plugin_free);
	}
	if (plugin != NULL) {
		g_debug("loaded plugin %s from %s", name, path);
		g_ptr_array_add(self->plugins, g_steal_pointer(&plugin));
		return;
	}
	g_debug("%s", error->message);
	TocsinRefused *refused = g_new0(TocsinRefused, 1);

	refused->path = g_steal_pointer(&path);
	refused->error = g_steal_pointer(&error);
	g_ptr_array_add(self->refused, refused);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of all *.so files, without the ending, sorted. */
static GPtrArray *
list_files(const Directory *directory)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	int fd = openat(directory->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (stream == NULL) {
		if (fd >= 0) {
			close(fd);
		}
		return names;
	}
	while ((entry = readdir(stream)) != NULL) {
		if (g_str_has_suffix(entry->d_name, ".so")) {
			g_ptr_array_add(names, g_strndup(entry->d_name, strlen(entry->d_name) - 3));
		}
	}
	closedir(stream);
	g_ptr_array_sort(names, compare_names);
	return names;
}

void
tocsin_registry_load_all(TocsinRegistry *self)
{
	if (self->is_complete) {
		return;
	}
	self->is_complete = TRUE;
	for (guint i = 0; i < self->directories->len; i++) {
		const Directory *directory = g_ptr_array_index(self->directories, i);
		g_autoptr(GPtrArray) names = list_files(directory);

		for (guint k = 0; k < names->len; k++) {
			try_file(self, directory, g_ptr_array_index(names, k));
		}
	}
}

static void
try_customary_file(TocsinRegistry *self, guint32 kind, const char *name)
{
	g_autofree char *stem = g_strdup_printf("%s-%s", tocsin_unit_kind_name(kind), name);
	g_autofree char *file = g_strconcat(stem, ".so", NULL);

	for (guint i = 0; i < self->directories->len; i++) {
		const Directory *directory = g_ptr_array_index(self->directories, i);

		if (faccessat(directory->fd, file, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
			try_file(self, directory, stem);
			return;
		}
	}
}

static void
set_missing(const TocsinRegistry *self, guint32 kind, const char *name, GError **error)
{
	const TocsinFound found = {self->units, self->refused, self->paths};

	tocsin_missing_set_error(&found, kind, name, error);
}

const TocsinUnit *
tocsin_registry_find(TocsinRegistry *self, guint32 kind, const char *name, GError **error)
{
	const TocsinUnit *unit = find_unit(self, kind, name);

	if (unit == NULL && tocsin_probe_is_name(name, UNIT_NAME_LIMIT)) {
		try_customary_file(self, kind, name);
		unit = find_unit(self, kind, name);
	}
	if (unit == NULL) {
		tocsin_registry_load_all(self);
		unit = find_unit(self, kind, name);
	}
	if (unit == NULL) {
		set_missing(self, kind, name, error);
	}
	return unit;
}

const TocsinUnit *
tocsin_registry_find_auth(TocsinRegistry *self, const char *name, GError **error)
{
	tocsin_registry_load_all(self);
	for (guint i = 0; i < self->units->len; i++) {
		const TocsinUnit *unit = g_ptr_array_index(self->units, i);
		const tocsin_auth_ops *auth = tocsin_unit_auth(unit);

		if (auth != NULL && (g_ascii_strcasecmp(tocsin_unit_name(unit), name) == 0 ||
		                     g_ascii_strcasecmp(auth->mechanism, name) == 0)) {
			return unit;
		}
	}
	set_missing(self, TOCSIN_KIND_AUTH, name, error);
	return NULL;
}

const TocsinUnit *
tocsin_registry_find_mechanism(TocsinRegistry *self, const char *mechanism)
{
	tocsin_registry_load_all(self);
	return find_mechanism(self, mechanism);
}

const GPtrArray *
tocsin_registry_plugins(const TocsinRegistry *self)
{
	return self->plugins;
}

const GPtrArray *
tocsin_registry_refused(const TocsinRegistry *self)
{
	return self->refused;
}

const GPtrArray *
tocsin_registry_directories(const TocsinRegistry *self)
{
	return self->paths;
}

const TocsinPlugin *
tocsin_registry_plugin(const TocsinRegistry *self, const char *name)
{
	for (guint i = 0; i < self->plugins->len; i++) {
		const TocsinPlugin *plugin = g_ptr_array_index(self->plugins, i);

		if (strcmp(tocsin_plugin_name(plugin), name) == 0) {
			return plugin;
		}
	}
	return NULL;
}
