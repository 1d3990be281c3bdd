/* SPDX-License-Identifier: MIT */
/* The transport lmtp: a server that keeps mailboxes (RFC 2033), on a socket as a rule. */
#include "account.h"
#include "run.h"

static int32_t
open_instance(const tocsin_host *host, const tocsin_config *config, void **out_instance,
              tocsin_error *error)
{
	static const SmtpKind kind = {.is_lmtp = TRUE, .is_implicit = FALSE};

	return smtp_account_open(&kind, host, config, out_instance, error);
}

static const tocsin_transport_ops ops = {
        .size = sizeof(tocsin_transport_ops),
        .flags = TOCSIN_TRANSPORT_NETWORK | TOCSIN_TRANSPORT_LOGIN,
        .open = open_instance,
        .run = smtp_run,
        .quiesce = smtp_account_quiesce,
        .close = smtp_account_close,
};

static const tocsin_unit unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_TRANSPORT,
        .serial = TOCSIN_SERIAL_NONE,
        .name = "lmtp",
        .summary = "Hands mails to an LMTP server, with a fate for each recipient.",
        .keys = smtp_keys,
        .transport = &ops,
};

static const tocsin_unit *const units[] = {&unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "transport-lmtp", .version = VERSION,
        .license = "MIT",   .units = units,
};
