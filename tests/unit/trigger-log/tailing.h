/* SPDX-License-Identifier: MIT */
/* A follower with its store, in a folder of its own, for tests. */
#ifndef TOCSIN_TEST_TAILING_H
#define TOCSIN_TEST_TAILING_H

#include <glib.h>

#include "follower.h"

typedef struct {
	char *folder; /* below the build folder: on a real file system, where inodes are reused */
	char *pattern;
	TocsinClock *clock;
	TocsinLogFollower *follower;
	TocsinLogFollowerOptions options;
	GHashTable *checkpoints; /* of name : GBytes, what would be durable */
	GHashTable *events;      /* of "lineage:offset" : line, what would be in the store */
	GPtrArray *lines;        /* of line, each event once, in order */
	GPtrArray *partials;     /* of line, offered as partial */
	GPtrArray *notes;
	guint room; /* lines that can be taken, then blocked */
	guint catch_up;
	guint keep;            /* bytes of each slice that are not taken */
	gboolean stamps_files; /* what is written gets a time of its own */
} Tailing;

void tailing_set_up(Tailing *self, const char *pattern, TocsinLogFrom from);
/* A log of two lines, "one|two", that was read: its name alone or, if @is_wide, with its rotated
 * ones in the pattern. */
void tailing_set_up_read(Tailing *self, gboolean is_wide);
void tailing_tear_down(Tailing *self);

/* Starts a follower from what is durable, without letting it read. */
void tailing_begin(Tailing *self);
/* The same, and lets it do all that is to do. */
void tailing_start(Tailing *self);
/* Ends it, as kill -9 would. */
void tailing_kill(Tailing *self);
/* Lets it do all that is to do now. */
void tailing_settle(const Tailing *self);
/* Moves the clock on and settles. */
void tailing_wait(Tailing *self, gint64 us);

char *tailing_path(const Tailing *self, const char *name);
void tailing_append(const Tailing *self, const char *name, const char *text, gssize length);
void tailing_rename(const Tailing *self, const char *from, const char *to);
void tailing_copy(const Tailing *self, const char *from, const char *to);
/* To the same file, if it is there. */
void tailing_copy_over(const Tailing *self, const char *from, const char *to);
/* As cp(1) does it, looked at meanwhile by a follower that runs: empty, half, whole. A file that is
 * there is overwritten, or with @is_new removed before. */
void tailing_copy_slowly(const Tailing *self, const char *from, const char *to, gboolean is_new);
void tailing_truncate(const Tailing *self, const char *name, gint64 size);
void tailing_unlink(const Tailing *self, const char *name);
void tailing_compress(const Tailing *self, const char *name);
/* As gzip(1) does it, looked at in the same way. */
void tailing_compress_slowly(const Tailing *self, const char *name);

/* The lines so far are just these, "|" between them. */
void tailing_assert_lines(const Tailing *self, const char *expected);

#endif
