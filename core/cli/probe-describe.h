/* SPDX-License-Identifier: MIT */
/* What a server said, as JSON and as lines for a person. Pure functions; one thread. */
#ifndef TOCSIN_CLI_PROBE_DESCRIBE_H
#define TOCSIN_CLI_PROBE_DESCRIBE_H

#include <glib.h>
#include <json-glib/json-glib.h>

#include "net/tls.h"
#include "smtp/extensions.h"
#include "smtp/reply.h"

G_BEGIN_DECLS

/* {"code", "text"}. The text is safe to show. */
JsonObject *tocsin_probe_describe_reply(const TocsinReply *reply);

/* {"version", "cipher", "subject", "issuer", "names", "not_before", "not_after", "days_left",
 * "fingerprint", "pin"}; @now_s: seconds since 1970. */
JsonObject *tocsin_probe_describe_tls(const TocsinTlsInfo *info, gint64 now_s);

/* {"extensions": {KEYWORD: parameters}, "limits": [in words], "mechanisms": [{"name", "is_usable",
 * "reason"}], "chosen"}. @known: of TocsinMechanism, those that could be used if the account had
 * all secrets. */
JsonObject *tocsin_probe_describe_features(const TocsinFeatures *features, const GPtrArray *known,
                                           gboolean is_encrypted);

/* @report as lines: a member a line, members of members indented. Free with g_free(). */
char *tocsin_probe_describe_as_text(JsonObject *report);

G_END_DECLS

#endif
