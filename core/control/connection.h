/* SPDX-License-Identifier: MIT */
/* One connection to the control server: who is there, and how long it may take. One thread. */
#ifndef TOCSIN_CONTROL_CONNECTION_H
#define TOCSIN_CONTROL_CONNECTION_H

#include "control/request.h"

G_BEGIN_DECLS

typedef struct _TocsinConnection TocsinConnection;

/* @descriptor is borrowed. @is_unix: the kernel tells who the peer is. */
TocsinConnection *tocsin_connection_new(int descriptor, gboolean is_unix, GMainContext *context);

/* Does nothing on NULL. */
void tocsin_connection_free(TocsinConnection *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinConnection, tocsin_connection_free)

/* The peer. */
const TocsinPeer *tocsin_connection_peer(const TocsinConnection *self);

/* Has @on_late (nullable: ends the connection instead) called with @user after @delay_ms, in place
 * of what was set before. */
void tocsin_connection_set_deadline(TocsinConnection *self, guint delay_ms,
                                    void (*on_late)(gpointer user), gpointer user);

/* Ends the connection: its owner sees that the peer has gone. */
void tocsin_connection_end(TocsinConnection *self);

G_END_DECLS

#endif
