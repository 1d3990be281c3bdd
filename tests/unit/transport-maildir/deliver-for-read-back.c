/* SPDX-License-Identifier: MIT */
/* Delivers each file as a mail of its own through the maildir transport.
 *
 * usage: deliver-for-read-back MAILDIR FILE... */
#include <stdio.h>

#include "plugin/call-transport.h"

typedef struct {
	char **files; /* what is left */
	guint refused;
} Order;

static gint32
next(gpointer user, gint64 wait_us, TocsinMail **out_mail)
{
	Order *order = user;
	char *text = NULL;
	gsize length = 0;

	if (*order->files == NULL) {
		return TOCSIN_END;
	}
	*out_mail = tocsin_mail_new(NULL, "sender@example.org", 1);
	tocsin_mail_add_recipient(*out_mail, "reader@example.org");
	g_assert_true(g_file_get_contents(*order->files++, &text, &length, NULL));
	(*out_mail)->content = g_bytes_new_take(text, length);
	return TOCSIN_OK;
}

static void
on_fate(gpointer user, const TocsinMail *mail, guint index, const TocsinFate *fate)
{
	((Order *)user)->refused += fate->status == TOCSIN_FATE_DELIVERED ? 0 : 1;
}

int
main(int argc, char **argv)
{
	static const TocsinJobOps job_ops = {.next = next, .on_fate = on_fate};
	Order order = {.files = argv + 2};
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	g_assert_cmpint(argc, >, 1);
	TocsinUnit *unit = tocsin_unit_new(tocsin_plugin_v1.units[0], "transport-maildir", "/x.so");

	g_assert_true(tocsin_keys_add(keys, tocsin_unit_keys(unit), NULL));
	g_autoptr(TocsinSettings) settings = tocsin_settings_new(keys);

	g_assert_true(tocsin_settings_set_text(settings, "path", argv[1], NULL));
	g_assert_true(tocsin_settings_finish(settings, NULL));
	TocsinTransport *transport = tocsin_transport_open(unit, "x", settings, NULL, NULL, NULL);
	TocsinJob *job = tocsin_job_new(&job_ops, &order, "x", TOCSIN_STREAM_FOREVER, NULL);

	g_assert_cmpint(tocsin_transport_run(transport, job, NULL), ==, TOCSIN_OK);
	tocsin_job_free(job);
	tocsin_transport_close(transport);
	tocsin_unit_free(unit);
	return order.refused == 0 ? 0 : 1;
}
