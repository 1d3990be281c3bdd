/* SPDX-License-Identifier: MIT */
/* What a plan does not know of the section "daemon". */
#ifndef TOCSIN_CLI_CHECK_DAEMON_H
#define TOCSIN_CLI_CHECK_DAEMON_H

#include "conf/problems.h"

G_BEGIN_DECLS

/* Whether the daemon of the configuration @path could listen where it is told to, and become whom
 * it is told to be on this machine. Problems are added, but for those that the plan told. */
void tocsin_check_daemon(const char *path, TocsinProblems *problems);

G_END_DECLS

#endif
