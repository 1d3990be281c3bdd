/* SPDX-License-Identifier: MIT */
/* Logins over a scripted session, with a mechanism whose every answer is "<1>". */
#include "smtp/login.h"

#include <tocsin/error.h>

#include "../sasl/fake.h"
#include "net/scripted.h"

/* One login, as a table of them has it. */
typedef struct {
	const char *script;
	guint32 flags; /* of the mechanism: TOCSIN_AUTH_* */
	gboolean holds_initial;
	gint32 refused_status;
	gboolean is_in;
	gint code;         /* of the error, if it is not in */
	gint reply;        /* the code of the last reply; 0: there is none */
	const char *words; /* (nullable) in the error */
} Case;

static TocsinSettings *
on_fetch(const TocsinMechanism *mechanism, gboolean is_renewal, gpointer user, GError **error)
{
	return fake_credentials("u", "p");
}

static void
check(const Case *test)
{
	static const char *const offered[] = {"X-FAKE", NULL};
	const TocsinSaslLink link = {
	        .service = "smtp", .server = "mx", .is_encrypted = TRUE, .offered = offered};
	g_autoptr(GPtrArray) known = fake_mechanisms();
	const TocsinSaslAccount account = {.known = known, .has_secret = TRUE, .fetch = on_fetch};
	TocsinSessionSettings settings;
	g_autoptr(TocsinSession) session = NULL;
	g_autoptr(TocsinSaslLogin) login = NULL;
	g_autoptr(TocsinReply) reply = NULL;
	g_autoptr(GError) error = NULL;

	fake = (Fake){.answer = "<1>", .refused_status = test->refused_status};
	g_ptr_array_add(known, fake_mechanism("X-FAKE", test->flags, 1));
	tocsin_session_settings_init(&settings);
	session = tocsin_session_new(tocsin_scripted_stream_new(test->script), &settings);
	login = tocsin_sasl_login_new(&account, &link, NULL);
	g_assert_cmpint(tocsin_session_login(session, login, test->holds_initial, &reply, &error),
	                ==, test->is_in);
	g_assert_cmpint(reply == NULL ? 0 : reply->code, ==, test->reply);
	if (test->is_in) {
		g_assert_no_error(error);
	} else {
		g_assert_error(error, TOCSIN_ERROR, test->code);
		g_assert_nonnull(g_strstr_len(error->message, -1, test->words));
	}
	if (tocsin_session_is_open(session)) {
		g_autofree char *wrong = tocsin_scripted_check(tocsin_session_get_stream(session));

		g_assert_cmpstr(wrong, ==, NULL);
	}
}

static void
logs_in(void)
{
	const Case cases[] = {
	        {"C: AUTH X-FAKE\nS: 334 PDI+\nC: PDE+\nS: 235 ok\n", .is_in = TRUE, .reply = 235},
	        {"C: AUTH X-FAKE PDE+\nS: 235 ok\n", TOCSIN_AUTH_CLIENT_FIRST, .is_in = TRUE,
	         .reply = 235},
	        {"C: AUTH X-FAKE\nS: 334 \nC: PDE+\nS: 235 ok\n", TOCSIN_AUTH_CLIENT_FIRST,
	         .holds_initial = TRUE, .is_in = TRUE, .reply = 235},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		check(&cases[i]);
		g_assert_cmpuint(fake.stepped, ==, 1);
	}
}

static void
fetches_an_expired_credential_anew_once(void)
{
	check(&(Case){"C: AUTH X-FAKE PDE+\nS: 535 expired\nC: AUTH X-FAKE PDE+\nS: 535 expired\n",
	              TOCSIN_AUTH_CLIENT_FIRST, .refused_status = TOCSIN_E_EXPIRED,
	              .code = TOCSIN_ERROR_AUTHENTICATION, .reply = 535, .words = "535 expired"});
	g_assert_cmpuint(fake.begun, ==, 2);
}

static void
hands_the_reply_of_a_refusal_back(void)
{
	check(&(Case){"C: AUTH X-FAKE PDE+\nS: 535 5.7.8 no\n", TOCSIN_AUTH_CLIENT_FIRST,
	              .refused_status = TOCSIN_E_PERM, .code = TOCSIN_ERROR_AUTHENTICATION,
	              .reply = 535, .words = "535 5.7.8 no"});
	g_assert_cmpuint(fake.begun, ==, 1);
}

static void
cancels_what_is_no_base64(void)
{
	check(&(Case){"C: AUTH X-FAKE\nS: 334 ?\nC: *\nS: 501 cancelled\n",
	              .code = TOCSIN_ERROR_PROTOCOL, .words = "not base64"});
	g_assert_cmpuint(fake.stepped, ==, 0);
}

static void
ends_with_the_link(void)
{
	check(&(Case){"C: AUTH X-FAKE PDE+\nclose\n", TOCSIN_AUTH_CLIENT_FIRST,
	              .code = TOCSIN_ERROR_DISCONNECTED, .words = "closed"});
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/smtp/login/" #name, name)
	ADD(logs_in);
	ADD(fetches_an_expired_credential_anew_once);
	ADD(hands_the_reply_of_a_refusal_back);
	ADD(cancels_what_is_no_base64);
	ADD(ends_with_the_link);
	return g_test_run();
}
