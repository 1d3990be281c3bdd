/* SPDX-License-Identifier: MIT */
/* Checks of a request's header fields. */
#include "control/guard.h"

#include <gio/gio.h>
#include <string.h>

#define SCHEME "http://"
#define BEARER "Bearer "
#define NUMBER_LENGTH_MAX 5

/* "" or ":" and a port. */
static gboolean
is_port(const char *text)
{
	gsize digits = text[0] == ':' ? strspn(text + 1, "0123456789") : 0;

	return text[0] == '\0' ||
	       (digits > 0 && digits <= NUMBER_LENGTH_MAX && text[1 + digits] == '\0');
}

gboolean
tocsin_guard_is_loopback_host(const char *host)
{
	if (host == NULL) {
		return FALSE;
	}
	gboolean is_bracketed = host[0] == '[';
	gsize length = strcspn(host, is_bracketed ? "]" : ":");
	const char *rest = host + length + (is_bracketed && host[length] == ']' ? 1 : 0);

	if (!is_port(rest) || (is_bracketed && host[length] != ']')) {
		return FALSE;
	}
	g_autofree char *name =
	        is_bracketed ? g_strndup(host + 1, length - 1) : g_strndup(host, length);
	g_autoptr(GInetAddress) address = g_inet_address_new_from_string(name);

	return g_ascii_strcasecmp(name, "localhost") == 0 ||
	       (address != NULL && g_inet_address_get_is_loopback(address));
}

gboolean
tocsin_guard_is_foreign(const char *origin, const char *fetch_site, const char *host)
{
	if (fetch_site != NULL && strcmp(fetch_site, "same-origin") != 0 &&
	    strcmp(fetch_site, "none") != 0) {
		return TRUE;
	}
	return origin != NULL &&
	       (host == NULL || g_ascii_strncasecmp(origin, SCHEME, strlen(SCHEME)) != 0 ||
	        g_ascii_strcasecmp(origin + strlen(SCHEME), host) != 0);
}

gboolean
tocsin_guard_has_token(const char *authorization, const TocsinSecret *token)
{
	if (authorization == NULL ||
	    g_ascii_strncasecmp(authorization, BEARER, strlen(BEARER)) != 0) {
		return FALSE;
	}
	const char *given = authorization + strlen(BEARER);

	given += strspn(given, " ");
	return tocsin_secret_equal(token, given, strlen(given));
}

gboolean
tocsin_guard_is_type(const char *content_type, const char *type)
{
	gsize length = content_type == NULL ? 0 : strcspn(content_type, "; \t");

	return length > 0 && length == strlen(type) &&
	       g_ascii_strncasecmp(content_type, type, length) == 0;
}
