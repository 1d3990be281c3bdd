/* SPDX-License-Identifier: MIT */
/* What the files of the check share. A shape is a schema's datum, and none is "anything"; a check
 * keeps those that it makes itself. */
#ifndef TOCSIN_TEMPLATE_CHECK_PRIVATE_H
#define TOCSIN_TEMPLATE_CHECK_PRIVATE_H

#include "template/tree.h"
#include "template/template.h"

G_BEGIN_DECLS

typedef struct _TocsinScope TocsinScope;

/* Names that are known in one part of a template. */
struct _TocsinScope {
	TocsinScope *parent;
	GHashTable *names; /* of name : shape */
	GHashTable *facts; /* of "name" or "a.b" that a test has shown to be there; NULL: none */
	GPtrArray *macros; /* of TocsinTree: looked into when the scope ends, and all names known */
};

typedef struct {
	GPtrArray *problems;  /* of char * */
	GPtrArray *shapes;    /* of TocsinDatum: made here */
	GPtrArray *templates; /* of TocsinTemplate: loaded here */
	GPtrArray *open;      /* of char *: the files that are being looked into */
	TocsinTemplateLoad on_load;
	gpointer load_data;
	TocsinScope *root;      /* the schema's names */
	TocsinScope *scope;     /* the present one */
	TocsinScope *top;       /* the present template's outermost one */
	GHashTable *blocks;     /* of name : GPtrArray of BLOCK nodes, the most derived first */
	TocsinTemplate *parent; /* what "extends" has named */
	gboolean is_silent;     /* output of a template that extends another is not shown */
	gboolean is_lost;       /* it extends one that cannot be known */
	guint depth;            /* of blocks within each other */
	guint steps;
	guint steps_max;
	const TocsinTemplateLimits *limits;
} TocsinCheck;

/* Adds a problem that says its place, once. */
void tocsin_check_add(TocsinCheck *self, const char *problem);
/* The same at @node. */
void tocsin_check_report(TocsinCheck *self, const TocsinTree *node, const char *format, ...)
        G_GNUC_PRINTF(3, 4);
/* The same, with what was probably meant of @candidates (of char *, without NULL at the end). */
void tocsin_check_report_nearest(TocsinCheck *self, const TocsinTree *node, const char *message,
                                 const char *name, GPtrArray *candidates);
/* FALSE if there was too much to look at; says so once. */
gboolean tocsin_check_step(TocsinCheck *self, const TocsinTree *node);
/* Keeps a shape that was made here. */
const TocsinDatum *tocsin_check_keep(TocsinCheck *self, TocsinDatum *shape);

/* check-arguments.c: whether the filter or test @node takes what it is given. */
void tocsin_check_given_to(TocsinCheck *self, const TocsinTree *node);

/* check-scope.c. */
TocsinScope *tocsin_scope_new(TocsinScope *parent);
void tocsin_scope_free(TocsinScope *self);
void tocsin_scope_set(TocsinScope *self, const char *name, const TocsinDatum *shape);
/* NULL if the name is not there. */
const TocsinDatum *tocsin_scope_find(const TocsinScope *self, const char *name);
gboolean tocsin_scope_has_fact(const TocsinScope *self, const char *path);
/* What @test says is there if its outcome is @outcome. */
void tocsin_scope_add_facts(TocsinScope *self, const TocsinTree *test, gboolean outcome);
/* "a.b.c" of a name and its members, NULL for any other expression. Free with g_free(). */
char *tocsin_scope_path(const TocsinTree *node);
/* Every name that is there (of char *, which belong to the scopes). */
GPtrArray *tocsin_scope_names(const TocsinScope *self);

/* check-expression.c: looks into @node; its shape. */
const TocsinDatum *tocsin_check_expression(TocsinCheck *self, const TocsinTree *node);
void tocsin_check_arguments(TocsinCheck *self, const TocsinTreeArguments *arguments);
/* @node, with what @test says if its outcome is @outcome. */
const TocsinDatum *tocsin_check_given(TocsinCheck *self, const TocsinTree *test, gboolean outcome,
                                      const TocsinTree *node);
/* The shape of a list's members. */
const TocsinDatum *tocsin_check_member(const TocsinDatum *list);

/* check-statement.c: looks into any statement. */
void tocsin_check_statement(TocsinCheck *self, const TocsinTree *node);
/* One scope deeper, and back: then the macros that were defined there are looked into. */
void tocsin_check_enter(TocsinCheck *self);
void tocsin_check_leave(TocsinCheck *self);

/* check-template.c: the tags that name other templates, and blocks. */
void tocsin_check_reference(TocsinCheck *self, const TocsinTree *node);
/* A whole template in a scope around which is @around; with @block only that one. What it defines
 * at its top goes to @exports (a map) unless that is NULL. */
void tocsin_check_template(TocsinCheck *self, TocsinTemplate *template, TocsinScope *around,
                           const char *block, TocsinDatum *exports);

G_END_DECLS

#endif
