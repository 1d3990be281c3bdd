/* SPDX-License-Identifier: MIT */
/* The file trigger's unit, for its plugin and its tests. */
#ifndef TOCSIN_FILE_FILE_UNIT_H
#define TOCSIN_FILE_FILE_UNIT_H

#include <tocsin/plugin.h>

extern const tocsin_unit tocsin_file_unit;

#endif
