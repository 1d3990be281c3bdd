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

#include "smtp/content.h"
#include "smtp/extensions.h"
#include "smtp/reply.h"
#include "smtp/settings.h"

G_BEGIN_DECLS

/* A session over @stream, which it owns. Says and reads nothing yet. */
TocsinSession *tocsin_session_new(TocsinStream *stream, const TocsinSessionSettings *settings);

/* Closes and frees. Does nothing on NULL. */
void tocsin_session_free(TocsinSession *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSession, tocsin_session_free)

/* Closes the connection without a word. */
void tocsin_session_close(TocsinSession *self);

/* Whether there is a connection. */
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
