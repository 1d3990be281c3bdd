/* SPDX-License-Identifier: MIT */
/* The attachments of a mail: those that the shown events bring along. Any thread. */
#ifndef TOCSIN_ENGINE_LETTER_ATTACH_H
#define TOCSIN_ENGINE_LETTER_ATTACH_H

#include <tocsin/message.h>

G_BEGIN_DECLS

/* Attaches what @events (of TocsinEvent) have, each once, up to @max bytes in all. @wanted
 * (nullable: all) is "all", "none", or names parted by commas, with * and ?. Only events name
 * files, @wanted never does. Adds to @notes (of char *) a line for each that was left out: its name
 * and why. Files are read now. */
void tocsin_letter_attach(TocsinComposer *composer, const GPtrArray *events, const char *wanted,
                          gsize max, GPtrArray *notes);

G_END_DECLS

#endif
