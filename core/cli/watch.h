/* SPDX-License-Identifier: MIT */
/* Watching a delivery: its transcript, and how far a large mail has come. One thread. */
#ifndef TOCSIN_CLI_WATCH_H
#define TOCSIN_CLI_WATCH_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinWatch TocsinWatch;

/* @has_transcript: each line of the dialogue goes to the standard error stream, secrets as "***",
 * content by its length. @content_length: a mail of more than a mebibyte gets a progress bar there,
 * if it is a terminal. */
TocsinWatch *tocsin_watch_new(gboolean has_transcript, gsize content_length);

/* Ends the progress bar's line. Does nothing on NULL. */
void tocsin_watch_free(TocsinWatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinWatch, tocsin_watch_free)

/* Is there anything to watch? Else on_trace() need not be called. */
gboolean tocsin_watch_is_needed(const TocsinWatch *self);

/* Implements TocsinHandOverTrace, with @watch as its user. */
void tocsin_watch_on_trace(gpointer watch, guint32 flags, const void *data, gsize length);

G_END_DECLS

#endif
