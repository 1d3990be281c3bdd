/* SPDX-License-Identifier: MIT */
#define NAME "help"
#include <tocsin/plugin.h>
static const tocsin_key key = {
        .size = sizeof(tocsin_key), .type = TOCSIN_KEY_INT, .name = "a", .help = "\342\200\256h"};
static const tocsin_key *const keys[] = {&key, NULL};
#define KEYS keys
#include "good.h"
