/* SPDX-License-Identifier: MIT */
/* The tree that the parser makes of a template or expression. Immutable once parsed. */
#ifndef TOCSIN_TEMPLATE_NODE_H
#define TOCSIN_TEMPLATE_NODE_H

#include "template/datum.h"

G_BEGIN_DECLS

/* Beside each kind: which members it uses. */
typedef enum {
	/* Expressions */
	TOCSIN_NODE_CONSTANT,    /* value */
	TOCSIN_NODE_NAME,        /* name */
	TOCSIN_NODE_LIST,        /* list */
	TOCSIN_NODE_TUPLE,       /* list */
	TOCSIN_NODE_MAP,         /* list: key, value, key, value */
	TOCSIN_NODE_ATTRIBUTE,   /* a.name */
	TOCSIN_NODE_SUBSCRIPT,   /* a[b] */
	TOCSIN_NODE_SLICE,       /* a:b:c, each may be NULL; the b of a SUBSCRIPT */
	TOCSIN_NODE_CALL,        /* a(arguments) */
	TOCSIN_NODE_FILTER,      /* a | name(arguments); a is NULL in a filter block */
	TOCSIN_NODE_TEST,        /* a is name(arguments); is_negated */
	TOCSIN_NODE_NEGATE,      /* -a */
	TOCSIN_NODE_PLUS,        /* +a */
	TOCSIN_NODE_ARITHMETIC,  /* a operator b */
	TOCSIN_NODE_CONCATENATE, /* list joined by ~ */
	TOCSIN_NODE_COMPARE,     /* a, then list of OPERAND */
	TOCSIN_NODE_OPERAND,     /* operator a; regex if it matches a constant pattern */
	TOCSIN_NODE_AND,         /* a and b */
	TOCSIN_NODE_OR,          /* a or b */
	TOCSIN_NODE_NOT,         /* not a */
	TOCSIN_NODE_CONDITION,   /* b if a else c; c may be NULL */
	/* Statements */
	TOCSIN_NODE_DATA,         /* value: text outside of tags */
	TOCSIN_NODE_OUTPUT,       /* {{ a }} */
	TOCSIN_NODE_BODY,         /* list */
	TOCSIN_NODE_IF,           /* list of test, body, test, body ...; c: else body or NULL */
	TOCSIN_NODE_FOR,          /* target a in b if c: list[0] body, list[1] else or NULL */
	TOCSIN_NODE_SET,          /* target a = b */
	TOCSIN_NODE_SET_BLOCK,    /* target a, body b, filter chain c or NULL */
	TOCSIN_NODE_BLOCK,        /* name, body a; is_negated: required */
	TOCSIN_NODE_EXTENDS,      /* a */
	TOCSIN_NODE_INCLUDE,      /* a; is_optional, has_context */
	TOCSIN_NODE_IMPORT,       /* a as name; has_context */
	TOCSIN_NODE_FROM,         /* a, list of NAME (name, alias in value); has_context */
	TOCSIN_NODE_MACRO,        /* name, list of PARAMETER, body a */
	TOCSIN_NODE_PARAMETER,    /* name, default a or NULL */
	TOCSIN_NODE_CALL_BLOCK,   /* call a, list of PARAMETER, body b */
	TOCSIN_NODE_FILTER_BLOCK, /* body b through the filter chain a */
	TOCSIN_NODE_WITH,         /* list of SET, body a */
	TOCSIN_NODE_AUTOESCAPE,   /* a, body b */
} TocsinNodeKind;

/* Operators are their characters: '<', TOCSIN_OPERATOR('/', '/'). */
#define TOCSIN_OPERATOR(a, b) (((a) << 8) | (b))
#define TOCSIN_OPERATOR_IN 1
#define TOCSIN_OPERATOR_NOT_IN 2
#define TOCSIN_OPERATOR_MATCHES 3
#define TOCSIN_OPERATOR_NOT_MATCHES 4

typedef struct _TocsinNode TocsinNode;

/* What stands between the parentheses of a call, filter or test. */
typedef struct {
	GPtrArray *positional;  /* of TocsinNode */
	GPtrArray *names;       /* of char *: keyword arguments */
	GPtrArray *values;      /* of TocsinNode, one for each name */
	TocsinNode *more;       /* *list, or NULL */
	TocsinNode *more_named; /* **map, or NULL */
} TocsinNodeArguments;

struct _TocsinNode {
	TocsinNodeKind kind;
	int operator;
	gboolean is_negated;
	gboolean is_optional;
	gboolean has_context;
	guint line;
	guint column;
	guint depth;
	const char *file; /* belongs to whoever holds the tree */
	char *name;
	TocsinDatum *value;
	TocsinNode *a;
	TocsinNode *b;
	TocsinNode *c;
	GPtrArray *list;                /* of TocsinNode, which may be NULL in a FOR */
	TocsinNodeArguments *arguments; /* NULL: none */
	gconstpointer entry;            /* the filter or test that the name means */
	GRegex *regex;
};

/* A node without children; @file must live as long. */
TocsinNode *tocsin_node_new(TocsinNodeKind kind, const char *file, guint line, guint column);
/* Frees the tree. Does nothing on NULL. */
void tocsin_node_free(TocsinNode *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinNode, tocsin_node_free)

/* Takes @child, which may be NULL. */
void tocsin_node_add(TocsinNode *self, TocsinNode *child);

/* None yet; each added node is taken. */
TocsinNodeArguments *tocsin_node_arguments_new(void);
/* Does nothing on NULL. */
void tocsin_node_arguments_free(TocsinNodeArguments *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinNodeArguments, tocsin_node_arguments_free)

/* Sets @self's depth from its children's, which must have theirs. Returns it. */
guint tocsin_node_measure(TocsinNode *self);

/* Calls @on_child for each child that is not NULL, in the order of the text. */
typedef void (*TocsinNodeVisit)(const TocsinNode *child, gpointer user_data);
void tocsin_node_visit(const TocsinNode *self, TocsinNodeVisit on_child, gpointer user_data);

G_END_DECLS

#endif
