/* SPDX-License-Identifier: MIT */
#include "cli/report.h"

#include <sysexits.h>

/* A result with fates of these statuses, ended by -1, and a failure at @stage if that is no -1. */
static void
make_result(TocsinHandOver *result, const int *statuses, int stage, TocsinFateStatus failure)
{
	*result = (TocsinHandOver){
	        .fates = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_fate_unref)};
	for (; *statuses != -1; statuses++) {
		g_ptr_array_add(result->fates,
		                tocsin_fate_new((TocsinFateStatus)*statuses, TOCSIN_STAGE_RECIPIENT,
		                                550, "5.1.1", "some words", "a", 0));
	}
	if (stage != -1) {
		result->failure =
		        tocsin_fate_new(failure, (TocsinStage)stage, 0, NULL, "broken", "a", 0);
	}
}

static void
assert_code(const int *statuses, int stage, TocsinFateStatus failure, int expected)
{
	g_auto(TocsinHandOver) result = {0};

	make_result(&result, statuses, stage, failure);
	g_assert_cmpint(tocsin_report_exit_code(&result), ==, expected);
}

static void
worst_fate_decides(void)
{
	const int good[] = {TOCSIN_FATE_DELIVERED, TOCSIN_FATE_DELIVERED, -1};
	const int later[] = {TOCSIN_FATE_DELIVERED, TOCSIN_FATE_DEFERRED, -1};
	const int unknown[] = {TOCSIN_FATE_UNKNOWN, -1};
	const int refused[] = {TOCSIN_FATE_DEFERRED, TOCSIN_FATE_REFUSED, -1};

	assert_code(good, -1, TOCSIN_FATE_DELIVERED, EX_OK);
	assert_code(later, -1, TOCSIN_FATE_DELIVERED, EX_TEMPFAIL);
	assert_code(unknown, -1, TOCSIN_FATE_DELIVERED, EX_TEMPFAIL);
	assert_code(refused, -1, TOCSIN_FATE_DELIVERED, EX_UNAVAILABLE);
}

static void
failed_connections_have_their_own_codes(void)
{
	const int deferred[] = {TOCSIN_FATE_DEFERRED, -1};

	assert_code(deferred, TOCSIN_STAGE_CONNECT, TOCSIN_FATE_DEFERRED, EX_TEMPFAIL);
	assert_code(deferred, TOCSIN_STAGE_GREETING, TOCSIN_FATE_REFUSED, EX_UNAVAILABLE);
	assert_code(deferred, TOCSIN_STAGE_TLS, TOCSIN_FATE_DEFERRED, EX_PROTOCOL);
	assert_code(deferred, TOCSIN_STAGE_PROTOCOL, TOCSIN_FATE_DEFERRED, EX_PROTOCOL);
	assert_code(deferred, TOCSIN_STAGE_AUTH, TOCSIN_FATE_REFUSED, EX_NOPERM);
	assert_code(deferred, TOCSIN_STAGE_AUTH, TOCSIN_FATE_DEFERRED, EX_TEMPFAIL);
	assert_code(deferred, TOCSIN_STAGE_LOCAL, TOCSIN_FATE_REFUSED, EX_DATAERR);
}

static void
lines_leave_out_what_went_well(void)
{
	const int mixed[] = {TOCSIN_FATE_DELIVERED, TOCSIN_FATE_REFUSED, -1};
	g_auto(TocsinHandOver) result = {0};
	g_autoptr(TocsinMail) mail = tocsin_mail_new(NULL, "a@x.example", 0);

	(void)tocsin_mail_add_recipient(mail, "b@y.example");
	(void)tocsin_mail_add_recipient(mail, "c@y.example");
	make_result(&result, mixed, -1, TOCSIN_FATE_DELIVERED);
	g_autofree char *brief = tocsin_report_text(mail, &result, FALSE);
	g_autofree char *verbose = tocsin_report_text(mail, &result, TRUE);

	g_assert_cmpstr(brief, ==, "c@y.example: refused (550): some words\n");
	g_assert_cmpstr(verbose, ==,
	                "b@y.example: delivered (550): some words\n"
	                "c@y.example: refused (550): some words\n");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/report/worst_fate_decides", worst_fate_decides);
	g_test_add_func("/report/failed_connections_have_their_own_codes",
	                failed_connections_have_their_own_codes);
	g_test_add_func("/report/lines_leave_out_what_went_well", lines_leave_out_what_went_well);
	return g_test_run();
}
