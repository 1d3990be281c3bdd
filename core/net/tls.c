/* SPDX-License-Identifier: MIT */
/* net/tls.h, in front of the part that knows OpenSSL: linked in, or loaded when it is needed. */
#include "net/tls.h"

#include <tocsin/error.h>

#include "base/part.h"
#include "net/carry.h"
#include "net/tls-calls.h"

static const TocsinTlsCalls *
get_calls(GError **error)
{
	static const TocsinTlsCalls *loaded;
	const TocsinTlsCalls *calls = g_atomic_pointer_get(&loaded);

	if (&tocsin_tls_calls != NULL) {
		return &tocsin_tls_calls;
	}
	if (calls == NULL) {
		calls = tocsin_part_load("tls", sizeof(TocsinTlsCalls), error);
		g_atomic_pointer_set(&loaded, calls);
	}
	return calls;
}

gboolean
tocsin_tls_prepare(GError **error)
{
	return get_calls(error) != NULL;
}

TocsinTls *
tocsin_tls_new(const TocsinTlsSettings *settings, GError **error)
{
	const TocsinTlsCalls *calls = get_calls(error);

	return calls == NULL ? NULL : calls->new (settings, error);
}

TocsinTls *
tocsin_tls_ref(TocsinTls *self)
{
	return get_calls(NULL)->ref(self);
}

void
tocsin_tls_unref(TocsinTls *self)
{
	if (self != NULL) {
		get_calls(NULL)->unref(self);
	}
}

gboolean
tocsin_tls_start(TocsinTls *self, TocsinStream *stream, const char *server_name, guint16 port,
                 gint64 deadline_us, GError **error)
{
	g_return_val_if_fail(!tocsin_stream_is_encrypted(stream), FALSE);
	if (!get_calls(NULL)->start(self, stream, server_name, port, deadline_us, error)) {
		tocsin_stream_give_up(stream);
		return FALSE;
	}
	return TRUE;
}

/* (nullable) What a stream that may be in clear is to be asked with. */
static const TocsinTlsCalls *
get_calls_of(const TocsinStream *stream)
{
	return tocsin_stream_is_encrypted(stream) ? get_calls(NULL) : NULL;
}

gboolean
tocsin_tls_get_binding(TocsinStream *stream, guint8 out_binding[TOCSIN_TLS_BINDING_LENGTH],
                       GError **error)
{
	const TocsinTlsCalls *calls = get_calls_of(stream);

	if (calls == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
		            "there is no TLS with %s to bind to", tocsin_stream_get_peer(stream));
		return FALSE;
	}
	return calls->get_binding(stream, out_binding, error);
}

TocsinTlsInfo *
tocsin_tls_get_info(TocsinStream *stream)
{
	const TocsinTlsCalls *calls = get_calls_of(stream);

	return calls == NULL ? NULL : calls->get_info(stream);
}

void
tocsin_tls_info_free(TocsinTlsInfo *self)
{
	if (self == NULL) {
		return;
	}
	g_free(self->version);
	g_free(self->cipher);
	g_free(self->subject);
	g_free(self->issuer);
	g_strfreev(self->names);
	g_free(self->fingerprint);
	g_free(self->pin);
	g_free(self);
}
