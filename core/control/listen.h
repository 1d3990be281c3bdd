/* SPDX-License-Identifier: MIT */
/* Where the control server listens: a Unix socket of known rights, a TCP port of this machine
 * alone. One thread. */
#ifndef TOCSIN_CONTROL_LISTEN_H
#define TOCSIN_CONTROL_LISTEN_H

#include <glib.h>

G_BEGIN_DECLS

/* A socket that listens. */
typedef struct _TocsinListener TocsinListener;

/* Makes the socket @path: of mode 0660, of the group @group (nullable: the process's own). Its
 * folder is made, with mode 0755, if it is missing from the folder of run-time files. One that a
 * dead process left is replaced; TOCSIN_ERROR_CONNECT if somebody answers there.
 * TOCSIN_ERROR_TRUST if others could swap it, TOCSIN_ERROR_INVALID for a path or group that cannot
 * be, TOCSIN_ERROR_IO. */
TocsinListener *tocsin_listener_new_unix(const char *path, const char *group, GError **error);

/* Listens on @address, "127.0.0.1:8420", "[::1]:8420" or "localhost:8420"; port 0 takes any that is
 * free. TOCSIN_ERROR_INVALID for an address that others could reach, TOCSIN_ERROR_IO. */
TocsinListener *tocsin_listener_new_tcp(const char *address, GError **error);

/* Whether such a path, or such an address, could be listened on: TOCSIN_ERROR_INVALID. Nothing is
 * made. */
gboolean tocsin_listener_check_unix(const char *path, GError **error);
gboolean tocsin_listener_check_tcp(const char *address, GError **error);

/* Closes the socket, unless it was given away, and removes it from its folder if it is still the
 * one that was made. Does nothing on NULL. */
void tocsin_listener_free(TocsinListener *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinListener, tocsin_listener_free)

/* Gives the descriptor away, for the caller to close. */
int tocsin_listener_steal(TocsinListener *self);

/* Whether it is a Unix socket, whose peers can be told apart. */
gboolean tocsin_listener_is_unix(const TocsinListener *self);

/* The TCP port, 0 for a Unix socket. */
guint16 tocsin_listener_port(const TocsinListener *self);

G_END_DECLS

#endif
