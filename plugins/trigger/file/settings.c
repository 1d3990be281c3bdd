/* SPDX-License-Identifier: MIT */
/* From configuration to paths, conditions and what is asked for. */
#include "settings.h"

#include <fnmatch.h>
#include <string.h>
#include <tocsin/error.h>

#include "event.h"

#define KEY(variable, ...) \
	static const tocsin_key variable = {.size = sizeof(tocsin_key), __VA_ARGS__}
#define YEAR_US (366 * 24 * 3600 * (int64_t)G_USEC_PER_SEC)

static const char *const on_choices[] = {"created", "written",    "deleted",
                                         "moved",   "attributes", NULL};

KEY(key_paths, .type = TOCSIN_KEY_LIST, .flags = TOCSIN_KEY_REQUIRED, .minimum = 1, .maximum = 1000,
    .name = "paths",
    .help = "Absolute paths of files and folders; *, ? and [] stand for any part of a name.");
KEY(key_recursive, .type = TOCSIN_KEY_BOOL, .name = "recursive", .fallback = "false",
    .help = "Whether folders are watched with all that is below them.");
KEY(key_on, .type = TOCSIN_KEY_LIST, .maximum = 5, .name = "on", .choices = on_choices,
    .help = "What raises events; if there is no condition either, all but attributes.");
KEY(key_include, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "include",
    .help = "Globs: of the files in a folder only those with such names.");
KEY(key_exclude, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "exclude",
    .help = "Globs: no files or folders with such names.");
KEY(key_stale_after, .type = TOCSIN_KEY_DURATION, .maximum = YEAR_US, .name = "stale_after",
    .help = "A path none of whose files was written for this long is a problem.");
KEY(key_absent_after, .type = TOCSIN_KEY_DURATION, .maximum = YEAR_US, .name = "absent_after",
    .help = "A path where there was no file for this long is a problem.");
KEY(key_older_than, .type = TOCSIN_KEY_DURATION, .maximum = YEAR_US, .name = "older_than",
    .help = "A file that has been there for this long, and not written since, is a problem.");
KEY(key_larger_than, .type = TOCSIN_KEY_SIZE, .name = "larger_than",
    .help = "A larger file is a problem.");
KEY(key_smaller_than, .type = TOCSIN_KEY_SIZE, .name = "smaller_than",
    .help = "A smaller file is a problem.");
KEY(key_severity, .type = TOCSIN_KEY_STRING, .name = "severity", .fallback = "error",
    .choices = tocsin_draft_severities, .help = "The severity of problems; all else is info.");
KEY(key_lines, .type = TOCSIN_KEY_INT, .name = "lines", .fallback = "0", .maximum = 1000,
    .help = "How many of a file's last lines the event's excerpt has.");
KEY(key_attach, .type = TOCSIN_KEY_BOOL, .name = "attach", .fallback = "false",
    .help = "Whether the file goes with the mail.");
KEY(key_debounce, .type = TOCSIN_KEY_DURATION, .name = "debounce", .fallback = "0s",
    .maximum = 3600 * (int64_t)G_USEC_PER_SEC,
    .help = "Tell of a file when nothing has happened to it for this long: what came of it all.");
KEY(key_sweep, .type = TOCSIN_KEY_DURATION, .name = "sweep", .fallback = "10s", .minimum = 100000,
    .maximum = 24 * 3600 * (int64_t)G_USEC_PER_SEC,
    .help = "How often is looked where the kernel cannot tell: network file systems.");

const tocsin_key *const tocsin_file_keys[] = {
        &key_paths,       &key_recursive,    &key_on,           &key_include,
        &key_exclude,     &key_stale_after,  &key_absent_after, &key_older_than,
        &key_larger_than, &key_smaller_than, &key_severity,     &key_lines,
        &key_attach,      &key_debounce,     &key_sweep,        NULL,
};

static void
root_free(gpointer data)
{
	TocsinFileRoot *self = data;

	g_free(self->text);
	g_strfreev(self->parts);
	g_free(self);
}

void
tocsin_file_settings_free(TocsinFileSettings *self)
{
	if (self != NULL) {
		g_ptr_array_unref(self->roots);
		g_ptr_array_unref(self->include);
		g_ptr_array_unref(self->exclude);
		g_free(self);
	}
}

static void
read_root(TocsinFileSettings *self, const char *text, GString *problems)
{
	g_auto(GStrv) parts = g_strsplit(text, "/", -1);
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	TocsinFileRoot *root;

	if (text[0] != '/') {
		g_string_append_printf(problems, "; paths: '%s' must be an absolute path", text);
		return;
	}
	for (guint i = 0; parts[i] != NULL; i++) {
		if (strcmp(parts[i], "..") == 0 || strcmp(parts[i], "**") == 0) {
			g_string_append_printf(problems,
			                       "; paths: '%s': '%s' is not understood: name the "
			                       "folder, and set recursive for all below it",
			                       text, parts[i]);
		}
		if (parts[i][0] != '\0' && strcmp(parts[i], ".") != 0) {
			g_strv_builder_add(builder, parts[i]);
		}
	}
	root = g_new0(TocsinFileRoot, 1);
	root->text = g_strdup(text);
	root->parts = g_strv_builder_end(builder);
	root->count = g_strv_length(root->parts);
	while (root->literal < root->count && strpbrk(root->parts[root->literal], "*?[") == NULL) {
		root->literal++;
	}
	g_ptr_array_add(self->roots, root);
}

static GPtrArray *
read_globs(const tocsin_host *host, const tocsin_config *config, const char *key, GString *problems)
{
	GPtrArray *globs = g_ptr_array_new_with_free_func(g_free);
	const char *item;

	for (uint32_t i = 0; (item = host->get_item(host, config, key, i)) != NULL; i++) {
		if (item[0] == '\0' || strchr(item, '/') != NULL) {
			g_string_append_printf(problems,
			                       "; %s: '%s' must be a glob for a name, without '/'",
			                       key, item);
		}
		g_ptr_array_add(globs, g_strdup(item));
	}
	return globs;
}

static void
read_conditions(TocsinFileSettings *self, const tocsin_host *host, const tocsin_config *config)
{
	const char *item;

	self->stale_after_us = host->get_int(host, config, "stale_after");
	self->absent_after_us = host->get_int(host, config, "absent_after");
	self->older_than_us = host->get_int(host, config, "older_than");
	self->larger_than = host->get_int(host, config, "larger_than");
	self->smaller_than = host->get_int(host, config, "smaller_than");
	for (uint32_t i = 0; (item = host->get_item(host, config, "on", i)) != NULL; i++) {
		for (guint bit = 0; on_choices[bit] != NULL; bit++) {
			self->on |= strcmp(item, on_choices[bit]) == 0 ? 1u << bit : 0;
		}
	}
	if (self->on == 0 && self->stale_after_us == 0 && self->absent_after_us == 0 &&
	    self->older_than_us == 0 && self->larger_than == 0 && self->smaller_than == 0) {
		self->on = TOCSIN_FILE_CREATED | TOCSIN_FILE_WRITTEN | TOCSIN_FILE_DELETED |
		           TOCSIN_FILE_MOVED;
	}
}

TocsinFileSettings *
tocsin_file_settings_new(const tocsin_host *host, const tocsin_config *config, GError **error)
{
	g_autoptr(TocsinFileSettings) self = g_new0(TocsinFileSettings, 1);
	g_autoptr(GString) problems = g_string_new(NULL);
	const char *path;

	self->roots = g_ptr_array_new_with_free_func(root_free);
	self->include = read_globs(host, config, "include", problems);
	self->exclude = read_globs(host, config, "exclude", problems);
	for (uint32_t i = 0; (path = host->get_item(host, config, "paths", i)) != NULL; i++) {
		read_root(self, path, problems);
	}
	read_conditions(self, host, config);
	self->is_recursive = host->get_int(host, config, "recursive") != 0;
	self->is_attached = host->get_int(host, config, "attach") != 0;
	self->lines = (guint)host->get_int(host, config, "lines");
	self->debounce_us = host->get_int(host, config, "debounce");
	self->sweep_us = host->get_int(host, config, "sweep");
	self->severity = tocsin_draft_parse_severity(host->get_string(host, config, "severity"),
	                                             TOCSIN_LEVEL_ERROR);
	if (problems->len > 0) {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG, problems->str + 2);
		return NULL;
	}
	return g_steal_pointer(&self);
}

gboolean
tocsin_file_root_matches(const TocsinFileRoot *root, guint depth, const char *name)
{
	return depth < root->count &&
	       (depth < root->literal
	                ? strcmp(root->parts[depth], name) == 0
	                : fnmatch(root->parts[depth], name, FNM_PERIOD | FNM_NOESCAPE) == 0);
}

static gboolean
matches_any(const GPtrArray *globs, const char *name)
{
	for (guint i = 0; i < globs->len; i++) {
		if (fnmatch(globs->pdata[i], name, FNM_NOESCAPE) == 0) {
			return TRUE;
		}
	}
	return FALSE;
}

gboolean
tocsin_file_settings_excludes(const TocsinFileSettings *self, const char *name)
{
	return matches_any(self->exclude, name);
}

gboolean
tocsin_file_settings_wants(const TocsinFileSettings *self, const char *name)
{
	return !matches_any(self->exclude, name) &&
	       (self->include->len == 0 || matches_any(self->include, name));
}
