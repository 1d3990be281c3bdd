/* SPDX-License-Identifier: MIT */
/* A dialogue with one SMTP or LMTP server, one command at a time (RFC 5321, RFC 2033).
 *
 * Replies are returned whatever their code, unless a function says that it judges them. A 421, a
 * lost link, a passed deadline and anything that is not SMTP end the session: every later call is
 * TOCSIN_ERROR_DISCONNECTED. The pipeline (smtp/pipeline.h) sends mails over a session that was
 * greeted here. A session belongs to one thread.
 *
 * Errors of all calls that talk: TOCSIN_ERROR_DISCONNECTED, _TIMEOUT, _CANCELLED, _PROTOCOL (what
 * came is not SMTP), _LIMIT (a reply is too large, a command too long), _INVALID (a command may not
 * be sent: nothing was). */
#ifndef TOCSIN_SMTP_SESSION_H
#define TOCSIN_SMTP_SESSION_H

#include "net/stream.h"
#include "smtp/content.h"
#include "smtp/extensions.h"
#include "smtp/reply.h"
#include "smtp/wire.h"

G_BEGIN_DECLS

typedef struct _TocsinSession TocsinSession;

/* Goes on in TLS on @stream, checked against the name that the caller was configured with. */
typedef gboolean (*TocsinStartTls)(TocsinStream *stream, gpointer user, GError **error);

/* How a session behaves. Start with tocsin_session_settings_init(). Strings are copied. */
typedef struct {
	gboolean is_lmtp;       /* LHLO; a reply per recipient behind the final dot */
	const char *local_name; /* said in EHLO; NULL: the host's name if it is a full one, else the
	                           address of the connection as a literal, never "localhost" */
	gint64 timeout_us;      /* for each reply to a command, from when the command was sent or
	                           the reply before was read; a peer that drips gains nothing */
	gint64 final_timeout_us; /* for the reply to the end of a message (RFC 5321 4.5.3.2.6) */
	gint64 data_timeout_us;  /* for a group to leave, beside one second for 500 bytes */
	gint64 quit_timeout_us;  /* for the reply to QUIT */
	guint disabled;          /* TocsinFeature: not used though offered. PIPELINING and CHUNKING
	                            for hosts that are known to break them */
	/* Compatible with smtplib, wrong with some servers: */
	gboolean is_lenient; /* a line that is no reply is returned with code -1, then the session
	                        ends; lines of different classes make a reply, the last one counts */
	gboolean takes_2xx_for_data; /* 250 in the place of 354: some servers say so */
	gboolean sends_8bit_anyway;  /* 8-bit content to a server without 8BITMIME */
	gboolean omits_size;         /* no SIZE on MAIL, no look at the server's limit */
	gboolean omits_initial;      /* AUTH without an initial response */

	TocsinStartTls start_tls; /* NULL: STARTTLS is not possible */
	gpointer tls_user;
	TocsinTrace on_trace; /* sees all that is sent and received; NULL: nobody watches */
	gpointer trace_user;
} TocsinSessionSettings;

/* The defaults: RFC 5321 section 4.5.3.2's five and ten minutes, five seconds for QUIT. */
void tocsin_session_settings_init(TocsinSessionSettings *settings);

/* A session over @stream, which it owns. Says and reads nothing yet. */
TocsinSession *tocsin_session_new(TocsinStream *stream, const TocsinSessionSettings *settings);

/* Closes and frees. Does nothing on NULL. */
void tocsin_session_free(TocsinSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSession, tocsin_session_free)

/* Closes the connection without a word. */
void tocsin_session_close(TocsinSession *self);

gboolean tocsin_session_is_open(const TocsinSession *self);

/* NULL once it is closed. Belongs to the session. */
TocsinStream *tocsin_session_get_stream(const TocsinSession *self);

/* The last reply that was read, or NULL: what a failed call was told. Valid until the next call. */
const TocsinReply *tocsin_session_get_last_reply(const TocsinSession *self);

/* What the last EHLO, HELO or LHLO told; empty before. Never NULL; valid until the next of them. */
const TocsinFeatures *tocsin_session_get_features(const TocsinSession *self);

/* Whether the server answered EHLO or LHLO with 250, and whether it was greeted at all. */
gboolean tocsin_session_is_esmtp(const TocsinSession *self);
gboolean tocsin_session_is_greeted(const TocsinSession *self);

/* The name that is said in EHLO. Belongs to the session. */
const char *tocsin_session_get_local_name(TocsinSession *self);

/* Whether @feature is offered and not disabled. */
gboolean tocsin_session_may_use(const TocsinSession *self, TocsinFeature feature);

/* Features that this session found broken: what to disable for this host from now on. */
guint tocsin_session_get_broken(const TocsinSession *self);

/* Reads the greeting. TOCSIN_ERROR_CONNECT, and the session ends, unless it is 220. */
gboolean tocsin_session_read_greeting(TocsinSession *self, GError **error);

/* Sends "@verb @argument" (@argument NULL or "": @verb alone) without waiting for the reply. */
gboolean tocsin_session_put(TocsinSession *self, const char *verb, const char *argument,
                            GError **error);

/* Reads one reply. Free with tocsin_reply_free(). */
TocsinReply *tocsin_session_read_reply(TocsinSession *self, GError **error);

/* put() and read_reply(). */
TocsinReply *tocsin_session_command(TocsinSession *self, const char *verb, const char *argument,
                                    GError **error);

G_END_DECLS

#endif
