/* SPDX-License-Identifier: MIT */
#define NAME "summary"
#define SUMMARY "\033[2J"
#include "good.h"
