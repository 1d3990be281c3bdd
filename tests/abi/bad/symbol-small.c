/* SPDX-License-Identifier: MIT */
#include <stdint.h>
/* Far smaller than a descriptor. */
__attribute__((visibility("default"))) extern const uint32_t tocsin_plugin_v1;
const uint32_t tocsin_plugin_v1 = 56;
