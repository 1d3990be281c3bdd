/* SPDX-License-Identifier: MIT */
/* One followed file: its identity, where reading stands, and the reading of slices.
 *
 * A slice begins at a line and ends behind a newline, unless it is marked partial. What the
 * receiver does not take is offered again, with what was appended. State belongs to one thread. */
#ifndef TOCSIN_LOG_FILE_H
#define TOCSIN_LOG_FILE_H

#include <glib.h>

#include "source.h"

G_BEGIN_DECLS

typedef struct _TocsinLogFile TocsinLogFile;

/* TocsinLogSlice.flags */
#define TOCSIN_LOG_SLICE_PARTIAL 0x1u  /* nothing came for a while: the end may not be complete */
#define TOCSIN_LOG_SLICE_CUT 0x2u      /* one line, longer than the limit: head, mark and tail */
#define TOCSIN_LOG_SLICE_CATCH_UP 0x4u /* written before following began */
#define TOCSIN_LOG_SLICE_FULL 0x8u     /* no larger slice can come: take at least a part */
#define TOCSIN_LOG_SLICE_LAST 0x10u    /* with PARTIAL: the file will not grow any more */

typedef struct {
	TocsinLogFile *file;
	const char *bytes;
	gsize length;
	guint64 offset; /* of the first byte, in the file */
	guint flags;    /* TOCSIN_LOG_SLICE_* */
} TocsinLogSlice;

/* Bytes of the end of what was read before a file that are kept for lines before a match. */
#define TOCSIN_LOG_CARRY_MAX 16384u

#define TOCSIN_LOG_BLOCKED (-1)

/* Returns how many bytes are settled, up to the begin of a line; the rest is offered again.
 * TOCSIN_LOG_BLOCKED - n: n bytes are settled, and nothing more can be taken until further notice.
 * Of a cut line all or nothing. After a partial slice the result says only whether it is blocked:
 * everything is offered again when more is there, so that no line is taken for complete before it
 * is. */
typedef gssize (*TocsinLogOnSlice)(const TocsinLogSlice *slice, gpointer data);

typedef enum {
	TOCSIN_LOG_READ_END,      /* everything complete was taken */
	TOCSIN_LOG_READ_MORE,     /* there is more to read */
	TOCSIN_LOG_READ_BLOCKED,  /* the receiver cannot take more */
	TOCSIN_LOG_READ_REPLACED, /* the content is not what it was: truncated or written anew */
	TOCSIN_LOG_READ_FAILED,   /* cannot be opened or read now */
} TocsinLogRead;

/* Where slices are read to; shared by all files. */
typedef struct {
	guint8 *bytes;
	gsize size;       /* of a slice */
	gsize line_limit; /* longer lines are cut; at most a quarter of size */
	TocsinLogOnSlice on_slice;
	gpointer data;
} TocsinLogReader;

/* A line that is longer than the limit, while it is read. */
typedef struct {
	GString *head;
	GString *tail; /* at most twice what is kept of it */
	guint64 length;
} TocsinLogLongLine;

struct _TocsinLogFile {
	char *path;
	guint64 lineage;
	guint64 device;
	guint64 inode;
	guint64 generation;
	TocsinLogMark head;

	guint64 offset;   /* the first line that is not settled */
	guint64 position; /* where reading goes on: behind offset within NULs or a long line */
	guint8 tail[TOCSIN_LOG_TAIL_MAX]; /* the bytes before position, … */
	guint32 tail_length;              /* … so many */
	TocsinLogLongLine *long_line;     /* NULL if none is being read */

	guint64 size_seen;
	gint64 modified_us;      /* as seen last */
	gint64 content_us;       /* … when that which is read now was still there */
	gint64 grown_us;         /* monotonic: when it was seen to grow */
	guint64 partial_seen;    /* the size at which the partial end was offered */
	guint64 catch_up_before; /* what stands before this was there when following began */
	guint64 before;          /* lineage of the file to be read first; 0: none */
	gboolean is_detached; /* no longer found by the patterns, or a copy to be read to its end */
	gboolean is_pending;  /* something incomplete stands at its end */
	gboolean is_queued;
	gboolean is_waiting;      /* in the follower's list of pending files */
	gboolean is_found;        /* by the patterns, at the last look */
	gboolean is_unproven;     /* followed for new by a rotated name: may yet prove a copy */
	gboolean has_reached_end; /* once, since it came or was detached */
	char *alias;              /* the real path, if path leads through a symbolic link */
	gboolean is_changed;      /* since its last checkpoint */
	gboolean must_save;       /* set by the receiver: save when the slice is settled */
	gboolean is_head_saved;   /* its last checkpoint tells its content from another's */
	gint64 saved_us;          /* monotonic: its last checkpoint */
	guint64 nul_count;        /* NULs passed over */

	TocsinLogSource *source; /* NULL while closed */
	gint64 used_us;          /* monotonic: when the source was read last */
	gpointer user;           /* the receiver's */
	GDestroyNotify user_free;
	GString *carried; /* the last lines of what was at its path before it; NULL: none */
};

TocsinLogFile *tocsin_log_file_new(const char *path, guint64 lineage);
void tocsin_log_file_free(TocsinLogFile *self);

/* Takes over @source, opened at its path. FALSE if it cannot be looked at; then it is freed. */
gboolean tocsin_log_file_take_source(TocsinLogFile *self, TocsinLogSource *source);

/* Opens the file, if it is closed, and sees that it is the same. READ_REPLACED if the path leads
 * elsewhere. */
TocsinLogRead tocsin_log_file_open(TocsinLogFile *self);
void tocsin_log_file_close(TocsinLogFile *self);

/* Is it, which is open, removed? */
gboolean tocsin_log_file_has_no_name(const TocsinLogFile *self);

/* Offers the next slice. */
TocsinLogRead tocsin_log_file_read(TocsinLogFile *self, const TocsinLogReader *reader);

/* Offers all from the offset on, marked partial; @is_last if it will not grow any more. */
TocsinLogRead tocsin_log_file_flush(TocsinLogFile *self, const TocsinLogReader *reader,
                                    gboolean is_last);

/* Moves to @offset, at most the end, and from there back to a line's begin. */
void tocsin_log_file_seek(TocsinLogFile *self, guint64 offset);

/* Hashes the head anew if the content, which is known to have @size bytes or more, now has a longer
 * one. To be called only when the content is sure to be the same. */
void tocsin_log_file_extend_head(TocsinLogFile *self, guint64 size);

/* Where reading stands and what stood there, without looking at the file; and no path. */
void tocsin_log_file_get_place(const TocsinLogFile *self, TocsinLogCheckpoint *out_place);

/* What is to be remembered. */
GBytes *tocsin_log_file_checkpoint(TocsinLogFile *self);

G_END_DECLS

#endif
