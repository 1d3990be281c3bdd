/* SPDX-License-Identifier: MIT */
#define NAME "version"
#define VERSION "1.0\n2.0"
#include "good.h"
