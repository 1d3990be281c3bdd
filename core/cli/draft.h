/* SPDX-License-Identifier: MIT */
/* The mail that "tocsin send" was asked for: message and envelope. */
#ifndef TOCSIN_CLI_DRAFT_H
#define TOCSIN_CLI_DRAFT_H

#include <glib.h>
#include <tocsin/message.h>

#include "model/mail.h"

G_BEGIN_DECLS

/* What the options say; each (nullable). */
typedef struct {
	char *from;
	char **to;
	char **cc;
	char **bcc;
	char *subject;
	char *body;
	char *body_file; /* "-": standard input */
	char *html_file;
	char **attachments;
	char **headers;     /* "Name: value" */
	char *message_file; /* a whole message; "-": standard input */
} TocsinDraftOptions;

/* Frees what the options hold. */
void tocsin_draft_options_clear(TocsinDraftOptions *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinDraftOptions, tocsin_draft_options_clear)

/* The options, for the command's own group; @options must outlive the parsing. Free with
 * g_free(). */
GOptionEntry *tocsin_draft_entries(TocsinDraftOptions *options);

/* Makes the mail: composed of the parts, or the whole message with sender and recipients taken from
 * its header where the options name none. @from (nullable) is the account's own author, for where
 * the options name none. Errors: TOCSIN_ERROR_INVALID, _IO, _LIMIT. */
TocsinMail *tocsin_draft_make(const TocsinDraftOptions *options, const char *from, GError **error);

/* A mail around @message: without its Bcc, its SMTPUTF8 need and Message-ID found out. @recipients:
 * NULL-terminated addresses; TOCSIN_ERROR_INVALID if there are none. */
TocsinMail *tocsin_draft_wrap(TocsinMessage *message, const char *sender,
                              const char *const *recipients, GError **error);

/* Everything from the file @path, or the standard input for "-". */
GBytes *tocsin_draft_read(const char *path, GError **error);

G_END_DECLS

#endif
