/* SPDX-License-Identifier: MIT */
/* The table of the part. */
#include "mime/seven-bit-calls.h"

#include <tocsin/message.h>

static GBytes *
encode(GBytes *octets, GError **error)
{
	g_autoptr(TocsinMessage) message = tocsin_message_new(octets, error);
	g_autoptr(TocsinMessage) encoded = NULL;

	if (message != NULL) {
		encoded = tocsin_message_to_7bit(message, error);
	}
	return encoded == NULL ? NULL : tocsin_message_get_octets(encoded);
}

const TocsinSevenBitCalls tocsin_seven_bit_calls = {.encode = encode};
