/* SPDX-License-Identifier: MIT */
/* A module as test-part.c wants it: PART_VERSION and PART_SIZE are what it claims. */
#include "base/part.h"

static const int table[] = {7, 11};

extern const TocsinPart tocsin_part __attribute__((visibility("default")));
const TocsinPart tocsin_part = {PART_VERSION, PART_SIZE, table};
