/* SPDX-License-Identifier: MIT */
/* http/ask.h, in front of the part that knows libcurl: linked in, or loaded when it is needed. */
#include "http/ask.h"

#include "base/part.h"
#include "http/calls.h"

void
tocsin_http_answer_clear(TocsinHttpAnswer *self)
{
	g_clear_pointer(&self->type, g_free);
}

gboolean
tocsin_http_ask(const TocsinHttpRequest *request, TocsinHttpAnswer *out_answer, GError **error)
{
	const TocsinHttpCalls *calls = &tocsin_http_calls;

	*out_answer = (TocsinHttpAnswer){0};
	if (calls == NULL) {
		calls = tocsin_part_load("http", sizeof(TocsinHttpCalls), error);
	}
	return calls != NULL && calls->ask(request, out_answer, error);
}
