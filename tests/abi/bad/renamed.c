/* SPDX-License-Identifier: MIT */
#define NAME "original"
#include "good.h"
