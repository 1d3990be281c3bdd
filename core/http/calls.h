/* SPDX-License-Identifier: MIT */
/* The table between http/ask.h and the part that knows libcurl. */
#ifndef TOCSIN_HTTP_CALLS_H
#define TOCSIN_HTTP_CALLS_H

#include "http/request.h"

G_BEGIN_DECLS

typedef struct {
	/* As tocsin_http_ask(); @out_answer is empty. */
	gboolean (*ask)(const TocsinHttpRequest *request, TocsinHttpAnswer *out_answer,
	                GError **error);
} TocsinHttpCalls;

/* NULL where the part is not linked in: it is loaded then. */
extern const TocsinHttpCalls tocsin_http_calls __attribute__((weak, visibility("hidden")));

G_END_DECLS

#endif
