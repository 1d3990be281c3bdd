/* SPDX-License-Identifier: MIT */
/* What can go wrong, for callers of libtocsin.
 *
 * Every function that can fail takes a GError and sets it exactly once. The domain is TOCSIN_ERROR,
 * the code one of TocsinError, the message a sentence without capital or full stop that says what
 * failed, on what, and why. */
#ifndef TOCSIN_ERROR_H
#define TOCSIN_ERROR_H

#include <glib.h>

G_BEGIN_DECLS

#pragma GCC visibility push(default)

/**
 * TOCSIN_ERROR:
 *
 * The error domain of libtocsin.
 */
#define TOCSIN_ERROR (tocsin_error_quark())

/**
 * TocsinError:
 * @TOCSIN_ERROR_INVALID: an argument or input is not acceptable (Python's ValueError); nothing was
 * sent
 * @TOCSIN_ERROR_NOT_SUPPORTED: the server does not offer what was asked for (SMTPNotSupportedError)
 * @TOCSIN_ERROR_DISCONNECTED: there is no connection, or it was lost (SMTPServerDisconnected)
 * @TOCSIN_ERROR_CONNECT: no connection could be made, or the greeting was not 220
 * (SMTPConnectError, OSError)
 * @TOCSIN_ERROR_HELO: the server refused EHLO, HELO or LHLO (SMTPHeloError)
 * @TOCSIN_ERROR_TLS: the handshake failed or the certificate was refused
 * @TOCSIN_ERROR_AUTHENTICATION: the server refused the login (SMTPAuthenticationError)
 * @TOCSIN_ERROR_NO_MECHANISM: no mechanism is both offered and allowed
 * @TOCSIN_ERROR_SENDER_REFUSED: the server refused MAIL (SMTPSenderRefused)
 * @TOCSIN_ERROR_RECIPIENTS_REFUSED: the server refused every recipient (SMTPRecipientsRefused)
 * @TOCSIN_ERROR_DATA: the server refused the message (SMTPDataError)
 * @TOCSIN_ERROR_RESPONSE: the server gave another unexpected reply (SMTPResponseException)
 * @TOCSIN_ERROR_PROTOCOL: what the server sent is not SMTP; the link cannot be used further
 * @TOCSIN_ERROR_TIMEOUT: a deadline passed
 * @TOCSIN_ERROR_CANCELLED: the caller asked to stop
 * @TOCSIN_ERROR_LIMIT: something is larger than it may be
 * @TOCSIN_ERROR_CONFIG: a setting is wrong or missing
 * @TOCSIN_ERROR_TRUST: a file may not be used because others could have changed it
 * @TOCSIN_ERROR_PLUGIN: a plugin broke the contract
 * @TOCSIN_ERROR_SECRET: a secret could not be fetched
 * @TOCSIN_ERROR_TEMPLATE: a template is wrong or failed
 * @TOCSIN_ERROR_STORE: the store could not keep or find something
 * @TOCSIN_ERROR_IO: reading or writing a file failed
 *
 * Error codes in the domain TOCSIN_ERROR. Numbers never change; new ones are added at the end.
 */
typedef enum {
	TOCSIN_ERROR_INVALID = 0,
	TOCSIN_ERROR_NOT_SUPPORTED = 1,
	TOCSIN_ERROR_DISCONNECTED = 2,
	TOCSIN_ERROR_CONNECT = 3,
	TOCSIN_ERROR_HELO = 4,
	TOCSIN_ERROR_TLS = 5,
	TOCSIN_ERROR_AUTHENTICATION = 6,
	TOCSIN_ERROR_NO_MECHANISM = 7,
	TOCSIN_ERROR_SENDER_REFUSED = 8,
	TOCSIN_ERROR_RECIPIENTS_REFUSED = 9,
	TOCSIN_ERROR_DATA = 10,
	TOCSIN_ERROR_RESPONSE = 11,
	TOCSIN_ERROR_PROTOCOL = 12,
	TOCSIN_ERROR_TIMEOUT = 13,
	TOCSIN_ERROR_CANCELLED = 14,
	TOCSIN_ERROR_LIMIT = 15,
	TOCSIN_ERROR_CONFIG = 16,
	TOCSIN_ERROR_TRUST = 17,
	TOCSIN_ERROR_PLUGIN = 18,
	TOCSIN_ERROR_SECRET = 19,
	TOCSIN_ERROR_TEMPLATE = 20,
	TOCSIN_ERROR_STORE = 21,
	TOCSIN_ERROR_IO = 22,
} TocsinError;

/**
 * tocsin_error_quark:
 *
 * Returns the quark behind TOCSIN_ERROR. Any thread.
 */
GQuark tocsin_error_quark(void);

#pragma GCC visibility pop

G_END_DECLS

#endif
