/* SPDX-License-Identifier: MIT */
/* A mail's envelope, and the MAIL and RCPT commands that say it to a server.
 *
 * Pure functions; any thread. Everything in an envelope is borrowed from the caller. */
#ifndef TOCSIN_SMTP_ENVELOPE_H
#define TOCSIN_SMTP_ENVELOPE_H

#include <glib.h>

#include "model/mail.h"
#include "smtp/extensions.h"
#include "smtp/scan.h"

G_BEGIN_DECLS

typedef struct {
	const char *address; /* without brackets */
	const char *orcpt;   /* (nullable) "type;address" in plain, RFC 3461 section 4.2 */
	guint notify;        /* TocsinNotify; 0: not sent */
	const char *options; /* (nullable) further RCPT parameters, ready for the wire */
} TocsinEnvelopeRecipient;

typedef struct {
	const char *sender; /* without brackets; "" is the null reverse-path */
	const TocsinEnvelopeRecipient *recipients;
	guint n_recipients;
	const char *envid;   /* (nullable) in plain, RFC 3461 section 4.4 */
	const char *options; /* (nullable) further MAIL parameters, ready for the wire */
	TocsinRet ret;
	TocsinBody body; /* UNSET: by what the content holds */
	gboolean is_smtputf8;
	gboolean is_tls_required;   /* RFC 8689 */
	gint64 hold_for_s;          /* RFC 4865 HOLDFOR; 0: not sent */
	const char *hold_until;     /* (nullable) RFC 4865 HOLDUNTIL, RFC 3339 date, time */
	TocsinDeliverBy deliver_by; /* RFC 2852 */
	gint64 deliver_by_s;
	gboolean is_deliver_by_traced;
	gboolean has_mt_priority;
	int mt_priority; /* RFC 6710 */
} TocsinEnvelope;

/* What the commands depend on beside the envelope. */
typedef struct {
	const TocsinFeatures *features;
	const TocsinContentScan *scan; /* of the content */
	gboolean is_reencoded;         /* the content was made 7-bit: the envelope's body is void */
	gboolean is_encrypted;         /* the link is TLS */
	gboolean sends_8bit_anyway;    /* 8-bit content to a server without 8BITMIME */
	gboolean omits_size;           /* no SIZE parameter and no look at the server's limit */
} TocsinEnvelopeContext;

/* Appends "MAIL FROM:<...> ..." without line end. What the mail cannot do without and the server
 * does not offer is TOCSIN_ERROR_NOT_SUPPORTED; a message beyond the server's SIZE is
 * TOCSIN_ERROR_LIMIT; what may not stand in a command is TOCSIN_ERROR_INVALID. Left out without an
 * error where the server does not know them, as their RFCs provide for: DSN parameters,
 * MT-PRIORITY, BY with mode N. @line is undefined after an error. */
gboolean tocsin_envelope_append_mail(const TocsinEnvelope *self,
                                     const TocsinEnvelopeContext *context, GString *line,
                                     GError **error);

/* Appends "RCPT TO:<...> ..." likewise. */
gboolean tocsin_envelope_append_recipient(const TocsinEnvelopeRecipient *recipient,
                                          const TocsinEnvelopeContext *context, GString *line,
                                          GError **error);

/* Appends "<@address>". A domain that is not ASCII goes as A-labels; a local part that is not goes
 * as UTF-8, and its domain with it, if @is_utf8_allowed. Refused are bytes that would end the path
 * or begin a parameter. */
gboolean tocsin_envelope_append_path(const char *address, gboolean is_utf8_allowed, GString *line,
                                     GError **error);

/* Appends @text as xtext (RFC 3461 section 4). */
void tocsin_envelope_append_xtext(const char *text, GString *line);

G_END_DECLS

#endif
