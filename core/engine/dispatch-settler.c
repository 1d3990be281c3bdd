/* SPDX-License-Identifier: MIT */
/* One batch is filled while another is being written. */
#include "engine/dispatch-settler.h"

#include "engine/dispatch-verdict.h"

/* Between two tries to write. */
#define RETRY_FIRST_MS 100u
#define RETRY_MAX_MS 5000u

/* A mail in a batch, should it end there. */
typedef struct {
	guint place;
	char *mail;
	char *failures; /* (nullable) who did not get it, as far as this try goes */
} Note;

typedef struct {
	TocsinBatch *batch;
	GArray *notes; /* of Note */
} Load;

struct _TocsinSettler {
	TocsinStore *store;
	TocsinClock *clock;
	GMainContext *context;
	TocsinSettlerCallbacks callbacks;
	gpointer user;
	guint retry_ms; /* context's thread; 0 while all is well */
	GSource *retry; /* (nullable) context's thread */
	GMutex mutex;   /* guards the rest; the outermost but the dispatcher's */
	Load filling;   /* batch NULL: empty */
	Load writing;   /* likewise: nothing is under way */
	gboolean is_stuck;
};

static void
clear_note(gpointer data)
{
	Note *note = data;

	g_free(note->mail);
	g_free(note->failures);
}

static void
clear_load(Load *load)
{
	g_clear_pointer(&load->batch, tocsin_batch_unref);
	g_clear_pointer(&load->notes, g_array_unref);
}

TocsinSettler *
tocsin_settler_new(TocsinStore *store, TocsinClock *clock, GMainContext *context,
                   const TocsinSettlerCallbacks *callbacks, gpointer user)
{
	TocsinSettler *self = g_new0(TocsinSettler, 1);

	self->store = store;
	self->clock = clock;
	self->context = g_main_context_ref(context);
	self->callbacks = *callbacks;
	self->user = user;
	g_mutex_init(&self->mutex);
	return self;
}

void
tocsin_settler_free(TocsinSettler *self)
{
	if (self == NULL) {
		return;
	}
	if (self->retry != NULL) {
		g_source_destroy(self->retry);
		g_source_unref(self->retry);
	}
	clear_load(&self->filling);
	clear_load(&self->writing);
	g_main_context_unref(self->context);
	g_mutex_clear(&self->mutex);
	g_free(self);
}

static void
add_lines(TocsinBatch *batch, const TocsinSettlement *settlement, gint64 now_us)
{
	const TocsinMail *mail = settlement->claim->mail;

	for (guint i = 0; i < mail->recipients->len; i++) {
		const TocsinFate *fate = settlement->fates[i];

		if (fate != NULL) {
			g_autofree char *line = tocsin_verdict_line(
			        tocsin_mail_recipient(mail, i)->address, fate, settlement->due_us);

			tocsin_batch_add_log(batch, now_us, NULL, mail->id, mail->rule,
			                     tocsin_fate_status_name(fate->status), line);
			g_info("mail %s %s: %s", mail->id, tocsin_fate_status_name(fate->status),
			       line);
		}
	}
	if (settlement->reason != NULL) {
		tocsin_batch_add_log(batch, now_us, NULL, mail->id, mail->rule, "moved",
		                     settlement->reason);
	}
}

static void on_written(TocsinBatch *batch, const GError *error, gpointer user_data);

/* Under the lock: writes what has been filled, unless something is under way. */
static void
flush(TocsinSettler *self)
{
	if (self->writing.batch != NULL || self->filling.batch == NULL) {
		return;
	}
	self->writing = self->filling;
	self->filling = (Load){NULL, NULL};
	tocsin_store_commit_async(self->store, self->writing.batch, self->context, on_written,
	                          self);
}

void
tocsin_settler_add(TocsinSettler *self, const TocsinSettlement *settlement)
{
	Note note = {
	        .mail = g_strdup(settlement->claim->mail->id),
	        .failures = tocsin_verdict_failures(settlement->claim, settlement->fates,
	                                            settlement->due_us),
	};
	gint64 now_us = tocsin_clock_wall_us(self->clock);

	g_mutex_lock(&self->mutex);
	if (self->filling.batch == NULL) {
		self->filling.batch = tocsin_batch_new();
		self->filling.notes = g_array_new(FALSE, FALSE, sizeof(Note));
		g_array_set_clear_func(self->filling.notes, clear_note);
	}
	add_lines(self->filling.batch, settlement, now_us);
	note.place = tocsin_batch_settle(self->filling.batch, settlement->claim, settlement->fates,
	                                 settlement->due_us, settlement->account);
	g_array_append_val(self->filling.notes, note);
	flush(self);
	g_mutex_unlock(&self->mutex);
}

static gboolean
on_retry(gpointer data)
{
	TocsinSettler *self = data;

	g_clear_pointer(&self->retry, g_source_unref);
	tocsin_store_commit_async(self->store, self->writing.batch, self->context, on_written,
	                          self);
	return G_SOURCE_REMOVE;
}

static void
retry_later(TocsinSettler *self, const GError *error)
{
	gboolean is_new = self->retry_ms == 0;

	self->retry_ms = is_new ? RETRY_FIRST_MS : MIN(2 * self->retry_ms, RETRY_MAX_MS);
	self->retry = g_timeout_source_new(self->retry_ms);
	g_source_set_callback(self->retry, on_retry, self, NULL);
	g_source_attach(self->retry, self->context);
	g_mutex_lock(&self->mutex);
	self->is_stuck = TRUE;
	g_mutex_unlock(&self->mutex);
	self->callbacks.on_change(self->user, is_new ? error : NULL);
}

static void
tell_dead(const TocsinSettler *self, const Load *load)
{
	for (guint i = 0; i < load->notes->len; i++) {
		const Note *note = &g_array_index(load->notes, Note, i);

		if (tocsin_batch_settled_state(load->batch, note->place) == TOCSIN_MAIL_DEAD) {
			self->callbacks.on_dead(self->user, note->mail,
			                        note->failures != NULL
			                                ? note->failures
			                                : "some recipients were refused before");
		}
	}
}

static void
on_written(TocsinBatch *batch, const GError *error, gpointer user_data)
{
	TocsinSettler *self = user_data;
	Load load;

	if (error != NULL) {
		retry_later(self, error);
		return;
	}
	self->retry_ms = 0;
	g_mutex_lock(&self->mutex);
	load = self->writing;
	self->writing = (Load){NULL, NULL};
	self->is_stuck = FALSE;
	flush(self);
	g_mutex_unlock(&self->mutex);
	tell_dead(self, &load);
	clear_load(&load);
	self->callbacks.on_change(self->user, NULL);
}

gboolean
tocsin_settler_is_stuck(TocsinSettler *self)
{
	g_mutex_lock(&self->mutex);
	gboolean is_stuck = self->is_stuck;

	g_mutex_unlock(&self->mutex);
	return is_stuck;
}

/* Under the lock. */
static guint
count_mails(const TocsinSettler *self)
{
	return (self->filling.batch != NULL ? self->filling.notes->len : 0) +
	       (self->writing.batch != NULL ? self->writing.notes->len : 0);
}

gboolean
tocsin_settler_has_room(TocsinSettler *self)
{
	g_mutex_lock(&self->mutex);
	gboolean has_room = !self->is_stuck && count_mails(self) < TOCSIN_SETTLER_MAX;

	g_mutex_unlock(&self->mutex);
	return has_room;
}

guint
tocsin_settler_count(TocsinSettler *self)
{
	g_mutex_lock(&self->mutex);
	guint count = count_mails(self);

	g_mutex_unlock(&self->mutex);
	return count;
}
