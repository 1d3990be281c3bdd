/* SPDX-License-Identifier: MIT */
/* One mail on its way through sendmail() or send_message(). Belongs to the client's thread. */
#ifndef TOCSIN_LIB_TRANSACTION_H
#define TOCSIN_LIB_TRANSACTION_H

#include "lib/client.h"
#include "smtp/content.h"

G_BEGIN_DECLS

/* Everything but the paths is borrowed. */
typedef struct {
	const char *sender_given;
	const char *const *recipients; /* as they were given */
	char *sender;                  /* without brackets */
	GPtrArray *paths;              /* of char : the recipients, without brackets */
	TocsinContent content;
	TocsinContentScan scan; /* of content */
	const char *const *mail_options;
	const char *const *rcpt_options;
} TocsinLibMail;

/* Frees the paths. */
void tocsin_lib_mail_clear(TocsinLibMail *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinLibMail, tocsin_lib_mail_clear)

/* Fills in sender and paths from what was given. TOCSIN_ERROR_INVALID if that are no addresses, or
 * may not stand in a command. */
gboolean tocsin_lib_mail_read_paths(TocsinLibMail *self, const TocsinSmtp *client, GError **error);

/* The parameters of MAIL, NULL-terminated: what was given, and SIZE, BODY and SMTPUTF8 where the
 * server knows them, the mail needs them and they were not. TOCSIN_ERROR_LIMIT if the message is
 * larger than the server takes, TOCSIN_ERROR_NOT_SUPPORTED if it or an address is 8-bit and the
 * server cannot, TOCSIN_ERROR_INVALID if it holds a NUL. Free with g_strfreev(). */
char **tocsin_lib_mail_options(const TocsinSmtp *client, const TocsinLibMail *mail, GError **error);

/* Sends @mail; the server was greeted. See tocsin_smtp_sendmail() for the rest. */
gboolean tocsin_lib_transact(TocsinSmtp *self, const TocsinLibMail *mail,
                             TocsinSmtpRefused **out_refused, GError **error);

G_END_DECLS

#endif
