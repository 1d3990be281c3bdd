/* SPDX-License-Identifier: MIT */
/* Re-encoding for those who seldom need it: with GMime in a part that is loaded then
 * (base/part.h). */
#ifndef TOCSIN_MIME_SEVEN_BIT_H
#define TOCSIN_MIME_SEVEN_BIT_H

#include <glib.h>

G_BEGIN_DECLS

/* The message @octets in 7 bits and short lines, as tocsin_message_to_7bit() makes it; unref with
 * g_bytes_unref(). Any thread. The errors of that, of tocsin_message_new() and of
 * tocsin_part_load(). */
GBytes *tocsin_seven_bit_encode(GBytes *octets, GError **error);

G_END_DECLS

#endif
