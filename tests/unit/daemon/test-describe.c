/* SPDX-License-Identifier: MIT */
/* The status as JSON and as metrics. */
#include "daemon/describe-status.h"
#include "daemon/json-put.h"

#include <string.h>

#define NOW G_GINT64_CONSTANT(1700000000123456)

static TocsinEngineStatus *
make_status(void)
{
	TocsinEngineStatus *status = tocsin_engine_status_new();
	TocsinTriggerStatus *trigger = tocsin_engine_status_add_trigger(status, "a\"b\\c\nd");
	TocsinRuleStatus *rule = tocsin_engine_status_add_rule(status, "r");
	TocsinAccountStatus *account = tocsin_engine_status_add_account(status, "relay");

	trigger->plugin = g_strdup("log");
	trigger->events = G_MAXUINT64;
	trigger->error = g_strdup("bad \xff");
	rule->matched = 3;
	account->rest_until_us = NOW + 1;
	account->is_disabled = TRUE;
	account->unknown = 2;
	status->started_us = NOW;
	status->config_path = g_strdup("/etc/tocsin/tocsin.conf");
	status->reload_error = g_strdup("line 2: no");
	status->mails[3] = 7;
	return status;
}

static void
tells_all_as_json(void)
{
	g_autoptr(TocsinEngineStatus) status = make_status();
	g_autoptr(JsonNode) root = tocsin_json_take(tocsin_describe_status(status, NOW));
	g_autofree char *text = json_to_string(root, FALSE);

	g_assert_nonnull(strstr(text, "\"now\":\"2023-11-14T22:13:20.123456Z\""));
	g_assert_nonnull(strstr(text, "\"loaded\":null"));
	g_assert_nonnull(strstr(text, "\"reload_error\":\"line 2: no\""));
	g_assert_nonnull(strstr(text, "\"dead\":7"));
	g_assert_nonnull(strstr(text, "\"events\":9223372036854775807"));
	g_assert_nonnull(strstr(text, "\"error\":\"bad \xef\xbf\xbd\""));
	g_assert_nonnull(strstr(text, "\"is_disabled\":true"));
	g_assert_nonnull(strstr(text, "\"rests_until\":\"2023-11-14T22:13:20.123457Z\""));
}

static void
tells_metrics_line_by_line(void)
{
	g_autoptr(TocsinEngineStatus) status = make_status();
	g_autofree char *text = tocsin_describe_metrics(status, NOW);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	g_assert_true(g_strv_contains((const char *const *)lines,
	                              "tocsin_trigger_events_total{trigger=\"a\\\"b\\\\c\\nd\"} "
	                              "18446744073709551615"));
	g_assert_true(
	        g_strv_contains((const char *const *)lines, "tocsin_mails{state=\"dead\"} 7"));
	g_assert_true(g_strv_contains((const char *const *)lines, "tocsin_config_reload_ok 0"));
	g_assert_true(g_strv_contains((const char *const *)lines,
	                              "tocsin_account_resting{account=\"relay\"} 1"));
	g_assert_true(g_strv_contains(
	        (const char *const *)lines,
	        "tocsin_account_recipients_total{account=\"relay\",fate=\"unknown\"} 2"));
	for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++) {
		g_assert_true(g_str_has_prefix(lines[i], "# ") ||
		              g_regex_match_simple("^tocsin_[a-z_]+(\\{.*\\})? [0-9.e+]+$",
		                                   lines[i], 0, 0));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/describe/tells-all-as-json", tells_all_as_json);
	g_test_add_func("/describe/tells-metrics-line-by-line", tells_metrics_line_by_line);
	return g_test_run();
}
