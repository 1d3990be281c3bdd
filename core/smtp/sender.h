/* SPDX-License-Identifier: MIT */
/* The pipeline's way out: takes mails and adds their commands and content to the wire, as far ahead
 * of the replies as the server allows. Only for the pipeline's files. */
#ifndef TOCSIN_SMTP_SENDER_H
#define TOCSIN_SMTP_SENDER_H

#include "smtp/flight.h"

G_BEGIN_DECLS

/* Adds one more command or part of content; *@out_moved is FALSE when it has to wait for a reply,
 * for the wire to be flushed, or for a mail. FALSE: the session ended. */
gboolean tocsin_sender_advance(Pipeline *self, gboolean *out_moved, GError **error);

G_END_DECLS

#endif
