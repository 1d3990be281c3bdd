/* SPDX-License-Identifier: MIT */
/* The tree that the parser makes of a template or expression. Immutable once parsed. */
#ifndef TOCSIN_TEMPLATE_TREE_H
#define TOCSIN_TEMPLATE_TREE_H

#include "template/datum.h"

G_BEGIN_DECLS

/* Beside each kind: which members it uses. */
typedef enum {
	/* Expressions */
	TOCSIN_TREE_CONSTANT,    /* value */
	TOCSIN_TREE_NAME,        /* name */
	TOCSIN_TREE_LIST,        /* list */
	TOCSIN_TREE_TUPLE,       /* list */
	TOCSIN_TREE_MAP,         /* list: key, value, key, value */
	TOCSIN_TREE_ATTRIBUTE,   /* a.name */
	TOCSIN_TREE_SUBSCRIPT,   /* a[b] */
	TOCSIN_TREE_SLICE,       /* a:b:c, each may be NULL; the b of a SUBSCRIPT */
	TOCSIN_TREE_CALL,        /* a(arguments) */
	TOCSIN_TREE_FILTER,      /* a | name(arguments); a is NULL in a filter block */
	TOCSIN_TREE_TEST,        /* a is name(arguments); is_negated */
	TOCSIN_TREE_NEGATE,      /* -a */
	TOCSIN_TREE_PLUS,        /* +a */
	TOCSIN_TREE_ARITHMETIC,  /* a operator b */
	TOCSIN_TREE_CONCATENATE, /* list joined by ~ */
	TOCSIN_TREE_COMPARE,     /* a, then list of OPERAND */
	TOCSIN_TREE_OPERAND,     /* operator a; regex if it matches a constant pattern */
	TOCSIN_TREE_AND,         /* a and b */
	TOCSIN_TREE_OR,          /* a or b */
	TOCSIN_TREE_NOT,         /* not a */
	TOCSIN_TREE_CONDITION,   /* b if a else c; c may be NULL */
	/* Statements */
	TOCSIN_TREE_DATA,         /* value: text outside of tags */
	TOCSIN_TREE_OUTPUT,       /* {{ a }} */
	TOCSIN_TREE_BODY,         /* list */
	TOCSIN_TREE_IF,           /* list of test, body, test, body ...; c: else body or NULL */
	TOCSIN_TREE_FOR,          /* target a in b if c: list[0] body, list[1] else or NULL */
	TOCSIN_TREE_SET,          /* target a = b */
	TOCSIN_TREE_SET_BLOCK,    /* target a, body b, filter chain c or NULL */
	TOCSIN_TREE_BLOCK,        /* name, body a; is_negated: required */
	TOCSIN_TREE_EXTENDS,      /* a */
	TOCSIN_TREE_INCLUDE,      /* a; is_optional, has_context */
	TOCSIN_TREE_IMPORT,       /* a as name; has_context */
	TOCSIN_TREE_FROM,         /* a, list of NAME (name, alias in value); has_context */
	TOCSIN_TREE_MACRO,        /* name, list of PARAMETER, body a */
	TOCSIN_TREE_PARAMETER,    /* name, default a or NULL */
	TOCSIN_TREE_CALL_BLOCK,   /* call a, list of PARAMETER, body b */
	TOCSIN_TREE_FILTER_BLOCK, /* body b through the filter chain a */
	TOCSIN_TREE_WITH,         /* list of SET, body a */
	TOCSIN_TREE_AUTOESCAPE,   /* a, body b */
} TocsinTreeKind;

/* Operators are their characters: '<', TOCSIN_OPERATOR('/', '/'). */
#define TOCSIN_OPERATOR(a, b) (((a) << 8) | (b))
#define TOCSIN_OPERATOR_IN 1
#define TOCSIN_OPERATOR_NOT_IN 2
#define TOCSIN_OPERATOR_MATCHES 3
#define TOCSIN_OPERATOR_NOT_MATCHES 4

typedef struct _TocsinTree TocsinTree;

/* What stands between the parentheses of a call, filter or test. */
typedef struct {
	GPtrArray *positional;  /* of TocsinTree */
	GPtrArray *names;       /* of char *: keyword arguments */
	GPtrArray *values;      /* of TocsinTree, one for each name */
	TocsinTree *more;       /* *list, or NULL */
	TocsinTree *more_named; /* **map, or NULL */
} TocsinTreeArguments;

struct _TocsinTree {
	TocsinTreeKind kind;
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
	TocsinTree *a;
	TocsinTree *b;
	TocsinTree *c;
	GPtrArray *list;                /* of TocsinTree, which may be NULL in a FOR */
	TocsinTreeArguments *arguments; /* NULL: none */
	gconstpointer entry;            /* the filter or test that the name means */
	GRegex *regex;
};

/* A node without children; @file must live as long. */
TocsinTree *tocsin_tree_new(TocsinTreeKind kind, const char *file, guint line, guint column);
/* Frees the tree. Does nothing on NULL. */
void tocsin_tree_free(TocsinTree *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinTree, tocsin_tree_free)

/* Takes @child, which may be NULL. */
void tocsin_tree_add(TocsinTree *self, TocsinTree *child);

/* None yet; each added node is taken. */
TocsinTreeArguments *tocsin_tree_arguments_new(void);
/* Does nothing on NULL. */
void tocsin_tree_arguments_free(TocsinTreeArguments *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinTreeArguments, tocsin_tree_arguments_free)

/* Sets @self's depth from its children's, which must have theirs. Returns it. */
guint tocsin_tree_measure(TocsinTree *self);

/* Calls @on_child for each child that is not NULL, in the order of the text. */
typedef void (*TocsinTreeVisit)(const TocsinTree *child, gpointer user_data);
void tocsin_tree_visit(const TocsinTree *self, TocsinTreeVisit on_child, gpointer user_data);

G_END_DECLS

#endif
