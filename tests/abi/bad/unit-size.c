/* SPDX-License-Identifier: MIT */
#define NAME "unit-size"
#define UNIT                                                                             \
	{                                                                                \
		.size = 12, .kind = TOCSIN_KIND_TRANSPORT, .name = NAME, .summary = "s", \
		.transport = &ops                                                        \
	}
#include "good.h"
