/* SPDX-License-Identifier: MIT */
#define NAME "text"
/* U+009B begins a terminal's command; U+202E turns the direction of writing. */
#define LICENSE "MIT\302\2332J"
#include "good.h"
