/* SPDX-License-Identifier: MIT */
/* What a batch is made of; for the store's own files. */
#ifndef TOCSIN_STORE_BATCH_ITEMS_H
#define TOCSIN_STORE_BATCH_ITEMS_H

#include <glib.h>

#include "model/fate.h"
#include "store/batch-types.h"

G_BEGIN_DECLS

typedef struct {
	TocsinMail *mail;
	gboolean is_duplicate; /* answer */
} TocsinMailItem;

typedef struct {
	TocsinClaim *claim;
	GPtrArray *fates; /* of TocsinFate or NULL, one a recipient */
	gint64 due_us;
	char *account;         /* or NULL */
	TocsinMailState state; /* answer */
} TocsinSettleItem;

/* A group's state or a cursor. */
typedef struct {
	char *owner; /* rule or trigger */
	char *name;  /* key or name */
	gint64 due_us;
	GBytes *state; /* NULL deletes */
} TocsinStateItem;

typedef struct {
	gint64 time_us;
	char *event;
	char *mail;
	char *rule;
	char *action;
	char *text;
} TocsinLogItem;

struct _TocsinBatch {
	GPtrArray *mails;   /* of TocsinMailItem */
	GPtrArray *settles; /* of TocsinSettleItem */
	GPtrArray *told;    /* of char *: ids */
	GPtrArray *groups;  /* of TocsinStateItem */
	GPtrArray *cursors; /* of TocsinStateItem */
	GPtrArray *log;     /* of TocsinLogItem */
	gsize weight;       /* bytes, nearly: what counts for the store's limit on waiting work */
};

G_END_DECLS

#endif
