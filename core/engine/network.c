/* SPDX-License-Identifier: MIT */
/* An account's connection settings, put to use. */
#include "engine/network.h"

#include <string.h>
#include <tocsin/error.h>

#include "net/connect.h"
#include "net/tls.h"

struct _TocsinNetwork {
	TocsinSettings *settings;
	GMutex mutex;   /* for: */
	TocsinTls *tls; /* keeps the sessions for resumption, so there is one an account */
};

/* "sha256//A;sha256//B" as TocsinTlsSettings wants them; NULL if there are none. */
static char *
join_pins(const TocsinSettings *settings)
{
	guint count = tocsin_settings_get_count(settings, "pin");
	GString *pins = g_string_new(NULL);

	for (guint i = 0; i < count; i++) {
		g_string_append_printf(pins, "%s%s", i == 0 ? "" : ";",
		                       tocsin_settings_get_item(settings, "pin", i));
	}
	return g_string_free(pins, count == 0);
}

static TocsinTls *
make_tls(const TocsinSettings *settings, GError **error)
{
	g_autofree char *pins = join_pins(settings);
	const TocsinTlsSettings tls = {
	        .ca_file = tocsin_settings_get_string(settings, "ca_file"),
	        .certificate_file = tocsin_settings_get_string(settings, "certificate"),
	        .key_file = tocsin_settings_get_string(settings, "private_key"),
	        .minimum_version = tocsin_settings_get_string(settings, "tls_version"),
	        .pins = pins,
	        .is_unverified = !tocsin_settings_get_int(settings, "verify"),
	};

	return tocsin_tls_new(&tls, error);
}

/* Files that are to be found wrong at once. Without any, OpenSSL is woken when there is somebody to
 * speak TLS with: it takes a sixth of an idle daemon's memory. */
static gboolean
has_tls_files(const TocsinSettings *settings)
{
	static const char *const names[] = {"ca_file", "certificate", "private_key", "pin"};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		if (tocsin_settings_is_set(settings, names[i])) {
			return TRUE;
		}
	}
	return FALSE;
}

/* What GLib knows to go through, without TLS for the proxy itself. */
static gboolean
check_proxy(const char *proxy, GError **error)
{
	static const char *const schemes[] = {"http", "socks", "socks4", "socks4a", "socks5", NULL};
	g_autoptr(GUri) uri = NULL;

	if (proxy == NULL || strcmp(proxy, "system") == 0) {
		return TRUE;
	}
	uri = g_uri_parse(proxy, G_URI_FLAGS_HAS_PASSWORD, NULL);
	if (uri == NULL || !g_strv_contains(schemes, g_uri_get_scheme(uri)) ||
	    g_uri_get_host(uri) == NULL || g_uri_get_host(uri)[0] == '\0') {
		g_set_error(
		        error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		        "'proxy' is none; expected \"socks5://host:port\", \"http://host:port\" "
		        "or \"system\"");
		return FALSE;
	}
	return TRUE;
}

TocsinNetwork *
tocsin_network_new(TocsinSettings *settings, GError **error)
{
	g_autoptr(TocsinNetwork) self = g_new0(TocsinNetwork, 1);
	gboolean has_host = tocsin_settings_is_set(settings, "host");
	gboolean has_socket = tocsin_settings_is_set(settings, "socket");

	g_mutex_init(&self->mutex);
	if (has_host == has_socket) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		            has_host ? "'host' and 'socket' exclude each other"
		                     : "'host' or 'socket' has to say where the server is");
		return NULL;
	}
	if (!check_proxy(tocsin_settings_get_string(settings, "proxy"), error)) {
		return NULL;
	}
	self->settings = tocsin_settings_ref(settings);
	if (has_tls_files(settings) && (self->tls = make_tls(settings, error)) == NULL) {
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
tocsin_network_free(TocsinNetwork *self)
{
	if (self == NULL) {
		return;
	}
	g_clear_pointer(&self->tls, tocsin_tls_unref);
	tocsin_settings_unref(self->settings);
	g_mutex_clear(&self->mutex);
	g_free(self);
}

/* (nullable) Made by the first who needs it. */
static TocsinTls *
get_tls(TocsinNetwork *self, GError **error)
{
	g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&self->mutex);

	if (self->tls == NULL) {
		self->tls = make_tls(self->settings, error);
	}
	return self->tls;
}

gboolean
tocsin_network_start_tls(TocsinNetwork *self, TocsinStream *stream, gint64 deadline_us,
                         GError **error)
{
	const char *name = tocsin_settings_get_string(self->settings, "server_name");
	TocsinTls *tls;

	if (name == NULL) {
		name = tocsin_settings_get_string(self->settings, "host");
	}
	if (name == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		            "TLS over a Unix socket needs 'server_name' to check the certificate "
		            "against");
		return FALSE;
	}
	tls = get_tls(self, error);
	return tls != NULL &&
	       tocsin_tls_start(tls, stream, name,
	                        (guint16)tocsin_settings_get_int(self->settings, "port"),
	                        deadline_us, error);
}

TocsinStream *
tocsin_network_connect(TocsinNetwork *self, gint64 deadline_us, GCancellable *cancellable,
                       GError **error)
{
	const char *tls = tocsin_settings_get_string(self->settings, "tls");
	const TocsinConnectTarget target = {
	        .host = tocsin_settings_get_string(self->settings, "host"),
	        .port = (guint16)tocsin_settings_get_int(self->settings, "port"),
	        .path = tocsin_settings_get_string(self->settings, "socket"),
	        .source_address = tocsin_settings_get_string(self->settings, "source_address"),
	        .proxy = tocsin_settings_get_string(self->settings, "proxy"),
	};
	gint64 timeout_us = tocsin_settings_get_int(self->settings, "timeout");
	gint64 limit_us = MIN(deadline_us, tocsin_stream_deadline(timeout_us));
	g_autoptr(TocsinStream) stream = tocsin_connect(&target, limit_us, cancellable, error);

	if (stream == NULL || (g_strcmp0(tls, "implicit") == 0 &&
	                       !tocsin_network_start_tls(self, stream, limit_us, error))) {
		return NULL;
	}
	return g_steal_pointer(&stream);
}
