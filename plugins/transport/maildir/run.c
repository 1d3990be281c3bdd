/* SPDX-License-Identifier: MIT */
/* Takes mails in batches, so that those of a batch share what is slow: waiting for the disk.
 *
 * One file a mail, whatever the number of its recipients: the account is one mailbox, and the fate
 * of all of them is the file's. */
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "file.h"

#define BATCH_MAX 64u
#define CLEAN_EVERY_US (3600 * (int64_t)1000000)

/* A mail in hand, with its file in tmp. */
typedef struct {
	tocsin_mail *mail;
	MaildirFile file;
	bool is_published;
} Item;

typedef struct {
	MaildirInstance *instance;
	tocsin_job *job;
	MaildirBox box;
	MaildirProblem problem; /* the first one */
	uint32_t count;
	Item batch[BATCH_MAX];
	char buffer[MAILDIR_BUFFER_SIZE];
} Run;

static void
tell(Run *run, tocsin_mail *mail, int32_t status, const char *enhanced, const char *text)
{
	const tocsin_delivery *delivery = run->instance->delivery;
	const tocsin_fate fate = {
	        .size = sizeof(fate),
	        .status = status,
	        .stage = TOCSIN_AT_LOCAL,
	        .enhanced = enhanced,
	        .text = text,
	};
	uint32_t count = delivery->recipient_count(mail);

	/* The mail goes with its last fate, so the count is asked for before. */
	for (uint32_t i = 0; i < count; i++) {
		delivery->result(run->job, mail, i, &fate);
	}
}

static void
tell_problem(Run *run, tocsin_mail *mail, const MaildirProblem *problem)
{
	/* A fate knows no "an administrator must act": what can be mended is tried again. */
	tell(run, mail, TOCSIN_E_TEMP, problem->enhanced, problem->text);
	if (run->problem.status == TOCSIN_OK) {
		run->problem = *problem;
	}
}

/* The trace fields of a final delivery (RFC 5321 section 4.4), then the content. */
static void
add_mail(Run *run, MaildirFile *file, tocsin_mail *mail)
{
	const tocsin_delivery *delivery = run->instance->delivery;
	uint32_t count = delivery->recipient_count(mail);
	uint64_t offset = 0;
	const void *data = NULL;
	int64_t length;

	maildir_file_add_field(file, "Return-Path", "<", delivery->sender(mail), ">");
	for (uint32_t i = 0; i < count; i++) {
		maildir_file_add_field(file, "Delivered-To", "", delivery->recipient(mail, i), "");
	}
	while ((length = delivery->content(mail, offset, &data)) > 0) {
		maildir_file_add_content(file, data, (size_t)length);
		offset += (uint64_t)length;
	}
	if (length < 0) {
		file->error = EIO;
	}
}

/* Writes the mail to tmp and adds it to the batch, or tells that this failed. */
static void
collect(Run *run, tocsin_mail *mail)
{
	MaildirProblem problem = {0};
	Item *item = &run->batch[run->count];

	if (!maildir_file_begin(&item->file, &run->box, run->instance->host_name, run->buffer,
	                        &problem)) {
		tell_problem(run, mail, &problem);
		return;
	}
	add_mail(run, &item->file, mail);
	if (!maildir_file_finish(&item->file, &problem)) {
		tell_problem(run, mail, &problem);
		return;
	}
	item->mail = mail;
	item->is_published = false;
	run->count++;
}

static void
tell_delivered(Run *run, const Item *item)
{
	char text[MAILDIR_TEXT_SIZE];

	snprintf(text, sizeof(text), "in %s/new/%s", run->box.shown, item->file.name);
	tell(run, item->mail, TOCSIN_OK, "2.0.0", text);
}

/* Everybody can see the files, but whether they outlive a power cut nobody can tell. */
static void
tell_unknown(Run *run, const Item *item, const MaildirProblem *problem)
{
	tell(run, item->mail, TOCSIN_E_UNKNOWN, problem->enhanced, problem->text);
	if (run->problem.status == TOCSIN_OK) {
		run->problem = *problem;
	}
}

/* Puts the batch into new for good and tells the fates. */
static void
commit(Run *run)
{
	MaildirProblem problem = {0};
	uint32_t published = 0;

	for (uint32_t i = 0; i < run->count; i++) {
		Item *item = &run->batch[i];
		MaildirProblem own = {0};

		item->is_published = maildir_file_publish(&item->file, &own);
		if (item->is_published) {
			published++;
		} else {
			tell_problem(run, item->mail, &own);
		}
	}
	bool is_durable = published == 0 || maildir_file_sync_new(&run->box, &problem);

	for (uint32_t i = 0; i < run->count; i++) {
		const Item *item = &run->batch[i];

		if (item->is_published && is_durable) {
			tell_delivered(run, item);
		} else if (item->is_published) {
			tell_unknown(run, item, &problem);
		}
	}
	run->count = 0;
}

/* Batch after batch, until next() has no more. */
static int32_t
deliver(Run *run)
{
	const tocsin_delivery *delivery = run->instance->delivery;

	for (;;) {
		tocsin_mail *mail = NULL;
		int32_t status = delivery->next(run->job, 0, &mail);

		if (status == TOCSIN_OK) {
			collect(run, mail);
		}
		if (status != TOCSIN_OK || run->count == BATCH_MAX) {
			commit(run);
		}
		if (status != TOCSIN_OK) {
			return status == TOCSIN_END ? TOCSIN_OK : status;
		}
	}
}

static void
clean(Run *run)
{
	MaildirInstance *instance = run->instance;
	int64_t now = maildir_file_now_us();
	long long before = atomic_load(&instance->cleaned_us);
	char text[MAILDIR_TEXT_SIZE];

	/* A clock that was set back is no reason to wait. */
	if ((now >= before && now - before < CLEAN_EVERY_US) ||
	    !atomic_compare_exchange_strong(&instance->cleaned_us, &before, now)) {
		return;
	}
	unsigned count = maildir_box_clean(&run->box, now / 1000000);

	if (count > 0) {
		snprintf(text, sizeof(text),
		         "removed %u files from %s/tmp that a delivery had left there more than %d "
		         "hours ago",
		         count, run->box.shown, MAILDIR_STALE_SECONDS / 3600);
		instance->host->log(instance->host, TOCSIN_LOG_INFO, text);
	}
}

int32_t
maildir_run(void *instance, tocsin_job *job, tocsin_error *error)
{
	MaildirInstance *self = instance;
	Run *run = calloc(1, sizeof(*run));
	int32_t status = TOCSIN_OK;

	if (run == NULL) {
		return self->host->fail(self->host, error, TOCSIN_E_TEMP, "out of memory");
	}
	run->instance = self;
	run->job = job;
	if (maildir_box_open(&run->box, &self->place, &run->problem)) {
		clean(run);
		status = deliver(run);
		maildir_box_close(&run->box);
	}
	if (status == TOCSIN_OK && run->problem.status != TOCSIN_OK) {
		status =
		        self->host->fail(self->host, error, run->problem.status, run->problem.text);
	}
	free(run);
	return status;
}
