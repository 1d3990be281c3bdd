/* SPDX-License-Identifier: MIT */
/* Linked with the path of another plugin as its DT_SONAME. */
#define NAME "shadow"
#include "good.h"
