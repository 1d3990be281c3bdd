/* SPDX-License-Identifier: MIT */
#define NAME "unit-pointer"
#include <stdint.h>
#define UNITS                                                 \
	{                                                     \
		(const tocsin_unit *)(uintptr_t)0x1000u, NULL \
	}
#include "good.h"
