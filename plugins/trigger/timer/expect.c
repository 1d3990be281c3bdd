/* SPDX-License-Identifier: MIT */
/* Compares the file's time of modification with the schedule. */
#include "expect.h"

#include <sys/stat.h>

static void
set_sign(TocsinExpect *self, gint64 sign_us)
{
	self->sign_us = sign_us;
	tocsin_schedule_set_last(self->schedule, sign_us);
}

void
tocsin_expect_init(TocsinExpect *self, const char *path, gint64 grace_us, TocsinSchedule *schedule,
                   gint64 now_us)
{
	*self = (TocsinExpect){.grace_us = grace_us, .schedule = schedule};
	self->path = g_strdup(path);
	set_sign(self, now_us);
}

void
tocsin_expect_clear(TocsinExpect *self)
{
	g_clear_pointer(&self->path, g_free);
}

char *
tocsin_expect_save(const TocsinExpect *self)
{
	return g_strdup_printf("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d", self->mtime_us,
	                       self->sign_us, self->is_missing);
}

gboolean
tocsin_expect_restore(TocsinExpect *self, const char *state)
{
	g_auto(GStrv) parts = g_strsplit(state, " ", 3);
	gint64 mtime_us, sign_us;

	if (g_strv_length(parts) != 3 ||
	    !g_ascii_string_to_signed(parts[0], 10, 0, G_MAXINT64, &mtime_us, NULL) ||
	    !g_ascii_string_to_signed(parts[1], 10, 0, G_MAXINT64, &sign_us, NULL)) {
		return FALSE;
	}
	self->mtime_us = mtime_us;
	self->is_missing = parts[2][0] == '1';
	set_sign(self, sign_us);
	return TRUE;
}

/* Has the file been touched since it was looked at last? */
static gboolean
find_sign(TocsinExpect *self, gint64 now_us)
{
	struct stat status;
	gint64 mtime_us;

	if (stat(self->path, &status) != 0) {
		return FALSE;
	}
	mtime_us = (gint64)status.st_mtim.tv_sec * G_USEC_PER_SEC + status.st_mtim.tv_nsec / 1000;
	if (mtime_us == self->mtime_us) {
		return FALSE;
	}
	self->mtime_us = mtime_us;
	/* A time that is yet to come would be a sign for ever. */
	set_sign(self, CLAMP(mtime_us, 0, now_us));
	return TRUE;
}

/* The point that a sign has to follow, and until when. */
static gint64
find_deadline(const TocsinExpect *self, gint64 *out_due_us)
{
	gint64 due_us = tocsin_schedule_next(self->schedule);

	*out_due_us = due_us;
	return due_us > G_MAXINT64 - self->grace_us ? G_MAXINT64 : due_us + self->grace_us;
}

TocsinExpectTurn
tocsin_expect_look(TocsinExpect *self, gint64 now_us, gint64 *out_due_us)
{
	gint64 next_due_us;
	gboolean is_late;

	if (self->sign_us > now_us) {
		set_sign(self, now_us); /* the clock was set back */
	}
	is_late = find_deadline(self, out_due_us) <= now_us;
	if (find_sign(self, now_us)) {
		is_late = find_deadline(self, &next_due_us) <= now_us;
		if (is_late || !self->is_missing) {
			*out_due_us = next_due_us;
		}
	}
	if (is_late == self->is_missing) {
		return TOCSIN_EXPECT_SAME;
	}
	self->is_missing = is_late;
	return is_late ? TOCSIN_EXPECT_MISSING : TOCSIN_EXPECT_ARRIVED;
}

gint64
tocsin_expect_next(const TocsinExpect *self, gint64 now_us)
{
	gint64 due_us;

	return self->is_missing ? now_us + TOCSIN_EXPECT_LOOK_US : find_deadline(self, &due_us);
}
