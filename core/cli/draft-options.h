/* SPDX-License-Identifier: MIT */
/* What "tocsin send" was told of the mail. */
#ifndef TOCSIN_CLI_DRAFT_OPTIONS_H
#define TOCSIN_CLI_DRAFT_OPTIONS_H

#include <glib.h>

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
	char **headers;      /* "Name: value" */
	char *message_file;  /* a whole message; "-": standard input */
	char *template_name; /* of a mail template, or its file */
	char **values;       /* "NAME=VALUE", for the template */
} TocsinDraftOptions;

/* Frees what the options hold. */
void tocsin_draft_options_clear(TocsinDraftOptions *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinDraftOptions, tocsin_draft_options_clear)

/* The options, for the command's own group; @options must outlive the parsing. Free with
 * g_free(). */
GOptionEntry *tocsin_draft_entries(TocsinDraftOptions *options);

/* Whether nothing was said at all. */
gboolean tocsin_draft_options_is_empty(const TocsinDraftOptions *self);

/* Whether they go together; TOCSIN_ERROR_INVALID names those that do not. */
gboolean tocsin_draft_options_check(const TocsinDraftOptions *self, GError **error);

G_END_DECLS

#endif
