/* SPDX-License-Identifier: MIT */
/* What goes out to be sent, and what comes back. */
#include "fixture.h"

#include <string.h>

static gint64
next_due(const Fixture *fixture)
{
	gint64 due = 0;

	g_assert_true(tocsin_store_next_due(fixture->store, "relay", &due, NULL));
	return due;
}

static void
enqueue(Fixture *fixture, const char *cause, int priority, gint64 due_us)
{
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, cause);

	mail->priority = priority;
	mail->due_us = due_us;
	g_assert_true(fixture_enqueue(fixture, mail));
}

static void
high_priority_goes_first_then_what_is_longest_due(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GPtrArray) claims = NULL;
	g_autoptr(GString) order = g_string_new(NULL);

	enqueue(fixture, "d", 0, FIXTURE_NOW);
	enqueue(fixture, "c", 0, FIXTURE_NOW - 5);
	enqueue(fixture, "e", -1, FIXTURE_NOW - 9);
	enqueue(fixture, "b", 2, FIXTURE_NOW);
	enqueue(fixture, "a", 7, FIXTURE_NOW);
	enqueue(fixture, "x", 9, FIXTURE_NOW + 1);
	g_assert_true(tocsin_store_claim(fixture->store, "relay", 10, 0, &claims, NULL));
	for (guint i = 0; i < claims->len; i++) {
		g_string_append(order, ((TocsinClaim *)claims->pdata[i])->mail->cause);
	}
	g_assert_cmpstr(order->str, ==, "abcde");
}

static void
a_claim_takes_no_more_than_asked_for(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GPtrArray) first = NULL;
	g_autoptr(GPtrArray) second = NULL;

	enqueue(fixture, "a", 1, 0);
	enqueue(fixture, "b", 0, 0);
	enqueue(fixture, "c", 0, 0);
	g_assert_true(tocsin_store_claim(fixture->store, "relay", 2, 0, &first, NULL));
	g_assert_true(tocsin_store_claim(fixture->store, "relay", 2, 0, &second, NULL));
	g_assert_cmpuint(first->len, ==, 2);
	g_assert_cmpuint(second->len, ==, 1);
}

static void
a_claimed_mail_is_not_claimed_again(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	enqueue(fixture, "a", 0, 0);
	g_autoptr(TocsinClaim) claim = fixture_claim(fixture);

	g_assert_nonnull(claim);
	g_assert_null(fixture_claim(fixture));
	g_assert_cmpint(next_due(fixture), ==, TOCSIN_SCHEDULE_NEVER);
	g_assert_true(tocsin_store_hand_back(fixture->store, claim->mail->id, NULL));
	g_assert_cmpint(next_due(fixture), ==, FIXTURE_NOW);
	g_autoptr(TocsinClaim) again = fixture_claim(fixture);

	g_assert_nonnull(again);
	g_assert_cmpuint(again->tries, ==, 0);
}

static void
a_lease_ends_with_its_time_and_with_the_process(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GPtrArray) claims = NULL;

	enqueue(fixture, "a", 0, 0);
	g_assert_true(tocsin_store_claim(fixture->store, "relay", 1, 10, &claims, NULL));
	g_assert_cmpuint(claims->len, ==, 1);
	tocsin_clock_advance(fixture->clock, 9);
	g_assert_null(fixture_claim(fixture));
	tocsin_clock_advance(fixture->clock, 1);
	g_autoptr(TocsinClaim) second = fixture_claim(fixture);

	g_assert_nonnull(second);
	fixture_close(fixture);
	fixture_open(fixture);
	g_autoptr(TocsinClaim) third = fixture_claim(fixture);

	g_assert_nonnull(third);
}

static void
a_delivered_mail_keeps_its_history_and_not_its_message(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	enqueue(fixture, "a", 0, 0);
	TocsinClaim *claim = fixture_claim(fixture);
	g_autofree char *id = g_strdup(claim->mail->id);

	g_assert_cmpint(fixture_settle(fixture, claim, TOCSIN_FATE_DELIVERED, 0), ==,
	                TOCSIN_MAIL_DONE);
	g_assert_null(fixture_claim(fixture));
	g_autoptr(TocsinMailInfo) info = tocsin_store_show(fixture->store, id, NULL);
	const TocsinRecipientInfo *recipient = info->recipients->pdata[0];

	g_assert_cmpint(info->state, ==, TOCSIN_MAIL_DONE);
	g_assert_cmpuint(info->tries, ==, 1);
	g_assert_cmpint(info->finished_us, ==, FIXTURE_NOW);
	g_assert_cmpuint(info->size, ==, 17);
	g_assert_null(info->mail->content);
	g_assert_cmpint(recipient->state, ==, TOCSIN_RECIPIENT_DELIVERED);
	g_assert_cmpint(recipient->fate->status, ==, TOCSIN_FATE_DELIVERED);
	g_assert_cmpuint(recipient->fate->code, ==, 250);
	g_assert_cmpstr(recipient->fate->enhanced, ==, "2.0.0");
	g_assert_cmpstr(recipient->fate->account, ==, "relay");
}

/* Three recipients: one delivered, one refused, one deferred and delivered later. */
static void
recipients_have_fates_of_their_own(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, "a");
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	const gint64 due = FIXTURE_NOW + 60 * FIXTURE_SECOND;

	tocsin_mail_add_recipient(mail, "second@example.org");
	tocsin_mail_add_recipient(mail, "third@example.org");
	fixture_enqueue(fixture, mail);
	g_autoptr(TocsinFate) delivered = tocsin_fate_new(TOCSIN_FATE_DELIVERED, TOCSIN_STAGE_DATA,
	                                                  250, NULL, "ok", "relay", 1);
	g_autoptr(TocsinFate) refused = tocsin_fate_new(TOCSIN_FATE_REFUSED, TOCSIN_STAGE_RECIPIENT,
	                                                550, "5.1.1", "no", "relay", 2);
	g_autoptr(TocsinFate) deferred = tocsin_fate_new(
	        TOCSIN_FATE_DEFERRED, TOCSIN_STAGE_RECIPIENT, 450, "4.2.0", "grey", "relay", 3);
	TocsinFate *const fates[] = {delivered, refused, deferred};

	tocsin_batch_settle(batch, fixture_claim(fixture), fates, due, NULL);
	g_assert_true(tocsin_store_commit(fixture->store, batch, NULL));
	g_assert_cmpint(tocsin_batch_settled_state(batch, 0), ==, TOCSIN_MAIL_WAITING);
	g_assert_null(fixture_claim(fixture));
	g_assert_cmpint(next_due(fixture), ==, due);
	tocsin_clock_set_wall(fixture->clock, due);
	TocsinClaim *claim = fixture_claim(fixture);

	g_assert_cmpuint(claim->tries, ==, 1);
	g_assert_cmpuint(claim->mail->recipients->len, ==, 1);
	g_assert_cmpstr(tocsin_mail_recipient(claim->mail, 0)->address, ==, "third@example.org");
	g_assert_nonnull(claim->mail->content);
	g_assert_cmpint(fixture_settle(fixture, claim, TOCSIN_FATE_DELIVERED, 0), ==,
	                TOCSIN_MAIL_DEAD);
	g_autoptr(TocsinMailInfo) info = tocsin_store_show(fixture->store, mail->id, NULL);
	static const TocsinRecipientState expected[] = {
	        TOCSIN_RECIPIENT_DELIVERED, TOCSIN_RECIPIENT_REFUSED, TOCSIN_RECIPIENT_DELIVERED};

	for (guint i = 0; i < 3; i++) {
		g_assert_cmpint(((TocsinRecipientInfo *)info->recipients->pdata[i])->state, ==,
		                expected[i]);
	}
	g_assert_cmpuint(info->tries, ==, 2);
}

static void
doubt_is_tried_again(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	enqueue(fixture, "a", 0, 0);
	g_assert_cmpint(
	        fixture_settle(fixture, fixture_claim(fixture), TOCSIN_FATE_UNKNOWN, FIXTURE_NOW),
	        ==, TOCSIN_MAIL_WAITING);
	g_autoptr(TocsinClaim) again = fixture_claim(fixture);

	g_assert_cmpuint(again->tries, ==, 1);
}

static void
what_is_given_up_is_dead_and_can_be_retried(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	enqueue(fixture, "a", 0, 0);
	TocsinClaim *claim = fixture_claim(fixture);
	g_autofree char *id = g_strdup(claim->mail->id);

	g_assert_cmpint(fixture_settle(fixture, claim, TOCSIN_FATE_DEFERRED, TOCSIN_SCHEDULE_NEVER),
	                ==, TOCSIN_MAIL_DEAD);
	g_autoptr(TocsinMailInfo) info = tocsin_store_show(fixture->store, id, NULL);

	g_assert_cmpint(((TocsinRecipientInfo *)info->recipients->pdata[0])->state, ==,
	                TOCSIN_RECIPIENT_EXPIRED);
	g_assert_nonnull(info->mail->content);
	g_assert_false(info->is_told);
	g_assert_true(tocsin_store_retry(fixture->store, id, FIXTURE_NOW + 77, NULL));
	claim = fixture_claim(fixture);
	g_assert_cmpint(claim->mail->expire_us, ==, FIXTURE_NOW + 77);
	g_assert_cmpint(fixture_settle(fixture, claim, TOCSIN_FATE_DELIVERED, 0), ==,
	                TOCSIN_MAIL_DONE);
}

/* No fate at all: the account could not be reached, the next one gets the mail at once. */
static void
the_next_account_takes_over(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(GPtrArray) claims = NULL;
	g_auto(GStrv) accounts = NULL;
	TocsinFate *const fates[] = {NULL};

	enqueue(fixture, "a", 0, 0);
	enqueue(fixture, "later", 0, FIXTURE_NOW + 5);
	tocsin_batch_settle(batch, fixture_claim(fixture), fates, FIXTURE_NOW, "local");
	g_assert_true(tocsin_store_commit(fixture->store, batch, NULL));
	g_assert_null(fixture_claim(fixture));
	g_assert_true(tocsin_store_claim(fixture->store, "local", 5, 0, &claims, NULL));
	g_assert_cmpuint(claims->len, ==, 1);
	g_assert_cmpuint(((TocsinClaim *)claims->pdata[0])->tries, ==, 0);
	g_assert_true(tocsin_store_list_accounts(fixture->store, &accounts, NULL));
	g_assert_cmpuint(g_strv_length(accounts), ==, 2);
	g_assert_cmpstr(accounts[0], ==, "local");
	g_assert_cmpstr(accounts[1], ==, "relay");
}

static void
a_mail_held_during_a_try_stays_held(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	enqueue(fixture, "a", 0, 0);
	TocsinClaim *claim = fixture_claim(fixture);
	g_autofree char *id = g_strdup(claim->mail->id);

	g_assert_true(tocsin_store_hold(fixture->store, id, NULL));
	fixture_settle(fixture, claim, TOCSIN_FATE_DEFERRED, FIXTURE_NOW);
	g_assert_null(fixture_claim(fixture));
	g_assert_cmpuint(fixture_count(fixture, TOCSIN_MAIL_HELD), ==, 1);
	g_assert_true(tocsin_store_release(fixture->store, id, NULL));
	g_autoptr(TocsinClaim) again = fixture_claim(fixture);

	g_assert_nonnull(again);
}

static void
a_mail_removed_during_a_try_stays_removed(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	enqueue(fixture, "a", 0, 0);
	TocsinClaim *claim = fixture_claim(fixture);
	g_autofree char *id = g_strdup(claim->mail->id);

	g_assert_true(tocsin_store_remove(fixture->store, id, NULL));
	fixture_settle(fixture, claim, TOCSIN_FATE_DELIVERED, 0);
	g_autoptr(TocsinMailInfo) info = tocsin_store_show(fixture->store, id, NULL);

	g_assert_cmpint(info->state, ==, TOCSIN_MAIL_REMOVED);
	g_assert_cmpint(((TocsinRecipientInfo *)info->recipients->pdata[0])->state, ==,
	                TOCSIN_RECIPIENT_DELIVERED);
}

static void
deliver(Fixture *fixture, const char *cause, const char *message_id, const char *second)
{
	g_autoptr(TocsinMail) mail = fixture_mail(fixture, cause);

	mail->group_key = g_strdup("key");
	mail->message_id = g_strdup(message_id);
	if (second != NULL) {
		tocsin_mail_add_recipient(mail, second);
	}
	fixture_enqueue(fixture, mail);
	fixture_settle(fixture, fixture_claim(fixture), TOCSIN_FATE_DELIVERED, 0);
}

static void
threads_refer_to_what_the_recipients_got(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	const char *const one[] = {"ops@example.org", NULL};
	const char *const both[] = {"ops@example.org", "second@example.org", NULL};
	g_autofree char *root = NULL;
	g_autofree char *last = NULL;

	deliver(fixture, "1", "m1", "second@example.org");
	deliver(fixture, "2", "m2", NULL);
	g_assert_true(
	        tocsin_store_get_thread(fixture->store, "rule", "key", one, &root, &last, NULL));
	g_assert_cmpstr(root, ==, "m1");
	g_assert_cmpstr(last, ==, "m2");
	g_free(root);
	g_free(last);
	g_assert_true(
	        tocsin_store_get_thread(fixture->store, "rule", "key", both, &root, &last, NULL));
	g_assert_cmpstr(root, ==, "m1");
	g_assert_null(last);
	g_clear_pointer(&root, g_free);
	g_assert_true(
	        tocsin_store_get_thread(fixture->store, "rule", "other", one, &root, &last, NULL));
	g_assert_null(root);
}

typedef struct {
	GMainLoop *loop;
	guint calls;
} Woken;

static gboolean
on_wake(gpointer user_data)
{
	Woken *woken = user_data;

	woken->calls++;
	g_main_loop_quit(woken->loop);
	return G_SOURCE_REMOVE;
}

static void
whoever_waits_for_mails_is_woken(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	Woken woken = {.loop = loop};

	tocsin_store_set_wake(fixture->store, NULL, on_wake, &woken);
	enqueue(fixture, "a", 0, 0);
	enqueue(fixture, "b", 0, 0);
	g_main_loop_run(loop);
	g_assert_cmpuint(woken.calls, ==, 1);
	enqueue(fixture, "c", 0, 0);
	g_main_loop_run(loop);
	g_assert_cmpuint(woken.calls, ==, 2);
	tocsin_store_set_wake(fixture->store, NULL, NULL, NULL);
	enqueue(fixture, "d", 0, 0);
	while (g_main_context_iteration(NULL, FALSE)) {
	}
	g_assert_cmpuint(woken.calls, ==, 2);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/claims/high_priority_goes_first_then_what_is_longest_due",
	                high_priority_goes_first_then_what_is_longest_due);
	g_test_add_func("/claims/a_claim_takes_no_more_than_asked_for",
	                a_claim_takes_no_more_than_asked_for);
	g_test_add_func("/claims/a_claimed_mail_is_not_claimed_again",
	                a_claimed_mail_is_not_claimed_again);
	g_test_add_func("/claims/a_lease_ends_with_its_time_and_with_the_process",
	                a_lease_ends_with_its_time_and_with_the_process);
	g_test_add_func("/claims/a_delivered_mail_keeps_its_history_and_not_its_message",
	                a_delivered_mail_keeps_its_history_and_not_its_message);
	g_test_add_func("/claims/recipients_have_fates_of_their_own",
	                recipients_have_fates_of_their_own);
	g_test_add_func("/claims/doubt_is_tried_again", doubt_is_tried_again);
	g_test_add_func("/claims/what_is_given_up_is_dead_and_can_be_retried",
	                what_is_given_up_is_dead_and_can_be_retried);
	g_test_add_func("/claims/the_next_account_takes_over", the_next_account_takes_over);
	g_test_add_func("/claims/a_mail_held_during_a_try_stays_held",
	                a_mail_held_during_a_try_stays_held);
	g_test_add_func("/claims/a_mail_removed_during_a_try_stays_removed",
	                a_mail_removed_during_a_try_stays_removed);
	g_test_add_func("/claims/threads_refer_to_what_the_recipients_got",
	                threads_refer_to_what_the_recipients_got);
	g_test_add_func("/claims/whoever_waits_for_mails_is_woken",
	                whoever_waits_for_mails_is_woken);
	return g_test_run();
}
