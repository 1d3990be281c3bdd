/* SPDX-License-Identifier: MIT */
/* GMime, started once a process, and how it writes for us. Any thread. */
#ifndef TOCSIN_MIME_GMIME_H
#define TOCSIN_MIME_GMIME_H

#include <gmime/gmime.h>

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeObject, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeMessage, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeStream, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeParser, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(GMimeDataWrapper, g_object_unref)

/* Starts GMime if nobody has. */
void tocsin_gmime_ensure(void);

/* CRLF line ends, RFC 2231 parameters. Belongs to the room. */
GMimeFormatOptions *tocsin_gmime_format(void);

/* @object's octets; unref with g_bytes_unref(). */
GBytes *tocsin_gmime_serialize(GMimeObject *object);

G_END_DECLS

#endif
