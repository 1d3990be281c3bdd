/* SPDX-License-Identifier: MIT */
/* Sends mails through a transport plugin, loaded and called as the program does it, and prints what
 * that took: "seconds S mails N memory KIB".
 *
 *   bench-send FOLDER TRANSPORT [KEY=VALUE ...]
 *
 * FOLDER holds the plugin; KEY is a setting of the account, or one of: mails, size (octets of
 * each), recipients, connections (runs at once), renew (mails of a run, 0: all). */
#include <stdlib.h>
#include <string.h>

#include "conf/keys.h"
#include "plugin/call-transport.h"
#include "plugin/registry.h"

typedef struct {
	gint64 mails;
	gint64 size;
	gint64 recipients;
	gint64 connections;
	gint64 renew;
	TocsinTransport *transport;
	GBytes *content;
	gint64 left;   /* atomic: mails to be taken */
	guint refused; /* atomic: fates other than delivered */
} Bench;

/* One run. */
typedef struct {
	Bench *bench;
	gint64 left;
} Order;

static gint32
order_next(gpointer user, gint64 wait_us, TocsinMail **out_mail)
{
	Order *order = user;
	Bench *bench = order->bench;

	if (order->left == 0 || __atomic_sub_fetch(&bench->left, 1, __ATOMIC_RELAXED) < 0) {
		return TOCSIN_END;
	}
	order->left--;
	*out_mail = tocsin_mail_new("bench", "me@example.org", 1);
	for (gint64 i = 0; i < bench->recipients; i++) {
		tocsin_mail_add_recipient(*out_mail, "ann@example.org");
	}
	(*out_mail)->content = g_bytes_ref(bench->content);
	return TOCSIN_OK;
}

static void
order_on_fate(gpointer user, const TocsinMail *mail, guint index, const TocsinFate *fate)
{
	if (fate->status != TOCSIN_FATE_DELIVERED) {
		Bench *bench = ((Order *)user)->bench;

		if (__atomic_fetch_add(&bench->refused, 1, __ATOMIC_RELAXED) == 0) {
			g_printerr("bench-send: %s\n", fate->text);
		}
	}
}

static gpointer
work(gpointer data)
{
	static const TocsinJobOps ops = {.next = order_next, .on_fate = order_on_fate};
	Bench *bench = data;

	while (__atomic_load_n(&bench->left, __ATOMIC_RELAXED) > 0) {
		Order order = {bench, bench->renew > 0 ? bench->renew : -1};
		g_autoptr(GError) error = NULL;
		g_autoptr(TocsinJob) job =
		        tocsin_job_new(&ops, &order, "bench", TOCSIN_STREAM_FOREVER, NULL);

		if (tocsin_transport_run(bench->transport, job, &error) != TOCSIN_OK) {
			g_printerr("bench-send: %s\n", error->message);
			exit(1);
		}
	}
	return NULL;
}

/* Lines of 72 letters, as mail has them. */
static GBytes *
make_content(gint64 size)
{
	static const char head[] =
	        "From: me@example.org\r\nTo: ann@example.org\r\nSubject: x\r\n\r\n";
	GString *text = g_string_sized_new((gsize)size + 100);

	g_string_append(text, head);
	while ((gint64)text->len < size - 2) {
		gsize length = MIN(72, (gsize)size - 2 - text->len);

		for (gsize i = 0; i < length; i++) {
			g_string_append_c(text, 'x');
		}
		g_string_append(text, "\r\n");
	}
	return g_string_free_to_bytes(text);
}

static gboolean
set_option(Bench *bench, const char *key, const char *value)
{
	const struct {
		const char *name;
		gint64 *place;
	} options[] = {
	        {"mails", &bench->mails},           {"size", &bench->size},
	        {"recipients", &bench->recipients}, {"connections", &bench->connections},
	        {"renew", &bench->renew},
	};

	for (guint i = 0; i < G_N_ELEMENTS(options); i++) {
		if (strcmp(options[i].name, key) == 0) {
			*options[i].place = g_ascii_strtoll(value, NULL, 10);
			return TRUE;
		}
	}
	return FALSE;
}

static void
set(TocsinSettings *settings, const char *key, const char *value)
{
	g_autoptr(GError) error = NULL;
	gboolean is_set = strcmp(key, "port") == 0
	                          ? tocsin_settings_set_number(
	                                    settings, key, g_ascii_strtoll(value, NULL, 10), &error)
	                          : tocsin_settings_set_text(settings, key, value, &error);

	if (!is_set) {
		g_error("%s: %s", key, error->message);
	}
}

static TocsinSettings *
read_arguments(Bench *bench, const TocsinUnit *unit, char **arguments)
{
	g_autoptr(TocsinKeys) keys = tocsin_keys_new();
	TocsinSettings *settings;

	g_assert(tocsin_keys_add(keys, tocsin_conf_account_keys, NULL));
	g_assert(tocsin_keys_add(keys, tocsin_conf_network_keys, NULL));
	g_assert(tocsin_keys_add(keys, tocsin_conf_login_keys, NULL));
	g_assert(tocsin_keys_add(keys, tocsin_unit_keys(unit), NULL));
	settings = tocsin_settings_new(keys);
	set(settings, "transport", tocsin_unit_name(unit));
	set(settings, "idle", "0s");
	for (; *arguments != NULL; arguments++) {
		g_auto(GStrv) parts = g_strsplit(*arguments, "=", 2);

		if (parts[1] == NULL) {
			g_error("%s is no KEY=VALUE", parts[0]);
		}
		if (!set_option(bench, parts[0], parts[1])) {
			set(settings, parts[0], parts[1]);
		}
	}
	g_assert(tocsin_settings_finish(settings, NULL));
	return settings;
}

/* The most memory that this program has had, in KiB. */
static guint
read_memory(void)
{
	g_autofree char *status = NULL;
	const char *line = NULL;

	if (g_file_get_contents("/proc/self/status", &status, NULL, NULL)) {
		line = strstr(status, "VmHWM:");
	}
	return line == NULL ? 0 : (guint)g_ascii_strtoull(line + 6, NULL, 10);
}

static void
run(Bench *bench)
{
	g_autoptr(GPtrArray) threads = g_ptr_array_new();
	gint64 begun_us = g_get_monotonic_time();

	bench->content = make_content(bench->size);
	bench->left = bench->mails;
	for (gint64 i = 1; i < bench->connections; i++) {
		g_ptr_array_add(threads, g_thread_new("sender", work, bench));
	}
	work(bench);
	for (guint i = 0; i < threads->len; i++) {
		g_thread_join(threads->pdata[i]);
	}
	g_print("seconds %.6f mails %" G_GINT64_FORMAT " memory %u\n",
	        (double)(g_get_monotonic_time() - begun_us) / G_USEC_PER_SEC, bench->mails,
	        read_memory());
	g_bytes_unref(bench->content);
}

int
main(int argc, char **argv)
{
	Bench bench = {.mails = 1, .size = 4096, .recipients = 1, .connections = 1};
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinRegistry) registry = tocsin_registry_new();
	const TocsinUnit *unit = NULL;

	if (argc < 3) {
		g_printerr("usage: bench-send FOLDER TRANSPORT [KEY=VALUE ...]\n");
		return 64;
	}
	if (tocsin_registry_add_directory(registry, argv[1], FALSE, &error)) {
		unit = tocsin_registry_find(registry, TOCSIN_KIND_TRANSPORT, argv[2], &error);
	}
	if (unit == NULL) {
		g_printerr("bench-send: %s\n", error->message);
		return 1;
	}
	g_autoptr(TocsinSettings) settings = read_arguments(&bench, unit, argv + 3);

	bench.transport = tocsin_transport_open(unit, "bench", settings, NULL, NULL, &error);
	if (bench.transport == NULL) {
		g_printerr("bench-send: %s\n", error->message);
		return 1;
	}
	run(&bench);
	tocsin_transport_close(bench.transport);
	return bench.refused == 0 ? 0 : 1;
}
