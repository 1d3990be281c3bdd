/* SPDX-License-Identifier: MIT */
/* What the file trigger's plugin exports. */
#include <stddef.h>
#include <tocsin/plugin.h>

#include "file-unit.h"

static const tocsin_unit *const units[] = {&tocsin_file_unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "trigger-file", .version = VERSION,
        .license = "MIT",   .units = units,
};
