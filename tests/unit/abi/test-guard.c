/* SPDX-License-Identifier: MIT */
#include "abi/guard.h"

#include <tocsin/error.h>

/* What plugins would have as constants: only their addresses count. */
static const int first_unit;
static const int second_unit;

static TocsinGuard *
make(const void *unit, guint32 kind, guint32 serial, const char *instance)
{
	const TocsinOrigin origin = {
	        .plugin = "p", .path = "/p.so", .kind = kind, .serial = serial, .unit = unit};

	return tocsin_guard_new(&origin, instance);
}

static gpointer
try_to_enter(gpointer guard)
{
	gboolean is_free = tocsin_guard_try_enter(guard);

	if (is_free) {
		tocsin_guard_leave(guard);
	}
	return GINT_TO_POINTER(is_free);
}

/* Could another thread enter @other while this one is in @guard? */
static gboolean
lets_in(TocsinGuard *guard, TocsinGuard *other)
{
	tocsin_guard_enter(guard);
	gpointer is_free = g_thread_join(g_thread_new("other", try_to_enter, other));

	tocsin_guard_leave(guard);
	return GPOINTER_TO_INT(is_free);
}

static void
a_serial_unit_is_locked_whoever_made_the_guard(void)
{
	const guint32 kinds[] = {TOCSIN_KIND_TRANSPORT, TOCSIN_KIND_AUTH};

	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(TocsinGuard) one = make(&first_unit, kinds[i], TOCSIN_SERIAL_UNIT, "a");
		g_autoptr(TocsinGuard) again = make(&first_unit, kinds[i], TOCSIN_SERIAL_UNIT, "a");
		g_autoptr(TocsinGuard) other =
		        make(&second_unit, kinds[i], TOCSIN_SERIAL_UNIT, "a");

		g_assert_false(lets_in(one, again));
		g_assert_true(lets_in(one, other));
		g_assert_true(GPOINTER_TO_INT(try_to_enter(again)));
	}
}

static void
other_rules_lock_less(void)
{
	g_autoptr(TocsinGuard) one =
	        make(&first_unit, TOCSIN_KIND_TRANSPORT, TOCSIN_SERIAL_INSTANCE, "a");
	g_autoptr(TocsinGuard) two =
	        make(&first_unit, TOCSIN_KIND_TRANSPORT, TOCSIN_SERIAL_INSTANCE, "b");
	g_autoptr(TocsinGuard) any =
	        make(&first_unit, TOCSIN_KIND_TRANSPORT, TOCSIN_SERIAL_NONE, "c");

	g_assert_false(lets_in(one, one));
	g_assert_true(lets_in(one, two));
	g_assert_true(lets_in(any, any));
}

static void
who_was_entered_last_is_blamed(void)
{
	g_autoptr(TocsinGuard) outer =
	        make(&first_unit, TOCSIN_KIND_TRANSPORT, TOCSIN_SERIAL_UNIT, "relay");
	g_autoptr(TocsinGuard) inner =
	        make(&second_unit, TOCSIN_KIND_AUTH, TOCSIN_SERIAL_UNIT, "token");
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_guard_blame("nobody is there"));
	tocsin_guard_enter(outer);
	tocsin_guard_enter(inner);
	g_assert_true(tocsin_guard_blame("%s() was given NULL", "log"));
	tocsin_guard_leave(inner);
	g_assert_true(tocsin_guard_is_disabled(inner));
	g_assert_false(tocsin_guard_is_disabled(outer));
	tocsin_guard_set_error(inner, &error);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN);
	g_assert_cmpstr(error->message, ==,
	                "plugin p (/p.so): mechanism 'token' broke the contract: log() was given "
	                "NULL; it is disabled, update or remove the plugin");
	g_assert_true(tocsin_guard_blame("and the other"));
	tocsin_guard_leave(outer);
	g_assert_true(tocsin_guard_is_disabled(outer));
	g_assert_false(tocsin_guard_blame("nobody is there any more"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/guard/a_serial_unit_is_locked_whoever_made_the_guard",
	                a_serial_unit_is_locked_whoever_made_the_guard);
	g_test_add_func("/guard/other_rules_lock_less", other_rules_lock_less);
	g_test_add_func("/guard/who_was_entered_last_is_blamed", who_was_entered_last_is_blamed);
	return g_test_run();
}
