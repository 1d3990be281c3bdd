/* SPDX-License-Identifier: MIT */
#define NAME "same-unit-a"
#define UNIT_NAME "same"
#include "good.h"
