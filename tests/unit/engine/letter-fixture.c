/* SPDX-License-Identifier: MIT */
#include "letter-fixture.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gmime/gmime.h>
#include <string.h>
#include <tocsin/message.h>

#include "mime/gmime.h"

static void
on_fault(const char *setting, const char *text, gpointer user_data)
{
	g_error("%s: %s", setting, text);
}

void
fixture_init(Fixture *self, const char *name)
{
	const char *const on[] = {"auth.*", "drop.*", NULL};
	const char *const by[] = {"ip", NULL};
	const char *const to[] = {"ops@example.org", NULL};
	const char *const via[] = {"relay", "local", NULL};
	TocsinRuleSpec spec;

	memset(self, 0, sizeof *self);
	tocsin_rule_spec_init(&spec);
	spec.name = name;
	spec.on = on;
	spec.group_by = by;
	spec.audience.to = to;
	spec.via = via;
	self->folder = g_dir_make_tmp("tocsin-letters-XXXXXX", NULL);
	g_assert_nonnull(self->folder);
	self->rule = tocsin_rule_new(&spec, on_fault, NULL);
	self->group = tocsin_group_new("10.0.0.1", "first", FIXTURE_NOW_US);
	self->limit = tocsin_limit_new("limit");
	tocsin_recipients_init(&self->recipients);
	g_ptr_array_add(self->recipients.to, g_strdup("ops@example.org"));
	self->style.rule = self->rule;
	self->style.from = "Tocsin <alerts@example.org>";
	self->style.zone = "UTC";
	self->style.expire_us = 3600 * (gint64)G_USEC_PER_SEC;
}

void
fixture_clear(Fixture *self)
{
	g_autoptr(GDir) folder = g_dir_open(self->folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *path = g_build_filename(self->folder, name, NULL);

		g_remove(path);
	}
	g_rmdir(self->folder);
	g_free(self->folder);
	tocsin_letters_free(self->letters);
	tocsin_decision_clear(&self->decision);
	tocsin_recipients_clear(&self->recipients);
	tocsin_group_free(self->group);
	tocsin_limit_free(self->limit);
	tocsin_rule_unref(self->rule);
	g_free(self->fault);
}

void
fixture_put(Fixture *self, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(self->folder, name, NULL);
	const char *const folders[] = {self->folder, NULL};

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_cmpint(g_chmod(path, 0644), ==, 0);
	tocsin_letters_free(self->letters);
	self->letters = tocsin_letters_new(folders);
}

TocsinEvent *
fixture_event(const char *id, gint64 time_us)
{
	TocsinEvent *event = tocsin_event_new(id, "auth", "failed", "10.0.0.1", time_us);

	g_assert_true(tocsin_event_set_string(event, "ip", "10.0.0.1", -1));
	return event;
}

void
fixture_decide(Fixture *self, TocsinEvent *event)
{
	TocsinCircumstances circumstances = {.now_us = FIXTURE_NOW_US};

	tocsin_decision_clear(&self->decision);
	tocsin_decide(self->rule, self->group, self->limit, event, &circumstances, &self->decision);
	g_assert_cmpint(self->decision.action, ==, TOCSIN_ACTION_COMPOSE);
	tocsin_event_unref(event);
}

TocsinMail *
fixture_write(Fixture *self, const char *const *references)
{
	g_autoptr(GError) error = NULL;
	TocsinMail *mail;

	if (self->letters != NULL) {
		(void)tocsin_letters_find(
		        self->letters,
		        tocsin_letter_template(&self->style, self->group, &self->decision), &error);
		if (error != NULL) {
			g_test_message("%s", error->message);
		}
	}
	g_clear_pointer(&self->fault, g_free);
	mail = tocsin_letter_write(self->letters, &self->style, self->group, &self->decision,
	                           &self->recipients, references, FIXTURE_NOW_US, &self->fault);
	g_assert_nonnull(mail);
	g_clear_error(&error);
	tocsin_mail_check(mail, &error);
	g_assert_no_error(error);
	return mail;
}

static char *
decode(GMimeObject *part)
{
	char *text = g_mime_text_part_get_text(GMIME_TEXT_PART(part));
	g_auto(GStrv) lines = g_strsplit(text, "\r\n", -1);

	g_free(text);
	return g_strjoinv("\n", lines);
}

char *
fixture_body(const TocsinMail *mail, const char *subtype)
{
	gsize length;
	const char *bytes = g_bytes_get_data(mail->content, &length);
	g_autoptr(GMimeStream) stream = g_mime_stream_mem_new_with_buffer(bytes, length);
	g_autoptr(GMimeParser) parser = g_mime_parser_new_with_stream(stream);
	g_autoptr(GMimeMessage) message = g_mime_parser_construct_message(parser, NULL);
	GMimePartIter *iter = g_mime_part_iter_new(GMIME_OBJECT(message));
	char *text = NULL;

	do {
		GMimeObject *part = g_mime_part_iter_get_current(iter);

		if (g_mime_content_type_is_type(g_mime_object_get_content_type(part), "text",
		                                subtype) &&
		    g_mime_object_get_disposition(part) == NULL) {
			text = decode(part);
		}
	} while (text == NULL && g_mime_part_iter_next(iter));
	g_mime_part_iter_free(iter);
	return text;
}

char *
fixture_header(const TocsinMail *mail, const char *name)
{
	g_autoptr(TocsinMessage) message = tocsin_message_new(mail->content, NULL);

	g_assert_nonnull(message);
	g_assert_cmpuint(tocsin_message_count(message, name), <=, 1);
	return tocsin_message_get(message, name, 0);
}
