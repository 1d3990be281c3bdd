/* SPDX-License-Identifier: MIT */
#define NAME "good"
#include "good.h"
