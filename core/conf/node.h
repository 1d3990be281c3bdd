/* SPDX-License-Identifier: MIT */
/* One place in a configuration's text: a setting of libconfig's with its file and line.
 *
 * Nodes belong to the TocsinConf they come from, and are immutable: any thread may read them. */
#ifndef TOCSIN_CONF_NODE_H
#define TOCSIN_CONF_NODE_H

#include <glib.h>

#include "conf/problems.h"

G_BEGIN_DECLS

typedef enum {
	TOCSIN_NODE_STRING,
	TOCSIN_NODE_NUMBER, /* a whole number */
	TOCSIN_NODE_BOOL,
	TOCSIN_NODE_FLOAT, /* which no setting takes */
	TOCSIN_NODE_GROUP, /* { … } */
	TOCSIN_NODE_LIST,  /* ( … ) or [ … ] */
} TocsinNodeType;

/* libconfig's config_setting_t, whose header only this room's .c files include. */
typedef struct config_setting_t TocsinNode;

/* What stands there. */
TocsinNodeType tocsin_node_type(const TocsinNode *self);

/* "string", "number", … for messages. */
const char *tocsin_node_type_name(const TocsinNode *self);

/* (nullable) Its name; an item of a list has none. */
const char *tocsin_node_name(const TocsinNode *self);

/* Where it stands. */
const char *tocsin_node_file(const TocsinNode *self);
guint tocsin_node_line(const TocsinNode *self);

/* Groups and lists: how many members, and the @index-th of them. */
guint tocsin_node_count(const TocsinNode *self);
const TocsinNode *tocsin_node_at(const TocsinNode *self, guint index);

/* (nullable) A group's member called @name. */
const TocsinNode *tocsin_node_find(const TocsinNode *self, const char *name);

/* (nullable) A string's text. */
const char *tocsin_node_text(const TocsinNode *self);

/* A number's or bool's value, else 0. */
gint64 tocsin_node_number(const TocsinNode *self);

/* Adds a problem at this place. */
void tocsin_node_complain(const TocsinNode *self, TocsinProblems *problems, const char *format, ...)
        G_GNUC_PRINTF(3, 4);

G_END_DECLS

#endif
