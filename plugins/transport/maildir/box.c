/* SPDX-License-Identifier: MIT */
/* Opens, makes and checks the folders of a Maildir, one descriptor after the other, so that what
 * was checked is what is used. */
#include "box.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tocsin/plugin.h>
#include <unistd.h>

#define CLEAN_MAX 500u
#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* A folder on the way down. */
typedef struct {
	int fd;
	const char *shown; /* its path, for messages */
	mode_t mode;       /* of the folders to make in it */
} Level;

/* Whoever may read the files may enter their folder. */
static mode_t
folder_mode(mode_t mode)
{
	return mode | ((mode & 0444) >> 2);
}

static bool
check_owner(int fd, const char *folder, const char *name, MaildirProblem *problem)
{
	struct stat status;

	if (fstat(fd, &status) != 0) {
		return maildir_problem_from_errno(problem, errno, "examine", folder, name);
	}
	if (status.st_uid != geteuid()) {
		return maildir_problem_set(problem,
		                           "%s/%s belongs to user %u, not to user %u, who delivers "
		                           "there; chown it, or deliver as its owner",
		                           folder, name, (unsigned)status.st_uid,
		                           (unsigned)geteuid());
	}
	if (status.st_mode & S_IWOTH) {
		return maildir_problem_set(problem,
		                           "%s/%s can be written by everybody (mode %04o); "
		                           "chmod o-w it",
		                           folder, name, (unsigned)(status.st_mode & 07777));
	}
	return true;
}

/* O_NOFOLLOW and O_DIRECTORY fail alike; tells which of them it was. */
static bool
explain_no_folder(const Level *above, const char *name, int number, MaildirProblem *problem)
{
	struct stat status;

	if ((number != ELOOP && number != ENOTDIR) ||
	    fstatat(above->fd, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
		return maildir_problem_from_errno(problem, number, "open", above->shown, name);
	}
	return maildir_problem_set(problem, "%s/%s is %s; %s", above->shown, name,
	                           S_ISLNK(status.st_mode) ? "a symbolic link" : "no folder",
	                           S_ISLNK(status.st_mode) ? "give the path that it stands for"
	                                                   : "move it away");
}

/* A folder's entries reach the disk with the folder, not with what they name. */
static bool
sync_folder(int fd)
{
	int readable = openat(fd, ".", FOLDER_FLAGS);

	if (readable < 0) {
		return false;
	}
	int result = fsync(readable);
	int number = errno;

	close(readable);
	errno = number;
	return result == 0;
}

/* Another delivery may make it at the same time. */
static bool
make_folder(const Level *above, const char *name, MaildirProblem *problem)
{
	if (mkdirat(above->fd, name, 0700) != 0) {
		return errno == EEXIST ||
		       maildir_problem_from_errno(problem, errno, "make", above->shown, name);
	}
	/* Not through mkdirat(), whose mode the umask changes. */
	if (above->mode != 0700 && fchmodat(above->fd, name, above->mode, 0) != 0) {
		return maildir_problem_from_errno(problem, errno, "change", above->shown, name);
	}
	return sync_folder(above->fd) ||
	       maildir_problem_from_errno(problem, errno, "sync", above->shown, NULL);
}

/* Opens the folder @name, making it if it is missing. -1 with a problem. */
static int
open_folder(const Level *above, const char *name, MaildirProblem *problem)
{
	int fd = openat(above->fd, name, FOLDER_FLAGS);

	if (fd < 0 && errno == ENOENT) {
		if (!make_folder(above, name, problem)) {
			return -1;
		}
		fd = openat(above->fd, name, FOLDER_FLAGS);
	}
	if (fd < 0) {
		explain_no_folder(above, name, errno, problem);
		return -1;
	}
	if (!check_owner(fd, above->shown, name, problem)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* tmp, new and cur in the Maildir @level; cur is only made sure of. */
static bool
open_inner(MaildirBox *self, const Level *level, MaildirProblem *problem)
{
	int tmp_fd = open_folder(level, "tmp", problem);
	int cur_fd = tmp_fd < 0 ? -1 : open_folder(level, "cur", problem);
	int new_fd = cur_fd < 0 ? -1 : open_folder(level, "new", problem);

	if (cur_fd >= 0) {
		close(cur_fd);
	}
	if (new_fd < 0) {
		if (tmp_fd >= 0) {
			close(tmp_fd);
		}
		return false;
	}
	self->tmp_fd = tmp_fd;
	self->new_fd = new_fd;
	return true;
}

/* Maildir++ marks a folder with this file, so that deliveries look for quotas above it. */
static bool
mark_folder(const Level *level, MaildirProblem *problem)
{
	int fd = openat(level->fd, "maildirfolder",
	                O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);

	if (fd < 0) {
		return maildir_problem_from_errno(problem, errno, "make", level->shown,
		                                  "maildirfolder");
	}
	close(fd);
	return true;
}

static bool
open_subfolder(MaildirBox *self, const Level *level, const char *folder, MaildirProblem *problem)
{
	char name[256];
	Level inner = {.shown = self->shown, .mode = level->mode};

	snprintf(name, sizeof(name), ".%s", folder);
	inner.fd = open_folder(level, name, problem);
	if (inner.fd < 0) {
		return false;
	}
	bool is_open = mark_folder(&inner, problem) && open_inner(self, &inner, problem);

	close(inner.fd);
	return is_open;
}

/* The path for messages, and room for it. */
static char *
show_path(const MaildirPlace *place, bool has_folder)
{
	const char *folder = has_folder && place->folder != NULL ? place->folder : "";
	size_t size = strlen(place->parent) + strlen(place->name) + strlen(folder) + 4;
	char *shown = malloc(size);

	if (shown != NULL) {
		snprintf(shown, size, "%s/%s%s%s", place->parent, place->name,
		         folder[0] == '\0' ? "" : "/.", folder);
	}
	return shown;
}

static bool
open_level(MaildirBox *self, const MaildirPlace *place, const Level *above, const char *shown,
           MaildirProblem *problem)
{
	Level level = {.shown = shown, .mode = above->mode};

	level.fd = open_folder(above, place->name, problem);
	if (level.fd < 0) {
		return false;
	}
	bool is_open = place->folder == NULL ? open_inner(self, &level, problem)
	                                     : open_subfolder(self, &level, place->folder, problem);

	close(level.fd);
	return is_open;
}

bool
maildir_box_open(MaildirBox *self, const MaildirPlace *place, MaildirProblem *problem)
{
	Level above = {.shown = place->parent, .mode = folder_mode(place->mode)};
	char *shown = show_path(place, false);
	bool is_open = false;

	self->mode = place->mode;
	self->shown = show_path(place, true);
	above.fd = open(place->parent[0] == '\0' ? "/" : place->parent,
	                O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (shown == NULL || self->shown == NULL) {
		maildir_problem_from_errno(problem, ENOMEM, "open", place->parent, place->name);
	} else if (above.fd < 0) {
		maildir_problem_from_errno(problem, errno, "open", place->parent, NULL);
	} else {
		is_open = open_level(self, place, &above, shown, problem);
	}
	if (above.fd >= 0) {
		close(above.fd);
	}
	free(shown);
	if (!is_open) {
		free(self->shown);
	}
	return is_open;
}

void
maildir_box_close(MaildirBox *self)
{
	close(self->tmp_fd);
	close(self->new_fd);
	free(self->shown);
}

static bool
is_stale(int fd, const char *name, int64_t now_s)
{
	struct stat status;

	return name[0] != '.' && fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(status.st_mode) &&
	       (int64_t)status.st_mtim.tv_sec < now_s - (int64_t)MAILDIR_STALE_SECONDS;
}

unsigned
maildir_box_clean(const MaildirBox *self, int64_t now_s)
{
	int fd = openat(self->tmp_fd, ".", FOLDER_FLAGS);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	unsigned count = 0;

	if (folder == NULL) {
		if (fd >= 0) {
			close(fd);
		}
		return 0;
	}
	while (count < CLEAN_MAX && (entry = readdir(folder)) != NULL) {
		if (is_stale(fd, entry->d_name, now_s) && unlinkat(fd, entry->d_name, 0) == 0) {
			count++;
		}
	}
	closedir(folder);
	return count;
}
