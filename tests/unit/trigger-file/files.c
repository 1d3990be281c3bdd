/* SPDX-License-Identifier: MIT */
/* Writing, moving and deleting real files, and reading back what was told. */
#include "files.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>

#include "file-unit.h"

void
files_set_up(Files *files, gconstpointer data)
{
	trigger_host_set_up(&files->host, &tocsin_file_unit);
	files->folder = g_dir_make_tmp("tocsin-file-XXXXXX", NULL);
	g_assert_nonnull(files->folder);
}

static int
on_entry(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	return remove(path);
}

void
files_tear_down(Files *files, gconstpointer data)
{
	trigger_host_tear_down(&files->host);
	g_assert_cmpint(nftw(files->folder, on_entry, 10, FTW_DEPTH | FTW_PHYS), ==, 0);
	g_free(files->folder);
}

char *
files_path(const Files *files, const char *name)
{
	return g_build_filename(files->folder, name, NULL);
}

void
files_write(const Files *files, const char *name, const char *text)
{
	g_autofree char *path = files_path(files, name);
	FILE *file = fopen(path, "w");

	g_assert_nonnull(file);
	g_assert_cmpint(fputs(text, file), >=, 0);
	g_assert_cmpint(fclose(file), ==, 0);
}

void
files_make_folder(const Files *files, const char *name)
{
	g_autofree char *path = files_path(files, name);

	g_assert_cmpint(g_mkdir_with_parents(path, 0755), ==, 0);
}

void
files_move(const Files *files, const char *from, const char *to)
{
	g_autofree char *old_path = files_path(files, from);
	g_autofree char *path = files_path(files, to);

	g_assert_cmpint(rename(old_path, path), ==, 0);
}

void
files_delete(const Files *files, const char *name)
{
	g_autofree char *path = files_path(files, name);

	g_assert_cmpint(remove(path), ==, 0);
}

void
files_add_path(Files *files, const char *name)
{
	g_autofree char *path = files_path(files, name);

	trigger_host_add(&files->host, "paths", path);
}

/* "kind name" of each event, in order, then forgotten. */
void
files_assert_events(Files *files, const char *expected)
{
	g_autoptr(GString) found = g_string_new(NULL);

	trigger_host_settle(&files->host);
	for (guint i = 0; i < files->host.events->len; i++) {
		const TocsinEvent *event = trigger_host_event(&files->host, i);

		g_string_append_printf(found, "%s%s %s%s", i > 0 ? ", " : "", event->kind,
		                       tocsin_event_field_string(event, "name"),
		                       (event->flags & TOCSIN_EVENT_CATCH_UP) != 0 ? "*" : "");
	}
	g_assert_cmpstr(found->str, ==, expected);
	g_ptr_array_set_size(files->host.events, 0);
}
