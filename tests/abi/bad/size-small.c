/* SPDX-License-Identifier: MIT */
#define NAME "size-small"
#define HEAD 16u, TOCSIN_PLUGIN_MAGIC, TOCSIN_ABI_MAJOR, TOCSIN_ABI_MINOR
#include "good.h"
