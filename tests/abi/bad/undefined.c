/* SPDX-License-Identifier: MIT */
#define NAME "undefined"
#define OPS                                                                                     \
	{                                                                                       \
		.size = sizeof(tocsin_transport_ops), .open = open_it, .run = no_such_function, \
		.close = close_it                                                               \
	}
#include <tocsin/plugin.h>
int32_t no_such_function(void *instance, tocsin_job *job, tocsin_error *error);
#include "good.h"
