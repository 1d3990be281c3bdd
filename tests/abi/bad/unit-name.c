/* SPDX-License-Identifier: MIT */
#define NAME "unit-name"
#define UNIT_NAME "Not_A_Name"
#include "good.h"
