/* SPDX-License-Identifier: MIT */
/* Through which account a command delivers: one of the configuration's, or one made of a URL. */
#ifndef TOCSIN_CLI_TARGET_H
#define TOCSIN_CLI_TARGET_H

#include <glib.h>

#include "conf/load.h"
#include "engine/account.h"
#include "engine/paths.h"

G_BEGIN_DECLS

/* What the options say; each (nullable). */
typedef struct {
	char *config;
	char *account;
	char *url;
	char *tls;
	char *ca_file;
	char *timeout;
	char *local_name;
	char *secret_file;
	char *secret_command;
	char *secret_env;
	char *token_file;
	char **mechanisms;
	char **plugin_folders;
	gboolean allows_clear_text;
} TocsinTargetOptions;

/* Frees what the options hold. */
void tocsin_target_options_clear(TocsinTargetOptions *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinTargetOptions, tocsin_target_options_clear)

/* The options, for the command's own group; @options must outlive the parsing. Free with
 * g_free(). */
GOptionEntry *tocsin_target_entries(TocsinTargetOptions *options);

typedef struct _TocsinTarget TocsinTarget;

/* Loads what is needed to deliver: plugins, and the account. @user_prompt: where neither URL nor
 * options name a secret, it is asked for on the terminal. Errors: TOCSIN_ERROR_INVALID for options,
 * TOCSIN_ERROR_CONFIG with every problem of the configuration, one a line. */
TocsinTarget *tocsin_target_new(const TocsinTargetOptions *options, GError **error);

/* Does nothing on NULL. */
void tocsin_target_free(TocsinTarget *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinTarget, tocsin_target_free)

/* (nullable) The configuration, or what stands for the URL; belongs to @self. */
const TocsinConf *tocsin_target_conf(const TocsinTarget *self);

/* The account; belongs to @self. */
TocsinAccount *tocsin_target_account(const TocsinTarget *self);

/* Refuses what a URL may not have, though it is well formed: a password, a query, a fragment.
 * TOCSIN_ERROR_INVALID. */
gboolean tocsin_target_check_url(const GUri *uri, GError **error);

/* The text of a configuration with the one account "url", as the options' URL describes it. Free
 * with g_free(). TOCSIN_ERROR_INVALID. */
char *tocsin_target_url_to_text(const TocsinTargetOptions *options, GError **error);

/* Where the configuration is looked for. */

G_END_DECLS

#endif
