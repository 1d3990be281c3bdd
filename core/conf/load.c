/* SPDX-License-Identifier: MIT */
/* Reading the configuration's files and finding sections across them. */
#include "conf/load.h"

#include <libconfig.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/trust.h"

#define FILES_MAX 1000u

struct _TocsinConf {
	char *folder;     /* (nullable) */
	GPtrArray *files; /* of config_t, in the order of reading */
};

/* What may stand at the top, in any of the files. */
typedef struct {
	const char *name;
	TocsinNodeType type;
} Section;

static const Section sections[] = {
        {"accounts", TOCSIN_NODE_GROUP}, {"triggers", TOCSIN_NODE_GROUP},
        {"rules", TOCSIN_NODE_LIST},     {"maps", TOCSIN_NODE_GROUP},
        {"mutes", TOCSIN_NODE_LIST},     {"defaults", TOCSIN_NODE_GROUP},
        {"store", TOCSIN_NODE_GROUP},    {"daemon", TOCSIN_NODE_GROUP},
        {"plugins", TOCSIN_NODE_GROUP},
};

static const char *const section_names[] = {
        "accounts", "triggers", "rules",  "maps",    "mutes",
        "defaults", "store",    "daemon", "plugins", NULL,
};

const char *const *
tocsin_conf_section_names(void)
{
	return section_names;
}

static void
file_free(gpointer data)
{
	config_destroy(data);
	g_free(data);
}

static TocsinConf *
conf_new(const char *folder)
{
	TocsinConf *self = g_new0(TocsinConf, 1);

	self->folder = g_strdup(folder);
	self->files = g_ptr_array_new_with_free_func(file_free);
	return self;
}

void
tocsin_conf_free(TocsinConf *self)
{
	if (self == NULL) {
		return;
	}
	g_ptr_array_unref(self->files);
	g_free(self->folder);
	g_free(self);
}

const char *
tocsin_conf_folder(const TocsinConf *self)
{
	return self->folder;
}

static const Section *
find_section(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(sections); i++) {
		if (strcmp(sections[i].name, name) == 0) {
			return &sections[i];
		}
	}
	return NULL;
}

static void
check_top(const config_t *file, TocsinProblems *problems)
{
	const TocsinNode *root = config_root_setting(file);

	for (guint i = 0; i < tocsin_node_count(root); i++) {
		const TocsinNode *node = tocsin_node_at(root, i);
		const char *name = tocsin_node_name(node);
		const Section *section = find_section(name);
		const char *nearest = tocsin_text_nearest(name, section_names);

		if (section == NULL) {
			tocsin_node_complain(node, problems, "unknown section '%s'%s%s%s", name,
			                     nearest ? "; did you mean '" : "",
			                     nearest ? nearest : "", nearest ? "'" : "");
		} else if (section->type != tocsin_node_type(node)) {
			tocsin_node_complain(node, problems, "'%s' is a %s here, but has to be %s",
			                     name, tocsin_node_type_name(node),
			                     section->type == TOCSIN_NODE_GROUP ? "a group: { … }"
			                                                        : "a list: ( … )");
		}
	}
}

/* Is the file at @path one to believe, and text? libconfig then opens it by name once more; that is
 * the same file, since nobody else can change any folder on the way to it. */
static gboolean
check_file(const char *path, TocsinProblems *problems)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	gsize length;
	int fd = tocsin_trust_open_file(path, TOCSIN_TRUST_UNCHANGED, &error);

	if (fd < 0) {
		tocsin_problems_add(problems, NULL, 0, "%s", error->message);
		return FALSE;
	}
	(void)close(fd);
	if (!g_file_get_contents(path, &text, &length, &error)) {
		tocsin_problems_add(problems, NULL, 0, "%s", error->message);
		return FALSE;
	}
	if (memchr(text, '\0', length) != NULL || !g_utf8_validate(text, (gssize)length, NULL)) {
		tocsin_problems_add(problems, path, 0, "is not UTF-8 text");
		return FALSE;
	}
	return TRUE;
}

/* Includes are checked after the fact: nothing in them has had an effect yet. libconfig keeps their
 * names as they were written. */
static gboolean
check_includes(const TocsinConf *self, const config_t *file, const char *path,
               TocsinProblems *problems)
{
	gboolean is_trusted = TRUE;

	for (guint i = 0; i < file->num_filenames; i++) {
		g_autofree char *absolute =
		        g_canonicalize_filename(file->filenames[i], self->folder);

		if (g_strcmp0(absolute, path) != 0) {
			is_trusted &= check_file(absolute, problems);
		}
	}
	return is_trusted;
}

/* (nullable) Line @number of the file, without blanks around it. */
static char *
dup_line(const char *path, guint number)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (path == NULL || number == 0 || !g_file_get_contents(path, &text, NULL, NULL)) {
		return NULL;
	}
	lines = g_strsplit(text, "\n", -1);
	return number <= g_strv_length(lines) ? g_strstrip(g_strdup(lines[number - 1])) : NULL;
}

/* libconfig says of a file to include that it cannot be opened, but not which. */
static void
complain_of_syntax(const config_t *file, const char *path, TocsinProblems *problems)
{
	const char *where = config_error_file(file) != NULL ? config_error_file(file) : path;
	guint number = (guint)config_error_line(file);
	g_autofree char *line = dup_line(where, number);
	gboolean is_include = line != NULL && g_str_has_prefix(line, "@include");

	tocsin_problems_add(problems, where, number, "%s%s%s", config_error_text(file),
	                    is_include ? ": " : "", is_include ? line : "");
}

static gboolean
keep(TocsinConf *self, config_t *file, gboolean is_parsed, const char *path,
     TocsinProblems *problems)
{
	if (!is_parsed) {
		complain_of_syntax(file, path, problems);
	} else if (check_includes(self, file, path, problems)) {
		check_top(file, problems);
		g_ptr_array_add(self->files, file);
		return TRUE;
	}
	file_free(file);
	return FALSE;
}

static gboolean
read_file(TocsinConf *self, const char *path, TocsinProblems *problems)
{
	config_t *file;

	if (!check_file(path, problems)) {
		return FALSE;
	}
	file = g_new0(config_t, 1);
	config_init(file);
	config_set_include_dir(file, self->folder);
	return keep(self, file, config_read_file(file, path), path, problems);
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every *.conf of the folder conf.d, in the order of names. A folder that is not there is none. */
static void
read_folder(TocsinConf *self, TocsinProblems *problems)
{
	g_autofree char *folder = g_build_filename(self->folder, "conf.d", NULL);
	g_autoptr(GDir) entries = g_dir_open(folder, 0, NULL);
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while (entries != NULL && (name = g_dir_read_name(entries)) != NULL) {
		if (g_str_has_suffix(name, ".conf") && name[0] != '.') {
			g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
		}
	}
	if (paths->len > FILES_MAX) {
		tocsin_problems_add(problems, folder, 0, "holds more than %u files", FILES_MAX);
		return;
	}
	g_ptr_array_sort(paths, compare_texts);
	for (guint i = 0; i < paths->len; i++) {
		read_file(self, g_ptr_array_index(paths, i), problems);
	}
}

/* Tells of what stands in two files and may not. */
static void
check_across(const TocsinConf *self, TocsinProblems *problems)
{
	for (guint i = 0; i < G_N_ELEMENTS(sections); i++) {
		g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
		g_autoptr(GPtrArray) members = tocsin_conf_members(self, sections[i].name);

		for (guint j = 0; j < members->len; j++) {
			const TocsinNode *node = g_ptr_array_index(members, j);
			const char *name = tocsin_node_name(node);
			const TocsinNode *before =
			        name == NULL ? NULL : g_hash_table_lookup(seen, name);

			if (before != NULL) {
				tocsin_node_complain(node, problems,
				                     "'%s' in '%s' is set already in %s:%u", name,
				                     sections[i].name, tocsin_node_file(before),
				                     tocsin_node_line(before));
			} else if (name != NULL) {
				g_hash_table_insert(seen, (gpointer)name, (gpointer)node);
			}
		}
	}
}

TocsinConf *
tocsin_conf_load(const char *path, TocsinProblems *problems)
{
	g_autofree char *absolute = g_canonicalize_filename(path, NULL);
	g_autofree char *folder = g_path_get_dirname(absolute);
	g_autoptr(TocsinConf) self = conf_new(folder);

	if (!read_file(self, absolute, problems)) {
		return NULL;
	}
	read_folder(self, problems);
	check_across(self, problems);
	return g_steal_pointer(&self);
}

TocsinConf *
tocsin_conf_load_text(const char *text, TocsinProblems *problems)
{
	g_autoptr(TocsinConf) self = conf_new(NULL);
	config_t *file;

	if (strstr(text, "@include") != NULL) {
		tocsin_problems_add(problems, NULL, 0, "@include needs a file to start from");
		return NULL;
	}
	file = g_new0(config_t, 1);
	config_init(file);
	if (!keep(self, file, config_read_string(file, text), NULL, problems)) {
		return NULL;
	}
	check_across(self, problems);
	return g_steal_pointer(&self);
}

GPtrArray *
tocsin_conf_members(const TocsinConf *self, const char *name)
{
	GPtrArray *members = g_ptr_array_new();
	const Section *section = find_section(name);

	for (guint i = 0; section != NULL && i < self->files->len; i++) {
		const config_t *file = g_ptr_array_index(self->files, i);
		const TocsinNode *node = tocsin_node_find(config_root_setting(file), name);

		for (guint j = 0; node != NULL && j < tocsin_node_count(node); j++) {
			g_ptr_array_add(members, (gpointer)tocsin_node_at(node, j));
		}
	}
	return members;
}

const TocsinNode *
tocsin_conf_section(const TocsinConf *self, const char *name)
{
	for (guint i = 0; i < self->files->len; i++) {
		const config_t *file = g_ptr_array_index(self->files, i);
		const TocsinNode *node = tocsin_node_find(config_root_setting(file), name);

		if (node != NULL) {
			return node;
		}
	}
	return NULL;
}
