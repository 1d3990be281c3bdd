/* SPDX-License-Identifier: MIT */
/* The transport smtps: a server that speaks TLS from the first byte (RFC 8314). */
#include "descriptor.h"

SMTP_PLUGIN("smtps", "Hands mails to an SMTP server, with TLS from the first byte.",
            .is_lmtp = FALSE, .is_implicit = TRUE);
