/* SPDX-License-Identifier: MIT */
#include "abi/host.h"

#include "abi/buf.h"
#include "abi/error.h"

typedef struct {
	char *unit;
	gint32 level;
	char *text;
} Line;

static void
on_log(const char *unit, gint32 level, const char *text, gpointer user)
{
	Line *line = user;

	line->unit = g_strdup(unit);
	line->level = level;
	line->text = g_strdup(text);
}

static void
log_lines_are_cleaned_and_named(void)
{
	Line line = {0};
	g_autoptr(TocsinHost) host = tocsin_host_new("smtp", on_log, &line);
	const tocsin_host *table = tocsin_host_table(host);

	table->log(table, 77, "a\nb");
	g_assert_cmpstr(line.unit, ==, "smtp");
	g_assert_cmpint(line.level, ==, TOCSIN_LOG_ERROR);
	g_assert_cmpstr(line.text, ==, "a\\nb");
	g_free(line.unit);
	g_free(line.text);
}

static void
fail_keeps_reasons_and_returns_the_status(void)
{
	g_autoptr(TocsinHost) host = tocsin_host_new("smtp", NULL, NULL);
	const tocsin_host *table = tocsin_host_table(host);
	g_autoptr(tocsin_error) error = tocsin_abi_error_new();
	g_autoptr(GError) gerror = NULL;

	g_assert_cmpint(table->fail(table, error, TOCSIN_E_TEMP, "no answer\r\n"), ==,
	                TOCSIN_E_TEMP);
	table->fail(table, error, TOCSIN_E_TEMP, "gave up");
	g_assert_cmpstr(tocsin_abi_error_get(error), ==, "no answer\\r\\n (gave up)");
	g_assert_cmpint(table->fail(table, NULL, 42, NULL), ==, 42);
	tocsin_abi_error_to_gerror(error, TOCSIN_E_CONFIG, &gerror);
	g_assert_cmpstr(gerror->message, ==, "no answer\\r\\n (gave up)");
	g_assert_null(tocsin_abi_status_name(42));
}

static void
survives_null(void)
{
	g_autoptr(TocsinHost) host = tocsin_host_new("smtp", NULL, NULL);
	const tocsin_host *table = tocsin_host_table(host);
	g_autoptr(tocsin_buf) buf = tocsin_buf_new(1);

	table->log(table, 0, NULL);
	g_assert_cmpint(table->put(table, NULL, "x", 1), ==, TOCSIN_E_BUG);
	g_assert_cmpint(table->put(table, buf, NULL, 1), ==, TOCSIN_E_BUG);
	g_assert_cmpint(table->put(table, buf, "xy", 2), ==, TOCSIN_E_PERM);
	g_assert_null(table->get_string(table, NULL, "x"));
	g_assert_cmpint(table->get_int(table, NULL, NULL), ==, 0);
	g_assert_null(table->get_item(table, NULL, "x", 0));
	g_assert_null(table->get_group(table, NULL, "x", 0));
	g_assert_null(table->extension(table, NULL));
}

static void
offers_tables_by_id(void)
{
	static const int mine = 1;
	g_autoptr(TocsinHost) host = tocsin_host_new("smtp", NULL, NULL);
	const tocsin_host *table = tocsin_host_table(host);

	tocsin_host_offer(host, "org.example.mine/1", &mine);
	g_assert_true(table->extension(table, "org.example.mine/1") == &mine);
	g_assert_null(table->extension(table, "org.example.mine/2"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/host/log_lines_are_cleaned_and_named", log_lines_are_cleaned_and_named);
	g_test_add_func("/host/fail_keeps_reasons_and_returns_the_status",
	                fail_keeps_reasons_and_returns_the_status);
	g_test_add_func("/host/survives_null", survives_null);
	g_test_add_func("/host/offers_tables_by_id", offers_tables_by_id);
	return g_test_run();
}
