/* SPDX-License-Identifier: MIT */
#define NAME "ops-size"
#define OPS                                                               \
	{                                                                 \
		.size = 8, .open = open_it, .run = run, .close = close_it \
	}
#include "good.h"
