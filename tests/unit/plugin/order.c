/* SPDX-License-Identifier: MIT */
#include "order.h"

#include <tocsin/error.h>

Run behaviour;
gboolean has_instance;
guint quiesced;

typedef struct {
	const tocsin_host *host;
} Instance;

static int32_t
unit_open(const tocsin_host *host, const tocsin_config *config, void **out_instance,
          tocsin_error *error)
{
	static Instance instance;

	instance.host = host;
	*out_instance = has_instance ? &instance : NULL;
	return TOCSIN_OK;
}

static int32_t
unit_run(void *instance, tocsin_job *job, tocsin_error *error)
{
	return behaviour(((Instance *)instance)->host, job, error);
}

static void
unit_quiesce(void *instance)
{
	quiesced++;
}

static void
unit_close(void *instance)
{
}

static const tocsin_transport_ops ops = {
        .size = sizeof(tocsin_transport_ops),
        .flags = TOCSIN_TRANSPORT_NETWORK | TOCSIN_TRANSPORT_LOGIN,
        .open = unit_open,
        .run = unit_run,
        .quiesce = unit_quiesce,
        .close = unit_close,
};

static tocsin_unit raw_unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_TRANSPORT,
        .name = "test",
        .summary = "For tests",
        .transport = &ops,
};

static gint32
order_next(gpointer user, gint64 wait_us, TocsinMail **out_mail)
{
	Order *order = user;

	if (order->waiting == 0) {
		if (order->is_patient) {
			/* lint: allow banned-call: to wait is what next() is asked for */
			g_usleep((gulong)wait_us);
		}
		return TOCSIN_END;
	}
	order->waiting--;
	*out_mail = tocsin_mail_new(NULL, "me@example.org", 1);
	tocsin_mail_add_recipient(*out_mail, "a@example.org");
	tocsin_mail_add_recipient(*out_mail, "b@example.org")->notify =
	        TOCSIN_NOTIFY_SUCCESS | TOCSIN_NOTIFY_DELAY;
	(*out_mail)->content = g_bytes_new_static("Subject: x\r\n\r\n", 14);
	(*out_mail)->hold_for_s = 60;
	(*out_mail)->ret = TOCSIN_RET_HEADERS;
	return TOCSIN_OK;
}

static void
order_on_fate(gpointer user, const TocsinMail *mail, guint index, const TocsinFate *fate)
{
	Order *order = user;

	g_string_append_printf(order->fates, "%u %s, ", index,
	                       tocsin_fate_status_name(fate->status));
}

static TocsinStream *
order_connect(gpointer user, gint64 deadline_us, GCancellable *cancellable, GError **error)
{
	return g_steal_pointer(&((Order *)user)->stream);
}

static const TocsinSaslAccount *
order_login(gpointer user)
{
	Order *order = user;

	return order->account.known == NULL ? NULL : &order->account;
}

static const TocsinJobOps job_ops = {
        .login = order_login,
        .next = order_next,
        .on_fate = order_on_fate,
        .connect = order_connect,
};

static void
on_misbehaviour(const char *instance, const char *text, gpointer user)
{
	Order *order = user;

	order->complaints++;
	order->complaint = g_strdup(text);
}

void
order_set_up(Order *order, gconstpointer data)
{
	TocsinPluginWatcher watcher = {NULL, on_misbehaviour, order};
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	g_autoptr(TocsinSettings) settings = tocsin_settings_new(keys);

	has_instance = TRUE;
	raw_unit.serial = GPOINTER_TO_UINT(data);
	order->unit = tocsin_unit_new(&raw_unit, "transport-test", "/transport-test.so");
	order->transport =
	        tocsin_transport_open(order->unit, "relay", settings, NULL, &watcher, NULL);
	g_assert_nonnull(order->transport);
	order->waiting = 1;
	order->fates = g_string_new(NULL);
}

void
order_tear_down(Order *order, gconstpointer data)
{
	tocsin_transport_close(order->transport);
	tocsin_unit_free(order->unit);
	g_string_free(order->fates, TRUE);
	g_free(order->complaint);
}

gint32
run_once(Order *order, GError **error)
{
	g_autoptr(TocsinJob) job =
	        tocsin_job_new(&job_ops, order, "relay", TOCSIN_STREAM_FOREVER, NULL);

	return tocsin_transport_run(order->transport, job, error);
}

void
assert_breach(Order *order, const char *what, const char *fates)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *message = g_strdup_printf(
	        "plugin transport-test (/transport-test.so): account 'relay' broke the contract: "
	        "%s; it is disabled, update or remove the plugin",
	        what);

	g_assert_cmpint(run_once(order, &error), ==, TOCSIN_E_BUG);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN);
	g_assert_cmpstr(error->message, ==, message);
	g_assert_cmpstr(order->fates->str, ==, fates);
	g_assert_cmpuint(order->complaints, ==, 1);
	g_assert_cmpstr(order->complaint, ==, message);
	g_assert_true(tocsin_transport_is_disabled(order->transport));

	/* A disabled instance gets no mail any more. */
	order->waiting = 1;
	g_clear_error(&error);
	g_assert_cmpint(run_once(order, &error), ==, TOCSIN_E_BUG);
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_PLUGIN);
	g_assert_cmpuint(order->waiting, ==, 1);
}
