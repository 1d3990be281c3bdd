/* SPDX-License-Identifier: MIT */
/* The store of the tests. */
#include "errand-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <tocsin/error.h>

ErrandFixture *
errand_fixture_new(void)
{
	ErrandFixture *self = g_new0(ErrandFixture, 1);
	g_autoptr(GError) error = NULL;

	self->folder = g_dir_make_tmp("tocsin-daemon-XXXXXX", &error);
	g_assert_no_error(error);
	g_autofree char *path = g_build_filename(self->folder, "tocsin.db", NULL);

	self->clock = tocsin_clock_new_fake(FIXTURE_NOW);
	self->store = tocsin_store_open(&(TocsinStoreOptions){.path = path, .clock = self->clock},
	                                &error);
	g_assert_no_error(error);
	return self;
}

void
errand_fixture_free(ErrandFixture *self)
{
	static const char *const names[] = {"tocsin.db", "tocsin.db-wal", "tocsin.db-shm",
	                                    "tocsin.db.lock"};

	tocsin_store_close(self->store);
	tocsin_clock_free(self->clock);
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(self->folder, names[i], NULL);

		(void)g_unlink(path);
	}
	g_autofree char *contents = g_build_filename(self->folder, "tocsin.db.d", NULL);

	(void)g_rmdir(contents);
	g_assert_cmpint(g_rmdir(self->folder), ==, 0);
	g_free(self->folder);
	g_free(self);
}

static void
commit(ErrandFixture *self, TocsinBatch *batch)
{
	g_autoptr(GError) error = NULL;

	g_assert_true(tocsin_store_commit(self->store, batch, &error));
	g_assert_no_error(error);
}

char *
errand_fixture_add_mail(ErrandFixture *self, const char *account)
{
	g_autoptr(TocsinMail) mail = tocsin_mail_new(NULL, "s@h.example", FIXTURE_NOW);
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	const char *const via[] = {account, NULL};

	(void)tocsin_mail_add_recipient(mail, "a@h.example");
	(void)tocsin_mail_add_recipient(mail, "b@h.example");
	mail->via = g_strdupv((char **)via);
	mail->rule = g_strdup("rule");
	mail->content = g_bytes_new_static("Subject: x\r\n\r\n", 14);
	(void)tocsin_batch_add_mail(batch, mail);
	commit(self, batch);
	return g_strdup(mail->id);
}

void
errand_fixture_settle(ErrandFixture *self, const char *account, TocsinFateStatus status)
{
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(GPtrArray) claims = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinFate) fate =
	        tocsin_fate_new(status, TOCSIN_STAGE_RECIPIENT, 550, "5.1.1", "no such user",
	                        account, FIXTURE_NOW + 5000000);
	TocsinFate *fates[] = {fate, fate};

	g_assert_true(tocsin_store_claim(self->store, account, 1, 0, &claims, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(claims->len, ==, 1);
	(void)tocsin_batch_settle(batch, g_ptr_array_steal_index(claims, 0), fates,
	                          TOCSIN_SCHEDULE_NEVER, NULL);
	commit(self, batch);
}

void
errand_fixture_log(ErrandFixture *self, const char *event, const char *mail, const char *action)
{
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();

	tocsin_batch_add_log(batch, FIXTURE_NOW, event, mail, "rule", action, "so it is");
	commit(self, batch);
}

static gboolean
run(ErrandFixture *self, TocsinErrandFunction function, const char *variable, const char *uri,
    TocsinErrand *errand, GError **error)
{
	g_autoptr(TocsinQuery) query = tocsin_query_parse(uri, NULL);

	g_assert_nonnull(query);
	*errand = (TocsinErrand){
	        .query = query,
	        .variable = variable,
	        .store = self->store,
	        .now_us = FIXTURE_NOW,
	};
	return function(errand, error);
}

JsonObject *
errand_fixture_ask(ErrandFixture *self, TocsinErrandFunction function, const char *variable,
                   const char *uri)
{
	TocsinErrand errand;
	g_autoptr(GError) error = NULL;

	g_assert_true(run(self, function, variable, uri, &errand, &error));
	g_assert_no_error(error);
	g_assert_nonnull(errand.root);
	JsonObject *object = json_node_dup_object(errand.root);

	json_node_unref(errand.root);
	return object;
}

void
errand_fixture_fail(ErrandFixture *self, TocsinErrandFunction function, const char *variable,
                    const char *uri, guint status, const char *word)
{
	TocsinErrand errand;
	g_autoptr(GError) error = NULL;

	g_assert_false(run(self, function, variable, uri, &errand, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_assert_cmpuint(errand.status, ==, status);
	g_assert_null(errand.root);
	if (strstr(error->message, word) == NULL) {
		g_error("'%s' is not in: %s", word, error->message);
	}
}
