/* SPDX-License-Identifier: MIT */
#define NAME "magic"
#define HEAD sizeof(tocsin_plugin), 0x4e535431u, TOCSIN_ABI_MAJOR, TOCSIN_ABI_MINOR
#include "good.h"
