/* SPDX-License-Identifier: MIT */
#define NAME "key-name"
#include <tocsin/plugin.h>
static const tocsin_key key = {
        .size = sizeof(tocsin_key), .type = TOCSIN_KEY_INT, .name = "Port!", .help = "h"};
static const tocsin_key *const keys[] = {&key, NULL};
#define KEYS keys
#include "good.h"
