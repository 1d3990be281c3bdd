/* SPDX-License-Identifier: MIT */
/* What the log trigger's plugin exports. */
#include <stddef.h>
#include <tocsin/plugin.h>

#include "log-unit.h"

static const tocsin_unit *const units[] = {&tocsin_log_unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "trigger-log", .version = VERSION,
        .license = "MIT",   .units = units,
};
