/* SPDX-License-Identifier: MIT */
#define NAME "no-callback"
#define OPS                                                                              \
	{                                                                                \
		.size = sizeof(tocsin_transport_ops), .open = open_it, .close = close_it \
	}
#include "good.h"
