/* SPDX-License-Identifier: MIT */
/* One evaluation under way: what it may use, what it has used, and what went wrong.
 *
 * Belongs to one thread. Functions of the room that return NULL or FALSE have called
 * tocsin_run_fail() or tocsin_run_fail_limit(), once. */
#ifndef TOCSIN_TEMPLATE_RUN_H
#define TOCSIN_TEMPLATE_RUN_H

#include "base/clock.h"
#include "template/template-limits.h"
#include "template/tree.h"

G_BEGIN_DECLS

typedef enum {
	TOCSIN_ESCAPE_NONE,   /* text: as it is */
	TOCSIN_ESCAPE_HTML,   /* & < > " ' become entities */
	TOCSIN_ESCAPE_HEADER, /* one line: white space and controls become single spaces */
} TocsinEscape;

/* Finds the value of a free name: a new reference, or NULL if there is none. */
typedef TocsinDatum *(*TocsinScopeLookup)(gpointer user_data, const char *name);

typedef struct _TocsinFrame TocsinFrame;

typedef struct _TocsinRun {
	const TocsinTemplateLimits *limits;
	const TocsinClock *clock;
	const char *time_zone; /* NULL: UTC */
	TocsinEscape escape;
	guint steps;
	guint iterations;
	guint depth;
	gsize memory;
	TocsinFrame *frame;     /* where names are looked up now */
	GString *out;           /* where output goes now */
	gboolean is_silent;     /* output of a template that extends another */
	GHashTable *regexes;    /* of pattern : GRegex; NULL until needed */
	GPtrArray *captured;    /* of TocsinFrame that closures hold: emptied at the end */
	GPtrArray *namespaces;  /* of TocsinDatum maps: emptied at the end */
	gpointer execution;     /* the renderer's own */
	const TocsinTree *node; /* what is evaluated now: the place of errors */
	GError *error;
} TocsinRun;

/* What a call, filter or test was given. */
typedef struct _TocsinArguments {
	GPtrArray *positional; /* of TocsinDatum; may be NULL for none */
	TocsinDatum *named;    /* a map of keyword arguments, or NULL for none */
} TocsinArguments;

/* Also unrefs the members. */
void tocsin_arguments_clear(TocsinArguments *self);
guint tocsin_arguments_count(const TocsinArguments *self);
/* The positional argument; belongs to @self. */
TocsinDatum *tocsin_arguments_nth(const TocsinArguments *self, guint index);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinArguments, tocsin_arguments_clear)

/* @limits may be NULL for the defaults, @clock for the system's. */
void tocsin_run_init(TocsinRun *self, const TocsinTemplateLimits *limits, const TocsinClock *clock);
void tocsin_run_clear(TocsinRun *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinRun, tocsin_run_clear)

/* Sets the error with the place of the present node, unless there is one already. Returns NULL. */
gpointer tocsin_run_fail(TocsinRun *self, const char *format, ...) G_GNUC_PRINTF(2, 3);
gpointer tocsin_run_fail_limit(TocsinRun *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Fails with what @undefined says. */
gpointer tocsin_run_fail_undefined(TocsinRun *self, const TocsinDatum *undefined);

/* Spends @steps. */
gboolean tocsin_run_step(TocsinRun *self, guint steps);
/* Will a string of @length bytes be allowed? Spends it. */
gboolean tocsin_run_allow_string(TocsinRun *self, gsize length);
/* Will a list of @count members be allowed? Spends steps for them. */
gboolean tocsin_run_allow_members(TocsinRun *self, gint64 count);
/* One level deeper, until tocsin_run_leave(). */
gboolean tocsin_run_enter(TocsinRun *self);
void tocsin_run_leave(TocsinRun *self);

/* The string, if it is allowed. Takes @text. */
TocsinDatum *tocsin_run_string_take(TocsinRun *self, char *text, gsize length, gboolean is_safe);
/* As above, from a GString, which is freed. */
TocsinDatum *tocsin_run_gstring_take(TocsinRun *self, GString *text, gboolean is_safe);

/* The compiled pattern; belongs to the run. */
GRegex *tocsin_run_regex(TocsinRun *self, const char *pattern);
/* Compiles @pattern with the limits built in. TOCSIN_ERROR_TEMPLATE says where it is wrong. */
GRegex *tocsin_run_compile_regex(const char *pattern, const TocsinTemplateLimits *limits,
                                 GError **error);
/* Is @pattern in @text? FALSE with the run's error set if the search took too long. */
gboolean tocsin_run_search(TocsinRun *self, GRegex *regex, const char *text, gboolean is_anchored);

/* What the datum says, for text: fails on undefined. A string is shared. */
TocsinDatum *tocsin_run_to_string(TocsinRun *self, const TocsinDatum *datum);
/* The same with markup escaped if it is not safe; safe. */
TocsinDatum *tocsin_run_to_markup(TocsinRun *self, const TocsinDatum *datum);

/* The members: a list's, a map's keys, a string's characters. A list is shared. */
TocsinDatum *tocsin_run_to_list(TocsinRun *self, const TocsinDatum *datum);

/* Frames hold the names that a template sets. */
TocsinFrame *tocsin_frame_new(TocsinFrame *parent);
TocsinFrame *tocsin_frame_ref(TocsinFrame *self);
void tocsin_frame_unref(TocsinFrame *self);
/* Free names are asked of @lookup once no frame has them. */
void tocsin_frame_set_lookup(TocsinFrame *self, TocsinScopeLookup lookup, gpointer user_data);
/* The same for the names of @map, which must live as long. */
void tocsin_frame_set_data(TocsinFrame *self, const TocsinDatum *map);
/* What was probably meant by @name, which is not there, or NULL. Belongs to the frames. */
const char *tocsin_frame_nearest(const TocsinFrame *self, const char *name);
/* Takes @value. */
void tocsin_frame_set(TocsinFrame *self, const char *name, TocsinDatum *value);
/* Names that this frame itself holds, or NULL; belongs to the frame. */
TocsinDatum *tocsin_frame_own(const TocsinFrame *self, const char *name);
/* A new reference, or NULL. */
TocsinDatum *tocsin_frame_find(const TocsinFrame *self, const char *name);
/* The outermost frame around @self. */
TocsinFrame *tocsin_frame_root(TocsinFrame *self);
/* A closure keeps @frame: a new reference; the frame is emptied when the run ends. */
TocsinFrame *tocsin_run_capture(TocsinRun *self, TocsinFrame *frame);

G_END_DECLS

#endif
