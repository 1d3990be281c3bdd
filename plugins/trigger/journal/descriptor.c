/* SPDX-License-Identifier: MIT */
/* What the journal trigger's plugin exports. */
#include <stddef.h>
#include <tocsin/plugin.h>

#include "journal-unit.h"

static const tocsin_unit *const units[] = {&tocsin_journal_unit, NULL};

TOCSIN_EXPORT const tocsin_plugin tocsin_plugin_v1 = {
        TOCSIN_PLUGIN_HEAD, .name = "trigger-journal", .version = VERSION, .license = "MIT",
        .units = units,
};
