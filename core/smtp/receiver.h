/* SPDX-License-Identifier: MIT */
/* The pipeline's way in: what each reply means for the transaction it belongs to. Only for the
 * pipeline's files. */
#ifndef TOCSIN_SMTP_RECEIVER_H
#define TOCSIN_SMTP_RECEIVER_H

#include "smtp/flight.h"

G_BEGIN_DECLS

/* Takes the reply that was expected next; there must be one. FALSE: the session cannot go on. */
gboolean tocsin_receiver_take(Pipeline *self, const TocsinReply *reply, GError **error);

/* The server speaks though nothing is expected. In the middle of a message that is its verdict on
 * it (too large, say); the rest of the message cannot be called back, so the session is over. */
void tocsin_receiver_take_early(Pipeline *self, const TocsinReply *reply, GError **error);

G_END_DECLS

#endif
