/* SPDX-License-Identifier: MIT */
/* Mails on their way into the pipeline: looked through, and made fit for the server. Only for the
 * pipeline's files. */
#ifndef TOCSIN_SMTP_INTAKE_H
#define TOCSIN_SMTP_INTAKE_H

#include "smtp/flight.h"

G_BEGIN_DECLS

/* Takes @mail in: it waits for its transaction, or all its fates are told. */
void tocsin_intake_take(Pipeline *self, const TocsinOutgoing *mail);

/* What the mail's commands depend on. Borrows from both. */
TocsinEnvelopeContext tocsin_intake_make_context(const Pipeline *self, const Flight *flight);

/* Whether the content goes as BINARYMIME. */
gboolean tocsin_intake_is_binary(const Flight *flight);

/* Our own verdict: what cannot be read now may be readable later, the rest will stay as it is.
 * Borrows from @cause. */
TocsinOutcome tocsin_intake_make_outcome(const GError *cause);

G_END_DECLS

#endif
