/* SPDX-License-Identifier: MIT */
/* The defaults: far above any mail worth reading, far below what would hold up a daemon. */
#include "template/template-limits.h"

const TocsinTemplateLimits tocsin_template_default_limits = {
        .source_bytes = 1u << 20,
        .nesting = 100,
        .depth = 400,
        .steps = 2000000,
        .iterations = 200000,
        .members = 100000,
        .string_bytes = 4u << 20,
        .memory_bytes = 64u << 20,
        .output_bytes = 16u << 20,
        .regex_bytes = 4096,
        .regex_matches = 200000,
};
