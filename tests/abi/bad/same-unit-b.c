/* SPDX-License-Identifier: MIT */
#define NAME "same-unit-b"
#define UNIT_NAME "same"
#include "good.h"
