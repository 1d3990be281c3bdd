/* SPDX-License-Identifier: MIT */
/* How a session is to behave. */
#ifndef TOCSIN_SMTP_SETTINGS_H
#define TOCSIN_SMTP_SETTINGS_H

#include "net/stream.h"
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
	gint64 data_timeout_us;  /* for what was sent to be taken: in this time 500 bytes for each
	                            second of it, or all there is, as often as there is more */
	gint64 quit_timeout_us;  /* for the reply to QUIT */
	guint disabled;          /* TocsinFeature: not used though offered. PIPELINING and CHUNKING
	                            for hosts that are known to break them */
	/* Compatible with smtplib, wrong with some servers: */
	gboolean is_lenient; /* a line that is no reply is returned with code -1, then the session
	                        ends; lines of different classes make a reply, of which the last
	                        counts */
	gboolean takes_2xx_for_data; /* 250 in the place of 354: some servers say so */
	gboolean sends_8bit_anyway;  /* 8-bit content to a server without 8BITMIME */
	gboolean sends_long_lines;   /* content with lines beyond TOCSIN_CONTENT_LINE_MAX */
	gboolean omits_size;         /* no SIZE on MAIL, no look at the server's limit */

	TocsinStartTls start_tls; /* NULL: STARTTLS is not possible */
	gpointer tls_user;
	TocsinTrace on_trace; /* sees all that is sent and received; NULL: nobody watches */
	gpointer trace_user;
} TocsinSessionSettings;

/* The defaults: RFC 5321 section 4.5.3.2's five and ten minutes, five seconds for QUIT. */
void tocsin_session_settings_init(TocsinSessionSettings *settings);

G_END_DECLS

#endif
