/* SPDX-License-Identifier: MIT */
/* What a command writes: its head and its tail within a limit, and a digest of all of it. Thread:
 * the trigger's. */
#ifndef TOCSIN_COMMAND_OUTPUT_H
#define TOCSIN_COMMAND_OUTPUT_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinCommandOutput TocsinCommandOutput;

/* Keeps up to @limit bytes, half of them from the end. */
TocsinCommandOutput *tocsin_command_output_new(gsize limit);

/* Does nothing on NULL. */
void tocsin_command_output_free(TocsinCommandOutput *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinCommandOutput, tocsin_command_output_free)

void tocsin_command_output_add(TocsinCommandOutput *self, const char *bytes, gsize length);

/* How many bytes there were in all. */
guint64 tocsin_command_output_size(const TocsinCommandOutput *self);

/* What was kept, with "[... N bytes cut]" on a line of its own where some were not. */
GString *tocsin_command_output_text(const TocsinCommandOutput *self);

/* SHA-256 of all bytes, in hexadecimal. Free with g_free(). */
char *tocsin_command_output_digest(const TocsinCommandOutput *self);

G_END_DECLS

#endif
