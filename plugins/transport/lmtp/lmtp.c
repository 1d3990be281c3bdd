/* SPDX-License-Identifier: MIT */
/* The transport lmtp: a server that keeps mailboxes (RFC 2033), on a socket as a rule. */
#include "descriptor.h"

SMTP_PLUGIN("lmtp", "Hands mails to an LMTP server, with a fate for each recipient.",
            .is_lmtp = TRUE, .is_implicit = FALSE);
