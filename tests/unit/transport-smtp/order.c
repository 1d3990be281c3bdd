/* SPDX-License-Identifier: MIT */
/* Jobs of the tests. */
#include "order.h"

#include <string.h>

#include "conf/keys.h"

static gint32
order_next(gpointer user, gint64 wait_us, TocsinMail **out_mail)
{
	Order *self = user;

	if (self->waiting.length == 0 && wait_us > 0 && self->on_wait != NULL) {
		self->on_wait(self);
	}
	*out_mail = g_queue_pop_head(&self->waiting);
	return *out_mail != NULL ? TOCSIN_OK : self->last;
}

static const char *
stage_name(TocsinStage stage)
{
	static const char *const names[] = {"local",  "connect",   "tls",  "greeting", "auth",
	                                    "sender", "recipient", "data", "lost",     "protocol"};

	return names[stage];
}

static void
append(GString *text, const TocsinFate *fate)
{
	g_string_append_printf(text, "%s %s %u %s: %s\n", tocsin_fate_status_name(fate->status),
	                       stage_name(fate->stage), fate->code,
	                       fate->enhanced == NULL ? "-" : fate->enhanced, fate->text);
}

static void
order_on_fate(gpointer user, const TocsinMail *mail, guint index, const TocsinFate *fate)
{
	Order *self = user;

	g_string_append_printf(self->fates, "%s %u ", mail->message_id, index);
	append(self->fates, fate);
}

static void
order_on_failed(gpointer user, const TocsinFate *fate)
{
	append(((Order *)user)->failure, fate);
}

static void
order_on_trace(gpointer user, guint32 flags, const void *data, gsize length)
{
	Order *self = user;

	g_string_append(self->trace, (flags & TOCSIN_TRACE_RECEIVED) ? "S: " : "C: ");
	if (data == NULL) {
		g_string_append(self->trace, (flags & TOCSIN_TRACE_SECRET) ? "***\n" : "...\n");
	} else {
		g_string_append_len(self->trace, data, (gssize)length);
	}
}

static const TocsinSaslAccount *
order_login(gpointer user)
{
	Order *self = user;

	return self->account.known == NULL ? NULL : &self->account;
}

static const TocsinJobOps quiet_ops = {
        .next = order_next,
        .on_fate = order_on_fate,
        .on_failed = order_on_failed,
        .login = order_login,
};

static const TocsinJobOps watched_ops = {
        .next = order_next,
        .on_fate = order_on_fate,
        .on_failed = order_on_failed,
        .on_trace = order_on_trace,
        .login = order_login,
};

void
order_init(Order *self, const tocsin_plugin *plugin)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();

	memset(self, 0, sizeof *self);
	self->unit = tocsin_unit_new(plugin->units[0], plugin->name, "/transport.so");
	g_assert_true(tocsin_keys_add(keys, tocsin_conf_account_keys, NULL));
	g_assert_true(tocsin_keys_add(keys, tocsin_conf_network_keys, NULL));
	g_assert_true(tocsin_keys_add(keys, tocsin_conf_login_keys, NULL));
	g_assert_true(tocsin_keys_add(keys, tocsin_unit_keys(self->unit), NULL));
	self->settings = tocsin_settings_new(keys);
	order_set(self, "transport", tocsin_unit_name(self->unit));
	self->last = TOCSIN_END;
	self->fates = g_string_new(NULL);
	self->failure = g_string_new(NULL);
	self->trace = g_string_new(NULL);
	self->deadline_us = TOCSIN_STREAM_FOREVER;
	g_queue_init(&self->waiting);
}

void
order_clear(Order *self)
{
	tocsin_transport_close(self->transport);
	tocsin_settings_unref(self->settings);
	tocsin_unit_free(self->unit);
	g_queue_clear_full(&self->waiting, (GDestroyNotify)tocsin_mail_unref);
	g_string_free(self->fates, TRUE);
	g_string_free(self->failure, TRUE);
	g_string_free(self->trace, TRUE);
	g_clear_object(&self->cancellable);
	g_assert_cmpuint(self->complaints, ==, 0);
}

void
order_set(Order *self, const char *key, const char *value)
{
	g_assert_true(tocsin_settings_set_text(self->settings, key, value, NULL));
}

void
order_set_number(Order *self, const char *key, gint64 value)
{
	g_assert_true(tocsin_settings_set_number(self->settings, key, value, NULL));
}

static void
on_misbehaviour(const char *instance, const char *text, gpointer user)
{
	g_test_message("%s: %s", instance, text);
	((Order *)user)->complaints++;
}

gboolean
order_open(Order *self, GError **error)
{
	TocsinPluginWatcher watcher = {NULL, on_misbehaviour, self};

	g_assert_true(tocsin_settings_finish(self->settings, NULL));
	self->transport =
	        tocsin_transport_open(self->unit, "relay", self->settings, NULL, &watcher, error);
	return self->transport != NULL;
}

TocsinMail *
order_add(Order *self, const char *content, guint recipients)
{
	TocsinMail *mail = tocsin_mail_new(NULL, "me@example.org", 1);

	for (guint i = 0; i < recipients; i++) {
		g_autofree char *address = g_strdup_printf("r%u@example.org", i);

		tocsin_mail_add_recipient(mail, address);
	}
	mail->message_id = g_strdup_printf("m%u", self->waiting.length);
	mail->content = g_bytes_new(content, strlen(content));
	g_queue_push_tail(&self->waiting, mail);
	return mail;
}

gint32
order_run(Order *self, GError **error)
{
	g_autoptr(TocsinJob) job =
	        tocsin_job_new(self->is_watched ? &watched_ops : &quiet_ops, self, "relay",
	                       self->deadline_us, self->cancellable);

	return tocsin_transport_run(self->transport, job, error);
}
