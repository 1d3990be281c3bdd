/* SPDX-License-Identifier: MIT */
/* What became of one recipient of one mail.
 *
 * A TocsinFate is immutable and refcounted; any thread may hold and read one. */
#ifndef TOCSIN_MODEL_FATE_H
#define TOCSIN_MODEL_FATE_H

#include <glib.h>

G_BEGIN_DECLS

/* Numbers are stored on disk: they never change. */
typedef enum {
	TOCSIN_FATE_DELIVERED = 0, /* the server took responsibility */
	TOCSIN_FATE_DEFERRED = 1,  /* try again later */
	TOCSIN_FATE_REFUSED = 2,   /* trying again is of no use */
	TOCSIN_FATE_UNKNOWN = 3,   /* the link was lost between the final dot and its reply */
} TocsinFateStatus;

/* How far it came. Numbers are stored on disk: they never change. */
typedef enum {
	TOCSIN_STAGE_LOCAL = 0,     /* before anything was sent: files, limits, our own checks */
	TOCSIN_STAGE_CONNECT = 1,   /* name look-up and connection */
	TOCSIN_STAGE_TLS = 2,       /* handshake, certificate, STARTTLS refused */
	TOCSIN_STAGE_GREETING = 3,  /* greeting, EHLO, HELO, LHLO */
	TOCSIN_STAGE_AUTH = 4,      /* login */
	TOCSIN_STAGE_SENDER = 5,    /* MAIL */
	TOCSIN_STAGE_RECIPIENT = 6, /* RCPT */
	TOCSIN_STAGE_DATA = 7,      /* DATA, BDAT, and the reply to the end of the message */
	TOCSIN_STAGE_LOST = 8,      /* the connection broke */
	TOCSIN_STAGE_PROTOCOL = 9,  /* what came back was not SMTP */
} TocsinStage;

/* Longer reply texts are cut. */
#define TOCSIN_FATE_TEXT_MAX 1024u

/* Read only; made by tocsin_fate_new(). */
typedef struct {
	TocsinFateStatus status;
	TocsinStage stage;
	guint code;     /* SMTP reply code, or 0 if there was no reply */
	char *enhanced; /* RFC 3463 code such as "5.1.1", or NULL */
	char *text;     /* safe to show, one line, never NULL */
	char *account;  /* the account that tried, or NULL if none did */
	gint64 time_us; /* wall clock, microseconds since 1970 */
} TocsinFate;

/* @text may be what a server sent: line ends become spaces, anything else that may not be shown is
 * escaped. @enhanced, @text and @account may be NULL. An @enhanced that is no RFC 3463 code is left
 * out. */
TocsinFate *tocsin_fate_new(TocsinFateStatus status, TocsinStage stage, guint code,
                            const char *enhanced, const char *text, const char *account,
                            gint64 time_us);

/* One more reference, for the caller to drop. */
TocsinFate *tocsin_fate_ref(const TocsinFate *self);

/* Does nothing on NULL. */
void tocsin_fate_unref(TocsinFate *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinFate, tocsin_fate_unref)

/* The status that goes with what a transport plugin reports (<tocsin/plugin.h>): TOCSIN_OK,
 * TOCSIN_E_PERM and TOCSIN_E_UNKNOWN mean what they say, all else defers. */
TocsinFateStatus tocsin_fate_status_from_plugin(gint32 status);

/* "delivered", "deferred", "refused", "unknown". */
const char *tocsin_fate_status_name(TocsinFateStatus status);

/* "local", "connect", "tls", ... */
const char *tocsin_stage_name(TocsinStage stage);

/* Whether @text is a status code of RFC 3463 section 2: class 2, 4 or 5, subject and detail of one
 * to three digits. */
gboolean tocsin_fate_is_enhanced_code(const char *text);

G_END_DECLS

#endif
