/* SPDX-License-Identifier: MIT */
/* The walk along a path, and what is asked of each file on it. */
#include "base/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <tocsin/error.h>
#include <unistd.h>

#define LINKS_MAX 40u /* as the kernel has it */

/* A walk through directories. */
typedef struct {
	int fd;           /* the directory that was reached */
	GString *path;    /* where that really is; "/" is "" */
	char *rest;       /* what is still to be walked */
	guint links;      /* followed so far */
	gboolean is_open; /* others may write here, which only a sticky ancestor may be */
} Walk;

static void
walk_clear(Walk *walk)
{
	if (walk->fd >= 0) {
		close(walk->fd);
	}
	if (walk->path != NULL) {
		g_string_free(walk->path, TRUE);
	}
	g_free(walk->rest);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

static gboolean refuse(GError **error, const char *path, const char *format, ...)
        G_GNUC_PRINTF(3, 4);

static gboolean
refuse(GError **error, const char *path, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *reason = g_strdup_vprintf(format, arguments);

	va_end(arguments);
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TRUST, "%s %s", path, reason);
	return FALSE;
}

static int
fail_errno(GError **error, const char *what, const char *path)
{
	int code = errno;

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "cannot %s %s: %s", what, path,
	            g_strerror(code));
	return -1;
}

static gboolean
check_owner(const struct stat *info, const char *path, GError **error)
{
	if (info->st_uid == 0 || info->st_uid == geteuid()) {
		return TRUE;
	}
	if (geteuid() == 0) {
		return refuse(error, path,
		              "belongs to user %u, not to root; if you trust it: chown root %s",
		              (guint)info->st_uid, path);
	}
	return refuse(error, path,
	              "belongs to user %u, neither to root nor to user %u, who runs this; if you "
	              "trust it: chown root %s",
	              (guint)info->st_uid, (guint)geteuid(), path);
}

static gboolean
check_directory(const struct stat *info, const char *path, gboolean *out_is_open, GError **error)
{
	gboolean is_open = (info->st_mode & (S_IWGRP | S_IWOTH)) != 0;

	if (!S_ISDIR(info->st_mode)) {
		return refuse(error, path, "is no directory");
	}
	if (!check_owner(info, path, error)) {
		return FALSE;
	}
	if (is_open && (info->st_mode & S_ISVTX) == 0) {
		return refuse(error, path, "can be written by others (mode %04o); chmod go-w %s",
		              (guint)(info->st_mode & 07777), path);
	}
	*out_is_open = is_open;
	return TRUE;
}

/* Puts the link's target in front of what is still to be walked. */
static gboolean
follow_link(Walk *walk, int link, const char *path, const char *rest, GError **error)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(link, "", target, sizeof(target) - 1);
	struct stat info;

	if (length < 0 || fstat(link, &info) != 0) {
		fail_errno(error, "read the link", path);
		return FALSE;
	}
	target[length] = '\0';
	if (!check_owner(&info, path, error)) {
		return FALSE;
	}
	if (++walk->links > LINKS_MAX) {
		return refuse(error, path, "is a symbolic link too many");
	}
	char *joined = g_strconcat(target, "/", rest, NULL);

	g_free(walk->rest);
	walk->rest = joined;
	return TRUE;
}

static int
open_root(GError **error)
{
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 ? fd : fail_errno(error, "open", "/");
}

/* "..": the kernel knows the parent; here only the shown path has to follow. */
static void
shorten(GString *path)
{
	const char *slash = strrchr(path->str, '/');

	g_string_truncate(path, slash == NULL ? 0 : (gsize)(slash - path->str));
}

static gboolean
enter(Walk *walk, int next, const char *name, GError **error)
{
	struct stat info;

	close(walk->fd);
	walk->fd = next;
	if (strcmp(name, "..") == 0) {
		shorten(walk->path);
	} else {
		g_string_append_printf(walk->path, "/%s", name);
	}
	if (fstat(next, &info) != 0) {
		fail_errno(error, "examine", walk->path->str);
		return FALSE;
	}
	return check_directory(&info, walk->path->len > 0 ? walk->path->str : "/", &walk->is_open,
	                       error);
}

/* One component: into a directory, or on to where a link points. */
static gboolean
step(Walk *walk, const char *name, const char *rest, GError **error)
{
	g_autofree char *shown = g_strdup_printf("%s/%s", walk->path->str, name);
	int next = openat(walk->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat info;

	if (next < 0 || fstat(next, &info) != 0) {
		fail_errno(error, "open", shown);
		if (next >= 0) {
			close(next);
		}
		return FALSE;
	}
	if (S_ISLNK(info.st_mode)) {
		gboolean ok = follow_link(walk, next, shown, rest, error);

		close(next);
		return ok;
	}
	g_autofree char *copy = g_strdup(rest);

	g_free(walk->rest);
	walk->rest = g_steal_pointer(&copy);
	return enter(walk, next, name, error);
}

static gboolean
restart(Walk *walk, GError **error)
{
	struct stat info;

	if (walk->fd >= 0) {
		close(walk->fd);
	}
	walk->fd = open_root(error);
	g_string_truncate(walk->path, 0);
	if (walk->fd < 0) {
		return FALSE;
	}
	if (fstat(walk->fd, &info) != 0) {
		fail_errno(error, "examine", "/");
		return FALSE;
	}
	return check_directory(&info, "/", &walk->is_open, error);
}

static gboolean
walk_on(Walk *walk, GError **error)
{
	while (walk->rest[0] != '\0') {
		if (walk->rest[0] == '/' && !restart(walk, error)) {
			return FALSE;
		}
		const char *from = walk->rest + strspn(walk->rest, "/");
		gsize length = strcspn(from, "/");
		g_autofree char *name = g_strndup(from, length);
		g_autofree char *rest = g_strdup(from + length + strspn(from + length, "/"));

		if (length == 0 || strcmp(name, ".") == 0) {
			g_free(walk->rest);
			walk->rest = g_steal_pointer(&rest);
		} else if (!step(walk, name, rest, error)) {
			return FALSE;
		}
	}
	return TRUE;
}

int
tocsin_trust_open_directory(const char *path, char **out_path, GError **error)
{
	g_auto(Walk) walk = {.fd = -1, .path = g_string_new(NULL), .rest = g_strdup(path)};

	if (!g_path_is_absolute(path)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG,
		            "directory '%s' is not absolute; write it from / on", path);
		return -1;
	}
	if (!walk_on(&walk, error)) {
		return -1;
	}
	if (walk.is_open) {
		refuse(error, walk.path->len > 0 ? walk.path->str : "/",
		       "can be written by others; chmod go-w it, or use another directory");
		return -1;
	}
	if (out_path != NULL) {
		*out_path = g_strdup(walk.path->len > 0 ? walk.path->str : "/");
	}
	return g_steal_fd(&walk.fd);
}

static gboolean
check_file(const struct stat *info, const char *shown, TocsinTrust trust, GError **error)
{
	guint mode = info->st_mode & 07777;

	if (!S_ISREG(info->st_mode)) {
		return refuse(error, shown, "is no regular file; put a file there");
	}
	if (!check_owner(info, shown, error)) {
		return FALSE;
	}
	if (mode & (S_IWGRP | S_IWOTH)) {
		return refuse(error, shown, "can be written by others (mode %04o); chmod go-w %s",
		              mode, shown);
	}
	if (mode & (S_ISUID | S_ISGID)) {
		return refuse(error, shown, "is set-user-id or set-group-id; chmod ug-s %s", shown);
	}
	if (trust == TOCSIN_TRUST_PRIVATE &&
	    (mode & (S_IROTH | (info->st_uid == 0 ? 0 : S_IRGRP))) != 0) {
		return refuse(error, shown, "can be read by others (mode %04o); chmod go-r %s",
		              mode, shown);
	}
	return TRUE;
}

int
tocsin_trust_open_file_at(int directory, const char *name, const char *shown, TocsinTrust trust,
                          GError **error)
{
	/* Without O_NONBLOCK a FIFO in the file's place would hold us up. */
	int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat info;

	if (fd < 0 && errno == ELOOP) {
		refuse(error, shown, "is a symbolic link; put the file itself there");
		return -1;
	}
	if (fd < 0) {
		return fail_errno(error, "open", shown);
	}
	if (fstat(fd, &info) != 0) {
		fail_errno(error, "examine", shown);
		close(fd);
		return -1;
	}
	if (!check_file(&info, shown, trust, error)) {
		close(fd);
		return -1;
	}
	return fd;
}

int
tocsin_trust_open_file(const char *path, TocsinTrust trust, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	g_autofree char *name = g_path_get_basename(path);
	int directory = tocsin_trust_open_directory(folder, NULL, error);

	if (directory < 0) {
		return -1;
	}
	int fd = tocsin_trust_open_file_at(directory, name, path, trust, error);

	close(directory);
	return fd;
}
