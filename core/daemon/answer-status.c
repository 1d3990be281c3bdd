/* SPDX-License-Identifier: MIT */
/* How the engine is. */
#include <string.h>

#include "daemon/answer-engine.h"
#include "daemon/answers.h"
#include "daemon/describe-status.h"
#include "daemon/json-put.h"

void
tocsin_answer_status(TocsinRequest *request, gpointer user)
{
	const TocsinAnswers *answers = user;
	g_autoptr(TocsinEngineStatus) status = tocsin_engine_status(answers->engine);

	tocsin_request_answer_json(request, 200,
	                           tocsin_json_take(tocsin_describe_status(
	                                   status, tocsin_clock_wall_us(answers->clock))));
}

void
tocsin_answer_metrics(TocsinRequest *request, gpointer user)
{
	const TocsinAnswers *answers = user;
	g_autoptr(TocsinEngineStatus) status = tocsin_engine_status(answers->engine);
	char *text = tocsin_describe_metrics(status, tocsin_clock_wall_us(answers->clock));
	g_autoptr(GBytes) body = g_bytes_new_take(text, strlen(text));

	tocsin_request_answer(request, 200, "text/plain; version=0.0.4; charset=utf-8", body);
}
