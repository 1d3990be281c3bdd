/* SPDX-License-Identifier: MIT */
/* Requests that have to ask the store, which blocks: done on a few threads, answered on the main
 * one, which never waits for a disk because of somebody who looks. */
#ifndef TOCSIN_DAEMON_ERRAND_H
#define TOCSIN_DAEMON_ERRAND_H

#include "base/clock.h"
#include "control/request.h"
#include "store/store.h"

G_BEGIN_DECLS

/* One of them under way. */
typedef struct {
	const TocsinQuery *query; /* the request's; with the variable part of its path */
	const char *variable;
	TocsinStore *store;
	gint64 now_us;
	/* The answer: on success @root, or @body of @type; *@status is 200 unless it is set. On
	 * failure @status if it is set, else what the error asks for. */
	guint status;
	JsonNode *root;
	const char *type; /* constant */
	GBytes *body;
} TocsinErrand;

/* Runs on another thread. The error becomes the answer. */
typedef gboolean (*TocsinErrandFunction)(TocsinErrand *errand, GError **error);

typedef struct _TocsinErrands TocsinErrands;

/* @store, @clock and @context (nullable: the default one), on whose thread all functions here are
 * called, must outlive it. */
TocsinErrands *tocsin_errands_new(TocsinStore *store, TocsinClock *clock, GMainContext *context);

/* Waits for those under way, and answers them. Does nothing on NULL. */
void tocsin_errands_free(TocsinErrands *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinErrands, tocsin_errands_free)

/* Has @function find the answer to @request, which is taken. */
void tocsin_errands_run(TocsinErrands *self, TocsinRequest *request, TocsinErrandFunction function);

G_END_DECLS

#endif
