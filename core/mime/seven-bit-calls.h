/* SPDX-License-Identifier: MIT */
/* The table between mime/seven-bit.h and the part that knows GMime. */
#ifndef TOCSIN_MIME_SEVEN_BIT_CALLS_H
#define TOCSIN_MIME_SEVEN_BIT_CALLS_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	/* As tocsin_seven_bit_encode(). */
	GBytes *(*encode)(GBytes *octets, GError **error);
} TocsinSevenBitCalls;

/* NULL where the part is not linked in: it is loaded then. */
extern const TocsinSevenBitCalls tocsin_seven_bit_calls __attribute__((weak, visibility("hidden")));

G_END_DECLS

#endif
