/* SPDX-License-Identifier: MIT */
/* The timer trigger's unit, for its plugin and its tests. */
#ifndef TOCSIN_TIMER_TIMER_UNIT_H
#define TOCSIN_TIMER_TIMER_UNIT_H

#include <tocsin/plugin.h>

extern const tocsin_unit tocsin_timer_unit;

#endif
