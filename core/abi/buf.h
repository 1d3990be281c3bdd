/* SPDX-License-Identifier: MIT */
/* tocsin_buf: where a plugin puts bytes that it hands to the host.
 *
 * It grows up to a limit and is wiped when it is emptied or freed, since it may hold an answer of a
 * login. One thread at a time. */
#ifndef TOCSIN_ABI_BUF_H
#define TOCSIN_ABI_BUF_H

#include <glib.h>
#include <tocsin/plugin.h>

G_BEGIN_DECLS

/* An empty buffer that takes up to @limit bytes. */
tocsin_buf *tocsin_buf_new(gsize limit);

/* Wipes and frees. Does nothing on NULL. */
void tocsin_buf_free(tocsin_buf *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(tocsin_buf, tocsin_buf_free)

/* Appends; FALSE, and nothing appended, where the limit would be passed. */
gboolean tocsin_buf_append(tocsin_buf *self, const void *data, gsize length);

/* The bytes so far, followed by a NUL that does not count; valid until the buffer changes. */
const char *tocsin_buf_peek(const tocsin_buf *self, gsize *out_length);

/* Was anything put, even nothing at all? An empty answer is an answer. */
gboolean tocsin_buf_is_touched(const tocsin_buf *self);

/* Wipes and empties. */
void tocsin_buf_clear(tocsin_buf *self);

G_END_DECLS

#endif
