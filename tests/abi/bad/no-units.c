/* SPDX-License-Identifier: MIT */
#define NAME "no-units"
#define UNITS        \
	{            \
		NULL \
	}
#include "good.h"
