/* SPDX-License-Identifier: MIT */
#define NAME "no-license"
#define LICENSE NULL
#include "good.h"
