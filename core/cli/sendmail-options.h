/* SPDX-License-Identifier: MIT */
/* What "sendmail" was called with. Main thread: getopt(3) has state of its own. */
#ifndef TOCSIN_CLI_SENDMAIL_OPTIONS_H
#define TOCSIN_CLI_SENDMAIL_OPTIONS_H

#include <glib.h>

#include "cli/target.h"
#include "model/mail.h"

G_BEGIN_DECLS

typedef struct {
	gboolean reads_recipients; /* -t */
	gboolean ignores_dots;     /* -i, -oi: a line "." does not end the message */
	gboolean is_verbose;       /* -v */
	gboolean wants_help;       /* --help */
	char *sender;              /* -f, -r: (nullable) as it was given */
	char *name;                /* -F: (nullable) the author's full name */
	guint notify;              /* -N: TocsinNotify */
	TocsinRet ret;             /* -R */
	char *envid;               /* -V: (nullable) */
	TocsinBody body;           /* -B */
	char **recipients;         /* as they were given */
} TocsinSendmailOptions;

/* Frees what the options hold. */
void tocsin_sendmail_options_clear(TocsinSendmailOptions *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinSendmailOptions, tocsin_sendmail_options_clear)

/* Reads sendmail's options, which end at the first argument that is none, and ours for where to
 * deliver, in their long form. @self and @target start with zeros. TOCSIN_ERROR_INVALID. */
gboolean tocsin_sendmail_options_parse(TocsinSendmailOptions *self, TocsinTargetOptions *target,
                                       int argc, char **argv, GError **error);

/* Those options in lines for programs, as option-list.h has them. Free with g_free(). */
char *tocsin_sendmail_options_list(void);

G_END_DECLS

#endif
