/* SPDX-License-Identifier: MIT */
/* The table of what can be asked. */
#include "daemon/answers.h"

#include "daemon/answer-engine.h"
#include "daemon/answer-log.h"
#include "daemon/answer-queue.h"
#include "engine/event-json.h"

#define MAIL_MAX ((gsize)64 << 20)
#define JSON "application/json"

/* Each sends one function on its way; there is no other state that a route could carry. */
#define ERRAND(name)                                                                 \
	static void on_##name(TocsinRequest *request, gpointer user)                 \
	{                                                                            \
		const TocsinAnswers *answers = user;                                 \
                                                                                     \
		tocsin_errands_run(answers->errands, request, tocsin_answer_##name); \
	}

ERRAND(queue_list)
ERRAND(queue_show)
ERRAND(queue_hold)
ERRAND(queue_release)
ERRAND(queue_retry)
ERRAND(queue_remove)
ERRAND(log)
ERRAND(event)
ERRAND(explain)

const TocsinRoute tocsin_answers_routes[] = {
        {"GET", "/v1/status", NULL, NULL, 0, tocsin_answer_status},
        {"GET", "/metrics", NULL, NULL, 0, tocsin_answer_metrics},
        {"GET", "/v1/queue", tocsin_answer_queue_list_parameters, NULL, 0, on_queue_list},
        {"GET", "/v1/queue/{}", tocsin_answer_queue_show_parameters, NULL, 0, on_queue_show},
        {"POST", "/v1/queue/{}/hold", NULL, NULL, 0, on_queue_hold},
        {"POST", "/v1/queue/{}/release", NULL, NULL, 0, on_queue_release},
        {"POST", "/v1/queue/{}/retry", tocsin_answer_queue_retry_parameters, NULL, 0,
         on_queue_retry},
        {"POST", "/v1/queue/{}/remove", NULL, NULL, 0, on_queue_remove},
        {"POST", "/v1/events", NULL, JSON, TOCSIN_EVENT_JSON_BYTES_MAX, tocsin_answer_emit},
        {"GET", "/v1/events/{}", NULL, NULL, 0, on_event},
        {"GET", "/v1/explain/{}", NULL, NULL, 0, on_explain},
        {"GET", "/v1/log", tocsin_answer_log_parameters, NULL, 0, on_log},
        {"POST", "/v1/mails", tocsin_answer_mails_parameters, "message/rfc822", MAIL_MAX,
         tocsin_answer_enqueue},
        {"GET", "/v1/mutes", NULL, NULL, 0, tocsin_answer_mutes},
        {"POST", "/v1/mutes", NULL, JSON, TOCSIN_ROUTE_BODY_MAX, tocsin_answer_mute},
        {"DELETE", "/v1/mutes/{}", NULL, NULL, 0, tocsin_answer_unmute},
        {NULL, NULL, NULL, NULL, 0, NULL},
};
