/* SPDX-License-Identifier: MIT */
/* What an expression is inside, for those that evaluate and check it. */
#ifndef TOCSIN_TEMPLATE_EXPRESSION_PRIVATE_H
#define TOCSIN_TEMPLATE_EXPRESSION_PRIVATE_H

#include "template/expression.h"
#include "template/tree.h"

G_BEGIN_DECLS

struct _TocsinExpression {
	char *file;
	const TocsinTemplateLimits *limits;
	TocsinTree *root;
	GPtrArray *names; /* of char *, which belong to the tree; NULL-terminated */
};

G_END_DECLS

#endif
