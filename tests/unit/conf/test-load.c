/* SPDX-License-Identifier: MIT */
#include "conf/load.h"

#include <glib/gstdio.h>
#include <string.h>
#include <tocsin/error.h>

/* A folder for one test's files. */
typedef struct {
	char *folder;
	TocsinProblems *problems;
} Setup;

static void
setup(Setup *self, gconstpointer data)
{
	self->folder = g_dir_make_tmp("tocsin-conf-XXXXXX", NULL);
	self->problems = tocsin_problems_new();
}

static void
remove_all(const char *path)
{
	g_autoptr(GDir) entries = g_dir_open(path, 0, NULL);
	const char *name;

	while (entries != NULL && (name = g_dir_read_name(entries)) != NULL) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		remove_all(child);
	}
	g_remove(path);
}

static void
teardown(Setup *self, gconstpointer data)
{
	remove_all(self->folder);
	g_free(self->folder);
	tocsin_problems_free(self->problems);
}

static char *
put(const Setup *self, const char *name, const char *text)
{
	char *path = g_build_filename(self->folder, name, NULL);
	g_autofree char *folder = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(folder, 0755), ==, 0);
	g_assert_true(g_file_set_contents_full(path, text, -1, 0, 0644, NULL));
	return path;
}

static void
assert_problems(const Setup *self, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) parts = NULL;

	(void)tocsin_problems_to_error(self->problems, &error);
	/* The folder's random name is of no interest. */
	parts = g_strsplit(error == NULL ? "" : error->message, self->folder, -1);
	g_autofree char *found = g_strjoinv("DIR", parts);

	g_assert_cmpstr(found, ==, expected);
}

static void
joins_conf_d_in_name_order(Setup *self, gconstpointer data)
{
	g_autofree char *main_file = put(self, "tocsin.conf",
	                                 "accounts = { a = { }; }; rules = ( { name = \"1\"; } );\n"
	                                 "@include \"more.inc\"\n");
	g_autofree char *included = put(self, "more.inc", "store = { path = \"x\"; };\n");
	g_autofree char *second = put(self, "conf.d/20.conf", "rules = ( { name = \"3\"; } );");
	g_autofree char *first = put(self, "conf.d/10.conf",
	                             "rules = ( { name = \"2\"; } ); accounts = { b = { }; };");
	g_autofree char *other = put(self, "conf.d/README", "not { read");
	g_autoptr(TocsinConf) conf = tocsin_conf_load(main_file, self->problems);

	assert_problems(self, "");
	g_autoptr(GPtrArray) accounts = tocsin_conf_members(conf, "accounts");
	g_autoptr(GPtrArray) rules = tocsin_conf_members(conf, "rules");

	g_assert_cmpuint(accounts->len, ==, 2);
	g_assert_cmpstr(tocsin_node_name(g_ptr_array_index(accounts, 1)), ==, "b");
	g_assert_cmpuint(rules->len, ==, 3);
	for (guint i = 0; i < 3; i++) {
		const TocsinNode *name = tocsin_node_find(g_ptr_array_index(rules, i), "name");
		g_autofree char *expected = g_strdup_printf("%u", i + 1);

		g_assert_cmpstr(tocsin_node_text(name), ==, expected);
	}
	const TocsinNode *path = tocsin_node_find(tocsin_conf_section(conf, "store"), "path");

	g_assert_true(g_str_has_suffix(tocsin_node_file(path), "more.inc"));
	g_assert_cmpuint(tocsin_node_line(path), ==, 1);
	g_assert_cmpstr(tocsin_conf_folder(conf), ==, self->folder);
}

static void
tells_of_all_files(Setup *self, gconstpointer data)
{
	g_autofree char *main_file =
	        put(self, "tocsin.conf", "acounts = { };\nrules = { };\naccounts = { a = { }; };");
	g_autofree char *broken = put(self, "conf.d/1.conf", "\nrules = ( { ;");
	g_autofree char *twice = put(self, "conf.d/2.conf", "accounts = {\n a = { };\n};");
	g_autoptr(TocsinConf) conf = tocsin_conf_load(main_file, self->problems);

	g_assert_nonnull(conf);
	assert_problems(self,
	                "DIR/tocsin.conf:1: unknown section 'acounts'; did you mean 'accounts'\n"
	                "DIR/tocsin.conf:2: 'rules' is a group here, but has to be a list: ( … )\n"
	                "DIR/conf.d/1.conf:2: syntax error\n"
	                "DIR/conf.d/2.conf:2: 'a' in 'accounts' is set already in "
	                "DIR/tocsin.conf:3");
}

static void
refuses_a_file_that_others_can_change(Setup *self, gconstpointer data)
{
	g_autofree char *main_file = put(self, "tocsin.conf", "accounts = { };");

	g_assert_cmpint(g_chmod(main_file, 0666), ==, 0);
	g_assert_null(tocsin_conf_load(main_file, self->problems));
	g_assert_cmpuint(tocsin_problems_count(self->problems), ==, 1);
	g_assert_nonnull(strstr(tocsin_problems_at(self->problems, 0), "tocsin.conf"));
	g_assert_nonnull(strstr(tocsin_problems_at(self->problems, 0), "chmod"));
}

static void
refuses_an_include_that_others_can_change(Setup *self, gconstpointer data)
{
	g_autofree char *main_file = put(self, "tocsin.conf", "@include \"more.inc\"\n");
	g_autofree char *included = put(self, "more.inc", "accounts = { };\n");

	g_assert_cmpint(g_chmod(included, 0666), ==, 0);
	g_assert_null(tocsin_conf_load(main_file, self->problems));
	g_assert_cmpuint(tocsin_problems_count(self->problems), ==, 1);
	g_assert_nonnull(strstr(tocsin_problems_at(self->problems, 0), "more.inc"));
}

static void
refuses_what_is_no_text(Setup *self, gconstpointer data)
{
	g_autofree char *main_file = put(self, "tocsin.conf", "accounts = { a\xff = { }; };");

	g_assert_null(tocsin_conf_load(main_file, self->problems));
	assert_problems(self, "DIR/tocsin.conf: is not UTF-8 text");
}

static void
a_missing_file_is_named(Setup *self, gconstpointer data)
{
	g_autofree char *path = g_build_filename(self->folder, "none.conf", NULL);

	g_assert_null(tocsin_conf_load(path, self->problems));
	g_assert_nonnull(strstr(tocsin_problems_at(self->problems, 0), "none.conf"));
}

static void
text_has_no_includes(Setup *self, gconstpointer data)
{
	g_assert_null(tocsin_conf_load_text("@include \"/etc/passwd\"\n", self->problems));
	assert_problems(self, "@include needs a file to start from");
}

static void
many_problems_are_counted(Setup *self, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < 250; i++) {
		tocsin_problems_add(self->problems, "f", i + 1, "bad");
	}
	g_assert_cmpuint(tocsin_problems_count(self->problems), ==, 200);
	g_assert_false(tocsin_problems_to_error(self->problems, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG);
	g_assert_true(g_str_has_suffix(error->message, "f:200: bad\nand 50 more"));
}

#define ADD(name) g_test_add("/load/" #name, Setup, NULL, setup, name, teardown)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(joins_conf_d_in_name_order);
	ADD(tells_of_all_files);
	ADD(refuses_a_file_that_others_can_change);
	ADD(refuses_an_include_that_others_can_change);
	ADD(refuses_what_is_no_text);
	ADD(a_missing_file_is_named);
	ADD(text_has_no_includes);
	ADD(many_problems_are_counted);
	return g_test_run();
}
