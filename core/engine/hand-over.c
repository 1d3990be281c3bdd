/* SPDX-License-Identifier: MIT */
/* Delivering one mail now: a run that has just this mail. */
#include "engine/hand-over.h"

#include "base/clock.h"

/* One hand-over, on its thread. */
typedef struct {
	TocsinMail *mail; /* (nullable) until it is taken */
	TocsinHandOver *result;
	TocsinHandOverTrace trace;
	gpointer user;
} Run;

void
tocsin_hand_over_clear(TocsinHandOver *self)
{
	g_clear_pointer(&self->fates, g_ptr_array_unref);
	g_clear_pointer(&self->failure, tocsin_fate_unref);
	g_clear_error(&self->error);
}

static gint32
on_next(gpointer user, gint64 wait_us, TocsinMail **out_mail)
{
	Run *run = user;

	if (run->mail == NULL) {
		return TOCSIN_END;
	}
	*out_mail = g_steal_pointer(&run->mail);
	return TOCSIN_OK;
}

static void
on_fate(gpointer user, const TocsinMail *mail, guint index, const TocsinFate *fate)
{
	const Run *run = user;

	g_ptr_array_index(run->result->fates, index) = tocsin_fate_ref(fate);
}

static void
on_failed(gpointer user, const TocsinFate *fate)
{
	const Run *run = user;

	g_clear_pointer(&run->result->failure, tocsin_fate_unref);
	run->result->failure = tocsin_fate_ref(fate);
}

static void
on_trace(gpointer user, guint32 flags, const void *data, gsize length)
{
	const Run *run = user;

	run->trace(run->user, flags, data, length);
}

/* The mail was never taken: what stopped the connection is every recipient's fate. */
static TocsinFate *
make_untried(const TocsinAccount *account, gint32 status, const TocsinHandOver *result)
{
	gint64 now_us = tocsin_clock_wall_us(tocsin_clock_system());

	if (result->failure != NULL) {
		return tocsin_fate_ref(result->failure);
	}
	return tocsin_fate_new(tocsin_fate_status_from_plugin(status), TOCSIN_STAGE_LOCAL, 0, NULL,
	                       result->error == NULL ? "the transport did not take the mail"
	                                             : result->error->message,
	                       tocsin_account_name(account), now_us);
}

void
tocsin_hand_over(TocsinAccount *account, TocsinMail *mail, gint64 deadline_us,
                 GCancellable *cancellable, TocsinHandOverTrace trace, gpointer user,
                 TocsinHandOver *out_result)
{
	const TocsinRunOps ops = {
	        .next = on_next,
	        .on_fate = on_fate,
	        .on_failed = on_failed,
	        .on_trace = trace == NULL ? NULL : on_trace,
	};
	Run run = {
	        .mail = tocsin_mail_ref(mail), .result = out_result, .trace = trace, .user = user};

	*out_result = (TocsinHandOver){
	        .fates = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_fate_unref)};
	g_ptr_array_set_size(out_result->fates, (gint)mail->recipients->len);
	gint32 status = tocsin_account_run(account, &ops, &run, deadline_us, cancellable,
	                                   &out_result->error);

	g_clear_pointer(&run.mail, tocsin_mail_unref);
	for (guint i = 0; i < out_result->fates->len; i++) {
		if (g_ptr_array_index(out_result->fates, i) == NULL) {
			g_ptr_array_index(out_result->fates, i) =
			        make_untried(account, status, out_result);
		}
	}
}
