/* SPDX-License-Identifier: MIT */
/* One program per store. */
#include "store/lock.h"

#include "base/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <tocsin/error.h>
#include <unistd.h>

struct _TocsinLock {
	int fd;
};

static gboolean
fail_errno(const char *path, const char *what, const char *advice, GError **error)
{
	int code = errno;

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_STORE, "store '%s': cannot %s: %s; %s", path,
	            what, g_strerror(code), advice);
	return FALSE;
}

static gboolean
check_folder(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	int fd = tocsin_trust_open_directory(folder, NULL, error);

	if (fd < 0) {
		g_prefix_error(error, "store '%s': ", path);
		return FALSE;
	}
	close(fd);
	return TRUE;
}

/* The file is made here and not by SQLite, so that it has its mode from the start. */
static gboolean
check_file(const char *path, GError **error)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600);
	struct stat info;

	if (fd < 0) {
		return fail_errno(path, "open it",
		                  "it must be a file, and it and its folder writable for this user",
		                  error);
	}
	int failed = fstat(fd, &info);

	close(fd);
	if (failed != 0) {
		return fail_errno(path, "look at it", "check its file system", error);
	}
	if (!S_ISREG(info.st_mode)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TRUST,
		            "store '%s': it is no regular file; name another path", path);
		return FALSE;
	}
	if (info.st_uid != geteuid()) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TRUST,
		            "store '%s': it belongs to user %u; give it to user %u", path,
		            info.st_uid, geteuid());
		return FALSE;
	}
	if ((info.st_mode & (S_IWGRP | S_IXGRP | S_IRWXO)) != 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TRUST,
		            "store '%s': others may use it (mode %04o); use 'chmod 0600' on it",
		            path, info.st_mode & 07777);
		return FALSE;
	}
	return TRUE;
}

static gboolean
fail_locked(const char *path, int fd, GError **error)
{
	char holder[16] = {0};
	ssize_t length = pread(fd, holder, sizeof holder - 1, 0);

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_STORE,
	            "store '%s': process %.*s has it open; end that, or hand mails to it instead",
	            path, length > 0 ? (int)length : 1, length > 0 ? g_strchomp(holder) : "?");
	return FALSE;
}

TocsinLock *
tocsin_lock_take(const char *path, GError **error)
{
	g_autofree char *name = g_strconcat(path, ".lock", NULL);
	g_autofree char *text = g_strdup_printf("%ld\n", (long)getpid());

	if (!check_folder(path, error)) {
		return NULL;
	}
	int fd = open(name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0) {
		fail_errno(path, "open its lock file", "make its folder writable for this user",
		           error);
		return NULL;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		fail_locked(path, fd, error);
		close(fd);
		return NULL;
	}
	if (!check_file(path, error)) {
		close(fd);
		return NULL;
	}
	/* Only for people: who holds it. A full disk must not keep the store from opening. */
	if (ftruncate(fd, 0) != 0 || pwrite(fd, text, strlen(text), 0) < 0) {
		g_debug("store '%s': cannot write its lock file, ignoring: %s", path,
		        g_strerror(errno));
	}
	TocsinLock *self = g_new(TocsinLock, 1);

	self->fd = fd;
	return self;
}

void
tocsin_lock_release(TocsinLock *self)
{
	if (self != NULL) {
		close(self->fd);
		g_free(self);
	}
}
