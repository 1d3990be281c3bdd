/* SPDX-License-Identifier: MIT */
#include "model/fate.h"

#include <string.h>
#include <tocsin/plugin.h>

static void
hostile_replies_are_made_harmless(void)
{
	g_autoptr(TocsinFate) fate =
	        tocsin_fate_new(TOCSIN_FATE_REFUSED, TOCSIN_STAGE_RECIPIENT, 550, "5.1.1",
	                        "no\r\nsuch \x1b[31muser", "relay", 7);

	g_assert_cmpstr(fate->text, ==, "no  such \\x1b[31muser");
	g_assert_cmpstr(fate->enhanced, ==, "5.1.1");
	g_assert_cmpstr(fate->account, ==, "relay");
}

static void
long_texts_are_cut(void)
{
	g_autofree char *text = g_strnfill(TOCSIN_FATE_TEXT_MAX * 2, 'x');
	g_autoptr(TocsinFate) fate =
	        tocsin_fate_new(TOCSIN_FATE_DEFERRED, TOCSIN_STAGE_DATA, 451, "4", text, NULL, 0);

	g_assert_cmpuint(strlen(fate->text), <=, TOCSIN_FATE_TEXT_MAX + 3);
	g_assert_null(fate->enhanced);
}

static void
enhanced_codes_are_told_from_others(void)
{
	g_assert_true(tocsin_fate_is_enhanced_code("2.0.0"));
	g_assert_true(tocsin_fate_is_enhanced_code("5.123.999"));
	g_assert_false(tocsin_fate_is_enhanced_code(""));
	g_assert_false(tocsin_fate_is_enhanced_code("3.0.0"));
	g_assert_false(tocsin_fate_is_enhanced_code("5.0"));
	g_assert_false(tocsin_fate_is_enhanced_code("5.0.0.0"));
	g_assert_false(tocsin_fate_is_enhanced_code("5.1234.0"));
	g_assert_false(tocsin_fate_is_enhanced_code("5..0"));
}

static void
plugin_statuses_have_fates(void)
{
	g_assert_cmpint(tocsin_fate_status_from_plugin(TOCSIN_OK), ==, TOCSIN_FATE_DELIVERED);
	g_assert_cmpint(tocsin_fate_status_from_plugin(TOCSIN_E_PERM), ==, TOCSIN_FATE_REFUSED);
	g_assert_cmpint(tocsin_fate_status_from_plugin(TOCSIN_E_UNKNOWN), ==, TOCSIN_FATE_UNKNOWN);
	g_assert_cmpint(tocsin_fate_status_from_plugin(TOCSIN_E_TEMP), ==, TOCSIN_FATE_DEFERRED);
	g_assert_cmpint(tocsin_fate_status_from_plugin(-12345), ==, TOCSIN_FATE_DEFERRED);
}

static void
names_are_there(void)
{
	g_assert_cmpstr(tocsin_fate_status_name(TOCSIN_FATE_UNKNOWN), ==, "unknown");
	g_assert_cmpstr(tocsin_stage_name(TOCSIN_STAGE_PROTOCOL), ==, "protocol");
	g_assert_cmpstr(tocsin_stage_name((TocsinStage)99), ==, "invalid");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fate/hostile_replies_are_made_harmless",
	                hostile_replies_are_made_harmless);
	g_test_add_func("/fate/long_texts_are_cut", long_texts_are_cut);
	g_test_add_func("/fate/enhanced_codes_are_told_from_others",
	                enhanced_codes_are_told_from_others);
	g_test_add_func("/fate/plugin_statuses_have_fates", plugin_statuses_have_fates);
	g_test_add_func("/fate/names_are_there", names_are_there);
	return g_test_run();
}
