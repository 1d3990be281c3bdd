/* SPDX-License-Identifier: MIT */
#define NAME "key-default"
#include <tocsin/plugin.h>
static const tocsin_key key = {.size = sizeof(tocsin_key),
                               .type = TOCSIN_KEY_INT,
                               .name = "port",
                               .help = "h",
                               .fallback = "many"};
static const tocsin_key *const keys[] = {&key, NULL};
#define KEYS keys
#include "good.h"
