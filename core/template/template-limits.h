/* SPDX-License-Identifier: MIT */
/* How much a template or an expression may ask for. Exceeding one is TOCSIN_ERROR_LIMIT, with the
 * place in the template; nothing is cut silently. */
#ifndef TOCSIN_TEMPLATE_TEMPLATE_LIMITS_H
#define TOCSIN_TEMPLATE_TEMPLATE_LIMITS_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
	guint source_bytes;  /* of one template or expression */
	guint nesting;       /* of expressions and statements within each other, when read */
	guint depth;         /* of evaluation: blocks, macros and includes within each other */
	guint steps;         /* expressions and statements evaluated */
	guint iterations;    /* of all loops together */
	guint members;       /* of one list that is made */
	guint string_bytes;  /* of one string that is made */
	guint memory_bytes;  /* of all strings that are made */
	guint output_bytes;  /* of one rendered text */
	guint regex_bytes;   /* of one pattern */
	guint regex_matches; /* PCRE2's match limit for one search */
} TocsinTemplateLimits;

/* 1 MiB source, 100 nesting, 400 depth, 2,000,000 steps, 200,000 iterations, 100,000 members,
 * 4 MiB string, 64 MiB memory, 16 MiB output, 4 KiB and 200,000 matches of a pattern. */
extern const TocsinTemplateLimits tocsin_template_default_limits;

G_END_DECLS

#endif
