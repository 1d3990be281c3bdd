/* SPDX-License-Identifier: MIT */
/* Listing and steering the queue, and the end of history. */
#include "fixture.h"

#include <string.h>
#include <tocsin/error.h>

static char *
enqueue(Fixture *fixture)
{
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, NULL);

	g_assert_true(fixture_enqueue(fixture, mail));
	return g_strdup(mail->id);
}

/* A mail that ended in @status. */
static char *
finish(Fixture *fixture, TocsinFateStatus status)
{
	char *id = enqueue(fixture);

	fixture_settle(fixture, fixture_claim(fixture), status, 0);
	return id;
}

static guint
list(const Fixture *fixture, const TocsinListFilter *filter, GPtrArray **out_infos)
{
	g_autoptr(GError) error = NULL;

	tocsin_store_list(fixture->store, filter, out_infos, &error);
	g_assert_no_error(error);
	return (*out_infos)->len;
}

static void
lists_are_by_state_and_page_on(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *done = finish(fixture, TOCSIN_FATE_DELIVERED);
	g_autofree char *dead = finish(fixture, TOCSIN_FATE_REFUSED);
	g_autofree char *held = enqueue(fixture);
	g_autofree char *first = enqueue(fixture);
	g_autofree char *second = enqueue(fixture);
	const TocsinListFilter all = {.limit = 10};
	const TocsinListFilter waiting = {.states = 1 << TOCSIN_MAIL_WAITING, .limit = 10};
	const TocsinListFilter kept = {.states = 1 << TOCSIN_MAIL_HELD | 1 << TOCSIN_MAIL_DEAD,
	                               .limit = 10};
	const TocsinListFilter mixed = {.states = 1 << TOCSIN_MAIL_WAITING | 1 << TOCSIN_MAIL_DONE,
	                                .limit = 10};
	g_autoptr(GPtrArray) infos = NULL;

	g_assert_true(tocsin_store_hold(fixture->store, held, NULL));
	g_assert_cmpuint(list(fixture, &all, &infos), ==, 5);
	g_clear_pointer(&infos, g_ptr_array_unref);
	g_assert_cmpuint(list(fixture, &kept, &infos), ==, 2);
	g_clear_pointer(&infos, g_ptr_array_unref);
	g_assert_cmpuint(list(fixture, &mixed, &infos), ==, 3);
	g_clear_pointer(&infos, g_ptr_array_unref);
	g_assert_cmpuint(list(fixture, &waiting, &infos), ==, 2);
	g_assert_cmpstr(((TocsinMailInfo *)infos->pdata[0])->mail->id, ==, first);
	g_clear_pointer(&infos, g_ptr_array_unref);
	const TocsinListFilter page = {
	        .states = 1 << TOCSIN_MAIL_WAITING, .after_id = first, .limit = 1};

	g_assert_cmpuint(list(fixture, &page, &infos), ==, 1);
	g_assert_cmpstr(((TocsinMailInfo *)infos->pdata[0])->mail->id, ==, second);
}

static void
failures_are_listed_until_they_are_told(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *dead = finish(fixture, TOCSIN_FATE_REFUSED);
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	const TocsinListFilter untold = {
	        .states = 1 << TOCSIN_MAIL_DEAD, .is_untold = TRUE, .limit = 10};
	g_autoptr(GPtrArray) infos = NULL;

	g_assert_cmpuint(list(fixture, &untold, &infos), ==, 1);
	g_clear_pointer(&infos, g_ptr_array_unref);
	tocsin_batch_mark_told(batch, dead);
	g_assert_true(tocsin_store_commit(fixture->store, batch, NULL));
	g_assert_cmpuint(list(fixture, &untold, &infos), ==, 0);
}

static void
what_the_state_does_not_allow_is_said(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *done = finish(fixture, TOCSIN_FATE_DELIVERED);
	g_autofree char *nobody = tocsin_mail_make_id(1);
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_store_hold(fixture->store, done, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_assert_nonnull(strstr(error->message, "cannot be held: it is done"));
	g_clear_error(&error);
	g_assert_false(tocsin_store_retry(fixture->store, done, 0, &error));
	g_clear_error(&error);
	g_assert_false(tocsin_store_release(fixture->store, nobody, &error));
	g_assert_nonnull(strstr(error->message, "there is no mail"));
	g_clear_error(&error);
	g_assert_null(tocsin_store_show(fixture->store, nobody, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	g_clear_error(&error);
	g_assert_false(tocsin_store_remove(fixture->store, "'; DROP TABLE mails", &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
}

static void
a_removed_mail_is_gone_but_not_forgotten(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, "e1");
	g_autoptr(TocsinMail) again = fixture_mail(fixture, "e1");

	fixture_enqueue(fixture, mail);
	g_assert_true(tocsin_store_remove(fixture->store, mail->id, NULL));
	g_assert_null(fixture_claim(fixture));
	g_assert_false(fixture_enqueue(fixture, again));
	g_autoptr(TocsinMailInfo) info = tocsin_store_show(fixture->store, mail->id, NULL);

	g_assert_null(info->mail->content);
	g_assert_cmpint(((TocsinRecipientInfo *)info->recipients->pdata[0])->state, ==,
	                TOCSIN_RECIPIENT_REMOVED);
}

static void
a_retry_is_at_once(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *id = enqueue(fixture);

	fixture_settle(fixture, fixture_claim(fixture), TOCSIN_FATE_DEFERRED,
	               FIXTURE_NOW + FIXTURE_SECOND);
	g_assert_null(fixture_claim(fixture));
	g_assert_true(tocsin_store_retry(fixture->store, id, 0, NULL));
	g_autoptr(TocsinClaim) claim = fixture_claim(fixture);

	g_assert_nonnull(claim);
}

/* Two finished mails and two lines; one of each is old. What waits stays, however old. */
static void
history_ends(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autofree char *old = finish(fixture, TOCSIN_FATE_REFUSED);
	g_autofree char *waiting = enqueue(fixture);
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(GPtrArray) lines = NULL;
	const gint64 later = FIXTURE_NOW + 10 * FIXTURE_SECOND;
	gboolean is_more = TRUE;

	tocsin_store_hold(fixture->store, waiting, NULL);
	tocsin_clock_set_wall(fixture->clock, later);
	g_autofree char *young = finish(fixture, TOCSIN_FATE_DELIVERED);

	tocsin_batch_add_log(batch, FIXTURE_NOW, "e1", NULL, NULL, "a", "old");
	tocsin_batch_add_log(batch, later, "e1", NULL, NULL, "a", "young");
	g_assert_true(tocsin_store_commit(fixture->store, batch, NULL));
	g_assert_true(tocsin_store_purge(fixture->store, later, 1, &is_more, NULL));
	g_assert_true(is_more);
	g_assert_true(tocsin_store_purge(fixture->store, later, 1, &is_more, NULL));
	g_assert_false(is_more);
	g_assert_null(tocsin_store_show(fixture->store, old, NULL));
	g_autoptr(TocsinMailInfo) kept = tocsin_store_show(fixture->store, young, NULL);
	g_autoptr(TocsinMailInfo) held = tocsin_store_show(fixture->store, waiting, NULL);

	g_assert_nonnull(kept);
	g_assert_nonnull(held);
	g_assert_true(tocsin_store_query_log(fixture->store, "e1", NULL, 0, 10, &lines, NULL));
	g_assert_cmpuint(lines->len, ==, 1);
	g_assert_cmpstr(((TocsinLogLine *)lines->pdata[0])->text, ==, "young");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/admin/lists_are_by_state_and_page_on", lists_are_by_state_and_page_on);
	g_test_add_func("/admin/failures_are_listed_until_they_are_told",
	                failures_are_listed_until_they_are_told);
	g_test_add_func("/admin/what_the_state_does_not_allow_is_said",
	                what_the_state_does_not_allow_is_said);
	g_test_add_func("/admin/a_removed_mail_is_gone_but_not_forgotten",
	                a_removed_mail_is_gone_but_not_forgotten);
	g_test_add_func("/admin/a_retry_is_at_once", a_retry_is_at_once);
	g_test_add_func("/admin/history_ends", history_ends);
	return g_test_run();
}
