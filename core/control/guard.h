/* SPDX-License-Identifier: MIT */
/* Whether a request may act at all: who sends it, and whether a browser was made to. Pure
 * functions; any thread. */
#ifndef TOCSIN_CONTROL_GUARD_H
#define TOCSIN_CONTROL_GUARD_H

#include "base/secret.h"

G_BEGIN_DECLS

/* Whether a Host field (nullable) names this machine by a loopback address or as "localhost": a
 * page that made its own name point here is known by it. */
gboolean tocsin_guard_is_loopback_host(const char *host);

/* Whether a page elsewhere caused the request, by what browsers say of themselves: an Origin that
 * is not http://@host, or a Sec-Fetch-Site that is neither "same-origin" nor "none". Each is
 * (nullable). */
gboolean tocsin_guard_is_foreign(const char *origin, const char *fetch_site, const char *host);

/* Whether an Authorization field (nullable) is "Bearer" (RFC 6750 section 2.1) with @token,
 * compared in a time that does not tell how much of it is right. */
gboolean tocsin_guard_has_token(const char *authorization, const TocsinSecret *token);

/* Whether a Content-Type field (nullable) is the media type @type, whatever its parameters. */
gboolean tocsin_guard_is_type(const char *content_type, const char *type);

G_END_DECLS

#endif
