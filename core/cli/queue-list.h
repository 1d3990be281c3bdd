/* SPDX-License-Identifier: MIT */
/* tocsin queue list: finding mails and laying them out. One thread. */
#ifndef TOCSIN_CLI_QUEUE_LIST_H
#define TOCSIN_CLI_QUEUE_LIST_H

#include "cli/ask.h"

G_BEGIN_DECLS

typedef struct {
	char **states; /* (nullable) those that still want something: waiting, held, dead */
	char *account; /* (nullable) */
	gboolean is_all;
	gboolean are_ids; /* nothing but ids, one a line */
	int limit;        /* of mails, 0: all */
} TocsinQueueList;

/* Lists. The result is a code of <sysexits.h>. */
int tocsin_queue_list(const TocsinAsk *ask, const TocsinQueueList *list);

/* A mail, as the daemon describes it, as lines for a person. */
void tocsin_queue_describe(GString *out, JsonObject *mail, gint64 now_us);

G_END_DECLS

#endif
