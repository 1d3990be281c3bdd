/* SPDX-License-Identifier: MIT */
/* The daemon's life: start, reload, stop. Main thread. */
#ifndef TOCSIN_DAEMON_DAEMON_H
#define TOCSIN_DAEMON_DAEMON_H

#include <glib.h>

G_BEGIN_DECLS

/* What the command line says. */
typedef struct {
	char *config;
	char **plugin_folders; /* (nullable) */
	char *template_folder; /* (nullable) */
} TocsinDaemonOptions;

/* Has the signals that ask for something wait until tocsin_daemon_run() listens to them: what comes
 * first in a program. */
void tocsin_daemon_hold_signals(void);

/* Runs until SIGTERM or SIGINT. The result is a code of <sysexits.h>. */
int tocsin_daemon_run(const TocsinDaemonOptions *options);

G_END_DECLS

#endif
