/* SPDX-License-Identifier: MIT */
/* From a file's name to a checked descriptor. */
#include "plugin/loader.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "base/text.h"
#include "base/trust.h"
#include "plugin/descriptor.h"
#include "plugin/elf-check.h"
#include "plugin/library-places.h"
#include "plugin/mapped.h"
#include "plugin/refuse.h"

#define NAME_LIMIT 64u
#define MAJORS_KNOWN 9
#define REASON_LIMIT 500u

struct _TocsinPlugin {
	char *path;
	const tocsin_plugin *descriptor;
	GPtrArray *units; /* of TocsinUnit */
};

const char *
tocsin_loader_directory(void)
{
	return TOCSIN_PLUGIN_DIRECTORY;
}

static gboolean
check_contents(int fd, const char *path, GError **error)
{
	g_autoptr(GPtrArray) places = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *folder = g_path_get_dirname(path);
	g_autoptr(GError) reason = NULL;
	g_autoptr(GMappedFile) file = g_mapped_file_new_from_fd(fd, FALSE, &reason);

	if (file == NULL) {
		return tocsin_refuse(error, "cannot read it: %s; install it again",
		                     reason->message);
	}
	return tocsin_elf_check(g_mapped_file_get_contents(file), g_mapped_file_get_length(file),
	                        places, error) &&
	       tocsin_library_places_check(places, folder, error);
}

/* What dlopen() said, without the path in front, which the message has already. */
static gboolean
refuse_unloadable(const char *path, GError **error)
{
	const char *said = dlerror();
	const char *text = said == NULL ? "no reason given" : said;

	if (g_str_has_prefix(text, path) && g_str_has_prefix(text + strlen(path), ": ")) {
		text += strlen(path) + 2;
	}
	g_autofree char *shown = tocsin_text_for_display(text, strlen(text), REASON_LIMIT);

	return tocsin_refuse(error, "cannot be loaded: %s; try: ldd -r %s", shown, path);
}

static gboolean
is_unchanged(const struct stat *before, const char *path)
{
	struct stat now;

	return stat(path, &now) == 0 && now.st_dev == before->st_dev &&
	       now.st_ino == before->st_ino && now.st_size == before->st_size &&
	       now.st_mtim.tv_sec == before->st_mtim.tv_sec &&
	       now.st_mtim.tv_nsec == before->st_mtim.tv_nsec;
}

/* The dynamic loader gives what it has if it takes the file for one that it loaded before: for one
 * of the same inode, or for one that claims this path as its DT_SONAME. */
static gboolean
check_is_itself(void *handle, const char *path, GError **error)
{
	const struct link_map *map = NULL;

	if (dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && strcmp(map->l_name, path) != 0) {
		return tocsin_refuse(error,
		                     "the dynamic loader takes it for %s, which is a link to it or "
		                     "has its path as DT_SONAME; remove one of the two files",
		                     map->l_name);
	}
	return TRUE;
}

static void *
open_checked(int fd, const char *path, GError **error)
{
	struct stat before;

	if (fstat(fd, &before) != 0 || !check_contents(fd, path, error)) {
		return NULL;
	}
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	if (handle == NULL) {
		refuse_unloadable(path, error);
		return NULL;
	}
	if (!is_unchanged(&before, path)) {
		tocsin_refuse(error,
		              "the file changed while it was loaded; start the program again");
	} else if (check_is_itself(handle, path, error)) {
		return handle;
	}
	dlclose(handle);
	return NULL;
}

/* The symbol in this very file, not in a library that it needs; its size by the symbol table. */
static const void *
find_symbol(void *handle, const char *name, gsize *out_size)
{
	const void *symbol = dlsym(handle, name);
	struct link_map *own = NULL;
	struct link_map *where = NULL;
	const ElfW(Sym) *entry = NULL;
	Dl_info info;

	if (symbol == NULL || dlinfo(handle, RTLD_DI_LINKMAP, &own) != 0 ||
	    dladdr1(symbol, &info, (void **)&where, RTLD_DL_LINKMAP) == 0 || where != own ||
	    dladdr1(symbol, &info, (void **)&entry, RTLD_DL_SYMENT) == 0 || entry == NULL) {
		return NULL;
	}
	*out_size = entry->st_size;
	return symbol;
}

static gboolean
refuse_symbol(void *handle, GError **error)
{
	for (guint major = 2; major <= MAJORS_KNOWN; major++) {
		g_autofree char *name = g_strdup_printf("tocsin_plugin_v%u", major);

		if (dlsym(handle, name) != NULL) {
			return tocsin_refuse(
			        error,
			        "built for ABI %u, this program speaks ABI %u; rebuild it "
			        "against tocsin %u.x",
			        major, TOCSIN_ABI_MAJOR, TOCSIN_ABI_MAJOR);
		}
	}
	return tocsin_refuse(error,
	                     "it exports no tocsin_plugin_v%u; if it is a plugin, define "
	                     "that with TOCSIN_EXPORT",
	                     TOCSIN_ABI_MAJOR);
}

static const tocsin_plugin *
examine(void *handle, const char *name, GError **error)
{
	g_autoptr(TocsinMapped) mapped = tocsin_mapped_new();
	gsize size = 0;
	const void *symbol = find_symbol(handle, "tocsin_plugin_v1", &size);

	if (symbol == NULL) {
		refuse_symbol(handle, error);
		return NULL;
	}
	if (!tocsin_mapped_is_constant(mapped, symbol, size)) {
		tocsin_refuse(error,
		              "its tocsin_plugin_v1 can be written to; declare it const, and "
		              "link with -Wl,-z,relro");
		return NULL;
	}
	if (!tocsin_descriptor_check(symbol, size, name, tocsin_mapped_memory(mapped), error)) {
		return NULL;
	}
	return symbol;
}

static TocsinPlugin *
make_plugin(const tocsin_plugin *descriptor, const char *path)
{
	TocsinPlugin *self = g_new0(TocsinPlugin, 1);

	self->path = g_strdup(path);
	self->descriptor = descriptor;
	self->units = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_unit_free);
	for (guint i = 0; descriptor->units[i] != NULL; i++) {
		g_ptr_array_add(self->units,
		                tocsin_unit_new(descriptor->units[i], descriptor->name, path));
	}
	return self;
}

static TocsinPlugin *
load(int directory_fd, const char *path, const char *name, GError **error)
{
	g_autofree char *file = g_strconcat(name, ".so", NULL);
	int fd = tocsin_trust_open_file_at(directory_fd, file, path, TOCSIN_TRUST_UNCHANGED, error);

	if (fd < 0) {
		return NULL;
	}
	void *handle = open_checked(fd, path, error);

	close(fd);
	if (handle == NULL) {
		return NULL;
	}
	const tocsin_plugin *descriptor = examine(handle, name, error);

	return descriptor == NULL ? NULL : make_plugin(descriptor, path);
}

TocsinPlugin *
tocsin_plugin_load(int directory_fd, const char *directory, const char *name, GError **error)
{
	g_autofree char *shown = tocsin_text_for_display(name, strlen(name), NAME_LIMIT);
	g_autofree char *path = g_strdup_printf("%s/%s.so", directory, name);
	g_autofree char *shown_path = tocsin_text_for_display(path, strlen(path), REASON_LIMIT);
	TocsinPlugin *self = NULL;

	if (!tocsin_probe_is_name(name, NAME_LIMIT)) {
		tocsin_refuse(error,
		              "its name '%s' is not 1 to %u of [a-z0-9-] with a letter first; "
		              "rename it",
		              shown, NAME_LIMIT);
	} else {
		self = load(directory_fd, path, name, error);
	}
	if (self == NULL) {
		g_prefix_error(error, "plugin %s (%s): refused: ", shown, shown_path);
	}
	return self;
}

void
tocsin_plugin_free(TocsinPlugin *self)
{
	if (self == NULL) {
		return;
	}
	g_ptr_array_unref(self->units);
	g_free(self->path);
	g_free(self);
}

const char *
tocsin_plugin_name(const TocsinPlugin *self)
{
	return self->descriptor->name;
}

const char *
tocsin_plugin_path(const TocsinPlugin *self)
{
	return self->path;
}

const char *
tocsin_plugin_version(const TocsinPlugin *self)
{
	return self->descriptor->version;
}

const char *
tocsin_plugin_license(const TocsinPlugin *self)
{
	return self->descriptor->license;
}

guint32
tocsin_plugin_abi_minor(const TocsinPlugin *self)
{
	return self->descriptor->abi_minor;
}

const GPtrArray *
tocsin_plugin_units(const TocsinPlugin *self)
{
	return self->units;
}
