/* SPDX-License-Identifier: MIT */
/* From slices of a file to events: records, matches, context, fields, ids. Thread: main. */
#ifndef TOCSIN_LOG_RAISE_H
#define TOCSIN_LOG_RAISE_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "file.h"
#include "settings.h"
#include "when.h"

G_BEGIN_DECLS

typedef struct {
	const tocsin_loop *loop;
	tocsin_source *source;
	TocsinLogSettings *settings;
	TocsinLogFollower *follower;
	TocsinLogZone *zone;
	tocsin_error *error; /* of the call under way */
	int32_t status; /* TOCSIN_OK, or what emit() said and that is not just a lack of room */
} TocsinLogRaiser;

/* A TocsinLogOnSlice; @data is a TocsinLogRaiser. */
gssize tocsin_log_raise(const TocsinLogSlice *slice, gpointer data);

G_END_DECLS

#endif
