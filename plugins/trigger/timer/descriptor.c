/* SPDX-License-Identifier: MIT */
/* What the timer trigger's plugin exports. */
#include <stddef.h>
#include <tocsin/plugin.h>

#include "timer-unit.h"

static const tocsin_unit *const units[] = {&tocsin_timer_unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "trigger-timer", .version = VERSION,
        .license = "MIT",   .units = units,
};
