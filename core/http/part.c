/* SPDX-License-Identifier: MIT */
/* What makes a module of the part. */
#include "base/part.h"
#include "http/calls.h"

TOCSIN_PART_EXPORT(tocsin_http_calls);
