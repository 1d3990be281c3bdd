/* SPDX-License-Identifier: MIT */
/* What happened to each file is gathered as bits. The while is the same for all, so that the one
 * touched last is due last, but for those that have waited for too long. */
#include "hold.h"

typedef struct {
	TocsinFileFolder *folder;
	char *path;
	char *old_path; /* NULL: it was not moved */
	guint what;     /* TOCSIN_FILE_* */
	TocsinFileLook look;
	gboolean is_catch_up;
	gint64 first_us;
	gint64 due_us;
} Held;

/* In the order of telling. */
static const struct {
	guint what;
	const char *kind;
} kinds[] = {
        {TOCSIN_FILE_CREATED, "created"},       {TOCSIN_FILE_MOVED, "moved"},
        {TOCSIN_FILE_ATTRIBUTES, "attributes"}, {TOCSIN_FILE_WRITTEN, "written"},
        {TOCSIN_FILE_DELETED, "deleted"},
};

void
tocsin_file_hold_init(TocsinFileHold *self, const TocsinFileSettings *settings,
                      TocsinFileRaiser *raiser)
{
	*self = (TocsinFileHold){.settings = settings, .raiser = raiser};
	self->by_path = g_hash_table_new(g_str_hash, g_str_equal);
}

static void
held_free(gpointer data)
{
	Held *self = data;

	g_free(self->path);
	g_free(self->old_path);
	g_free(self);
}

void
tocsin_file_hold_clear(TocsinFileHold *self)
{
	g_hash_table_unref(self->by_path);
	g_queue_clear_full(&self->queue, held_free);
}

static void
raise_all(const TocsinFileHold *self, guint what, const char *path, const char *old_path,
          const TocsinFileLook *look)
{
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if ((what & self->settings->on & kinds[i].what) != 0) {
			tocsin_file_raise(self->raiser, kinds[i].kind, TOCSIN_FILE_PLAIN, path,
			                  kinds[i].what == TOCSIN_FILE_MOVED ? old_path : NULL,
			                  look);
		}
	}
}

/* Takes it out of the queue; to be freed, or put in again. */
static Held *
take(TocsinFileHold *self, const char *path)
{
	GList *link = g_hash_table_lookup(self->by_path, path);
	Held *held = link != NULL ? link->data : NULL;

	if (held != NULL) {
		g_hash_table_remove(self->by_path, path);
		g_queue_delete_link(&self->queue, link);
		held->folder->held_count--;
	}
	return held;
}

static void
put(TocsinFileHold *self, Held *held, gint64 now_us)
{
	gint64 quiet_us = self->settings->debounce_us;
	GList *after = self->queue.tail;

	held->due_us = MIN(now_us + quiet_us, held->first_us + quiet_us * TOCSIN_FILE_HOLD_TIMES);
	while (after != NULL && ((const Held *)after->data)->due_us > held->due_us) {
		after = after->prev;
	}
	if (after != NULL) {
		g_queue_insert_after(&self->queue, after, held);
		after = after->next;
	} else {
		g_queue_push_head(&self->queue, held);
		after = self->queue.head;
	}
	g_hash_table_insert(self->by_path, held->path, after);
	held->folder->held_count++;
}

/* What comes of @before and then @now: a file that came and went was never there; one that went and
 * came again was written. */
static guint
add_up(guint before, guint now)
{
	if ((now & TOCSIN_FILE_DELETED) != 0) {
		return (before & TOCSIN_FILE_CREATED) != 0 ? 0 : TOCSIN_FILE_DELETED;
	}
	if ((before & TOCSIN_FILE_DELETED) != 0 && (now & TOCSIN_FILE_CREATED) != 0) {
		return TOCSIN_FILE_WRITTEN;
	}
	if ((before & TOCSIN_FILE_CREATED) != 0 && (now & TOCSIN_FILE_MOVED) != 0) {
		return before | TOCSIN_FILE_WRITTEN;
	}
	return before | now;
}

/* Finds what is held of the file, by its old path if it was moved; a new one if there is nothing.
 */
static Held *
find(TocsinFileHold *self, const char *path, const char *old_path, gint64 now_us)
{
	Held *held = old_path != NULL ? take(self, old_path) : NULL;
	Held *other = take(self, path);

	if (held == NULL) {
		held = other;
	} else if (other != NULL) {
		held_free(other); /* of a file that was moved over */
	}
	if (held == NULL) {
		held = g_new0(Held, 1);
		held->first_us = now_us;
	}
	if (old_path != NULL && held->old_path == NULL) {
		held->old_path = g_strdup(old_path);
	}
	g_free(held->path);
	held->path = g_strdup(path);
	return held;
}

void
tocsin_file_hold_tell(TocsinFileHold *self, guint what, TocsinFileFolder *folder, const char *path,
                      const char *old_path, const TocsinFileLook *look)
{
	gint64 now_us;
	Held *held;

	if (self->settings->debounce_us == 0) {
		raise_all(self, what, path, old_path, look);
		return;
	}
	now_us = self->raiser->loop->monotonic_us(self->raiser->source);
	held = find(self, path, old_path, now_us);
	held->what = add_up(held->what, what);
	if (held->what == 0) {
		held_free(held);
		return;
	}
	held->folder = folder;
	held->look = *look;
	held->is_catch_up = self->raiser->is_catch_up;
	put(self, held, now_us);
}

gint64
tocsin_file_hold_release(TocsinFileHold *self, gint64 now_us)
{
	Held *held;

	while ((held = g_queue_peek_head(&self->queue)) != NULL && held->due_us <= now_us) {
		gboolean is_catch_up = self->raiser->is_catch_up;

		take(self, held->path);
		self->raiser->is_catch_up = held->is_catch_up;
		raise_all(self, held->what, held->path, held->old_path, &held->look);
		self->raiser->is_catch_up = is_catch_up;
		held_free(held);
	}
	return held != NULL ? held->due_us : G_MAXINT64;
}
