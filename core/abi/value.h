/* SPDX-License-Identifier: MIT */
/* One setting's text turned into its value, as its tocsin_key says. Pure functions; any thread. */
#ifndef TOCSIN_ABI_VALUE_H
#define TOCSIN_ABI_VALUE_H

#include <glib.h>
#include <tocsin/plugin.h>

G_BEGIN_DECLS

/* The number that @text means for an int, bool, duration or size key, within its bounds.
 * TOCSIN_ERROR_INVALID says what was found and what is allowed. */
gboolean tocsin_value_parse(const tocsin_key *key, const char *text, gint64 *out_number,
                            GError **error);

/* Is @number within the key's bounds? */
gboolean tocsin_value_check_bounds(const tocsin_key *key, gint64 number, GError **error);

/* May @text be the value of a string key, or an item of a list key? */
gboolean tocsin_value_check_choice(const tocsin_key *key, const char *text, GError **error);

/* Any of the above, by type. A list's default is one item. */
gboolean tocsin_value_check(const tocsin_key *key, const char *text, GError **error);

G_END_DECLS

#endif
