/* SPDX-License-Identifier: MIT */
/* A login from the choice of a mechanism to the server's verdict, on plain bytes.
 *
 * It decides what follows a refusal: a new credential once, another mechanism where this one cannot
 * be used, else the end. A password that was refused is never tried again, since servers lock
 * accounts. Belongs to one thread. */
#ifndef TOCSIN_SASL_LOGIN_H
#define TOCSIN_SASL_LOGIN_H

#include <glib.h>

#include "sasl/choose.h"
#include "sasl/exchange.h"

G_BEGIN_DECLS

/* Fetches the credentials for @mechanism: settings with "user", "secret", "authzid" and the unit's
 * own keys. @is_renewal: what was given last was refused as expired, fetch it anew. */
typedef TocsinSettings *(*TocsinSaslFetch)(const TocsinMechanism *mechanism, gboolean is_renewal,
                                           gpointer user, GError **error);

/* What the account says. Borrowed: must outlive the login. */
typedef struct {
	const GPtrArray *known;    /* of TocsinMechanism */
	const char *const *wanted; /* (nullable) the account's auth list */
	gboolean may_send_clear;   /* to a peer on this machine */
	gboolean has_secret;
	gboolean has_token;
	TocsinSaslFetch fetch;
	gpointer user;
	TocsinSaslRandom random; /* (nullable) */
} TocsinSaslAccount;

typedef struct _TocsinSaslLogin TocsinSaslLogin;

/* Chooses and begins. Errors: TOCSIN_ERROR_NO_MECHANISM, _SECRET, _PLUGIN, _CONFIG. */
TocsinSaslLogin *tocsin_sasl_login_new(const TocsinSaslAccount *account, const TocsinSaslLink *link,
                                       GError **error);

/* Does nothing on NULL. */
void tocsin_sasl_login_free(TocsinSaslLogin *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSaslLogin, tocsin_sasl_login_free)

/* The SASL name of the mechanism in use, and whether it speaks first. */
const char *tocsin_sasl_login_mechanism(const TocsinSaslLogin *self);
gboolean tocsin_sasl_login_has_initial(const TocsinSaslLogin *self);

/* As tocsin_exchange_step(). */
gint32 tocsin_sasl_login_step(TocsinSaslLogin *self, const void *challenge, gsize length,
                              const char **out_answer, gsize *out_length, GError **error);

/* The server's verdict: a reply code and its text. TOCSIN_OK: logged in. TOCSIN_MORE: begin again
 * with mechanism() and step(), there is a new credential or another mechanism. TOCSIN_E_TEMP or
 * _PERM with TOCSIN_ERROR_AUTHENTICATION: refused. SMTP's codes (RFC 4954 section 6): 235 and 503
 * (already logged in) accept, 4xx is temporary, 504 and 534 ask for another mechanism. */
gint32 tocsin_sasl_login_settle(TocsinSaslLogin *self, guint code, const char *text,
                                GError **error);

G_END_DECLS

#endif
