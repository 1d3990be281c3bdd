/* SPDX-License-Identifier: MIT */
/* The command trigger's unit, for its plugin and its tests. */
#ifndef TOCSIN_COMMAND_COMMAND_UNIT_H
#define TOCSIN_COMMAND_COMMAND_UNIT_H

#include <tocsin/plugin.h>

extern const tocsin_unit tocsin_command_unit;

#endif
