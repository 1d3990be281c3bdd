/* SPDX-License-Identifier: MIT */
/* The file trigger's settings. Immutable; thread: the trigger's. */
#ifndef TOCSIN_FILE_SETTINGS_H
#define TOCSIN_FILE_SETTINGS_H

#include <glib.h>
#include <tocsin/plugin.h>

G_BEGIN_DECLS

/* What raises events; bits in the order of the choices of "on". */
#define TOCSIN_FILE_CREATED 0x1u
#define TOCSIN_FILE_WRITTEN 0x2u
#define TOCSIN_FILE_DELETED 0x4u
#define TOCSIN_FILE_MOVED 0x8u
#define TOCSIN_FILE_ATTRIBUTES 0x10u

/* One of "paths", divided at its slashes. */
typedef struct {
	char *text;
	char **parts;  /* without empty ones */
	guint count;   /* of parts */
	guint literal; /* how many parts at the beginning are no glob */
} TocsinFileRoot;

typedef struct {
	GPtrArray *roots;   /* of TocsinFileRoot */
	GPtrArray *include; /* of char *: globs for names; empty: all */
	GPtrArray *exclude; /* of char *: globs for names */
	gboolean is_recursive;
	gboolean is_attached;
	guint on;
	guint lines;            /* of the excerpt */
	gint64 stale_after_us;  /* 0: not asked for, as those below */
	gint64 absent_after_us; /* … */
	gint64 older_than_us;   /* … */
	gint64 larger_than;
	gint64 smaller_than;
	gint64 debounce_us; /* 0: everything is told at once */
	gint64 sweep_us;
	guint32 severity; /* of problems */
} TocsinFileSettings;

/* All keys, NULL-ended. */
extern const tocsin_key *const tocsin_file_keys[];

/* TOCSIN_ERROR_CONFIG names all that is wrong. */
TocsinFileSettings *tocsin_file_settings_new(const tocsin_host *host, const tocsin_config *config,
                                             GError **error);

/* Does nothing on NULL. */
void tocsin_file_settings_free(TocsinFileSettings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinFileSettings, tocsin_file_settings_free)

/* Does the part at @depth of the root's path mean this name? */
gboolean tocsin_file_root_matches(const TocsinFileRoot *root, guint depth, const char *name);

/* Is a file of this name wanted, as far as include and exclude go? */
gboolean tocsin_file_settings_wants(const TocsinFileSettings *self, const char *name);

/* Is nothing of this name wanted, neither files nor folders below a path? */
gboolean tocsin_file_settings_excludes(const TocsinFileSettings *self, const char *name);

G_END_DECLS

#endif
