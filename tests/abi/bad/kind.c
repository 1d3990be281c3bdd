/* SPDX-License-Identifier: MIT */
#define NAME "kind"
#define UNIT                                                                          \
	{                                                                             \
		.size = sizeof(tocsin_unit), .kind = 9, .name = NAME, .summary = "s", \
		.transport = &ops                                                     \
	}
#include "good.h"
