/* SPDX-License-Identifier: MIT */
/* From root to the user that the configuration names. Main thread, before any thread that runs
 * programs is there. */
#ifndef TOCSIN_DAEMON_PRIVILEGES_H
#define TOCSIN_DAEMON_PRIVILEGES_H

#include <glib.h>

G_BEGIN_DECLS

/* Nobody may read secrets out of a core dump or through a debugger, and no program that is run
 * gains privileges. */
void tocsin_privileges_protect(void);

/* Makes the folder of @path (mode 0750) if it is missing, for @user (nullable: the process's own).
 * Folders above it have to be there, but for one. TOCSIN_ERROR_IO, TOCSIN_ERROR_CONFIG. */
gboolean tocsin_privileges_make_folder(const char *path, const char *user, GError **error);

/* What @user and @group (nullable: the user's own) are by number. TOCSIN_ERROR_CONFIG: there is no
 * such user or group. */
gboolean tocsin_privileges_find(const char *user, const char *group, guint *out_uid, guint *out_gid,
                                GError **error);

/* Becomes @user and @group (nullable: the user's own), with the groups that the user is in, and
 * checks that there is no way back. Nothing to do if the process is that user already.
 * TOCSIN_ERROR_CONFIG: there is no such user, or the process is not root. */
gboolean tocsin_privileges_drop(const char *user, const char *group, GError **error);

G_END_DECLS

#endif
