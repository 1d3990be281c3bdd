/* SPDX-License-Identifier: MIT */
#define NAME "size-large"
#define HEAD 4000u, TOCSIN_PLUGIN_MAGIC, TOCSIN_ABI_MAJOR, TOCSIN_ABI_MINOR
#include "good.h"
