/* SPDX-License-Identifier: MIT */
/* "tocsin.delivery/1": what a transport may ask of a job and its mails. Every argument is checked:
 * it comes from a plugin. */
#include "abi/sizes.h"
#include "plugin/handed-mail.h"
#include "plugin/job-run.h"

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
		gint64 wait = CLAMP(wait_us, 0, tocsin_job_time_left(job));
		gint32 status = job->ops->next(job->user, wait, &mail);
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

	if (!delivery_is_traced(job) || (data == NULL && length > 0)) {
		return;
	}
	g_autofree char *covered = is_hidden ? NULL : tocsin_veil_cover(job->veil, data, length);

	job->ops->on_trace(job->user, flags,
	                   is_hidden         ? NULL
	                   : covered != NULL ? covered
	                                     : data,
	                   length);
}

static const char *
delivery_id(const tocsin_mail *mail)
{
	return mail == NULL || mail->mail == NULL ? "" : mail->mail->id;
}

static const char *
delivery_sender(const tocsin_mail *mail)
{
	return mail == NULL || mail->mail == NULL ? "" : mail->mail->sender;
}

static uint32_t
delivery_recipient_count(const tocsin_mail *mail)
{
	return mail == NULL || mail->mail == NULL ? 0 : mail->mail->recipients->len;
}

static const char *
delivery_recipient(const tocsin_mail *mail, uint32_t index)
{
	if (index >= delivery_recipient_count(mail)) {
		return NULL;
	}
	return tocsin_mail_recipient(mail->mail, index)->address;
}

static const char *
delivery_property(const tocsin_mail *mail, const char *name)
{
	if (mail == NULL || mail->mail == NULL || name == NULL) {
		return NULL;
	}
	return tocsin_handed_mail_property((tocsin_mail *)mail, name);
}

static const char *
delivery_recipient_property(const tocsin_mail *mail, uint32_t index, const char *name)
{
	if (index >= delivery_recipient_count(mail) || name == NULL) {
		return NULL;
	}
	return tocsin_handed_mail_recipient_property((tocsin_mail *)mail, index, name);
}

static uint64_t
delivery_content_size(const tocsin_mail *mail)
{
	return mail == NULL || mail->content == NULL ? 0 : g_bytes_get_size(mail->content);
}

static int64_t
delivery_content(tocsin_mail *mail, uint64_t offset, const void **out_data)
{
	gsize size;

	if (mail == NULL || mail->content == NULL || out_data == NULL) {
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
