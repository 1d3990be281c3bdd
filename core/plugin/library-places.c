/* SPDX-License-Identifier: MIT */
/* DT_RPATH, DT_RUNPATH, and libraries that are named by their path. */
#include "plugin/library-places.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "base/trust.h"
#include "plugin/refuse.h"

#define PLACE_SHOWN 500u

/* @place with $ORIGIN and ${ORIGIN} put in, as ld.so(8) does. */
static char *
expand(const char *place, const char *folder)
{
	g_autoptr(GString) text = g_string_new(place);

	g_string_replace(text, "${ORIGIN}", folder, 0);
	/* "$ORIGINAL" is no such thing. */
	for (char *at = text->str; (at = strstr(at, "$ORIGIN")) != NULL;) {
		gsize offset = (gsize)(at - text->str);
		char next = at[strlen("$ORIGIN")];

		if (next != '\0' && next != '/') {
			break;
		}
		g_string_erase(text, (gssize)offset, (gssize)strlen("$ORIGIN"));
		g_string_insert(text, (gssize)offset, folder);
		at = text->str + offset + strlen(folder);
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Of what is not there only who may write above can make something. */
static gboolean
check_folder(const char *path, GError **error)
{
	g_autofree char *there = g_strdup(path);
	struct stat info;

	while (strcmp(there, "/") != 0 && lstat(there, &info) != 0 && errno == ENOENT) {
		char *above = g_path_get_dirname(there);

		g_free(there);
		there = above;
	}
	int fd = tocsin_trust_open_directory(there, NULL, error);

	if (fd >= 0) {
		close(fd);
	}
	return fd >= 0;
}

gboolean
tocsin_library_places_check(const GPtrArray *places, const char *folder, GError **error)
{
	for (guint i = 0; i < places->len; i++) {
		const char *place = g_ptr_array_index(places, i);
		g_autofree char *path = expand(place, folder);
		g_autofree char *shown = tocsin_text_for_display(place, strlen(place), PLACE_SHOWN);
		g_autoptr(GError) reason = NULL;

		if (!g_path_is_absolute(path) || strchr(path, '$') != NULL) {
			return tocsin_refuse(
			        error,
			        "it looks for libraries in '%s', which is no absolute folder; "
			        "build it without -Wl,-rpath, or with a folder from / or $ORIGIN "
			        "on",
			        shown);
		}
		if (!check_folder(path, &reason)) {
			return tocsin_refuse(
			        error,
			        "it looks for libraries in '%s': %s; or build it without "
			        "-Wl,-rpath",
			        shown, reason->message);
		}
	}
	return TRUE;
}
