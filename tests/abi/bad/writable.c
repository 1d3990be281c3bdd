/* SPDX-License-Identifier: MIT */
#define NAME "writable"
/* The header's declaration is const: what is exported under that name is not. */
#define PLUGIN                                                                          \
	TOCSIN_EXPORT tocsin_plugin writable __asm__("tocsin_plugin_v1");               \
	tocsin_plugin writable = {TOCSIN_PLUGIN_HEAD, .name = NAME, .version = VERSION, \
	                          .license = LICENSE, .units = units};
#include "good.h"
