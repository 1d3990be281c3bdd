/* SPDX-License-Identifier: MIT */
#define NAME "key-size"
#include <tocsin/plugin.h>
static const tocsin_key key = {.size = 4, .type = TOCSIN_KEY_INT, .name = "port", .help = "h"};
static const tocsin_key *const keys[] = {&key, NULL};
#define KEYS keys
#include "good.h"
