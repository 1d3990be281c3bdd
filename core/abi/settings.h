/* SPDX-License-Identifier: MIT */
/* tocsin_config: one group of settings, checked against its keys, as a plugin reads it.
 *
 * Built by one thread (set_*(), then finish()), then immutable: any thread may read it. */
#ifndef TOCSIN_ABI_SETTINGS_H
#define TOCSIN_ABI_SETTINGS_H

#include <glib.h>
#include <tocsin/plugin.h>

#include "abi/keys.h"
#include "base/secret.h"

G_BEGIN_DECLS

typedef tocsin_config TocsinSettings;

/* Empty settings for these keys; takes a reference of its own. */
TocsinSettings *tocsin_settings_new(TocsinKeys *keys);

/* Returns @self with one more reference. */
TocsinSettings *tocsin_settings_ref(TocsinSettings *self);

/* Wipes secrets and frees with the last reference. Does nothing on NULL. */
void tocsin_settings_unref(TocsinSettings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinSettings, tocsin_settings_unref)

/* The keys it was made for; they live as long as it does. */
const TocsinKeys *tocsin_settings_keys(const TocsinSettings *self);

/* Each sets one setting, which must be among the keys and not set before; a list takes several.
 * Errors (TOCSIN_ERROR_INVALID) say what was found and what is allowed, without the name. */
gboolean tocsin_settings_set_text(TocsinSettings *self, const char *name, const char *text,
                                  GError **error);
gboolean tocsin_settings_set_number(TocsinSettings *self, const char *name, gint64 number,
                                    GError **error);
gboolean tocsin_settings_set_secret(TocsinSettings *self, const char *name, TocsinSecret *secret,
                                    GError **error);
gboolean tocsin_settings_add_item(TocsinSettings *self, const char *name, const char *text,
                                  GError **error);

/* Adds a group's settings and returns them, to be filled and finished; owned by @self. */
TocsinSettings *tocsin_settings_add_group(TocsinSettings *self, const char *name, GError **error);

/* Fills in the defaults and refuses what is required and missing, or too few or too many. */
gboolean tocsin_settings_finish(TocsinSettings *self, GError **error);

/* For those who look for more mistakes where there is one already: forgets what was set for @name,
 * if it is a key; and fills in what defaults there are, whatever is missing. */
void tocsin_settings_forget(TocsinSettings *self, const char *name);
void tocsin_settings_fill(TocsinSettings *self);

/* Whatever is no key of @self is asked of @parent (a reference is taken) from now on. */
void tocsin_settings_set_parent(TocsinSettings *self, TocsinSettings *parent);

/* Was it set, rather than left to its default? */
gboolean tocsin_settings_is_set(const TocsinSettings *self, const char *name);

/* What tocsin_host's functions of these names return; a name that is no key has no value. */
const char *tocsin_settings_get_string(const TocsinSettings *self, const char *name);
gint64 tocsin_settings_get_int(const TocsinSettings *self, const char *name);
const char *tocsin_settings_get_item(const TocsinSettings *self, const char *name, guint index);
const TocsinSettings *tocsin_settings_get_group(const TocsinSettings *self, const char *name,
                                                guint index);

/* (nullable) A list's items, NULL-terminated; NULL if there are none. Free with g_strfreev(). */
char **tocsin_settings_dup_items(const TocsinSettings *self, const char *name);

/* How many items or groups a list has. */
guint tocsin_settings_get_count(const TocsinSettings *self, const char *name);

G_END_DECLS

#endif
