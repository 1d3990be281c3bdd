/* SPDX-License-Identifier: MIT */
/* What makes a module of the part. */
#include "base/part.h"
#include "net/tls-calls.h"

TOCSIN_PART_EXPORT(tocsin_tls_calls);
