/* SPDX-License-Identifier: MIT */
/* mime/seven-bit.h, in front of the part that knows GMime: linked in, or loaded when it is
 * needed. */
#include "mime/seven-bit.h"

#include "base/part.h"
#include "mime/seven-bit-calls.h"

GBytes *
tocsin_seven_bit_encode(GBytes *octets, GError **error)
{
	const TocsinSevenBitCalls *calls = &tocsin_seven_bit_calls;

	if (calls == NULL) {
		calls = tocsin_part_load("mime", sizeof(TocsinSevenBitCalls), error);
	}
	return calls == NULL ? NULL : calls->encode(octets, error);
}
