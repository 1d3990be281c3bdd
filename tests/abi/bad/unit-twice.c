/* SPDX-License-Identifier: MIT */
#define NAME "unit-twice"
#define UNITS                      \
	{                          \
		&unit, &unit, NULL \
	}
#include "good.h"
