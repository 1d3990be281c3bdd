/* SPDX-License-Identifier: MIT */
/* One run of one mechanism: the safe way to call an auth unit.
 *
 * Whatever the unit returns, the result is one of the documented statuses; what is not counts as
 * TOCSIN_E_BUG, disables the mechanism and says so in the error. Belongs to one thread. */
#ifndef TOCSIN_SASL_EXCHANGE_H
#define TOCSIN_SASL_EXCHANGE_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "abi/settings.h"
#include "sasl/mechanism.h"
#include "sasl/questions.h"

G_BEGIN_DECLS

typedef struct _TocsinExchange TocsinExchange;

/* Begins. @credentials (a reference is taken) and @link are for the mechanism; @random (nullable)
 * replaces the system's. On failure NULL, with *out_status (nullable) such as
 * TOCSIN_E_UNAVAILABLE. */
TocsinExchange *tocsin_exchange_begin(TocsinMechanism *mechanism, TocsinSettings *credentials,
                                      const TocsinSaslLink *link, TocsinSaslRandom random,
                                      gint32 *out_status, GError **error);

/* The answer to @challenge (NULL: the initial response), valid until the next call: TOCSIN_MORE,
 * TOCSIN_OK, or an error, after which only end() may follow. Limits: TOCSIN_EXCHANGE_MAX_STEPS, and
 * TOCSIN_EXCHANGE_MAX_BYTES for each challenge and answer. */
gint32 tocsin_exchange_step(TocsinExchange *self, const void *challenge, gsize length,
                            const char **out_answer, gsize *out_length, GError **error);

/* The server accepted. Does the mechanism agree? One with TOCSIN_AUTH_MUTUAL must have seen the
 * server's proof: FALSE, with TOCSIN_ERROR_AUTHENTICATION, if it has not. */
gboolean tocsin_exchange_check_success(const TocsinExchange *self, GError **error);

/* The server refused: what the mechanism makes of it, TOCSIN_E_EXPIRED, _TEMP or _PERM; what it
 * says about it goes to *out_reason (nullable result; free with g_free()). */
gint32 tocsin_exchange_refused(TocsinExchange *self, guint code, const char *text,
                               char **out_reason);

/* Wipes and frees. Does nothing on NULL. */
void tocsin_exchange_end(TocsinExchange *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinExchange, tocsin_exchange_end)

#define TOCSIN_EXCHANGE_MAX_STEPS 10u
#define TOCSIN_EXCHANGE_MAX_BYTES 9216u /* RFC 4954 section 4: 12,288 octets of base64 */

G_END_DECLS

#endif
