/* SPDX-License-Identifier: MIT */
/* The settings of the section "plugins". */
#include "conf/keys.h"

static const tocsin_key folders = {
        .size = sizeof(tocsin_key),
        .type = TOCSIN_KEY_LIST,
        .name = "folders",
        .minimum = 1,
        .maximum = 16,
        .help = "Absolute paths of further folders to load plugins from.",
};

const tocsin_key *const tocsin_conf_plugins_keys[] = {&folders, NULL};
