/* SPDX-License-Identifier: MIT */
/* What a session is made of, for the files of this room that extend it. */
#ifndef TOCSIN_SMTP_SESSION_PRIVATE_H
#define TOCSIN_SMTP_SESSION_PRIVATE_H

#include "smtp/extensions.h"
#include "smtp/reply.h"
#include "smtp/settings.h"
#include "tocsin/error.h"

G_BEGIN_DECLS

struct _TocsinSession {
	TocsinSessionSettings settings; /* its local_name is local_name below */
	TocsinStream *stream;           /* NULL once closed */
	TocsinWire *wire;
	TocsinReplyParser parser;
	gsize viewed;            /* bytes of the reply at the front of the buffer that was read */
	TocsinReply *last_reply; /* or NULL */
	TocsinFeatures *features;
	char *local_name;   /* or NULL while it is not known */
	char *farewell;     /* why it was closed, or NULL */
	guint broken;       /* TocsinFeature */
	guint accepted;     /* recipients of the transaction that session-mail.c began */
	guint transactions; /* that the pipeline began: RFC 9422 MAILMAX */
	guint64 flush_mark; /* bytes that have to be sent by flush_deadline_us */
	gint64 flush_deadline_us;
	gboolean is_esmtp;
	gboolean is_greeted;
	gboolean is_utf8; /* the transaction has SMTPUTF8 */
};

/* Whether there is a connection; else TOCSIN_ERROR_DISCONNECTED. */
gboolean tocsin_session_check_open(TocsinSession *self, GError **error);

/* Closes because of @reason, which later calls repeat. */
void tocsin_session_end(TocsinSession *self, const char *reason);

/* Looks for a reply in what is buffered. COMPLETE: *out_reply is valid until the next call of the
 * session. It was shown to the watcher. BROKEN: the session ended. */
TocsinReplyStatus tocsin_session_poll_reply(TocsinSession *self, TocsinReply *out_reply,
                                            GError **error);

/* The same, and waits until @deadline_us. */
gboolean tocsin_session_wait_reply(TocsinSession *self, gint64 deadline_us, TocsinReply *out_reply,
                                   GError **error);

/* Gives the view of the last reply up, so that the stream can be used. */
void tocsin_session_drop_view(TocsinSession *self);

/* Sends all that was added to the wire. On failure the session has ended. */
gboolean tocsin_session_flush(TocsinSession *self, GError **error);

/* Sends some of it, as tocsin_wire_flush_some() does, in the time that settings.data_timeout_us
 * gives. The session goes on whatever comes of it. */
gboolean tocsin_session_flush_some(TocsinSession *self, GError **error);

/* Keeps a copy of @reply as the last one; ends the session if it is 421. */
void tocsin_session_remember(TocsinSession *self, const TocsinReply *reply);

/* Reads a reply as tocsin_session_read_reply() does, within @timeout_us. */
TocsinReply *tocsin_session_read_within(TocsinSession *self, gint64 timeout_us, GError **error);

/* Sets an error "@what: the server said 550 no". */
void tocsin_session_set_refusal(TocsinError code, const char *what, const TocsinReply *reply,
                                GError **error);

G_END_DECLS

#endif
