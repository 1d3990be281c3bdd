/* SPDX-License-Identifier: MIT */
/* Where the daemon's log goes, and what it looks like. Main thread, before anything is logged. */
#ifndef TOCSIN_DAEMON_LOG_H
#define TOCSIN_DAEMON_LOG_H

#include <glib.h>

G_BEGIN_DECLS

/* To the journal, with all its fields, if that is where the standard error stream leads; else to
 * the stream, one line each: time, level, text. @is_verbose: what goes well, too. */
void tocsin_log_begin(gboolean is_verbose);

G_END_DECLS

#endif
