/* SPDX-License-Identifier: MIT */
/* What a mechanism's plugin exports; the build names it and its units. */
#include <tocsin/plugin.h>

extern const tocsin_unit *const UNITS[];

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = NAME, .version = VERSION, .license = "MIT", .units = UNITS,
};
