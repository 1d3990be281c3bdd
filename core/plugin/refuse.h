/* SPDX-License-Identifier: MIT */
/* How a plugin is refused: what was found; what to do. */
#ifndef TOCSIN_PLUGIN_REFUSE_H
#define TOCSIN_PLUGIN_REFUSE_H

#include <glib.h>

G_BEGIN_DECLS

/* Sets TOCSIN_ERROR_PLUGIN and returns FALSE. */
gboolean tocsin_refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

G_END_DECLS

#endif
