/* SPDX-License-Identifier: MIT */
#define NAME "data-callback"
#include <stdint.h>
static const int data = 1;
#define OPS                                                                                \
	{                                                                                  \
		.size = sizeof(tocsin_transport_ops), .open = open_it,                     \
		.run = (int32_t(*)(void *, tocsin_job *, tocsin_error *))(uintptr_t)&data, \
		.close = close_it                                                          \
	}
#include "good.h"
