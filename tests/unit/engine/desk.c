/* SPDX-License-Identifier: MIT */
/* A server as a test wants it. */
#include "desk.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

typedef struct {
	Desk *desk;
	const tocsin_host *host;
	const tocsin_delivery *delivery;
	tocsin_job *job;
	tocsin_error *error;
} Run;

static guint
bump(GHashTable *counts, const char *key)
{
	guint count = GPOINTER_TO_UINT(g_hash_table_lookup(counts, key)) + 1;

	g_hash_table_insert(counts, g_strdup(key), GUINT_TO_POINTER(count));
	return count;
}

static void
note(Desk *self, guint *counter)
{
	g_mutex_lock(&self->mutex);
	(*counter)++;
	g_cond_broadcast(&self->changed);
	g_mutex_unlock(&self->mutex);
}

static int32_t
fail_connection(const Run *run, uint32_t stage, uint32_t code, int32_t status, const char *text)
{
	const tocsin_fate fate = {
	        .size = sizeof(fate),
	        .status = code >= 500 ? TOCSIN_E_PERM : TOCSIN_E_TEMP,
	        .stage = stage,
	        .code = code,
	        .text = text,
	};

	run->delivery->failed(run->job, &fate);
	return run->host->fail(run->host, run->error, status, text);
}

static void
answer_recipient(const Run *run, tocsin_mail *mail, uint32_t index)
{
	const char *address = run->delivery->recipient(mail, index);
	tocsin_fate fate = {
	        .size = sizeof(fate), .stage = TOCSIN_AT_DATA, .code = 250, .text = "ok"};

	g_mutex_lock(&run->desk->mutex);
	bump(run->desk->counts, address);
	g_mutex_unlock(&run->desk->mutex);
	if (g_str_has_prefix(address, "bad")) {
		fate.status = TOCSIN_E_PERM;
		fate.stage = TOCSIN_AT_RECIPIENT;
		fate.code = 550;
		fate.enhanced = "5.1.1";
		fate.text = "no such user";
	} else if (g_str_has_prefix(address, "later")) {
		fate.status = TOCSIN_E_TEMP;
		fate.stage = TOCSIN_AT_RECIPIENT;
		fate.code = 450;
		fate.enhanced = "4.2.1";
		fate.text = "try again later";
	}
	run->delivery->result(run->job, mail, index, &fate);
}

static void
answer(const Run *run, tocsin_mail *mail)
{
	uint32_t count = run->delivery->recipient_count(mail);

	g_mutex_lock(&run->desk->mutex);
	run->desk->answered++;
	run->desk->is_held = run->desk->is_held || run->desk->answered == run->desk->hold_after;
	g_mutex_unlock(&run->desk->mutex);
	if (run->desk->answers > 0) {
		const char *id = run->delivery->id(mail);

		g_assert_cmpint(write(run->desk->answers, id, strlen(id)), ==, strlen(id));
	}
	for (uint32_t i = 0; i < count; i++) {
		answer_recipient(run, mail, i);
	}
}

static void
answer_all(const Run *run, tocsin_mail *mail, int32_t status, uint32_t stage, const char *text)
{
	const tocsin_fate fate = {
	        .size = sizeof(fate), .status = status, .stage = stage, .text = text};
	uint32_t count = run->delivery->recipient_count(mail);

	for (uint32_t i = 0; i < count; i++) {
		run->delivery->result(run->job, mail, i, &fate);
	}
}

static int32_t
wait_for_cancel(const Run *run)
{
	struct pollfd descriptor = {.fd = run->delivery->cancel_fd(run->job), .events = POLLIN};

	poll(&descriptor, 1, -1);
	return run->host->fail(run->host, run->error, TOCSIN_E_CANCELLED, "cancelled");
}

/* Waits while mails are held, or the job is cancelled. */
static gboolean
wait_for_leave(const Run *run)
{
	Desk *desk = run->desk;
	struct pollfd descriptor = {.fd = run->delivery->cancel_fd(run->job), .events = POLLIN};
	gboolean is_cancelled = FALSE;

	g_mutex_lock(&desk->mutex);
	while (desk->is_held && !is_cancelled) {
		g_cond_wait_until(&desk->changed, &desk->mutex, g_get_monotonic_time() + 10000);
		is_cancelled = poll(&descriptor, 1, 0) > 0;
	}
	g_mutex_unlock(&desk->mutex);
	return !is_cancelled;
}

/* The mood ends the run with this mail. */
static int32_t
treat_badly(const Run *run, tocsin_mail *mail, DeskMood mood)
{
	switch (mood) {
	case DESK_DOWN:
		return fail_connection(run, TOCSIN_AT_CONNECT, 0, TOCSIN_E_TEMP,
		                       "connection refused");
	case DESK_LOCKED_OUT:
		return fail_connection(run, TOCSIN_AT_AUTH, 535, TOCSIN_E_PERM, "wrong password");
	case DESK_DROPS:
		answer_all(run, mail, TOCSIN_E_UNKNOWN, TOCSIN_AT_LOST, "the link was lost");
		return run->host->fail(run->host, run->error, TOCSIN_E_TEMP, "the link was lost");
	case DESK_SILENT:
		return wait_for_cancel(run);
	case DESK_DEAF:
		g_mutex_lock(&run->desk->mutex);
		while (run->desk->is_held) {
			g_cond_wait(&run->desk->changed, &run->desk->mutex);
		}
		g_mutex_unlock(&run->desk->mutex);
		answer(run, mail);
		return TOCSIN_OK;
	case DESK_FULL:
		answer_all(run, mail, TOCSIN_E_TEMP, TOCSIN_AT_LOCAL, "no space left");
		return run->host->fail(run->host, run->error, TOCSIN_E_TEMP, "no space left");
	default: /* DESK_BREAKS: says that all is well, and has told nothing */
		return TOCSIN_OK;
	}
}

static tocsin_mail *
take(const Run *run, gint64 wait_us, int32_t *out_status)
{
	Desk *desk = run->desk;
	tocsin_mail *mail = NULL;

	*out_status = run->delivery->next(run->job, wait_us, &mail);
	if (*out_status != TOCSIN_OK) {
		return NULL;
	}
	g_mutex_lock(&desk->mutex);
	bump(desk->ids, run->delivery->id(mail));
	g_mutex_unlock(&desk->mutex);
	note(desk, &desk->taken);
	return mail;
}

/* Takes as many as the pipeline holds, answers them in turn. */
static int32_t
serve(const Run *run, tocsin_mail *first)
{
	g_autoptr(GPtrArray) mails = g_ptr_array_new();
	Desk *desk = run->desk;
	int32_t status = TOCSIN_OK;

	g_ptr_array_add(mails, first);
	for (;;) {
		while (mails->len > 0 && mails->len < desk->pipeline) {
			tocsin_mail *mail = take(run, 0, &status);

			if (mail == NULL) {
				break;
			}
			g_ptr_array_add(mails, mail);
		}
		if (mails->len == 0) {
			tocsin_mail *mail = take(run, desk->idle_us, &status);

			if (mail == NULL) {
				return status == TOCSIN_END ? TOCSIN_OK : status;
			}
			g_ptr_array_add(mails, mail);
		}
		g_mutex_lock(&desk->mutex);
		DeskMood mood = desk->mood;

		g_mutex_unlock(&desk->mutex);
		if (mood == DESK_WORKS &&
		    g_str_has_prefix(run->delivery->recipient(mails->pdata[0], 0), "poison")) {
			mood = DESK_DROPS;
		}
		if (mood != DESK_WORKS) {
			return treat_badly(run, mails->pdata[0], mood);
		}
		if (!wait_for_leave(run)) {
			return run->host->fail(run->host, run->error, TOCSIN_E_CANCELLED,
			                       "cancelled");
		}
		answer(run, g_ptr_array_steal_index(mails, 0));
	}
}

static int32_t
run_stage(Stage *stage, const tocsin_host *host, const tocsin_delivery *delivery, tocsin_job *job,
          tocsin_error *error)
{
	Desk *desk = (Desk *)stage;
	Run run = {desk, host, delivery, job, error};
	int32_t status;
	tocsin_mail *first = take(&run, 0, &status);

	if (first == NULL) {
		return status == TOCSIN_END ? TOCSIN_OK : status;
	}
	g_mutex_lock(&desk->mutex);
	desk->runs++;
	desk->open++;
	desk->open_max = MAX(desk->open_max, desk->open);
	gboolean is_too_many = desk->limit > 0 && desk->open > desk->limit;

	g_cond_broadcast(&desk->changed);
	g_mutex_unlock(&desk->mutex);
	status = is_too_many ? fail_connection(&run, TOCSIN_AT_GREETING, 421, TOCSIN_E_TEMP,
	                                       "too many connections")
	                     : serve(&run, first);
	g_mutex_lock(&desk->mutex);
	desk->open--;
	g_cond_broadcast(&desk->changed);
	g_mutex_unlock(&desk->mutex);
	return status;
}

static void
quiesce_stage(Stage *stage)
{
	Desk *self = (Desk *)stage;

	self->teller = g_thread_self();
	note(self, &self->quiesced);
}

void
desk_init(Desk *self)
{
	memset(self, 0, sizeof(*self));
	self->stage.run = run_stage;
	self->stage.quiesce = quiesce_stage;
	self->pipeline = 1;
	g_mutex_init(&self->mutex);
	g_cond_init(&self->changed);
	self->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void
desk_clear(Desk *self)
{
	g_hash_table_unref(self->counts);
	g_hash_table_unref(self->ids);
	g_cond_clear(&self->changed);
	g_mutex_clear(&self->mutex);
}

void
desk_set_mood(Desk *self, DeskMood mood)
{
	g_mutex_lock(&self->mutex);
	self->mood = mood;
	g_mutex_unlock(&self->mutex);
}

void
desk_let_go(Desk *self)
{
	g_mutex_lock(&self->mutex);
	self->is_held = FALSE;
	self->hold_after = 0;
	g_cond_broadcast(&self->changed);
	g_mutex_unlock(&self->mutex);
}

static guint
read_locked(Desk *self, const guint *counter)
{
	g_mutex_lock(&self->mutex);
	guint count = *counter;

	g_mutex_unlock(&self->mutex);
	return count;
}

guint
desk_runs(Desk *self)
{
	return read_locked(self, &self->runs);
}

guint
desk_quiesced(Desk *self)
{
	return read_locked(self, &self->quiesced);
}

guint
desk_taken(Desk *self)
{
	return read_locked(self, &self->taken);
}

guint
desk_count(Desk *self, const char *address)
{
	g_mutex_lock(&self->mutex);
	guint count = GPOINTER_TO_UINT(g_hash_table_lookup(self->counts, address));

	g_mutex_unlock(&self->mutex);
	return count;
}
