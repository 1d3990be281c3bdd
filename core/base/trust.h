/* SPDX-License-Identifier: MIT */
/* Whether a file may be believed: nobody but root and the caller could have put it there, changed
 * it or swapped it.
 *
 * The path is walked from "/" with descriptors, one directory at a time, so that what was checked
 * is what is opened. Every directory on the way belongs to root or the caller and cannot be written
 * by others; a sticky bit (as on /tmp) excuses that, but never for the directory that holds the
 * file. Directories may be reached through symbolic links that root or the caller made; the file
 * itself may not be one. No state; any thread. */
#ifndef TOCSIN_BASE_TRUST_H
#define TOCSIN_BASE_TRUST_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	/* Code and settings: everybody may read it; set-user-id and set-group-id are refused. */
	TOCSIN_TRUST_UNCHANGED,
	/* Secrets: also unreadable for others; for the group too, unless root owns it. */
	TOCSIN_TRUST_PRIVATE,
} TocsinTrust;

/* Opens the directory at the absolute @path, close-on-exec, as O_PATH; the caller closes it.
 * @out_path ((nullable), g_free()): where it really is, without links. -1 with TOCSIN_ERROR_TRUST,
 * which names the directory at fault, what was found and the command that mends it, or
 * TOCSIN_ERROR_IO. */
int tocsin_trust_open_directory(const char *path, char **out_path, GError **error);

/* Opens the regular file @name, which has no "/", in a directory from the call above, for reading,
 * close-on-exec. @shown is its path for messages. Errors as above. */
int tocsin_trust_open_file_at(int directory, const char *name, const char *shown, TocsinTrust trust,
                              GError **error);

/* Both in one, for the absolute @path of a file. */
int tocsin_trust_open_file(const char *path, TocsinTrust trust, GError **error);

G_END_DECLS

#endif
