/* SPDX-License-Identifier: MIT */
#define NAME "abi2-field"
#define HEAD sizeof(tocsin_plugin), TOCSIN_PLUGIN_MAGIC, 2u, TOCSIN_ABI_MINOR
#include "good.h"
