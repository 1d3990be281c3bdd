/* SPDX-License-Identifier: MIT */
/* What the command trigger's plugin exports. */
#include <stddef.h>
#include <tocsin/plugin.h>

#include "command-unit.h"

static const tocsin_unit *const units[] = {&tocsin_command_unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "trigger-command", .version = VERSION, .license = "MIT",
        .units = units,
};
