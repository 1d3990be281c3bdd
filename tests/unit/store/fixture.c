/* SPDX-License-Identifier: MIT */
/* A store in a folder of its own, with a fake clock. */
#include "fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <tocsin/error.h>
#include <unistd.h>

Fixture *
fixture_new(void)
{
	Fixture *self = g_new0(Fixture, 1);

	self->folder = g_dir_make_tmp("tocsin-store-XXXXXX", NULL);
	g_assert_nonnull(self->folder);
	self->path = g_build_filename(self->folder, "tocsin.db", NULL);
	self->clock = tocsin_clock_new_fake(FIXTURE_NOW);
	fixture_open(self);
	return self;
}

static void
delete_folder(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *member = g_build_filename(path, name, NULL);

		if (g_file_test(member, G_FILE_TEST_IS_DIR)) {
			delete_folder(member);
		} else {
			g_unlink(member);
		}
	}
	g_rmdir(path);
}

void
fixture_free(Fixture *self)
{
	fixture_close(self);
	delete_folder(self->folder);
	tocsin_clock_free(self->clock);
	g_free(self->folder);
	g_free(self->path);
	g_free(self);
}

void
fixture_close(Fixture *self)
{
	g_clear_pointer(&self->store, tocsin_store_close);
}

static TocsinStore *
open_store(const Fixture *self, GError **error)
{
	TocsinStoreOptions options = {
	        .path = self->path,
	        .clock = self->clock,
	        .max_bytes = self->max_bytes,
	};

	return tocsin_store_open(&options, error);
}

void
fixture_open(Fixture *self)
{
	g_autoptr(GError) error = NULL;

	self->store = open_store(self, &error);
	g_assert_no_error(error);
}

void
fixture_fail_to_open(Fixture *self, int code, const char *word)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(open_store(self, &error));
	g_assert_error(error, TOCSIN_ERROR, code);
	if (strstr(error->message, word) == NULL) {
		g_test_message("no '%s' in: %s", word, error->message);
		g_test_fail();
	}
}

TocsinMail *
fixture_mail(const Fixture *self, const char *cause)
{
	TocsinMail *mail =
	        tocsin_mail_new(NULL, "alerts@example.org", tocsin_clock_wall_us(self->clock));

	tocsin_mail_add_recipient(mail, "ops@example.org");
	mail->rule = g_strdup("rule");
	mail->cause = g_strdup(cause);
	mail->via = g_strsplit("relay local", " ", 0);
	mail->content = g_bytes_new_static("Subject: x\r\n\r\ny\r\n", 17);
	return mail;
}

gboolean
fixture_enqueue(Fixture *self, TocsinMail *mail)
{
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(GError) error = NULL;
	guint place = tocsin_batch_add_mail(batch, mail);

	tocsin_store_commit(self->store, batch, &error);
	g_assert_no_error(error);
	return !tocsin_batch_is_duplicate(batch, place);
}

TocsinClaim *
fixture_claim(Fixture *self)
{
	g_autoptr(GPtrArray) claims = NULL;
	g_autoptr(GError) error = NULL;

	tocsin_store_claim(self->store, "relay", 2, 0, &claims, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(claims->len, <=, 1);
	return claims->len == 1 ? g_ptr_array_steal_index(claims, 0) : NULL;
}

TocsinMailState
fixture_settle(Fixture *self, TocsinClaim *claim, TocsinFateStatus status, gint64 due_us)
{
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinFate) fate = tocsin_fate_new(status, TOCSIN_STAGE_DATA, 250, "2.0.0", "so",
	                                             "relay", FIXTURE_NOW);
	guint count = claim->mail->recipients->len;
	g_autofree TocsinFate **fates = g_new(TocsinFate *, count);

	for (guint i = 0; i < count; i++) {
		fates[i] = fate;
	}
	guint place = tocsin_batch_settle(batch, claim, fates, due_us, NULL);

	tocsin_store_commit(self->store, batch, &error);
	g_assert_no_error(error);
	return tocsin_batch_settled_state(batch, place);
}

guint64
fixture_count(Fixture *self, TocsinMailState state)
{
	guint64 counts[5];
	g_autoptr(GError) error = NULL;

	tocsin_store_count(self->store, counts, &error);
	g_assert_no_error(error);
	return counts[state];
}
