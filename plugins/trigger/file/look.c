/* SPDX-License-Identifier: MIT */
/* statx(2), asked for no more than is compared. */
#include "look.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define WANTED (STATX_TYPE | STATX_MODE | STATX_UID | STATX_INO | STATX_SIZE | STATX_MTIME)

gboolean
tocsin_file_look_at(int folder_fd, const char *name, TocsinFileLook *out_look)
{
	struct statx status;

	if (statx(folder_fd, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, WANTED, &status) != 0) {
		return FALSE;
	}
	*out_look = (TocsinFileLook){
	        .inode = status.stx_ino,
	        .size = status.stx_size,
	        .mtime_us =
	                status.stx_mtime.tv_sec * G_USEC_PER_SEC + status.stx_mtime.tv_nsec / 1000,
	        .mode = status.stx_mode,
	        .owner = status.stx_uid,
	};
	return TRUE;
}

gboolean
tocsin_file_look_is_written(const TocsinFileLook *before, const TocsinFileLook *after)
{
	return before->inode != after->inode || before->size != after->size ||
	       before->mtime_us != after->mtime_us;
}

char *
tocsin_file_join(const char *folder, const char *name)
{
	return strcmp(folder, "/") == 0 ? g_strconcat("/", name, NULL)
	                                : g_strconcat(folder, "/", name, NULL);
}
