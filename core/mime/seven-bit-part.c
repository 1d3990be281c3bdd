/* SPDX-License-Identifier: MIT */
/* What makes a module of the part. */
#include "base/part.h"
#include "mime/seven-bit-calls.h"

TOCSIN_PART_EXPORT(tocsin_seven_bit_calls);
