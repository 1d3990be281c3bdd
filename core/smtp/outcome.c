/* SPDX-License-Identifier: MIT */
/* What a server's words mean for one recipient. */
#include "smtp/outcome.h"

TocsinOutcome
tocsin_outcome_from_reply(TocsinStage stage, const TocsinReply *reply)
{
	TocsinOutcome outcome = {.stage = stage, .reply = reply};

	switch (tocsin_reply_class(reply)) {
	case 2:
		outcome.status = TOCSIN_FATE_DELIVERED;
		break;
	case 4:
		outcome.status = TOCSIN_FATE_DEFERRED;
		break;
	case 5:
		outcome.status = stage == TOCSIN_STAGE_RECIPIENT && reply->code == 552
		                         ? TOCSIN_FATE_DEFERRED
		                         : TOCSIN_FATE_REFUSED;
		break;
	default:
		outcome.status = TOCSIN_FATE_DEFERRED;
		outcome.stage = TOCSIN_STAGE_PROTOCOL;
	}
	return outcome;
}

TocsinFate *
tocsin_outcome_to_fate(const TocsinOutcome *self, const char *account, gint64 time_us)
{
	char enhanced[TOCSIN_REPLY_ENHANCED_MAX] = "";
	g_autofree char *text = NULL;
	guint code = 0;

	if (self->reply != NULL) {
		code = self->reply->code > 0 ? (guint)self->reply->code : 0;
		tocsin_reply_get_enhanced(self->reply, enhanced);
		text = tocsin_reply_dup_text(self->reply, NULL);
	}
	return tocsin_fate_new(self->status, self->stage, code, enhanced[0] ? enhanced : NULL,
	                       self->text != NULL ? self->text : text, account, time_us);
}
