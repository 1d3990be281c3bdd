/* SPDX-License-Identifier: MIT */
/* What follows from fates. */
#include "engine/dispatch-verdict.h"

/* RFC 5321 section 3.8: the server closes the channel, whatever it was asked for. */
#define CODE_CLOSING 421u

#define FAILURES_SHOWN 10u

static gboolean
is_before_session(const TocsinFate *fate)
{
	return fate->stage == TOCSIN_STAGE_CONNECT || fate->stage == TOCSIN_STAGE_TLS ||
	       fate->stage == TOCSIN_STAGE_GREETING || fate->stage == TOCSIN_STAGE_AUTH;
}

TocsinWord
tocsin_verdict_word(const TocsinFate *fate)
{
	if (fate->status == TOCSIN_FATE_DELIVERED) {
		return TOCSIN_WORD_WORKS;
	}
	if (is_before_session(fate)) {
		return TOCSIN_WORD_UNREACHABLE;
	}
	if (fate->status == TOCSIN_FATE_UNKNOWN || fate->stage == TOCSIN_STAGE_LOST ||
	    fate->stage == TOCSIN_STAGE_PROTOCOL || fate->code == CODE_CLOSING) {
		return TOCSIN_WORD_DOUBT;
	}
	return fate->status == TOCSIN_FATE_DEFERRED && fate->stage == TOCSIN_STAGE_LOCAL
	               ? TOCSIN_WORD_LOCAL
	               : TOCSIN_WORD_WORKS;
}

TocsinWord
tocsin_verdict_words(TocsinFate *const *fates, guint count)
{
	static const guint8 weights[] = {
	        [TOCSIN_WORD_WORKS] = 3,
	        [TOCSIN_WORD_DOUBT] = 2,
	        [TOCSIN_WORD_UNREACHABLE] = 1,
	        [TOCSIN_WORD_LOCAL] = 0,
	};
	TocsinWord heaviest = TOCSIN_WORD_LOCAL;

	for (guint i = 0; i < count; i++) {
		TocsinWord word = tocsin_verdict_word(fates[i]);

		if (weights[word] > weights[heaviest]) {
			heaviest = word;
		}
	}
	return heaviest;
}

TocsinFate *
tocsin_verdict_soften(const TocsinFate *fate)
{
	if (fate->status != TOCSIN_FATE_REFUSED || !is_before_session(fate)) {
		return tocsin_fate_ref(fate);
	}
	return tocsin_fate_new(TOCSIN_FATE_DEFERRED, fate->stage, fate->code, fate->enhanced,
	                       fate->text, fate->account, fate->time_us);
}

static gboolean
is_final(const TocsinFate *fate)
{
	return fate != NULL &&
	       (fate->status == TOCSIN_FATE_DELIVERED || fate->status == TOCSIN_FATE_REFUSED);
}

gint64
tocsin_verdict_due(const TocsinSchedule *schedule, const TocsinClaim *claim,
                   TocsinFate *const *fates, gint64 now_us, guint32 random)
{
	const TocsinMail *mail = claim->mail;
	gint64 soonest = TOCSIN_SCHEDULE_NEVER;

	for (guint i = 0; i < mail->recipients->len; i++) {
		gint64 due_us;

		if (is_final(fates[i])) {
			continue;
		}
		due_us = fates[i] == NULL ? now_us
		                          : tocsin_schedule_next(schedule, fates[i]->status,
		                                                 fates[i]->stage, claim->tries + 1,
		                                                 now_us, mail->expire_us, random);
		if (due_us != TOCSIN_SCHEDULE_NEVER &&
		    (soonest == TOCSIN_SCHEDULE_NEVER || due_us < soonest)) {
			soonest = due_us;
		}
	}
	return soonest;
}

gint64
tocsin_verdict_wait(const TocsinMail *mail, gint64 until_us, gint64 now_us)
{
	if (mail->expire_us == 0 || until_us <= now_us) {
		return until_us;
	}
	return now_us >= mail->expire_us ? TOCSIN_SCHEDULE_NEVER : MIN(until_us, mail->expire_us);
}

static void
append_fate(GString *text, const char *address, const TocsinFate *fate)
{
	g_string_append_printf(text, "<%s>", address);
	if (fate->account != NULL) {
		g_string_append_printf(text, " through '%s'", fate->account);
	}
	g_string_append_printf(text, " (%s):", tocsin_stage_name(fate->stage));
	if (fate->code != 0) {
		g_string_append_printf(text, " %u", fate->code);
	}
	if (fate->enhanced != NULL) {
		g_string_append_printf(text, " %s", fate->enhanced);
	}
	g_string_append_printf(text, " %s", fate->text);
}

char *
tocsin_verdict_line(const char *address, const TocsinFate *fate, gint64 due_us)
{
	GString *text = g_string_new(NULL);

	append_fate(text, address, fate);
	if (!is_final(fate) && due_us == TOCSIN_SCHEDULE_NEVER) {
		g_string_append(text, "; given up, its time is over");
	} else if (!is_final(fate)) {
		g_autoptr(GDateTime) next = g_date_time_new_from_unix_utc(due_us / G_USEC_PER_SEC);
		g_autofree char *shown =
		        next == NULL ? NULL : g_date_time_format(next, "%Y-%m-%dT%H:%M:%SZ");

		g_string_append_printf(text, "; next try %s", shown == NULL ? "later" : shown);
	}
	return g_string_free(text, FALSE);
}

char *
tocsin_verdict_reason(const char *from, const char *to, const char *text)
{
	return g_strdup_printf("to '%s', since '%s' cannot be reached%s%s", to, from,
	                       text == NULL ? "" : ": ", text == NULL ? "" : text);
}

char *
tocsin_verdict_failures(const TocsinClaim *claim, TocsinFate *const *fates, gint64 due_us)
{
	const TocsinMail *mail = claim->mail;
	g_autoptr(GString) text = g_string_new(NULL);
	guint count = 0;

	for (guint i = 0; i < mail->recipients->len; i++) {
		const char *address = tocsin_mail_recipient(mail, i)->address;
		gboolean is_given_up = !is_final(fates[i]) && due_us == TOCSIN_SCHEDULE_NEVER;

		if (!is_given_up && (fates[i] == NULL || fates[i]->status != TOCSIN_FATE_REFUSED)) {
			continue;
		}
		count++;
		if (count > FAILURES_SHOWN) {
			continue;
		}
		g_string_append(text, count == 1 ? "" : "; ");
		if (fates[i] == NULL) {
			g_string_append_printf(text, "<%s>: its time is over", address);
		} else {
			append_fate(text, address, fates[i]);
		}
	}
	if (count > FAILURES_SHOWN) {
		g_string_append_printf(text, "; and %u more", count - FAILURES_SHOWN);
	}
	return count == 0 ? NULL : g_string_free(g_steal_pointer(&text), FALSE);
}
