/* SPDX-License-Identifier: MIT */
/* Templates are found in their folders, and nowhere else. */
#include "engine/letters.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "engine/letter-schema.h"
#include "letter-fixture.h"

/* Two folders, the first goes before. */
typedef struct {
	char *folders[3];
	TocsinLetters *letters;
} Place;

static void
place_init(Place *self)
{
	for (guint i = 0; i < 2; i++) {
		self->folders[i] = g_dir_make_tmp("tocsin-letters-XXXXXX", NULL);
	}
	self->folders[2] = NULL;
	self->letters = tocsin_letters_new((const char *const *)self->folders);
}

static void
place_clear(Place *self)
{
	for (guint i = 0; i < 2; i++) {
		g_autoptr(GDir) folder = g_dir_open(self->folders[i], 0, NULL);
		const char *name;

		while ((name = g_dir_read_name(folder)) != NULL) {
			g_autofree char *path = g_build_filename(self->folders[i], name, NULL);

			g_remove(path);
		}
		g_rmdir(self->folders[i]);
		g_free(self->folders[i]);
	}
	tocsin_letters_free(self->letters);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

static char *
put(const Place *self, guint folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(self->folders[folder], name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_cmpint(g_chmod(path, 0644), ==, 0);
	return g_steal_pointer(&path);
}

static char *
render(Place *self, const char *name)
{
	g_autoptr(GError) error = NULL;
	const TocsinMailTemplate *mail = tocsin_letters_find(self->letters, name, &error);
	TocsinTemplateContext context = {.on_load = tocsin_letters_load,
	                                 .load_data = self->letters};
	g_autoptr(TocsinDatum) data = tocsin_datum_new_map();
	g_autoptr(TocsinRenderedMail) rendered = NULL;

	g_assert_no_error(error);
	rendered = tocsin_mail_template_render(mail, data, &context, &error);
	g_assert_no_error(error);
	return g_strdup(rendered->text);
}

static void
assert_fails(Place *self, const char *name, gint code, const char *told)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(tocsin_letters_find(self->letters, name, &error));
	g_assert_error(error, TOCSIN_ERROR, code);
	g_test_message("%s", error->message);
	g_assert_nonnull(strstr(error->message, told));
	g_assert_null(tocsin_letters_get(self->letters, name));
}

static void
the_first_folder_goes_before(void)
{
	g_auto(Place) place = {0};
	g_autofree char *text = NULL;
	g_autofree char *other = NULL;

	place_init(&place);
	g_free(put(&place, 1, "a.mail", "shipped {% include 'part' %}"));
	g_free(put(&place, 1, "part", "shipped part"));
	g_free(put(&place, 1, "b.mail", "b"));
	g_free(put(&place, 0, "part", "own part"));
	text = render(&place, "a");
	g_assert_cmpstr(text, ==, "shipped own part");
	other = render(&place, "b");
	g_assert_cmpstr(other, ==, "b");
}

static void
what_was_found_is_read_no_more(void)
{
	g_auto(Place) place = {0};
	g_autofree char *mail = NULL;
	g_autofree char *part = NULL;
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;

	place_init(&place);
	mail = put(&place, 0, "a.mail",
	           "{% extends 'base' %}{% block text %}{{ super() }}{% endblock %}");
	part = put(&place, 0, "base", "{% block text %}whole{% endblock %}");
	g_assert_null(tocsin_letters_get(place.letters, "a"));
	g_assert_nonnull(tocsin_letters_find(place.letters, "a", NULL));
	g_assert_cmpint(g_remove(mail), ==, 0);
	g_assert_cmpint(g_remove(part), ==, 0);
	before = render(&place, "a");
	g_assert_cmpstr(before, ==, "whole");
	g_assert_true(tocsin_letters_get(place.letters, "a") ==
	              tocsin_letters_find(place.letters, "a", NULL));
}

static void
there_is_no_way_out(void)
{
	static const char *const names[] = {"../a", "/etc/passwd", "a/b", "..",  ".a",
	                                    "",     "-a",          "a b", "a\n", "\xc3\xa4"};
	g_auto(Place) place = {0};

	place_init(&place);
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autoptr(GError) error = NULL;

		assert_fails(&place, names[i], TOCSIN_ERROR_CONFIG, "no template's name");
		g_assert_null(tocsin_letters_load(place.letters, names[i], &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG);
	}
}

static void
a_link_leads_nowhere(void)
{
	g_auto(Place) place = {0};
	g_autofree char *target = NULL;
	g_autofree char *link = NULL;

	place_init(&place);
	target = put(&place, 1, "target", "text");
	link = g_build_filename(place.folders[0], "a.mail", NULL);
	g_assert_cmpint(symlink(target, link), ==, 0);
	assert_fails(&place, "a", TOCSIN_ERROR_TRUST, "symbolic link");
}

static void
what_others_can_change_is_refused(void)
{
	g_auto(Place) place = {0};
	g_autofree char *file = NULL;

	place_init(&place);
	file = put(&place, 0, "a.mail", "text");
	g_assert_cmpint(g_chmod(file, 0666), ==, 0);
	assert_fails(&place, "a", TOCSIN_ERROR_TRUST, "chmod go-w");
	g_assert_cmpint(g_chmod(file, 0644), ==, 0);
	g_assert_nonnull(tocsin_letters_find(place.letters, "a", NULL));
	g_free(put(&place, 0, "b.mail", "text"));
	g_assert_cmpint(g_chmod(place.folders[0], 0777), ==, 0);
	assert_fails(&place, "b", TOCSIN_ERROR_TRUST, "can be written by others");
	g_assert_cmpint(g_chmod(place.folders[0], 0700), ==, 0);
}

static void
faults_have_places_and_names_have_neighbours(void)
{
	g_auto(Place) place = {0};
	g_autofree char *large = g_strnfill((2u << 20), 'x');

	place_init(&place);
	g_free(put(&place, 0, "alert.mail", "text"));
	g_free(put(&place, 0, "bad.mail", "---\nsubject: {{ 1 + }}\n---\n"));
	g_free(put(&place, 0, "large.mail", large));
	g_free(put(&place, 1, "alert.mail", "text"));
	g_free(put(&place, 1, "note.txt", "text"));
	assert_fails(&place, "alrt", TOCSIN_ERROR_CONFIG, "did you mean 'alert'?");
	assert_fails(&place, "bad", TOCSIN_ERROR_TEMPLATE, "bad.mail:2:17: ");
	assert_fails(&place, "large", TOCSIN_ERROR_LIMIT, "large.mail:");
	g_auto(GStrv) names = tocsin_letters_names(place.letters);

	g_assert_cmpuint(g_strv_length(names), ==, 3);
	g_assert_cmpstr(names[0], ==, "alert");
}

static void
a_folder_that_is_not_there_is_passed_over(void)
{
	const char *const folders[] = {"/nonexistent/templates", NULL, NULL};
	g_auto(Place) place = {0};
	g_autoptr(TocsinLetters) letters = NULL;

	place_init(&place);
	g_free(put(&place, 0, "a.mail", "text"));
	const char *const both[] = {folders[0], place.folders[0], NULL};

	letters = tocsin_letters_new(both);
	g_assert_nonnull(tocsin_letters_find(letters, "a", NULL));
}

/* A trigger "auth" that tells of the kinds failed (user, ip) and login (user). */
static TocsinSchema *
make_schema(void)
{
	TocsinSchema *schema = tocsin_schema_new();
	const tocsin_schemas *table = &tocsin_table_schema;

	g_assert_cmpint(table->add_kind(schema, "failed", "No."), ==, TOCSIN_OK);
	g_assert_cmpint(table->add_kind(schema, "login", "Yes."), ==, TOCSIN_OK);
	table->add_field(schema, "failed", "ip", TOCSIN_FIELD_TEXT, "Where from.");
	table->add_field(schema, NULL, "user", TOCSIN_FIELD_TEXT, "Who.");
	return schema;
}

static guint
count_problems(Place *place, const TocsinDatum *schema, const char *text)
{
	g_autoptr(GPtrArray) problems = NULL;

	g_free(put(place, 0, "check.mail", text));
	tocsin_letters_free(place->letters);
	place->letters = tocsin_letters_new((const char *const *)place->folders);
	problems = tocsin_letters_check(place->letters, "check", schema);
	for (guint i = 0; i < problems->len; i++) {
		g_test_message("%s", (const char *)problems->pdata[i]);
	}
	return problems->len;
}

static void
names_are_held_against_the_triggers_fields(void)
{
	g_autoptr(TocsinSchema) known = make_schema();
	const TocsinLetterSource sources[] = {{"auth", known}, {"drop", NULL}};
	g_auto(Fixture) fixture = {0};
	g_auto(Place) place = {0};
	g_autoptr(TocsinDatum) all = NULL;
	g_autoptr(TocsinDatum) any = NULL;
	g_autoptr(TocsinDatum) no_rule = NULL;

	fixture_init(&fixture, "ssh"); /* on auth.* and drop.* */
	place_init(&place);
	any = tocsin_letter_schema(fixture.rule, sources, 2);
	g_assert_cmpuint(count_problems(&place, any, "{{ event.whatever }}{{ rule }}"), ==, 0);
	g_assert_cmpuint(count_problems(&place, any, "{{ evnt.ip }}{{ host }}"), ==, 1);
	no_rule = tocsin_letter_schema(NULL, NULL, 0);
	g_assert_cmpuint(count_problems(&place, no_rule, "{{ event.whatever }}{{ now }}"), ==, 0);
	g_assert_cmpuint(count_problems(&place, no_rule, "{{ nothing }}"), ==, 1);
	const TocsinLetterSource both[] = {{"auth", known}, {"drop", known}};

	all = tocsin_letter_schema(fixture.rule, both, 2);
	g_assert_cmpuint(count_problems(&place, all,
	                                "{{ event.ip }}{{ event.user }}{{ event.fields.user }}"
	                                "{{ event.own.time }}{{ events[0].excerpt[0].text }}"
	                                "{% for e in events %}{{ e.ip }}{{ e.id }}{% endfor %}"
	                                "{% for m in members %}{{ m.since }}{% endfor %}"
	                                "{% for k in kinds %}{{ k.count }}{% endfor %}"),
	                 ==, 0);
	g_assert_cmpuint(count_problems(&place, all,
	                                "{{ event.ipp }}\n{{ event.fields.usr }}\n"
	                                "{% for e in events %}{{ e.port }}{% endfor %}\n"
	                                "{{ event.own.ip }}{{ event.port is defined }}"),
	                 ==, 4);
}

static void
headers_that_every_mail_has_are_refused(void)
{
	g_auto(Place) place = {0};
	g_autoptr(TocsinDatum) schema = NULL;

	place_init(&place);
	schema = tocsin_letter_schema(NULL, NULL, 0);
	g_assert_cmpuint(count_problems(&place, schema,
	                                "---\nsubject: s\nReply-To: a@example.org\nX-A: b\n"
	                                "attachments: none\n---\n"),
	                 ==, 0);
	g_assert_cmpuint(count_problems(&place, schema,
	                                "---\nsubject: s\n\nfrom: a@example.org\nX-A: b\n"
	                                "List-Id: c\n---\n"),
	                 ==, 2);
}

static void
a_source_that_the_rule_is_not_on_does_not_matter(void)
{
	g_autoptr(TocsinSchema) known = make_schema();
	const TocsinLetterSource sources[] = {
	        {"auth", known}, {"drop", known}, {"other", NULL}, {"authority", NULL}};
	g_auto(Fixture) fixture = {0};
	g_auto(Place) place = {0};
	g_autoptr(TocsinDatum) schema = NULL;

	fixture_init(&fixture, "ssh");
	place_init(&place);
	schema = tocsin_letter_schema(fixture.rule, sources, G_N_ELEMENTS(sources));
	g_assert_cmpuint(count_problems(&place, schema, "{{ event.nothing }}"), ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/letters/the_first_folder_goes_before", the_first_folder_goes_before);
	g_test_add_func("/letters/what_was_found_is_read_no_more", what_was_found_is_read_no_more);
	g_test_add_func("/letters/there_is_no_way_out", there_is_no_way_out);
	g_test_add_func("/letters/a_link_leads_nowhere", a_link_leads_nowhere);
	g_test_add_func("/letters/what_others_can_change_is_refused",
	                what_others_can_change_is_refused);
	g_test_add_func("/letters/faults_have_places_and_names_have_neighbours",
	                faults_have_places_and_names_have_neighbours);
	g_test_add_func("/letters/a_folder_that_is_not_there_is_passed_over",
	                a_folder_that_is_not_there_is_passed_over);
	g_test_add_func("/letters/names_are_held_against_the_triggers_fields",
	                names_are_held_against_the_triggers_fields);
	g_test_add_func("/letters/headers_that_every_mail_has_are_refused",
	                headers_that_every_mail_has_are_refused);
	g_test_add_func("/letters/a_source_that_the_rule_is_not_on_does_not_matter",
	                a_source_that_the_rule_is_not_on_does_not_matter);
	return g_test_run();
}
