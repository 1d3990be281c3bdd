/* SPDX-License-Identifier: MIT */
/* Loads the three plugins of ABI 1.0 from a folder and makes each do its work. run.py says with
 * which header they, and this program, were built.
 *
 * usage: run FOLDER */
#include <stdio.h>
#include <string.h>

#include "plugin/call-transport.h"
#include "plugin/call-trigger.h"
#include "plugin/registry.h"
#include "sasl/exchange.h"

static TocsinRegistry *registry;

static const TocsinUnit *
find(guint32 kind)
{
	g_autoptr(GError) error = NULL;
	const TocsinUnit *unit = tocsin_registry_find(registry, kind, "frozen", &error);

	g_assert_no_error(error);
	return unit;
}

static TocsinSettings *
make_settings(const tocsin_key *const *table, const char *name, const char *value)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	g_assert_true(tocsin_keys_add(keys, table, &error));
	TocsinSettings *settings = tocsin_settings_new(keys);

	if (name != NULL) {
		g_assert_true(tocsin_settings_set_text(settings, name, value, &error));
	}
	g_assert_true(tocsin_settings_finish(settings, &error));
	return settings;
}

typedef struct {
	gboolean is_given;
	GString *fates;
} Order;

static gint32
next(gpointer user, gint64 wait_us, TocsinMail **out_mail)
{
	Order *order = user;

	if (order->is_given) {
		return TOCSIN_END;
	}
	order->is_given = TRUE;
	*out_mail = tocsin_mail_new(NULL, "me@example.org", 1);
	tocsin_mail_add_recipient(*out_mail, "yes@example.org");
	tocsin_mail_add_recipient(*out_mail, "no@example.org");
	(*out_mail)->content = g_bytes_new_static("hello", 5);
	return TOCSIN_OK;
}

static void
on_fate(gpointer user, const TocsinMail *mail, guint index, const TocsinFate *fate)
{
	Order *order = user;

	g_string_append_printf(order->fates, "%u %s %s\n", index,
	                       tocsin_fate_status_name(fate->status), fate->text);
}

static void
transport_delivers(void)
{
	static const TocsinJobOps job_ops = {.next = next, .on_fate = on_fate};
	const TocsinUnit *unit = find(TOCSIN_KIND_TRANSPORT);
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSettings) settings = make_settings(tocsin_unit_keys(unit), "path", "/x");
	g_autoptr(TocsinTransport) transport =
	        tocsin_transport_open(unit, "relay", settings, NULL, NULL, &error);
	Order order = {.fates = g_string_new(NULL)};
	g_autoptr(TocsinJob) job =
	        tocsin_job_new(&job_ops, &order, "relay", TOCSIN_STREAM_FOREVER, NULL);

	g_assert_no_error(error);
	tocsin_transport_quiesce(transport); /* it has none */
	g_assert_cmpint(tocsin_transport_run(transport, job, &error), ==, TOCSIN_OK);
	g_assert_no_error(error);
	g_assert_cmpstr(order.fates->str, ==,
	                "0 delivered /x 3 of me@example.org for yes@example.org: hello\n"
	                "1 refused /x 3 of me@example.org for no@example.org: hello\n");
	g_string_free(order.fates, TRUE);
}

static void
mechanism_answers(void)
{
	static const tocsin_key user = {
	        .size = sizeof(user), .type = TOCSIN_KEY_STRING, .name = "user", .help = "Who."};
	static const tocsin_key *const table[] = {&user, NULL};
	const TocsinUnit *unit = tocsin_registry_find_mechanism(registry, "X-FROZEN");
	const TocsinSaslLink link = {.service = "smtp", .server = "mx", .port = 25};
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSettings) settings = make_settings(table, "user", "me");

	g_assert_true(unit == find(TOCSIN_KIND_AUTH));
	g_autoptr(TocsinMechanism) mechanism = tocsin_mechanism_new_watched(
	        tocsin_unit_table(unit), tocsin_unit_origin(unit), NULL);
	g_autoptr(TocsinExchange) exchange =
	        tocsin_exchange_begin(mechanism, settings, &link, NULL, NULL, &error);
	const char *answer = NULL;
	gsize length = 0;

	g_assert_no_error(error);
	g_assert_cmpint(tocsin_exchange_step(exchange, "abc", 3, &answer, &length, &error), ==,
	                TOCSIN_OK);
	g_assert_cmpmem(answer, length, "mecba", 5);
}

typedef struct {
	guint events;
	guint positions;
} Sink;

static gint32
emit(gpointer user, TocsinEvent *event, guint64 token)
{
	Sink *sink = user;

	sink->events++;
	g_assert_cmpstr(event->id, ==, "watch:1");
	g_assert_cmpstr(event->kind, ==, "frozen");
	g_assert_cmpstr(tocsin_event_field_string(event, "user"), ==, "root");
	g_assert_cmpuint(event->excerpt->len, ==, 1);
	g_assert_cmpint(event->severity, ==, TOCSIN_SEVERITY_WARNING);
	return TOCSIN_OK;
}

static void
checkpoint(gpointer user, const char *name, GBytes *position)
{
	((Sink *)user)->positions++;
	g_assert_cmpstr(name, ==, "place");
}

static gboolean
restore(gpointer user, guint index, const char **out_name, GBytes **out_position)
{
	return FALSE;
}

static void
on_error(gpointer user, gint32 status, const GError *error)
{
	g_assert_no_error(error);
}

static void
trigger_raises(void)
{
	static const TocsinTriggerSink ops = {
	        .emit = emit, .checkpoint = checkpoint, .restore = restore, .on_error = on_error};
	const TocsinUnit *unit = find(TOCSIN_KIND_TRIGGER);
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSettings) settings = make_settings(tocsin_unit_keys(unit), NULL, NULL);
	g_autoptr(TocsinSchema) schema = tocsin_trigger_check(unit, "watch", settings, &error);
	Sink sink = {0};

	g_assert_no_error(error);
	g_assert_nonnull(tocsin_schema_field(schema, "frozen", "user"));
	g_autoptr(TocsinTrigger) trigger = tocsin_trigger_start(
	        unit, "watch", settings, tocsin_clock_system(), NULL, &ops, &sink, NULL, &error);

	g_assert_no_error(error);
	while (sink.positions == 0) {
		g_main_context_iteration(NULL, TRUE);
	}
	g_assert_cmpuint(sink.events, ==, 1);
}

int
main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
		return 2;
	}
	registry = tocsin_registry_new();
	tocsin_registry_add_directory(registry, argv[1], FALSE, &error);
	g_assert_no_error(error);
	transport_delivers();
	mechanism_answers();
	trigger_raises();
	g_assert_cmpuint(tocsin_registry_refused(registry)->len, ==, 0);
	g_assert_cmpuint(tocsin_registry_plugins(registry)->len, ==, 3);
	tocsin_registry_free(registry);
	printf("transport, mechanism and trigger did their work\n");
	return 0;
}
