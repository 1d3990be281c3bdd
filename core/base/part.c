/* SPDX-License-Identifier: MIT */
/* From a part's name to its table. */
#include "base/part.h"

#include <dlfcn.h>
#include <link.h>
#include <string.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "base/trust.h"

/* (nullable) The path of @file in the folder above that of the plugin which holds this code. */
static char *
find_beside(const char *file)
{
	static const char here = 0;
	struct link_map *map = NULL;
	Dl_info info;

	if (dladdr1(&here, &info, (void **)&map, RTLD_DL_LINKMAP) == 0 || map->l_name[0] != '/') {
		return NULL; /* in a program */
	}
	g_autofree char *folder = g_path_get_dirname(map->l_name);
	g_autofree char *above = g_path_get_dirname(folder);
	g_autofree char *path = g_build_filename(above, file, NULL);

	return g_file_test(path, G_FILE_TEST_EXISTS) ? g_steal_pointer(&path) : NULL;
}

/* Where the part called @name is: with the plugin, or where everything was installed. */
static char *
make_path(const char *name)
{
	g_autofree char *file = g_strconcat(name, ".so", NULL);
	char *beside = find_beside(file);

	return beside != NULL ? beside : g_build_filename(TOCSIN_PART_DIRECTORY, file, NULL);
}

static gconstpointer
get_calls(void *handle, gsize size, GError **error)
{
	const TocsinPart *part = dlsym(handle, "tocsin_part");

	if (part == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "it is no part of Tocsin");
		return NULL;
	}
	if (strcmp(part->version, TOCSIN_VERSION) != 0 || part->size != size) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO,
		            "it is of version %s, and what runs is of %s; after an upgrade start "
		            "the program again",
		            part->version, TOCSIN_VERSION);
		return NULL;
	}
	return part->calls;
}

static gconstpointer
load(const char *path, gsize size, GError **error)
{
	int fd = tocsin_trust_open_file(path, TOCSIN_TRUST_UNCHANGED, error);

	if (fd < 0) {
		return NULL;
	}
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	close(fd);
	if (handle == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "%s", dlerror());
		return NULL;
	}
	return get_calls(handle, size, error);
}

gconstpointer
tocsin_part_load(const char *name, gsize size, GError **error)
{
	g_autofree char *path = make_path(name);
	gconstpointer calls = load(path, size, error);

	if (calls == NULL) {
		g_prefix_error(error, "cannot load %s, a part of Tocsin; is it installed whole? ",
		               path);
	}
	return calls;
}
