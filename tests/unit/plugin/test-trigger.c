/* SPDX-License-Identifier: MIT */
/* A trigger unit in this very program, on a main context of its own, under a clock that stands
 * still. */
#include "plugin/call-trigger.h"

#include <string.h>
#include <tocsin/error.h>
#include <unistd.h>

#define NOW G_GINT64_CONSTANT(1700000000000000)

static const tocsin_host *host;
static const tocsin_loop *loop;
static tocsin_source *source;
static int32_t (*on_tick)(void);
static gint32 start_status;
static guint64 settled_token;
static guint resumed;
static int32_t (*tell_schema)(const tocsin_schemas *table, tocsin_schema *schema);

static int32_t
unit_check(const tocsin_host *given, const tocsin_config *config, tocsin_schema *schema,
           tocsin_error *error)
{
	return tell_schema == NULL ? TOCSIN_OK
	                           : tell_schema(given->extension(given, TOCSIN_SCHEMA), schema);
}

static int32_t
unit_start(const tocsin_host *given, const tocsin_config *config, tocsin_source *mine,
           void **out_instance, tocsin_error *error)
{
	host = given;
	loop = host->extension(host, TOCSIN_LOOP);
	source = mine;
	*out_instance = &source;
	if (start_status != TOCSIN_OK) {
		return host->fail(host, error, start_status, "the folder is not there");
	}
	return loop->set_timer(source, 0);
}

static int32_t
unit_ready(void *instance, int32_t fd, uint32_t events, tocsin_error *error)
{
	char byte;

	g_assert_cmpint(events, ==, TOCSIN_READABLE);
	g_assert_cmpint(read(fd, &byte, 1), ==, 1);
	g_assert_cmpint(loop->unwatch(source, fd), ==, TOCSIN_OK);
	return byte == 'e' ? host->fail(host, error, TOCSIN_E_TEMP, "read e") : TOCSIN_OK;
}

static int32_t
unit_tick(void *instance, tocsin_error *error)
{
	return on_tick();
}

static int32_t
unit_resume(void *instance, tocsin_error *error)
{
	resumed++;
	return TOCSIN_OK;
}

static void
unit_settled(void *instance, uint64_t token)
{
	settled_token = token;
}

static void
unit_stop(void *instance)
{
}

static const tocsin_trigger_ops ops = {
        .size = sizeof(tocsin_trigger_ops),
        .check = unit_check,
        .start = unit_start,
        .ready = unit_ready,
        .tick = unit_tick,
        .resume = unit_resume,
        .settled = unit_settled,
        .stop = unit_stop,
};

static const tocsin_unit raw_unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_TRIGGER,
        .name = "test",
        .summary = "For tests",
        .trigger = &ops,
};

typedef struct {
	GMainContext *context;
	TocsinClock *clock;
	TocsinUnit *unit;
	TocsinSettings *settings;
	TocsinTrigger *trigger;
	GPtrArray *events; /* of TocsinEvent */
	guint64 token;
	gint32 answer; /* of emit */
	char *position_name;
	GBytes *position;
	GError *error;
	gint32 status;
} Engine;

static gint32
engine_emit(gpointer user, TocsinEvent *event, guint64 token)
{
	Engine *engine = user;

	if (engine->answer == TOCSIN_OK) {
		g_ptr_array_add(engine->events, tocsin_event_ref(event));
		engine->token = token;
	}
	return engine->answer;
}

static void
engine_checkpoint(gpointer user, const char *name, GBytes *position)
{
	Engine *engine = user;

	g_free(engine->position_name);
	g_clear_pointer(&engine->position, g_bytes_unref);
	engine->position_name = g_strdup(name);
	engine->position = position == NULL ? NULL : g_bytes_ref(position);
}

static gboolean
engine_restore(gpointer user, guint index, const char **out_name, GBytes **out_position)
{
	Engine *engine = user;

	if (index > 0 || engine->position == NULL) {
		return FALSE;
	}
	*out_name = engine->position_name;
	*out_position = engine->position;
	return TRUE;
}

static void
engine_on_error(gpointer user, gint32 status, const GError *error)
{
	Engine *engine = user;

	g_assert_null(engine->error);
	engine->status = status;
	engine->error = g_error_copy(error);
}

static const TocsinTriggerSink sink = {
        .emit = engine_emit,
        .checkpoint = engine_checkpoint,
        .restore = engine_restore,
        .on_error = engine_on_error,
};

static void
set_up(Engine *engine, gconstpointer data)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	start_status = TOCSIN_OK;
	tell_schema = NULL;
	resumed = 0;
	engine->context = g_main_context_new();
	engine->clock = tocsin_clock_new_fake(NOW);
	engine->unit = tocsin_unit_new(&raw_unit, "trigger-test", "/trigger-test.so");
	engine->settings = tocsin_settings_new(keys);
	engine->events = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_event_unref);
	engine->trigger =
	        tocsin_trigger_start(engine->unit, "watch", engine->settings, engine->clock,
	                             engine->context, &sink, engine, NULL, NULL);
	g_assert_nonnull(engine->trigger);
}

static void
tear_down(Engine *engine, gconstpointer data)
{
	tocsin_trigger_stop(engine->trigger);
	tocsin_unit_free(engine->unit);
	tocsin_settings_unref(engine->settings);
	tocsin_clock_free(engine->clock);
	g_main_context_unref(engine->context);
	g_ptr_array_unref(engine->events);
	g_free(engine->position_name);
	g_clear_pointer(&engine->position, g_bytes_unref);
	g_clear_error(&engine->error);
}

/* One turn of the loop, in which the timer of start() runs out. */
static void
turn(Engine *engine, int32_t (*what)(void))
{
	on_tick = what;
	g_assert_true(g_main_context_iteration(engine->context, FALSE));
}

static int32_t
emit_whole_event(void)
{
	static const tocsin_field user = {.size = sizeof(user),
	                                  .type = TOCSIN_FIELD_TEXT,
	                                  .name = "user",
	                                  .text = "ro\xffot",
	                                  .length = 5};
	static const tocsin_field count = {
	        .size = sizeof(count), .type = TOCSIN_FIELD_INT, .name = "count", .number = 7};
	static const tocsin_field *const fields[] = {&user, &count, NULL};
	static const tocsin_line line = {
	        .size = sizeof(line), .mark = TOCSIN_LINE_MATCH, .text = "failed", .length = 6};
	static const tocsin_line *const excerpt[] = {&line, NULL};
	static const tocsin_attachment file = {
	        .size = sizeof(file), .name = "log", .path = "/var/log/x"};
	static const tocsin_attachment *const attachments[] = {&file, NULL};
	const tocsin_event event = {
	        .size = sizeof(event),
	        .severity = TOCSIN_LEVEL_EMERGENCY,
	        .flags = TOCSIN_EMIT_CATCH_UP,
	        .time_us = NOW - 5,
	        .token = 9,
	        .kind = "failed",
	        .id = "line 3",
	        .key = "10.0.0.1",
	        .status = "failure",
	        .fields = fields,
	        .excerpt = excerpt,
	        .attachments = attachments,
	};

	g_assert_cmpstr(loop->name(source), ==, "watch");
	g_assert_cmpint(loop->wall_us(source), ==, NOW);
	return loop->emit(source, &event, NULL);
}

static void
events_arrive_whole(Engine *engine, gconstpointer data)
{
	const TocsinEvent *event;

	turn(engine, emit_whole_event);
	g_assert_no_error(engine->error);
	g_assert_cmpuint(engine->events->len, ==, 1);
	event = g_ptr_array_index(engine->events, 0);
	g_assert_cmpstr(event->id, ==, "watch:line 3");
	g_assert_cmpstr(event->trigger, ==, "watch");
	g_assert_cmpstr(event->kind, ==, "failed");
	g_assert_cmpstr(event->key, ==, "10.0.0.1");
	g_assert_cmpint(event->time_us, ==, NOW - 5);
	g_assert_cmpint(event->seen_us, ==, NOW);
	g_assert_cmpint(event->severity, ==, TOCSIN_SEVERITY_CRITICAL);
	g_assert_cmpint(event->status, ==, TOCSIN_STATUS_PROBLEM);
	g_assert_cmpuint(event->flags, ==, TOCSIN_EVENT_CATCH_UP);
	g_assert_cmpstr(tocsin_event_field_string(event, "user"), ==, "ro\xef\xbf\xbdot");
	g_assert_cmpint(tocsin_value_get_int(tocsin_event_field(event, "count")), ==, 7);
	g_assert_cmpuint(event->excerpt->len, ==, 1);
	g_assert_cmpuint(event->attachments->len, ==, 1);
	g_assert_cmpuint(engine->token, ==, 9);
	tocsin_trigger_settled(engine->trigger, 9);
	g_assert_cmpuint(settled_token, ==, 9);
}

static int32_t
emit_plain_event(void)
{
	const tocsin_event event = {.size = sizeof(event), .kind = "tick"};

	return loop->emit(source, &event, NULL);
}

static int32_t
emit_two_plain_events(void)
{
	emit_plain_event();
	return emit_plain_event();
}

static void
events_without_an_id_are_always_new(Engine *engine, gconstpointer data)
{
	turn(engine, emit_two_plain_events);
	g_assert_cmpuint(engine->events->len, ==, 2);
	const TocsinEvent *first = g_ptr_array_index(engine->events, 0);
	const TocsinEvent *second = g_ptr_array_index(engine->events, 1);

	g_assert_cmpint(first->time_us, ==, NOW);
	g_assert_cmpstr(first->id, !=, second->id);
}

static void
a_full_engine_is_resumed_once(Engine *engine, gconstpointer data)
{
	engine->answer = TOCSIN_E_TEMP;
	turn(engine, emit_plain_event);
	g_assert_cmpint(engine->status, ==, TOCSIN_E_TEMP);
	g_assert_cmpuint(engine->events->len, ==, 0);

	/* Until then nothing is taken, so that no event overtakes the one that was not. */
	engine->answer = TOCSIN_OK;
	g_assert_cmpint(emit_plain_event(), ==, TOCSIN_E_TEMP);
	tocsin_trigger_resume(engine->trigger);
	tocsin_trigger_resume(engine->trigger);
	g_assert_cmpuint(resumed, ==, 1);
	g_assert_cmpint(emit_plain_event(), ==, TOCSIN_OK);
}

static int32_t
remember(void)
{
	g_autofree char *long_name = g_strnfill(256, 'x');
	static const char large[TOCSIN_TRIGGER_POSITION_MAX + 1];
	const char *name = NULL;
	const void *bytes = NULL;
	size_t length = 0;

	g_assert_cmpint(loop->checkpoint(source, long_name + 1, "a", 1), ==, TOCSIN_OK);
	g_assert_cmpint(loop->checkpoint(source, long_name, "a", 1), ==, TOCSIN_E_PERM);
	g_assert_cmpint(loop->checkpoint(source, "f", large, sizeof(large)), ==, TOCSIN_E_PERM);
	g_assert_cmpint(loop->checkpoint(source, "f", large, sizeof(large) - 1), ==, TOCSIN_OK);
	g_assert_cmpint(loop->checkpoint(source, "file", "42", 2), ==, TOCSIN_OK);
	g_assert_cmpint(loop->restore(source, 0, &name, &bytes, &length), ==, TOCSIN_OK);
	g_assert_cmpstr(name, ==, "file");
	g_assert_cmpmem(bytes, length, "42", 2);
	g_assert_cmpint(loop->restore(source, 1, &name, &bytes, &length), ==, TOCSIN_END);
	g_assert_cmpint(loop->checkpoint(source, "file", NULL, 0), ==, TOCSIN_OK);
	g_assert_cmpint(loop->restore(source, 0, &name, &bytes, &length), ==, TOCSIN_END);
	return TOCSIN_OK;
}

static void
positions_are_kept(Engine *engine, gconstpointer data)
{
	turn(engine, remember);
	g_assert_no_error(engine->error);
	g_assert_cmpstr(engine->position_name, ==, "file");
}

static int descriptors[2];

static int32_t
watch_pipe(void)
{
	return loop->watch(source, descriptors[0], TOCSIN_READABLE);
}

static void
descriptors_are_watched(Engine *engine, gconstpointer data)
{
	g_assert_cmpint(pipe(descriptors), ==, 0);
	turn(engine, watch_pipe);
	g_assert_cmpint(write(descriptors[1], "ex", 2), ==, 2);
	g_assert_true(g_main_context_iteration(engine->context, FALSE));
	g_assert_cmpint(engine->status, ==, TOCSIN_E_TEMP);
	g_assert_cmpstr(engine->error->message, ==, "trigger 'watch': read e");
	g_assert_false(g_main_context_iteration(engine->context, FALSE)); /* it was unwatched */
	close(descriptors[0]);
	close(descriptors[1]);
}

static int32_t
set_timer_late(void)
{
	return loop->set_timer(source, 1000000);
}

static void
replay_turns_the_timer(Engine *engine, gconstpointer data)
{
	turn(engine, set_timer_late);
	on_tick = emit_plain_event;
	tocsin_clock_advance(engine->clock, 999999);
	tocsin_trigger_run_timer(engine->trigger);
	g_assert_cmpuint(engine->events->len, ==, 0);
	tocsin_clock_advance(engine->clock, 1);
	tocsin_trigger_run_timer(engine->trigger);
	tocsin_trigger_run_timer(engine->trigger);
	g_assert_cmpuint(engine->events->len, ==, 1);
}

static void
assert_breach(Engine *engine, int32_t (*what)(void), const char *flaw)
{
	g_autofree char *message = g_strdup_printf(
	        "plugin trigger-test (/trigger-test.so): trigger 'watch' broke the contract: %s; "
	        "it is disabled, update or remove the plugin",
	        flaw);

	turn(engine, what);
	g_assert_error(engine->error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN);
	g_assert_cmpstr(engine->error->message, ==, message);
	g_assert_cmpint(engine->status, ==, TOCSIN_E_BUG);
	g_assert_true(tocsin_trigger_is_disabled(engine->trigger));
	g_assert_cmpint(emit_plain_event(), ==, TOCSIN_E_BUG);
	g_assert_cmpuint(engine->events->len, ==, 0);
}

static int32_t
return_42(void)
{
	return 42;
}

static void
an_undefined_status_is_a_breach(Engine *engine, gconstpointer data)
{
	assert_breach(engine, return_42, "tick() returned 42, which means nothing there");
}

/* What emit_this() emits. */
static tocsin_event this_event;

static int32_t
emit_this(void)
{
	return loop->emit(source, &this_event, NULL);
}

static void
is_no_event(tocsin_event event, const char *flaw)
{
	Engine engine = {0};

	set_up(&engine, NULL);
	this_event = event;
	this_event.size = sizeof(event);
	assert_breach(&engine, emit_this, flaw);
	tear_down(&engine, NULL);
}

#define BAD_KIND \
	"an event has a kind that is not 1 to 200 bytes of UTF-8 without blanks and controls"
#define BAD_KEY "an event has a key that is not UTF-8, or longer than 64 KiB"
#define BAD_ID "an event has an id that is not UTF-8, or longer than 64 KiB"

static void
an_event_out_of_bounds_is_a_breach(void)
{
	g_autofree char *kind = g_strnfill(201, 'k');
	g_autofree char *text = g_strnfill(65537, 't');
	const tocsin_field *const fields[] = {&(tocsin_field){.size = sizeof(tocsin_field)}, NULL};

	is_no_event((tocsin_event){.kind = NULL}, BAD_KIND);
	is_no_event((tocsin_event){.kind = ""}, BAD_KIND);
	is_no_event((tocsin_event){.kind = "two words"}, BAD_KIND);
	is_no_event((tocsin_event){.kind = "two\nlines"}, BAD_KIND);
	is_no_event((tocsin_event){.kind = "\xff"}, BAD_KIND);
	is_no_event((tocsin_event){.kind = kind}, BAD_KIND);
	is_no_event((tocsin_event){.kind = "k", .key = text}, BAD_KEY);
	is_no_event((tocsin_event){.kind = "k", .key = "\xc3"}, BAD_KEY);
	is_no_event((tocsin_event){.kind = "k", .id = text}, BAD_ID);
	is_no_event((tocsin_event){.kind = "k", .id = "\xc3"}, BAD_ID);
	is_no_event((tocsin_event){.kind = "k", .status = "so-so"},
	            "an event has a status that is none of problem, ok, failure, success");
	is_no_event((tocsin_event){.kind = "k", .flags = 4}, "an event has unknown flags");
	is_no_event((tocsin_event){.kind = "k", .severity = 9}, "an event has an unknown severity");
	is_no_event((tocsin_event){.kind = "k", .time_us = -1}, "an event happened before 1970");
	is_no_event((tocsin_event){.kind = "k", .fields = fields},
	            "an event has a field that is too small or has no good name");
}

static void
an_event_at_its_bounds_is_taken(Engine *engine, gconstpointer data)
{
	g_autofree char *kind = g_strnfill(200, 'k');
	g_autofree char *text = g_strnfill(65536, 't');

	this_event = (tocsin_event){.size = sizeof(tocsin_event),
	                            .severity = TOCSIN_LEVEL_EMERGENCY,
	                            .flags = TOCSIN_EMIT_CATCH_UP | TOCSIN_EMIT_PARTIAL,
	                            .kind = kind,
	                            .key = text,
	                            .id = text,
	                            .status = "success"};
	turn(engine, emit_this);
	g_assert_no_error(engine->error);
	g_assert_cmpuint(engine->events->len, ==, 1);
}

static int32_t
emit_nothing(void)
{
	return loop->emit(source, NULL, NULL);
}

static int32_t
emit_from_nowhere(void)
{
	this_event = (tocsin_event){.size = sizeof(tocsin_event), .kind = "k"};
	return loop->emit(NULL, &this_event, NULL);
}

static int32_t
set_no_timer(void)
{
	return loop->set_timer(NULL, 0);
}

static int32_t
watch_from_nowhere(void)
{
	return loop->watch(NULL, 0, TOCSIN_READABLE);
}

static int32_t
ask_no_clock(void)
{
	g_assert_cmpint(loop->wall_us(NULL), ==, 0);
	return TOCSIN_OK;
}

static int32_t
ask_no_name(void)
{
	g_assert_cmpstr(loop->name(NULL), ==, "");
	return TOCSIN_OK;
}

static int32_t
log_nothing(void)
{
	host->log(host, TOCSIN_LOG_INFO, NULL);
	return TOCSIN_OK;
}

static void
null_is_a_breach(void)
{
	static const struct {
		int32_t (*what)(void);
		const char *flaw;
	} cases[] = {
	        {emit_nothing, "an event is NULL or too small"},
	        {emit_from_nowhere, "emit() was given NULL"},
	        {set_no_timer, "set_timer() was given NULL"},
	        {watch_from_nowhere, "watch() was given NULL"},
	        {ask_no_clock, "wall_us() was given NULL"},
	        {ask_no_name, "name() was given NULL"},
	        {log_nothing, "log() was given NULL"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Engine engine = {0};

		set_up(&engine, NULL);
		assert_breach(&engine, cases[i].what, cases[i].flaw);
		tear_down(&engine, NULL);
	}
}

static int32_t
unwatch_nothing(void)
{
	return loop->unwatch(source, 99);
}

static void
unwatching_nothing_is_a_breach(Engine *engine, gconstpointer data)
{
	assert_breach(engine, unwatch_nothing, "unwatch(99) without a watch");
}

static void
a_start_that_fails_says_why(Engine *engine, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	start_status = TOCSIN_E_CONFIG;
	g_assert_null(tocsin_trigger_start(engine->unit, "drop", engine->settings, engine->clock,
	                                   engine->context, &sink, engine, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG);
	g_assert_cmpstr(error->message, ==, "trigger 'drop': the folder is not there");
}

static int32_t
tell_two_kinds(const tocsin_schemas *table, tocsin_schema *schema)
{
	table->add_kind(schema, "failed", "A login failed");
	table->add_kind(schema, "accepted", "A login went well");
	table->add_field(schema, NULL, "host", TOCSIN_FIELD_TEXT, "Where");
	return table->add_field(schema, "failed", "count", TOCSIN_FIELD_INT, "How often");
}

static int32_t
tell_of_an_unknown_kind(const tocsin_schemas *table, tocsin_schema *schema)
{
	table->add_field(schema, "nothing", "count", TOCSIN_FIELD_INT, "How often");
	return TOCSIN_OK;
}

static int32_t
tell_nobody(const tocsin_schemas *table, tocsin_schema *schema)
{
	table->add_kind(NULL, "failed", "A login failed");
	return TOCSIN_OK;
}

static void
a_check_tells_what_will_come(Engine *engine, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	tell_schema = tell_two_kinds;
	g_autoptr(TocsinSchema) schema =
	        tocsin_trigger_check(engine->unit, "watch", engine->settings, &error);

	g_assert_no_error(error);
	g_assert_true(tocsin_schema_is_known(schema));
	g_assert_cmpuint(tocsin_schema_kinds(schema)->len, ==, 2);
	g_assert_cmpuint(tocsin_schema_field(schema, "failed", "count")->type, ==,
	                 TOCSIN_FIELD_INT);
	g_assert_nonnull(tocsin_schema_field(schema, "accepted", "host"));
	g_assert_null(tocsin_schema_field(schema, "accepted", "count"));

	tell_schema = tell_of_an_unknown_kind;
	g_assert_null(tocsin_trigger_check(engine->unit, "watch", engine->settings, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN);

	tell_schema = tell_nobody;
	g_clear_error(&error);
	g_assert_null(tocsin_trigger_check(engine->unit, "watch", engine->settings, &error));
	g_assert_nonnull(strstr(error->message, "broke the contract: add_kind() was given NULL"));
}

#define ADD(name) g_test_add("/trigger/" #name, Engine, NULL, set_up, name, tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(events_arrive_whole);
	ADD(events_without_an_id_are_always_new);
	ADD(a_full_engine_is_resumed_once);
	ADD(positions_are_kept);
	ADD(descriptors_are_watched);
	ADD(replay_turns_the_timer);
	ADD(an_undefined_status_is_a_breach);
	g_test_add_func("/trigger/an_event_out_of_bounds_is_a_breach",
	                an_event_out_of_bounds_is_a_breach);
	ADD(an_event_at_its_bounds_is_taken);
	g_test_add_func("/trigger/null_is_a_breach", null_is_a_breach);
	ADD(unwatching_nothing_is_a_breach);
	ADD(a_start_that_fails_says_why);
	ADD(a_check_tells_what_will_come);
	return g_test_run();
}
