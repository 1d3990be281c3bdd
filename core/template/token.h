/* SPDX-License-Identifier: MIT */
/* What the lexer makes of a template, and the parser reads. */
#ifndef TOCSIN_TEMPLATE_TOKEN_H
#define TOCSIN_TEMPLATE_TOKEN_H

#include "template/datum.h"

G_BEGIN_DECLS

typedef enum {
	TOCSIN_TOKEN_END,
	TOCSIN_TOKEN_DATA,         /* value: text outside of tags */
	TOCSIN_TOKEN_OUTPUT_BEGIN, /* {{ */
	TOCSIN_TOKEN_OUTPUT_END,   /* }} */
	TOCSIN_TOKEN_TAG_BEGIN,    /* {% */
	TOCSIN_TOKEN_TAG_END,      /* %} */
	TOCSIN_TOKEN_NAME,         /* text */
	TOCSIN_TOKEN_VALUE,        /* value: a string or number */
	TOCSIN_TOKEN_OPERATOR,     /* operator */
} TocsinTokenKind;

typedef struct {
	TocsinTokenKind kind;
	guint line;
	guint column; /* in characters, from 1 */
	int operator; /* as in node.h */
	char *text;
	TocsinDatum *value;
} TocsinToken;

G_END_DECLS

#endif
