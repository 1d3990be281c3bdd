/* SPDX-License-Identifier: MIT */
#define NAME "key-type"
#include <tocsin/plugin.h>
static const tocsin_key key = {.size = sizeof(tocsin_key), .type = 99, .name = "a", .help = "h"};
static const tocsin_key *const keys[] = {&key, NULL};
#define KEYS keys
#include "good.h"
