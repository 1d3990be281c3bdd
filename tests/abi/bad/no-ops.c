/* SPDX-License-Identifier: MIT */
#define NAME "no-ops"
#define UNIT                                                                              \
	{                                                                                 \
		.size = sizeof(tocsin_unit), .kind = TOCSIN_KIND_TRANSPORT, .name = NAME, \
		.summary = "s"                                                            \
	}
#include "good.h"
