/* SPDX-License-Identifier: MIT */
#define NAME "abi2"
#define tocsin_plugin_v1 tocsin_plugin_v2
#include "good.h"
