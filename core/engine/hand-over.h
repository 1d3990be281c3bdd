/* SPDX-License-Identifier: MIT */
/* Delivering one mail now, without the store: what "tocsin send" does. Blocks the calling
 * thread. */
#ifndef TOCSIN_ENGINE_HAND_OVER_H
#define TOCSIN_ENGINE_HAND_OVER_H

#include <gio/gio.h>

#include "engine/account.h"

G_BEGIN_DECLS

/* What became of it. */
typedef struct {
	GPtrArray *fates;    /* of TocsinFate, one a recipient, never NULL */
	TocsinFate *failure; /* (nullable) what went wrong with the connection, if that was it */
	GError *error;       /* (nullable) what the transport says of the connection */
} TocsinHandOver;

/* Frees what is in it. */
void tocsin_hand_over_clear(TocsinHandOver *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(TocsinHandOver, tocsin_hand_over_clear)

/* Who watches the dialogue, as TocsinRunOps has it; (nullable). */
typedef void (*TocsinHandOverTrace)(gpointer user, guint32 flags, const void *data, gsize length);

/* Gives @mail to @account, until @deadline_us at the longest. Every recipient has a fate
 * afterwards. */
void tocsin_hand_over(TocsinAccount *account, TocsinMail *mail, gint64 deadline_us,
                      GCancellable *cancellable, TocsinHandOverTrace trace, gpointer user,
                      TocsinHandOver *out_result);

G_END_DECLS

#endif
