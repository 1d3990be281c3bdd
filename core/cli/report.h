/* SPDX-License-Identifier: MIT */
/* Telling a person or a program what became of a mail. */
#ifndef TOCSIN_CLI_REPORT_H
#define TOCSIN_CLI_REPORT_H

#include <glib.h>

#include "engine/hand-over.h"
#include "model/mail.h"

G_BEGIN_DECLS

/* What went wrong before anything was sent. */
typedef struct {
	const char *stage; /* "local", "config", … */
	gboolean is_permanent;
	const char *text;
} TocsinReportError;

/* The result as JSON (free with g_free()): {"error": null or {"class", "permanence", "text"},
 * "fates": [{"recipient", "fate", "code", "enhanced", "text", "stage"}]}. @mail and @result
 * (nullable) if it did not come that far; @local (nullable) then tells why. */
char *tocsin_report_json(const TocsinMail *mail, const TocsinHandOver *result,
                         const TocsinReportError *local);

/* The same as lines for a person; only what did not go well, unless @is_verbose. Free with
 * g_free(). */
char *tocsin_report_text(const TocsinMail *mail, const TocsinHandOver *result, gboolean is_verbose);

/* The exit code (sysexits): 0 delivered to all; else 77 login refused, 76 TLS or protocol failed,
 * 69 refused by the server, 75 worth another try, 65 the mail is at fault. */
int tocsin_report_exit_code(const TocsinHandOver *result);

/* The exit code for what went wrong before: 78 configuration or plugins, 66 a file cannot be read,
 * else 65. */
int tocsin_report_error_code(const GError *error);

G_END_DECLS

#endif
