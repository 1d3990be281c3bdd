/* SPDX-License-Identifier: MIT */
/* Attachments come from events, each once, within limits, and never from elsewhere. */
#include "engine/letter-attach.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "letter-fixture.h"
#include "mime/gmime.h"

/* One event, what is attached of it, and what is said about the rest. */
typedef struct {
	TocsinEvent *event;
	GPtrArray *notes;
	GPtrArray *names; /* of what was attached */
	GPtrArray *contents;
	char *folder;
} Case;

static void
case_init(Case *self)
{
	self->event = fixture_event("e", FIXTURE_NOW_US);
	self->notes = g_ptr_array_new_with_free_func(g_free);
	self->names = g_ptr_array_new_with_free_func(g_free);
	self->contents = g_ptr_array_new_with_free_func(g_free);
	self->folder = g_dir_make_tmp("tocsin-attach-XXXXXX", NULL);
}

static void
case_clear(Case *self)
{
	g_autoptr(GDir) folder = g_dir_open(self->folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *path = g_build_filename(self->folder, name, NULL);

		g_remove(path);
	}
	g_rmdir(self->folder);
	g_free(self->folder);
	tocsin_event_unref(self->event);
	g_ptr_array_unref(self->notes);
	g_ptr_array_unref(self->names);
	g_ptr_array_unref(self->contents);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Case, case_clear)

static void
add_bytes(Case *self, const char *name, const char *text)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));

	g_assert_true(tocsin_event_attach_bytes(self->event, name, "text/plain", bytes));
}

static char *
path_of(const Case *self, const char *name)
{
	return g_build_filename(self->folder, name, NULL);
}

static void
add_file(Case *self, const char *name, const char *text)
{
	g_autofree char *path = path_of(self, name);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_true(tocsin_event_attach_path(self->event, name, NULL, path));
}

static void
collect(Case *self, GMimeObject *part)
{
	const char *name;
	g_autoptr(GMimeStream) stream = NULL;
	GByteArray *bytes;

	if (!GMIME_IS_PART(part) || g_mime_object_get_disposition(part) == NULL) {
		return;
	}
	name = g_mime_part_get_filename(GMIME_PART(part));
	stream = g_mime_stream_mem_new();
	g_mime_data_wrapper_write_to_stream(g_mime_part_get_content(GMIME_PART(part)), stream);
	bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
	g_ptr_array_add(self->names, g_strdup(name));
	g_ptr_array_add(self->contents, g_strndup((const char *)bytes->data, bytes->len));
}

/* Attaches, and reads the message back. */
static void
attach(Case *self, const char *wanted, gsize max)
{
	g_autoptr(TocsinComposer) composer = tocsin_composer_new();
	g_autoptr(GPtrArray) events = g_ptr_array_new();
	g_autoptr(TocsinMessage) message = NULL;
	g_autoptr(GBytes) octets = NULL;
	gsize length;

	g_ptr_array_add(events, self->event);
	g_ptr_array_add(events, self->event); /* the same twice is attached once */
	tocsin_composer_add_addresses(composer, "From", "a@example.org", NULL);
	tocsin_letter_attach(composer, events, wanted, max, self->notes);
	message = tocsin_composer_finish(composer, NULL);
	octets = tocsin_message_get_octets(message);
	const char *bytes = g_bytes_get_data(octets, &length);
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(bytes, length);
	g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
	g_autoptr(GMimeMessage) parsed = g_mime_parser_construct_message(parser, NULL);
	GMimePartIter *iter = g_mime_part_iter_new(GMIME_OBJECT(parsed));

	do {
		collect(self, g_mime_part_iter_get_current(iter));
	} while (g_mime_part_iter_next(iter));
	g_mime_part_iter_free(iter);
}

static void
assert_names(const Case *self, const char *expected)
{
	g_autofree char *names = NULL;

	g_ptr_array_add(self->names, NULL);
	names = g_strjoinv(" ", (char **)self->names->pdata);
	g_ptr_array_remove_index(self->names, self->names->len - 1);
	g_assert_cmpstr(names, ==, expected);
}

static void
assert_note(const Case *self, guint index, const char *part)
{
	g_assert_cmpuint(index, <, self->notes->len);
	g_test_message("%s", (const char *)self->notes->pdata[index]);
	g_assert_nonnull(strstr(self->notes->pdata[index], part));
}

static void
bytes_and_files_are_attached_once(void)
{
	g_auto(Case) self = {0};

	case_init(&self);
	add_bytes(&self, "a.txt", "one");
	add_bytes(&self, "a.txt", "two");
	add_bytes(&self, "a.txt", "one");
	add_file(&self, "b.log", "file");
	attach(&self, NULL, 1000);
	assert_names(&self, "a.txt a-2.txt b.log");
	g_assert_cmpstr(self.contents->pdata[0], ==, "one");
	g_assert_cmpstr(self.contents->pdata[1], ==, "two");
	g_assert_cmpstr(self.contents->pdata[2], ==, "file");
	g_assert_cmpuint(self.notes->len, ==, 0);
}

static void
a_template_chooses_by_name_and_never_by_path(void)
{
	static const struct {
		const char *wanted;
		const char *names;
	} cases[] = {
	        {"all", "a.log b.txt"},
	        {"ALL", "a.log b.txt"},
	        {"none", ""},
	        {"*.log", "a.log"},
	        {"b.txt, a.log,", "a.log b.txt"},
	        {"?.txt", "b.txt"},
	        {"c.txt", ""},
	        {"/etc/passwd", ""},
	        {"", ""},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(Case) self = {0};

		case_init(&self);
		add_bytes(&self, "a.log", "a");
		add_bytes(&self, "b.txt", "b");
		attach(&self, cases[i].wanted, 1000);
		assert_names(&self, cases[i].names);
		g_assert_cmpuint(self.notes->len, ==, 0);
	}
}

static void
what_cannot_be_read_is_named(void)
{
	g_auto(Case) self = {0};
	g_autofree char *link = NULL;
	g_autofree char *fifo = NULL;
	g_autofree char *gone = NULL;

	case_init(&self);
	link = path_of(&self, "link");
	fifo = path_of(&self, "fifo");
	gone = path_of(&self, "gone");
	g_assert_cmpint(symlink("/etc/passwd", link), ==, 0);
	g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
	tocsin_event_attach_path(self.event, "link", NULL, link);
	tocsin_event_attach_path(self.event, "fifo", NULL, fifo);
	tocsin_event_attach_path(self.event, "gone", NULL, gone);
	tocsin_event_attach_path(self.event, "folder", NULL, self.folder);
	add_file(&self, "good", "content");
	attach(&self, NULL, 1000);
	assert_names(&self, "good");
	g_assert_cmpuint(self.notes->len, ==, 4);
	assert_note(&self, 0, "link: ");
	assert_note(&self, 1, "no regular file");
	assert_note(&self, 2, "No such file");
	assert_note(&self, 3, "folder: ");
}

static void
more_than_the_limit_is_named(void)
{
	g_auto(Case) self = {0};

	case_init(&self);
	add_bytes(&self, "a", "12345");
	add_file(&self, "b", "123456");
	add_bytes(&self, "c", "123456");
	add_file(&self, "d", "12345");
	attach(&self, NULL, 10);
	assert_names(&self, "a d");
	assert_note(&self, 0, "b: it has 6 bytes; all attachments of a mail may have 10 bytes");
	assert_note(&self, 1, "c: it has 6 bytes");
}

static void
names_are_only_names(void)
{
	static const char *const names[][2] = {
	        {"../../etc/passwd", "passwd"},
	        {"C:\\evil\\cmd.exe", "cmd.exe"},
	        {"a\r\nBcc: x", "a Bcc: x"},
	        {"\xe2\x80\xaegpj.exe", "gpj.exe"},
	        {"/", "attachment"},
	        {"=?utf-8?B?DQo=?=", "=_utf-8?B?DQo=_="},
	        {"r\xc3\xa9sum\xc3\xa9 \"x\"; y.txt", "r\xc3\xa9sum\xc3\xa9 \"x\"; y.txt"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_auto(Case) self = {0};

		case_init(&self);
		add_bytes(&self, names[i][0], "x");
		attach(&self, NULL, 1000);
		assert_names(&self, names[i][1]);
	}
}

static void
long_names_keep_their_end(void)
{
	g_auto(Case) self = {0};
	g_autofree char *stem = g_strnfill(400, 'n');
	g_autofree char *name = g_strconcat(stem, "\xc3\xa4.tar.gz", NULL);
	const char *shown;

	case_init(&self);
	add_bytes(&self, name, "x");
	attach(&self, NULL, 1000);
	shown = self.names->pdata[0];
	g_assert_true(g_str_has_suffix(shown, "n\xc3\xa4.tar.gz"));
	g_assert_cmpuint(strlen(shown), <=, 150);
}

static void
too_many_are_counted(void)
{
	g_auto(Case) self = {0};

	case_init(&self);
	for (guint i = 0; i < 64; i++) {
		g_autofree char *name = g_strdup_printf("n%u", i);

		tocsin_event_attach_path(self.event, name, NULL, name);
	}
	attach(&self, NULL, 1000);
	assert_names(&self, "");
	g_assert_cmpuint(self.notes->len, ==, 21);
	assert_note(&self, 20, "and 44 more");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/letter-attach/bytes_and_files_are_attached_once",
	                bytes_and_files_are_attached_once);
	g_test_add_func("/letter-attach/a_template_chooses_by_name_and_never_by_path",
	                a_template_chooses_by_name_and_never_by_path);
	g_test_add_func("/letter-attach/what_cannot_be_read_is_named",
	                what_cannot_be_read_is_named);
	g_test_add_func("/letter-attach/more_than_the_limit_is_named",
	                more_than_the_limit_is_named);
	g_test_add_func("/letter-attach/names_are_only_names", names_are_only_names);
	g_test_add_func("/letter-attach/long_names_keep_their_end", long_names_keep_their_end);
	g_test_add_func("/letter-attach/too_many_are_counted", too_many_are_counted);
	return g_test_run();
}
