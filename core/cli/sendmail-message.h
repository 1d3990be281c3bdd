/* SPDX-License-Identifier: MIT */
/* The message that a local program hands to "sendmail": where it ends, and what it lacks. */
#ifndef TOCSIN_CLI_SENDMAIL_MESSAGE_H
#define TOCSIN_CLI_SENDMAIL_MESSAGE_H

#include <glib.h>
#include <tocsin/message.h>

G_BEGIN_DECLS

/* Looks for a line with nothing but a dot in the @length octets from @octets. *line_start, 0 at
 * first, is where the last line starts that was seen; the next call may have more octets behind the
 * same ones. TRUE: the message ends at *line_start. Any thread. */
gboolean tocsin_sendmail_find_end(const char *octets, gsize length, gsize *line_start);

/* Reads the message from @descriptor: up to the end, or to a lone dot if @ends_at_dot, as soon as
 * that comes. TOCSIN_ERROR_IO, TOCSIN_ERROR_LIMIT beyond a gibibyte. */
GBytes *tocsin_sendmail_read(int descriptor, gboolean ends_at_dot, GError **error);

/* The message with what RFC 5322 section 3.6 asks for and it has not: Date, From, Message-ID; To if
 * it names no recipient at all but perhaps in Bcc. Local parts alone in its address fields get
 * @domain. @author is for From: "Name <address>". TOCSIN_ERROR_INVALID, TOCSIN_ERROR_LIMIT. */
TocsinMessage *tocsin_sendmail_complete(TocsinMessage *message, const char *author,
                                        const char *domain, GError **error);

G_END_DECLS

#endif
