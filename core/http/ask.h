/* SPDX-License-Identifier: MIT */
/* One HTTP request and its answer. Redirects are not followed. Blocks; any thread.
 *
 * Only this header's source curl.c knows libcurl; it is a part that is loaded when it is first
 * needed (base/part.h). */
#ifndef TOCSIN_HTTP_ASK_H
#define TOCSIN_HTTP_ASK_H

#include "http/request.h"

G_BEGIN_DECLS

/* Frees what is in it. */
void tocsin_http_answer_clear(TocsinHttpAnswer *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinHttpAnswer, tocsin_http_answer_clear)

/* Asks. TRUE: there is an answer, of whatever status. FALSE, with the library's words: nobody is
 * there (TOCSIN_ERROR_CONNECT), or went away in the middle (TOCSIN_ERROR_DISCONNECTED), or took too
 * long (TOCSIN_ERROR_TIMEOUT), or take() has had enough (TOCSIN_ERROR_LIMIT), or it is no HTTP
 * (TOCSIN_ERROR_PROTOCOL); also the errors of tocsin_part_load(). https goes through the proxy that
 * the environment names; what has no TLS is for this machine only and goes through none. */
gboolean tocsin_http_ask(const TocsinHttpRequest *request, TocsinHttpAnswer *out_answer,
                         GError **error);

G_END_DECLS

#endif
