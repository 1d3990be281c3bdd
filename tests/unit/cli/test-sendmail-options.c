/* SPDX-License-Identifier: MIT */
#include <tocsin/error.h>

#include "cli/sendmail-options.h"

/* @line is what a shell would be given. */
static gboolean
parse(const char *line, TocsinSendmailOptions *options, TocsinTargetOptions *target, GError **error)
{
	g_auto(GStrv) argv = NULL;
	int argc;

	g_assert_true(g_shell_parse_argv(line, &argc, &argv, NULL));
	return tocsin_sendmail_options_parse(options, target, argc, argv, error);
}

static void
takes_what_cron_says(void)
{
	g_auto(TocsinSendmailOptions) options = {0};
	g_auto(TocsinTargetOptions) target = {0};
	g_autoptr(GError) error = NULL;

	g_assert_true(parse("sendmail -FCronDaemon -i -B8BITMIME -oem -t -froot", &options, &target,
	                    &error));
	g_assert_no_error(error);
	g_assert_cmpstr(options.name, ==, "CronDaemon");
	g_assert_cmpstr(options.sender, ==, "root");
	g_assert_true(options.ignores_dots);
	g_assert_true(options.reads_recipients);
	g_assert_cmpint(options.body, ==, TOCSIN_BODY_8BITMIME);
	g_assert_null(options.recipients[0]);
}

static void
takes_options_of_delivery_notices(void)
{
	g_auto(TocsinSendmailOptions) options = {0};
	g_auto(TocsinTargetOptions) target = {0};

	g_assert_true(parse("sendmail -N success,DELAY -R hdrs -V 'id 7' -r '' a@example.org",
	                    &options, &target, NULL));
	g_assert_cmpuint(options.notify, ==, TOCSIN_NOTIFY_SUCCESS | TOCSIN_NOTIFY_DELAY);
	g_assert_cmpint(options.ret, ==, TOCSIN_RET_HEADERS);
	g_assert_cmpstr(options.envid, ==, "id 7");
	g_assert_cmpstr(options.sender, ==, "");
}

static void
ignores_options_of_other_programs(void)
{
	g_auto(TocsinSendmailOptions) options = {0};
	g_auto(TocsinTargetOptions) target = {0};
	g_autoptr(GError) error = NULL;

	g_assert_true(parse("sendmail -bm -om -odb -oee -o7 -em -G -n -m -U -c -E -d0.1 -h 3 -Ac "
	                    "-L tag -O DeliveryMode=b -p ESMTP:host -X /dev/null -v -- -i",
	                    &options, &target, &error));
	g_assert_no_error(error);
	g_assert_true(options.is_verbose);
	g_assert_false(options.ignores_dots);
	g_assert_cmpstr(options.recipients[0], ==, "-i");
	g_assert_null(options.recipients[1]);
}

static void
o_i_ignores_dots(void)
{
	g_auto(TocsinSendmailOptions) options = {0};
	g_auto(TocsinTargetOptions) target = {0};

	g_assert_true(parse("sendmail -oi a@example.org", &options, &target, NULL));
	g_assert_true(options.ignores_dots);
}

static void
stops_at_the_first_recipient(void)
{
	g_auto(TocsinSendmailOptions) options = {0};
	g_auto(TocsinTargetOptions) target = {0};

	g_assert_true(parse("sendmail a@example.org -t", &options, &target, NULL));
	g_assert_false(options.reads_recipients);
	g_assert_cmpuint(g_strv_length(options.recipients), ==, 2);
}

static void
takes_our_long_options(void)
{
	g_auto(TocsinSendmailOptions) options = {0};
	g_auto(TocsinTargetOptions) target = {0};
	g_autoptr(GError) error = NULL;

	g_assert_true(parse("sendmail --config /c --account=main -t --plugin-dir a "
	                    "--plugin-dir=b --allow-clear-text --help",
	                    &options, &target, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(target.config, ==, "/c");
	g_assert_cmpstr(target.account, ==, "main");
	g_assert_cmpuint(g_strv_length(target.plugin_folders), ==, 2);
	g_assert_cmpstr(target.plugin_folders[1], ==, "b");
	g_assert_true(target.allows_clear_text);
	g_assert_true(options.wants_help);
	g_assert_true(options.reads_recipients);
}

static void
refuses_the_rest(void)
{
	const char *const lines[] = {
	        "sendmail -bp",         "sendmail -bs",
	        "sendmail -bd -q15m",   "sendmail -q",
	        "sendmail -I",          "sendmail -C /etc/mail/x.cf",
	        "sendmail -Z",          "sendmail -N",
	        "sendmail -N often",    "sendmail -N never,delay",
	        "sendmail -N ''",       "sendmail -R all",
	        "sendmail -B 9BIT",     "sendmail -F 'a\nBcc: b@example.org'",
	        "sendmail -V 'a\r\nb'", "sendmail --no-such-option",
	        "sendmail --config",
	};

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_auto(TocsinSendmailOptions) options = {0};
		g_auto(TocsinTargetOptions) target = {0};
		g_autoptr(GError) error = NULL;

		g_assert_false(parse(lines[i], &options, &target, &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID);
	}
}

static void
names_the_option_that_is_wrong(void)
{
	const char *const lines[][2] = {
	        {"sendmail -t -Z", "there is no option -Z"},
	        {"sendmail -f", "a value is missing behind -f"},
	        {"sendmail --no-such", "there is no option --no-such"},
	        {"sendmail --config", "a value is missing behind --config"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_auto(TocsinSendmailOptions) options = {0};
		g_auto(TocsinTargetOptions) target = {0};
		g_autoptr(GError) error = NULL;

		g_assert_false(parse(lines[i][0], &options, &target, &error));
		g_assert_cmpstr(error->message, ==, lines[i][1]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cli/sendmail-options/takes_what_cron_says", takes_what_cron_says);
	g_test_add_func("/cli/sendmail-options/takes_options_of_delivery_notices",
	                takes_options_of_delivery_notices);
	g_test_add_func("/cli/sendmail-options/ignores_options_of_other_programs",
	                ignores_options_of_other_programs);
	g_test_add_func("/cli/sendmail-options/o_i_ignores_dots", o_i_ignores_dots);
	g_test_add_func("/cli/sendmail-options/stops_at_the_first_recipient",
	                stops_at_the_first_recipient);
	g_test_add_func("/cli/sendmail-options/takes_our_long_options", takes_our_long_options);
	g_test_add_func("/cli/sendmail-options/refuses_the_rest", refuses_the_rest);
	g_test_add_func("/cli/sendmail-options/names_the_option_that_is_wrong",
	                names_the_option_that_is_wrong);
	return g_test_run();
}
