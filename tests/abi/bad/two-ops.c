/* SPDX-License-Identifier: MIT */
#define NAME "two-ops"
#define UNIT                                                                             \
	{                                                                                \
		.size = sizeof(tocsin_unit), .kind = TOCSIN_KIND_AUTH, .name = NAME,     \
		.summary = "s", .transport = &ops, .auth = (const tocsin_auth_ops *)&ops \
	}
#include "good.h"
