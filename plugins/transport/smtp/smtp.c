/* SPDX-License-Identifier: MIT */
/* The transport smtp: a server reached in clear, with STARTTLS by default. */
#include "descriptor.h"

SMTP_PLUGIN("smtp", "Hands mails to an SMTP server, with STARTTLS.", .is_lmtp = FALSE,
            .is_implicit = FALSE);
