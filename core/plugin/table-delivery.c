/* SPDX-License-Identifier: MIT */
/* "tocsin.delivery/1": what a transport may ask of a job and its mails. Every argument is checked:
 * it comes from a plugin. */
#include "abi/sizes.h"
#include "base/clock.h"
#include "plugin/handed-mail.h"
#include "plugin/job-run.h"

#define TRACE_FLAGS (TOCSIN_TRACE_RECEIVED | TOCSIN_TRACE_SECRET | TOCSIN_TRACE_CONTENT)
/* RFC 5321 section 4.2: the first digit is 5 at the most. */
#define CODE_MAX 999u /* servers use codes that no RFC knows */
/* While the main loop may want the unit, how long one wait for a mail is. */
#define SLICE_US ((gint64)50 * 1000)

/* Waits for a mail, but leaves a unit that the main loop wants to enter. */
static gint32
wait_for_mail(tocsin_job *job, gint64 wait_us, TocsinMail **out_mail)
{
	gboolean is_shared = tocsin_guard_is_shared(job->guard);

	for (;;) {
		gint64 left = CLAMP(wait_us, 0, tocsin_job_time_left(job));
		gint64 wait = is_shared ? MIN(left, SLICE_US) : left;
		gint64 since = tocsin_clock_monotonic_us(tocsin_clock_system());

		if (tocsin_guard_is_wanted(job->guard)) {
			return TOCSIN_END;
		}
		gint32 status = job->ops->next(job->user, wait, out_mail);

		/* Who says so before the time has a reason that will not go away. */
		if (status != TOCSIN_END || wait == left ||
		    tocsin_clock_monotonic_us(tocsin_clock_system()) - since < wait) {
			return status;
		}
		wait_us -= wait;
	}
}

static int32_t
delivery_next(tocsin_job *job, int64_t wait_us, tocsin_mail **out_mail)
{
	if (!tocsin_job_check_call(job, "next")) {
		return TOCSIN_E_BUG;
	}
	if (out_mail == NULL) {
		tocsin_guard_complain(job->guard, "next() was given NULL");
		return TOCSIN_E_BUG;
	}
	if (job->mails->len >= TOCSIN_JOB_MAILS_MAX) {
		return TOCSIN_END;
	}
	for (;;) {
		TocsinMail *mail = NULL;
		gint32 status = wait_for_mail(job, wait_us, &mail);
		tocsin_mail *handed = NULL;

		if (status != TOCSIN_OK) {
			return status;
		}
		handed = tocsin_job_add_mail(job, mail);
		if (handed != NULL) {
			*out_mail = handed;
			return TOCSIN_OK;
		}
	}
}

/* (nullable) What is wrong with a fate that a plugin tells. */
static const char *
find_flaw(const tocsin_fate *fate)
{
	if (fate == NULL || fate->size < TOCSIN_SIZE_FATE) {
		return "told a fate that is NULL or too small";
	}
	if (fate->status != TOCSIN_OK && fate->status != TOCSIN_E_TEMP &&
	    fate->status != TOCSIN_E_PERM && fate->status != TOCSIN_E_UNKNOWN) {
		return "told a fate with a status that is none of OK, E_TEMP, E_PERM, E_UNKNOWN";
	}
	if (fate->stage > TOCSIN_AT_LOCAL) {
		return "told a fate with an unknown stage";
	}
	if (fate->code > CODE_MAX) {
		return "told a fate with a reply code above 999";
	}
	return NULL;
}

static int32_t
delivery_result(tocsin_job *job, tocsin_mail *mail, uint32_t index, const tocsin_fate *fate)
{
	const char *flaw = find_flaw(fate);

	if (!tocsin_job_check_call(job, "result")) {
		return TOCSIN_E_BUG;
	}
	if (!tocsin_job_has_mail(job, mail)) {
		tocsin_guard_complain(job->guard,
		                      "told the fate of a mail that it does not have (any "
		                      "more)");
		return TOCSIN_E_BUG;
	}
	if (index >= mail->mail->recipients->len) {
		tocsin_guard_complain(job->guard, "told the fate of recipient %u of %u", index,
		                      mail->mail->recipients->len);
		return TOCSIN_E_BUG;
	}
	if (mail->told[index]) {
		tocsin_guard_complain(job->guard, "told the fate of recipient %u twice", index);
		return TOCSIN_E_BUG;
	}
	if (flaw != NULL) {
		tocsin_guard_complain(job->guard, "%s", flaw);
		return TOCSIN_E_BUG;
	}
	g_autoptr(TocsinFate) told = tocsin_job_make_fate(job, fate);

	tocsin_job_tell(job, mail, index, told);
	return TOCSIN_OK;
}

static int32_t
delivery_failed(tocsin_job *job, const tocsin_fate *fate)
{
	const char *flaw = find_flaw(fate);

	if (!tocsin_job_check_call(job, "failed")) {
		return TOCSIN_E_BUG;
	}
	if (flaw == NULL && fate->status == TOCSIN_OK) {
		flaw = "called failed() with TOCSIN_OK";
	}
	if (flaw == NULL && job->failure != NULL) {
		flaw = "called failed() twice";
	}
	if (flaw != NULL) {
		tocsin_guard_complain(job->guard, "%s", flaw);
		return TOCSIN_E_BUG;
	}
	job->failure = tocsin_job_make_fate(job, fate);
	return TOCSIN_OK;
}

static int64_t
delivery_time_left_us(tocsin_job *job)
{
	if (!tocsin_job_check_call(job, "time_left_us") ||
	    g_cancellable_is_cancelled(job->cancellable)) {
		return 0;
	}
	return tocsin_job_time_left(job);
}

static int32_t
delivery_cancel_fd(tocsin_job *job)
{
	if (!tocsin_job_check_call(job, "cancel_fd") || job->cancellable == NULL) {
		return -1;
	}
	if (job->cancel_fd < 0) {
		job->cancel_fd = g_cancellable_get_fd(job->cancellable);
	}
	return job->cancel_fd;
}

static int32_t
delivery_is_traced(tocsin_job *job)
{
	return tocsin_job_check_call(job, "is_traced") && job->ops->on_trace != NULL;
}

static void
delivery_trace(tocsin_job *job, uint32_t flags, const void *data, size_t length)
{
	gboolean is_hidden = (flags & (TOCSIN_TRACE_SECRET | TOCSIN_TRACE_CONTENT)) != 0;

	if (!tocsin_job_check_call(job, "trace")) {
		return;
	}
	if ((data == NULL && length > 0) || (flags & ~TRACE_FLAGS) != 0) {
		tocsin_guard_complain(job->guard, "trace() was given NULL, or unknown flags");
		return;
	}
	if (job->ops->on_trace == NULL) {
		return;
	}
	g_autofree char *covered = is_hidden ? NULL : tocsin_veil_cover(job->veil, data, length);

	job->ops->on_trace(job->user, flags,
	                   is_hidden         ? NULL
	                   : covered != NULL ? covered
	                                     : data,
	                   length);
}

/* May the plugin ask this of the mail? A call from another thread is complained of, but answered:
 * a wrong answer would be sent. */
static gboolean
check_mail(const tocsin_mail *mail, const char *call)
{
	if (mail == NULL) {
		tocsin_guard_blame("%s() was given NULL", call);
		return FALSE;
	}
	if (mail->mail == NULL) {
		tocsin_guard_complain(mail->job->guard,
		                      "called %s() with a mail that it does not have any more",
		                      call);
		return FALSE;
	}
	(void)tocsin_job_check_call(mail->job, call);
	return TRUE;
}

static const char *
delivery_id(const tocsin_mail *mail)
{
	return check_mail(mail, "id") ? mail->mail->id : "";
}

static const char *
delivery_sender(const tocsin_mail *mail)
{
	return check_mail(mail, "sender") ? mail->mail->sender : "";
}

static uint32_t
delivery_recipient_count(const tocsin_mail *mail)
{
	return check_mail(mail, "recipient_count") ? mail->mail->recipients->len : 0;
}

static const char *
delivery_recipient(const tocsin_mail *mail, uint32_t index)
{
	if (!check_mail(mail, "recipient") || index >= mail->mail->recipients->len) {
		return NULL;
	}
	return tocsin_mail_recipient(mail->mail, index)->address;
}

static const char *
delivery_property(const tocsin_mail *mail, const char *name)
{
	if (!check_mail(mail, "property")) {
		return NULL;
	}
	if (name == NULL) {
		tocsin_guard_complain(mail->job->guard, "property() was given NULL");
		return NULL;
	}
	return tocsin_handed_mail_property((tocsin_mail *)mail, name);
}

static const char *
delivery_recipient_property(const tocsin_mail *mail, uint32_t index, const char *name)
{
	if (!check_mail(mail, "recipient_property")) {
		return NULL;
	}
	if (name == NULL || index >= mail->mail->recipients->len) {
		tocsin_guard_complain(mail->job->guard,
		                      "recipient_property() was given NULL, or recipient %u of %u",
		                      index, mail->mail->recipients->len);
		return NULL;
	}
	return tocsin_handed_mail_recipient_property((tocsin_mail *)mail, index, name);
}

static uint64_t
delivery_content_size(const tocsin_mail *mail)
{
	return check_mail(mail, "content_size") ? g_bytes_get_size(mail->content) : 0;
}

static int64_t
delivery_content(tocsin_mail *mail, uint64_t offset, const void **out_data)
{
	gsize size;

	if (!check_mail(mail, "content")) {
		return TOCSIN_E_BUG;
	}
	if (out_data == NULL) {
		tocsin_guard_complain(mail->job->guard, "content() was given NULL");
		return TOCSIN_E_BUG;
	}
	const guint8 *bytes = g_bytes_get_data(mail->content, &size);

	if (offset >= size) {
		return 0;
	}
	*out_data = bytes + offset;
	return (int64_t)(size - offset);
}

const tocsin_delivery tocsin_table_delivery = {
        .size = sizeof(tocsin_delivery),
        .next = delivery_next,
        .result = delivery_result,
        .failed = delivery_failed,
        .time_left_us = delivery_time_left_us,
        .cancel_fd = delivery_cancel_fd,
        .is_traced = delivery_is_traced,
        .trace = delivery_trace,
        .id = delivery_id,
        .sender = delivery_sender,
        .recipient_count = delivery_recipient_count,
        .recipient = delivery_recipient,
        .property = delivery_property,
        .recipient_property = delivery_recipient_property,
        .content_size = delivery_content_size,
        .content = delivery_content,
};
