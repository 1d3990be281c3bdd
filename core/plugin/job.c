/* SPDX-License-Identifier: MIT */
/* Keeps count of mails and fates while a transport runs. */
#include "plugin/job.h"

#include <string.h>

#include "abi/buf.h"
#include "base/clock.h"
#include "plugin/handed-mail.h"
#include "plugin/job-run.h"

/* Mails that are over, kept so that their address is not soon another's. */
#define DEAD_MAX 256u

TocsinJob *
tocsin_job_new(const TocsinJobOps *ops, gpointer user, const char *account, gint64 deadline_us,
               GCancellable *cancellable)
{
	TocsinJob *self = g_new0(TocsinJob, 1);

	self->ops = ops;
	self->user = user;
	self->account = g_strdup(account);
	self->deadline_us = deadline_us;
	self->cancellable = cancellable == NULL ? NULL : g_object_ref(cancellable);
	self->cancel_fd = -1;
	self->mails = g_ptr_array_new();
	self->closed = g_ptr_array_new_with_free_func(g_free);
	self->buffers = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_buf_free);
	g_queue_init(&self->dead);
	return self;
}

void
tocsin_job_free(TocsinJob *self)
{
	if (self == NULL) {
		return;
	}
	g_ptr_array_unref(self->mails);
	g_ptr_array_unref(self->buffers);
	g_ptr_array_unref(self->closed);
	g_clear_object(&self->cancellable);
	g_free(self->account);
	g_free(self);
}

gpointer
tocsin_job_user(const TocsinJob *self)
{
	return self->user;
}

gint64
tocsin_job_time_left(const tocsin_job *self)
{
	if (self->deadline_us == TOCSIN_STREAM_FOREVER) {
		return G_MAXINT64;
	}
	return MAX(self->deadline_us - tocsin_clock_monotonic_us(tocsin_clock_system()), 0);
}

gboolean
tocsin_job_check_call(tocsin_job *self, const char *call)
{
	if (self == NULL || self->guard == NULL) {
		tocsin_guard_blame(self == NULL ? "%s() was given NULL"
		                                : "called %s() with a job that does not run",
		                   call);
		return FALSE;
	}
	if (self->thread != g_thread_self()) {
		tocsin_guard_complain(self->guard, "%s() was called from a thread of its own",
		                      call);
		return FALSE;
	}
	return !tocsin_guard_is_disabled(self->guard);
}

gboolean
tocsin_job_has_mail(const tocsin_job *self, const tocsin_mail *mail)
{
	return g_ptr_array_find(self->mails, mail, NULL);
}

static gint64
now_us(void)
{
	return tocsin_clock_wall_us(tocsin_clock_system());
}

static TocsinFate *
make_local_fate(const tocsin_job *self, TocsinFateStatus status, const char *text)
{
	return tocsin_fate_new(status, TOCSIN_STAGE_LOCAL, 0, NULL, text, self->account, now_us());
}

tocsin_mail *
tocsin_job_add_mail(tocsin_job *self, TocsinMail *mail)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMail) kept = tocsin_mail_ref(mail);
	tocsin_mail *handed = tocsin_handed_mail_new(mail, &error);

	if (handed != NULL) {
		handed->job = self;
		g_ptr_array_add(self->mails, handed);
		return handed;
	}
	g_autoptr(TocsinFate) fate = make_local_fate(self, TOCSIN_FATE_DEFERRED, error->message);

	for (guint i = 0; i < kept->recipients->len; i++) {
		self->ops->on_fate(self->user, kept, i, fate);
	}
	return NULL;
}

static void
bury(tocsin_job *self, tocsin_mail *mail)
{
	g_ptr_array_remove_fast(self->mails, mail);
	tocsin_handed_mail_clear(mail);
	g_queue_push_tail(&self->dead, mail);
	if (self->dead.length > DEAD_MAX) {
		tocsin_handed_mail_free(g_queue_pop_head(&self->dead));
	}
}

void
tocsin_job_tell(tocsin_job *self, tocsin_mail *mail, guint index, TocsinFate *fate)
{
	mail->told[index] = TRUE;
	mail->untold--;
	self->ops->on_fate(self->user, mail->mail, index, fate);
	if (mail->untold == 0) {
		bury(self, mail);
	}
}

static TocsinStage
stage_from_plugin(guint32 stage)
{
	static const TocsinStage stages[] = {
	        [TOCSIN_AT_NONE] = TOCSIN_STAGE_LOCAL,
	        [TOCSIN_AT_CONNECT] = TOCSIN_STAGE_CONNECT,
	        [TOCSIN_AT_TLS] = TOCSIN_STAGE_TLS,
	        [TOCSIN_AT_GREETING] = TOCSIN_STAGE_GREETING,
	        [TOCSIN_AT_AUTH] = TOCSIN_STAGE_AUTH,
	        [TOCSIN_AT_SENDER] = TOCSIN_STAGE_SENDER,
	        [TOCSIN_AT_RECIPIENT] = TOCSIN_STAGE_RECIPIENT,
	        [TOCSIN_AT_DATA] = TOCSIN_STAGE_DATA,
	        [TOCSIN_AT_LOST] = TOCSIN_STAGE_LOST,
	        [TOCSIN_AT_PROTOCOL] = TOCSIN_STAGE_PROTOCOL,
	        [TOCSIN_AT_LOCAL] = TOCSIN_STAGE_LOCAL,
	};

	return stage < G_N_ELEMENTS(stages) ? stages[stage] : TOCSIN_STAGE_LOCAL;
}

TocsinFate *
tocsin_job_make_fate(const tocsin_job *self, const tocsin_fate *told)
{
	g_autofree char *covered =
	        told->text == NULL ? NULL
	                           : tocsin_veil_cover(self->veil, told->text, strlen(told->text));

	return tocsin_fate_new(tocsin_fate_status_from_plugin(told->status),
	                       stage_from_plugin(told->stage), told->code, told->enhanced,
	                       covered == NULL ? told->text : covered, self->account, now_us());
}

void
tocsin_job_begin(tocsin_job *self, TocsinGuard *guard)
{
	self->guard = guard;
	self->veil = tocsin_veil_new();
	self->thread = g_thread_self();
}

/* What becomes of recipients that the plugin said nothing of. Where it broke the contract nobody
 * can tell what it sent. */
static TocsinFate *
make_rest_fate(const tocsin_job *self, gint32 status, const char *said)
{
	if (status == TOCSIN_OK || status == TOCSIN_E_BUG) {
		return make_local_fate(self, TOCSIN_FATE_UNKNOWN, "the plugin broke the contract");
	}
	if (self->failure != NULL) {
		return tocsin_fate_new(tocsin_fate_status_from_plugin(status), self->failure->stage,
		                       self->failure->code, self->failure->enhanced,
		                       self->failure->text, self->account, now_us());
	}
	return make_local_fate(self, tocsin_fate_status_from_plugin(status),
	                       said != NULL ? said : "the transport gave no reason");
}

/* What a plugin cannot put into failed(), because only the host knows it, is in what run() said. */
static void
tell_failure(tocsin_job *self, const char *said)
{
	if (self->failure == NULL) {
		return;
	}
	if (self->failure->text[0] == '\0' && said != NULL) {
		g_autoptr(TocsinFate) bare = g_steal_pointer(&self->failure);

		self->failure = tocsin_fate_new(bare->status, bare->stage, bare->code,
		                                bare->enhanced, said, self->account, bare->time_us);
	}
	if (self->ops->on_failed != NULL) {
		self->ops->on_failed(self->user, self->failure);
	}
}

void
tocsin_job_end(tocsin_job *self, gint32 status, const char *said)
{
	tell_failure(self, said);
	g_autoptr(TocsinFate) fate = make_rest_fate(self, status, said);

	while (self->mails->len > 0) {
		tocsin_mail *mail = g_ptr_array_index(self->mails, self->mails->len - 1);
		guint count = mail->mail->recipients->len;

		for (guint i = 0; i < count && mail->mail != NULL; i++) {
			if (!mail->told[i]) {
				tocsin_job_tell(self, mail, i, fate);
			}
		}
		if (mail->mail != NULL) {
			bury(self, mail); /* it had no recipients */
		}
	}
	if (self->cancel_fd >= 0) {
		g_cancellable_release_fd(self->cancellable);
		self->cancel_fd = -1;
	}
	g_queue_clear_full(&self->dead, (GDestroyNotify)tocsin_handed_mail_free);
	tocsin_table_login_close(self);
	tocsin_table_stream_close(self);
	g_ptr_array_set_size(self->closed, 0);
	g_ptr_array_set_size(self->buffers, 0);
	g_clear_pointer(&self->failure, tocsin_fate_unref);
	g_clear_pointer(&self->veil, tocsin_veil_free);
	self->guard = NULL;
	self->thread = NULL;
}
