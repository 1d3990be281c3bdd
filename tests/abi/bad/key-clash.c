/* SPDX-License-Identifier: MIT */
#define NAME "key-clash"
#include <tocsin/plugin.h>
static const tocsin_key key = {
        .size = sizeof(tocsin_key), .type = TOCSIN_KEY_INT, .name = "from", .help = "h"};
static const tocsin_key *const keys[] = {&key, NULL};
#define KEYS keys
#include "good.h"
