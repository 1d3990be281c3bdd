/* SPDX-License-Identifier: MIT */
/* What plugins say and do while a command runs, told to who runs it. */
#ifndef TOCSIN_CLI_PLUGIN_WATCH_H
#define TOCSIN_CLI_PLUGIN_WATCH_H

#include "abi/guard.h"

G_BEGIN_DECLS

/* Tells warnings and errors that plugins log, and breaches of the contract, on the standard error
 * stream. What is less than that goes to the debug log. Any thread. */
extern const TocsinPluginWatcher tocsin_plugin_watch;

G_END_DECLS

#endif
