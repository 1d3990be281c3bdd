/* SPDX-License-Identifier: MIT */
#define NAME "serial"
#define UNIT                                                                             \
	{                                                                                \
		.size = sizeof(tocsin_unit), .kind = TOCSIN_KIND_TRANSPORT, .serial = 7, \
		.name = NAME, .summary = "s", .transport = &ops                          \
	}
#include "good.h"
