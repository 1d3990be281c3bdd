/* SPDX-License-Identifier: MIT */
/* How a session begins: names, EHLO and what may follow it, STARTTLS. */
#include "smtp/hello.h"

#include <string.h>

#include "base/text.h"
#include "smtp/session-private.h"

/* Whether a host's own name may be said in EHLO: it has a domain, and means the host alone. */
static gboolean
is_full_name(const char *name)
{
	gsize length = strlen(name);

	return strchr(name, '.') != NULL && name[0] != '.' && name[length - 1] != '.' &&
	       g_ascii_strncasecmp(name, "localhost", 9) != 0 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") ==
	               length;
}

const char *
tocsin_session_get_local_name(TocsinSession *self)
{
	const char *host = g_get_host_name();
	const char *address =
	        self->stream != NULL ? tocsin_stream_get_local_address(self->stream) : NULL;

	if (self->local_name != NULL) {
		return self->local_name;
	}
	if (is_full_name(host)) {
		self->local_name = g_strdup(host);
	} else if (address != NULL && strchr(address, ':') != NULL) {
		self->local_name = g_strdup_printf("[IPv6:%s]", address);
	} else {
		self->local_name = g_strdup_printf("[%s]", address != NULL ? address : "127.0.0.1");
	}
	return self->local_name;
}

static void
forget_features(TocsinSession *self)
{
	tocsin_features_free(self->features);
	self->features = tocsin_features_new_empty();
	self->is_esmtp = FALSE;
	self->is_greeted = FALSE;
	self->is_utf8 = FALSE;
	self->accepted = 0;
}

/* A blank would make two arguments of the name. Checked before what is known of the server is
 * forgotten: a name that cannot be said changes nothing. */
static gboolean
check_name(const char *name, GError **error)
{
	gsize length = strlen(name);

	if (length == 0 || strchr(name, ' ') != NULL ||
	    tocsin_text_find_control(name, (gssize)length) >= 0) {
		g_autofree char *shown = tocsin_text_for_display(name, length, 120);

		g_set_error(
		        error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		        "the local host name \"%s\" is empty, or holds a blank or a control byte",
		        shown);
		return FALSE;
	}
	return TRUE;
}

static TocsinReply *
greet(TocsinSession *self, const char *verb, const char *name, GError **error)
{
	TocsinReply *reply;

	if (!tocsin_session_check_open(self, error)) {
		return NULL;
	}
	name = name != NULL ? name : tocsin_session_get_local_name(self);
	if (!check_name(name, error)) {
		return NULL;
	}
	forget_features(self);
	reply = tocsin_session_command(self, verb, name, error);
	self->is_greeted = reply != NULL && tocsin_reply_class(reply) == 2;
	return reply;
}

TocsinReply *
tocsin_session_ehlo(TocsinSession *self, const char *name, GError **error)
{
	TocsinReply *reply = greet(self, self->settings.is_lmtp ? "LHLO" : "EHLO", name, error);

	if (reply != NULL && reply->code == 250) {
		tocsin_features_free(self->features);
		self->features = tocsin_features_new(reply);
		self->is_esmtp = TRUE;
	}
	return reply;
}

TocsinReply *
tocsin_session_helo(TocsinSession *self, const char *name, GError **error)
{
	return greet(self, "HELO", name, error);
}

gboolean
tocsin_session_hello(TocsinSession *self, GError **error)
{
	g_autoptr(TocsinReply) first = NULL;
	g_autoptr(TocsinReply) second = NULL;

	if (self->is_greeted) {
		return TRUE;
	}
	first = tocsin_session_ehlo(self, NULL, error);
	if (first == NULL || self->is_greeted) {
		return first != NULL;
	}
	if (first->code >= 500 && first->code <= 504 && !self->settings.is_lmtp &&
	    !tocsin_stream_is_encrypted(self->stream)) {
		second = tocsin_session_helo(self, NULL, error);
		if (second == NULL || self->is_greeted) {
			return second != NULL;
		}
	}
	tocsin_session_set_refusal(TOCSIN_ERROR_HELO, "the server does not take our greeting",
	                           second != NULL ? second : first, error);
	return FALSE;
}

/* Anything but silence behind the 220 is an attack. */
static gboolean
check_silence(TocsinSession *self, GError **error)
{
	gsize early = 0;

	tocsin_session_drop_view(self);
	if (tocsin_stream_buffered(self->stream) == 0 &&
	    !tocsin_stream_fill_ready(self->stream, &early, error)) {
		return FALSE;
	}
	if (tocsin_stream_buffered(self->stream) > 0) {
		g_set_error(
		        error, TOCSIN_ERROR, TOCSIN_ERROR_PROTOCOL,
		        "bytes came behind the reply to STARTTLS and before TLS: somebody may be "
		        "injecting replies");
		return FALSE;
	}
	return TRUE;
}

gboolean
tocsin_session_start_tls(TocsinSession *self, GError **error)
{
	g_autoptr(TocsinReply) reply = NULL;
	g_autoptr(GError) cause = NULL;

	if (!tocsin_session_check_open(self, error)) {
		return FALSE;
	}
	if (!tocsin_features_has(self->features, TOCSIN_FEATURE_STARTTLS) ||
	    self->settings.start_tls == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_NOT_SUPPORTED,
		            self->settings.start_tls == NULL
		                    ? "TLS is not set up for this session"
		                    : "the server does not offer STARTTLS");
		return FALSE;
	}
	reply = tocsin_session_command(self, "STARTTLS", NULL, error);
	if (reply == NULL) {
		return FALSE;
	}
	if (reply->code != 220) {
		tocsin_session_set_refusal(TOCSIN_ERROR_RESPONSE, "STARTTLS was refused", reply,
		                           error);
		return FALSE;
	}
	forget_features(self);
	if (!check_silence(self, &cause) ||
	    !self->settings.start_tls(self->stream, self->settings.tls_user, &cause)) {
		tocsin_session_end(self, cause->message);
		g_propagate_error(error, g_steal_pointer(&cause));
		return FALSE;
	}
	return TRUE;
}
