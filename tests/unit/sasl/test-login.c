/* SPDX-License-Identifier: MIT */
#include "fake.h"

#include <tocsin/error.h>

/* A login over fake mechanisms, and what it asked for. */
typedef struct {
	GPtrArray *known;
	TocsinSaslAccount account;
	guint fetched;
	guint renewed;
	gboolean cannot_renew;
} Setup;

static const char *const offered[] = {"FIRST", "SECOND", NULL};
static const TocsinSaslLink submission = {
        .service = "smtp", .server = "mx", .port = 587, .is_encrypted = TRUE, .offered = offered};

static TocsinSettings *
on_fetch(const TocsinMechanism *mechanism, gboolean is_renewal, gpointer user, GError **error)
{
	Setup *setup = user;

	setup->fetched++;
	setup->renewed += is_renewal ? 1 : 0;
	if (is_renewal && setup->cannot_renew) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET, "a fixed secret");
		return NULL;
	}
	return fake_credentials("u", "p");
}

static void
setup_init(Setup *setup)
{
	*setup = (Setup){.known = fake_mechanisms()};
	g_ptr_array_add(setup->known, fake_mechanism("FIRST", 0, 9));
	g_ptr_array_add(setup->known, fake_mechanism("SECOND", 0, 5));
	setup->account = (TocsinSaslAccount){
	        .known = setup->known, .has_secret = TRUE, .fetch = on_fetch, .user = setup};
}

static void
setup_clear(Setup *setup)
{
	g_ptr_array_unref(setup->known);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Setup, setup_clear)

static void
refused_password_is_not_tried_again(void)
{
	g_auto(Setup) setup;
	g_autoptr(GError) error = NULL;

	setup_init(&setup);
	fake = (Fake){.refused_status = TOCSIN_E_PERM};
	g_autoptr(TocsinSaslLogin) login = tocsin_sasl_login_new(&setup.account, &submission, NULL);

	g_assert_cmpint(tocsin_sasl_login_settle(login, 535, "5.7.8 no\r\n", &error), ==,
	                TOCSIN_E_PERM);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_AUTHENTICATION);
	g_assert_cmpstr(error->message, ==, "login with FIRST refused: 535 5.7.8 no\\r\\n");
	g_assert_cmpuint(fake.begun, ==, 1);
}

static void
temporary_refusals_are_temporary(void)
{
	g_auto(Setup) setup;
	g_autoptr(GError) error = NULL;

	setup_init(&setup);
	fake = (Fake){.refused_status = TOCSIN_E_PERM};
	g_autoptr(TocsinSaslLogin) login = tocsin_sasl_login_new(&setup.account, &submission, NULL);

	g_assert_cmpint(tocsin_sasl_login_settle(login, 454, "later", &error), ==, TOCSIN_E_TEMP);
	g_assert_cmpuint(fake.begun, ==, 1);
}

static void
unsupported_mechanism_gives_way_to_the_next(void)
{
	g_auto(Setup) setup;

	setup_init(&setup);
	fake = (Fake){.refused_status = TOCSIN_E_PERM};
	g_autoptr(TocsinSaslLogin) login = tocsin_sasl_login_new(&setup.account, &submission, NULL);

	g_assert_cmpint(tocsin_sasl_login_settle(login, 504, "unknown", NULL), ==, TOCSIN_MORE);
	g_assert_cmpstr(tocsin_sasl_login_mechanism(login), ==, "SECOND");
	g_assert_cmpint(tocsin_sasl_login_settle(login, 504, "unknown", NULL), ==, TOCSIN_E_PERM);
}

static void
expired_credential_is_renewed_once(void)
{
	g_auto(Setup) setup;
	g_autoptr(GError) error = NULL;

	setup_init(&setup);
	fake = (Fake){.refused_status = TOCSIN_E_EXPIRED, .refused_text = "invalid_token"};
	g_autoptr(TocsinSaslLogin) login = tocsin_sasl_login_new(&setup.account, &submission, NULL);

	g_assert_cmpint(tocsin_sasl_login_settle(login, 535, "no", NULL), ==, TOCSIN_MORE);
	g_assert_cmpstr(tocsin_sasl_login_mechanism(login), ==, "FIRST");
	g_assert_cmpuint(setup.renewed, ==, 1);
	g_assert_cmpint(tocsin_sasl_login_settle(login, 535, "no", &error), ==, TOCSIN_E_PERM);
	g_assert_cmpuint(setup.renewed, ==, 1);
	g_assert_cmpstr(error->message, ==, "login with FIRST refused: 535 no (invalid_token)");
}

static void
what_cannot_be_renewed_is_refused(void)
{
	g_auto(Setup) setup;
	g_autoptr(GError) error = NULL;

	setup_init(&setup);
	setup.cannot_renew = TRUE;
	fake = (Fake){.refused_status = TOCSIN_E_EXPIRED};
	g_autoptr(TocsinSaslLogin) login = tocsin_sasl_login_new(&setup.account, &submission, NULL);

	g_assert_cmpint(tocsin_sasl_login_settle(login, 535, "no", &error), ==, TOCSIN_E_PERM);
	g_assert_cmpstr(error->message, ==, "login with FIRST refused: 535 no");
}

static void
unavailable_mechanism_gives_way_at_once(void)
{
	g_auto(Setup) setup;
	g_autoptr(GError) error = NULL;

	setup_init(&setup);
	fake = (Fake){.begin_status = TOCSIN_E_UNAVAILABLE};
	g_assert_null(tocsin_sasl_login_new(&setup.account, &submission, &error));
	g_assert_cmpuint(fake.begun, ==, 2);
	g_assert_cmpstr(error->message, ==, "mechanism 'second': begin says no");
}

static void
already_logged_in_counts_as_success(void)
{
	g_auto(Setup) setup;

	setup_init(&setup);
	fake = (Fake){0};
	g_autoptr(TocsinSaslLogin) login = tocsin_sasl_login_new(&setup.account, &submission, NULL);

	g_assert_cmpint(tocsin_sasl_login_settle(login, 503, "already", NULL), ==, TOCSIN_OK);
	g_assert_cmpint(tocsin_sasl_login_settle(login, 235, "ok", NULL), ==, TOCSIN_OK);
}

static void
cancelled_exchange_stays_failed(void)
{
	g_auto(Setup) setup;
	const char *answer;
	gsize length;

	setup_init(&setup);
	fake = (Fake){.step_status = TOCSIN_E_PERM};
	g_autoptr(TocsinSaslLogin) login = tocsin_sasl_login_new(&setup.account, &submission, NULL);

	g_assert_cmpint(tocsin_sasl_login_step(login, "", 0, &answer, &length, NULL), ==,
	                TOCSIN_E_PERM);
	g_assert_cmpint(tocsin_sasl_login_settle(login, 235, "ok", NULL), ==, TOCSIN_E_PERM);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/login/refused_password_is_not_tried_again",
	                refused_password_is_not_tried_again);
	g_test_add_func("/login/temporary_refusals_are_temporary",
	                temporary_refusals_are_temporary);
	g_test_add_func("/login/unsupported_mechanism_gives_way_to_the_next",
	                unsupported_mechanism_gives_way_to_the_next);
	g_test_add_func("/login/expired_credential_is_renewed_once",
	                expired_credential_is_renewed_once);
	g_test_add_func("/login/what_cannot_be_renewed_is_refused",
	                what_cannot_be_renewed_is_refused);
	g_test_add_func("/login/unavailable_mechanism_gives_way_at_once",
	                unavailable_mechanism_gives_way_at_once);
	g_test_add_func("/login/already_logged_in_counts_as_success",
	                already_logged_in_counts_as_success);
	g_test_add_func("/login/cancelled_exchange_stays_failed", cancelled_exchange_stays_failed);
	return g_test_run();
}
