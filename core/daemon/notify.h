/* SPDX-License-Identifier: MIT */
/* Tells the service manager how the daemon is (sd_notify(3)); nothing where there is none. Main
 * thread. */
#ifndef TOCSIN_DAEMON_NOTIFY_H
#define TOCSIN_DAEMON_NOTIFY_H

#include <glib.h>

G_BEGIN_DECLS

/* It works; it reads its configuration again; it is about to end. @status: one line to show. */
void tocsin_notify_ready(const char *status);
void tocsin_notify_reloading(void);
void tocsin_notify_stopping(void);

/* Begins to tell the manager's watchdog that the main loop turns, if it wants to know. Returns the
 * id of the source, 0 if it does not. */
guint tocsin_notify_watch(void);

G_END_DECLS

#endif
