/* SPDX-License-Identifier: MIT */
/* The journal trigger's unit, for its plugin and its tests. */
#ifndef TOCSIN_JOURNAL_JOURNAL_UNIT_H
#define TOCSIN_JOURNAL_JOURNAL_UNIT_H

#include <tocsin/plugin.h>

extern const tocsin_unit tocsin_journal_unit;

#endif
