/* SPDX-License-Identifier: MIT */
/* The setting "from": where a trigger that reads what is kept elsewhere begins. Thread: any. */
#ifndef TOCSIN_COMMON_FROM_H
#define TOCSIN_COMMON_FROM_H

#include <glib.h>
#include <tocsin/plugin.h>

G_BEGIN_DECLS

typedef enum {
	TOCSIN_FROM_CHECKPOINT, /* where it was left; at the very first start, the end */
	TOCSIN_FROM_START,      /* at every start the beginning */
	TOCSIN_FROM_END,        /* at every start the end */
	TOCSIN_FROM_SINCE,      /* where it was left, at the very first start the beginning; but
	                         * nothing that is older */
} TocsinFrom;

/* For a unit's own table of keys. */
extern const tocsin_key tocsin_from_key;

/* Reads @text. FALSE: it is wrong, which was added to @problems. @out_since_us: @now_us less the
 * time asked for, with TOCSIN_FROM_SINCE. */
gboolean tocsin_from_parse(const char *text, gint64 now_us, TocsinFrom *out_from,
                           gint64 *out_since_us, GString *problems);

G_END_DECLS

#endif
