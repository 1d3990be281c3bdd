/* SPDX-License-Identifier: MIT */
/* The log trigger's unit, for its plugin and its tests. */
#ifndef TOCSIN_LOG_LOG_UNIT_H
#define TOCSIN_LOG_LOG_UNIT_H

#include <tocsin/plugin.h>

extern const tocsin_unit tocsin_log_unit;

#endif
