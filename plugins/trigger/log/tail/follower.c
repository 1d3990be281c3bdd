/* SPDX-License-Identifier: MIT */
/* Reading in turn: what was queued, what is due, and what has to be remembered. */
#include "follower.h"

#include <string.h>

#include "follower-private.h"
#include "patterns.h"

/* The checkpoint that says only that there was a start before. */
#define STARTED "started"

/* A file that changes without events gets its checkpoint so often. */
#define SAVE_US (5 * G_USEC_PER_SEC)

void
tocsin_log_follower_options_init(TocsinLogFollowerOptions *options)
{
	*options = (TocsinLogFollowerOptions){
	        .slice_size = 256u << 10,
	        .line_limit = 64u << 10,
	        .sweep_us = 10 * G_USEC_PER_SEC,
	        .poll_us = G_USEC_PER_SEC,
	        .idle_flush_us = 5 * G_USEC_PER_SEC,
	        .rotate_wait_us = 10 * G_USEC_PER_SEC,
	        .open_max = 256,
	        .files_max = 100000,
	};
}

TocsinLogFollower *
tocsin_log_follower_new(const TocsinLogFollowerOptions *options,
                        const TocsinLogFollowerHooks *hooks, gpointer data,
                        const TocsinClock *clock)
{
	TocsinLogFollower *self = g_new0(TocsinLogFollower, 1);

	self->options = *options;
	self->patterns = g_strdupv((char **)options->patterns);
	self->hooks = *hooks;
	self->data = data;
	self->clock = clock;
	self->reader = (TocsinLogReader){
	        .bytes = g_malloc(options->slice_size + TOCSIN_LOG_TAIL_MAX),
	        .size = options->slice_size,
	        .line_limit = options->line_limit,
	        .on_slice = hooks->on_slice,
	        .data = data,
	};
	self->watch = tocsin_log_watch_new();
	self->waiting = g_ptr_array_new();
	self->undecided = tocsin_log_follower_new_undecided();
	self->restored = g_array_new(FALSE, FALSE, sizeof(TocsinLogCheckpoint));
	g_array_set_clear_func(self->restored, (GDestroyNotify)tocsin_log_checkpoint_clear);
	self->renames = tocsin_log_follower_new_renames();
	self->sought = tocsin_log_follower_new_sought();
	self->appeared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->is_first_start = TRUE;
	self->unreadable = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->moved = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	tocsin_log_roster_init(&self->roster);
	return self;
}

void
tocsin_log_follower_free(TocsinLogFollower *self)
{
	if (self == NULL) {
		return;
	}
	g_queue_clear(&self->queue);
	g_ptr_array_unref(self->waiting);
	g_array_unref(self->restored);
	g_hash_table_unref(self->undecided);
	g_ptr_array_unref(self->renames);
	g_ptr_array_unref(self->sought);
	g_hash_table_unref(self->appeared);
	g_hash_table_unref(self->moved);
	g_hash_table_unref(self->unreadable);
	tocsin_log_roster_clear(&self->roster);
	tocsin_log_watch_free(self->watch);
	g_strfreev(self->patterns);
	g_free(self->reader.bytes);
	g_free(self);
}

void
tocsin_log_follower_restore(TocsinLogFollower *self, const char *name, const void *bytes,
                            gsize length)
{
	g_autoptr(GError) error = NULL;
	TocsinLogCheckpoint checkpoint;

	self->is_first_start = FALSE;
	if (strcmp(name, STARTED) == 0) {
		return;
	}
	if (!tocsin_log_checkpoint_read(bytes, length, &checkpoint, &error)) {
		tocsin_log_follower_note(self, "checkpoint '%s': %s, ignoring it", name,
		                         error->message);
		return;
	}
	g_array_append_val(self->restored, checkpoint);
}

void
tocsin_log_follower_start(TocsinLogFollower *self)
{
	tocsin_log_follower_adopt_restored(self);
	tocsin_log_follower_look(self);
	self->is_started = TRUE;
	if (self->is_first_start) {
		self->hooks.on_checkpoint(STARTED, "", 1, self->data);
	}
	self->look_at_us =
	        tocsin_clock_monotonic_us(self->clock) +
	        (self->is_told_everything ? self->options.sweep_us : self->options.poll_us);
}

int
tocsin_log_follower_get_fd(const TocsinLogFollower *self)
{
	return tocsin_log_watch_get_fd(self->watch);
}

/* Must another file be read to its end first? */
static gboolean
has_to_wait(TocsinLogFollower *self, TocsinLogFile *file)
{
	const TocsinLogFile *before = tocsin_log_roster_find_lineage(&self->roster, file->before);

	if (before == NULL || before->has_reached_end || before == file) {
		tocsin_log_follower_carry(self, file, before);
		file->before = 0;
		return FALSE;
	}
	return TRUE;
}

/* Opens @file and sees whether it has grown. */
static TocsinLogRead
prepare(TocsinLogFollower *self, TocsinLogFile *file)
{
	gboolean was_open = file->source != NULL;
	TocsinLogRead result = tocsin_log_file_open(file);
	TocsinLogStatus status;

	self->open_count += !was_open && file->source != NULL;
	if (result != TOCSIN_LOG_READ_END ||
	    !tocsin_log_source_get_status(file->source, &status, NULL)) {
		return result == TOCSIN_LOG_READ_END ? TOCSIN_LOG_READ_FAILED : result;
	}
	if (status.size != file->size_seen) {
		file->grown_us = tocsin_clock_monotonic_us(self->clock);
	}
	file->size_seen = status.size;
	file->modified_us = status.modified_us;
	file->used_us = tocsin_clock_monotonic_us(self->clock);
	return TOCSIN_LOG_READ_END;
}

/* @file has been read to its present end. */
static void
on_end(TocsinLogFollower *self, TocsinLogFile *file)
{
	/* What is not found just now may only be on its way to another name. */
	gboolean is_given_up =
	        file->is_detached && tocsin_clock_monotonic_us(self->clock) - file->grown_us >=
	                                     self->options.rotate_wait_us;

	if (is_given_up || tocsin_log_source_is_compressed(file->source)) {
		if (file->is_pending &&
		    tocsin_log_file_flush(file, &self->reader, TRUE) == TOCSIN_LOG_READ_BLOCKED) {
			self->is_blocked = TRUE;
			tocsin_log_follower_queue(self, file);
			return;
		}
		file->is_pending = FALSE;
	}
	if (is_given_up && tocsin_log_file_has_no_name(file)) {
		tocsin_log_follower_succeed(self, file);
		return;
	}
	if (is_given_up) {
		tocsin_log_follower_finish(self, file);
		return;
	}
	file->has_reached_end = TRUE;
	if (file->is_pending && !file->is_waiting) {
		file->is_waiting = TRUE;
		g_ptr_array_add(self->waiting, file);
	}
	if (self->open_count > self->options.open_max && !file->is_detached) {
		tocsin_log_follower_save(self, file);
		tocsin_log_follower_close(self, file);
	}
}

static void
on_read(TocsinLogFollower *self, TocsinLogFile *file, TocsinLogRead result)
{
	if (result != TOCSIN_LOG_READ_REPLACED &&
	    (file->must_save ||
	     tocsin_clock_monotonic_us(self->clock) - file->saved_us > SAVE_US)) {
		tocsin_log_follower_save(self, file);
	}
	file->must_save = FALSE;
	if (result != TOCSIN_LOG_READ_REPLACED && result != TOCSIN_LOG_READ_FAILED) {
		file->content_us = MAX(file->content_us, file->modified_us);
	}
	switch (result) {
	case TOCSIN_LOG_READ_END:
		on_end(self, file);
		break;
	case TOCSIN_LOG_READ_MORE:
		tocsin_log_follower_queue(self, file);
		break;
	case TOCSIN_LOG_READ_BLOCKED:
		self->is_blocked = TRUE;
		tocsin_log_follower_queue(self, file);
		break;
	case TOCSIN_LOG_READ_REPLACED:
		tocsin_log_follower_stop_waiting(self, file);
		tocsin_log_follower_begin_anew(self, file);
		break;
	case TOCSIN_LOG_READ_FAILED:
		file->has_reached_end = TRUE;
		break;
	}
}

static void
read_one(TocsinLogFollower *self, TocsinLogFile *file)
{
	TocsinLogRead result;

	file->is_queued = FALSE;
	if (has_to_wait(self, file)) {
		tocsin_log_follower_queue(self, file);
		return;
	}
	result = prepare(self, file);
	if (result != TOCSIN_LOG_READ_END) {
		/* If its path leads elsewhere, looking will find where it went. What cannot be
		 * opened now is tried again at the next sweep. */
		self->must_look |= result == TOCSIN_LOG_READ_REPLACED;
		file->has_reached_end = TRUE;
		return;
	}
	if (file->is_unproven && file->is_found && file->position == 0 &&
	    tocsin_log_follower_yield(self, file)) {
		return;
	}
	if (tocsin_log_follower_has_unseen_copy(self, file)) {
		tocsin_log_follower_queue(self, file);
		return;
	}
	on_read(self, file, tocsin_log_file_read(file, &self->reader));
}

/* Offers the unfinished ends that have not grown for a while. */
static void
flush_waiting(TocsinLogFollower *self, gint64 now_us)
{
	for (guint i = self->waiting->len; i-- > 0 && !self->is_blocked;) {
		TocsinLogFile *file;
		TocsinLogRead result;

		if (i >= self->waiting->len) {
			continue; /* more than one has left */
		}
		file = self->waiting->pdata[i];
		if (now_us - file->grown_us < self->options.idle_flush_us) {
			continue;
		}
		tocsin_log_follower_stop_waiting(self, file);
		if (!file->is_pending || file->partial_seen == file->size_seen ||
		    prepare(self, file) != TOCSIN_LOG_READ_END) {
			continue;
		}
		file->partial_seen = file->size_seen;
		result = tocsin_log_file_flush(file, &self->reader, FALSE);
		if (result == TOCSIN_LOG_READ_BLOCKED) {
			file->partial_seen = G_MAXUINT64;
		}
		if (result != TOCSIN_LOG_READ_END) {
			on_read(self, file, result);
		}
	}
}

static gboolean
is_over(gpointer path, gpointer lineage, gpointer data)
{
	const TocsinLogFollower *self = data;

	(void)path;
	return tocsin_log_roster_find_lineage(&self->roster, *(const guint64 *)lineage) == NULL;
}

/* Closes what has long been idle and saves what has changed. */
static void
sweep(TocsinLogFollower *self, gint64 now_us)
{
	g_hash_table_foreach_remove(self->moved, is_over, self);
	for (guint i = 0; i < self->roster.files->len; i++) {
		TocsinLogFile *file = self->roster.files->pdata[i];

		tocsin_log_follower_save(self, file);
		if (!file->is_queued && !file->is_detached && !file->is_waiting &&
		    now_us - file->used_us > 6 * self->options.sweep_us) {
			tocsin_log_follower_close(self, file);
		}
	}
	self->look_at_us = now_us + (self->is_told_everything ? self->options.sweep_us
	                                                      : self->options.poll_us);
}

static gint64
next_step_us(TocsinLogFollower *self, gint64 now_us)
{
	gint64 next_us = self->look_at_us;

	next_us = MIN(next_us, tocsin_log_follower_get_reconsider_us(self));
	next_us = MIN(next_us, tocsin_log_follower_get_give_up_us(self));
	if (self->must_look || (!g_queue_is_empty(&self->queue) && !self->is_blocked)) {
		return 0;
	}
	for (guint i = 0; i < self->waiting->len && !self->is_blocked; i++) {
		const TocsinLogFile *file = self->waiting->pdata[i];

		next_us = MIN(next_us, file->grown_us + self->options.idle_flush_us);
	}
	return MAX(next_us - now_us, 0);
}

gint64
tocsin_log_follower_step(TocsinLogFollower *self, guint slices)
{
	gint64 now_us = tocsin_clock_monotonic_us(self->clock);
	gboolean is_sweep = now_us >= self->look_at_us;
	TocsinLogFile *file;

	if (self->must_look || is_sweep || now_us >= tocsin_log_follower_get_give_up_us(self)) {
		self->must_look = FALSE;
		tocsin_log_follower_look(self);
	}
	tocsin_log_follower_reconsider(self, now_us);
	while (slices-- > 0 && !self->is_blocked &&
	       (file = g_queue_pop_head(&self->queue)) != NULL) {
		read_one(self, file);
	}
	if (is_sweep) {
		sweep(self, now_us);
	}
	flush_waiting(self, now_us);
	return next_step_us(self, now_us);
}

void
tocsin_log_follower_resume(TocsinLogFollower *self)
{
	self->is_blocked = FALSE;
}

guint
tocsin_log_follower_count(const TocsinLogFollower *self)
{
	return self->roster.files->len;
}
