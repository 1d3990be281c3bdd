/* SPDX-License-Identifier: MIT */
/* Secrets in files: read privately, replaced atomically. */
#include "secret/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "base/trust.h"

TocsinSecret *
tocsin_secret_from_text(const char *bytes, gsize length, const char *shown, GError **error)
{
	if (length > 0 && bytes[length - 1] == '\n') {
		length--;
	}
	if (length > 0 && bytes[length - 1] == '\r') {
		length--;
	}
	if (length == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET, "%s gave an empty secret",
		            shown);
		return NULL;
	}
	if (memchr(bytes, '\0', length) != NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET,
		            "%s gave a secret with a NUL byte in it, which no server takes", shown);
		return NULL;
	}
	return tocsin_secret_new(bytes, length);
}

/* Reads to the end, into @buffer of TOCSIN_SECRET_MAX + 1 bytes. -1 with errno. */
static gssize
read_all(int fd, char *buffer)
{
	gsize length = 0;

	while (length <= TOCSIN_SECRET_MAX) {
		gssize got = read(fd, buffer + length, TOCSIN_SECRET_MAX + 1 - length);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			return got < 0 ? -1 : (gssize)length;
		}
		length += (gsize)got;
	}
	return (gssize)length;
}

TocsinSecret *
tocsin_secret_read_file(const char *path, GError **error)
{
	int fd = tocsin_trust_open_file(path, TOCSIN_TRUST_PRIVATE, error);
	TocsinSecret *secret = NULL;

	if (fd < 0) {
		return NULL;
	}
	char *buffer = g_malloc(TOCSIN_SECRET_MAX + 1);
	gssize length = read_all(fd, buffer);

	if (length < 0 || (gsize)length > TOCSIN_SECRET_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET,
		            "cannot read the secret in %s: %s", path,
		            length < 0 ? g_strerror(errno) : "it is larger than 64 KiB");
	} else {
		secret = tocsin_secret_from_text(buffer, (gsize)length, path, error);
	}
	(void)close(fd);
	tocsin_wipe(buffer, TOCSIN_SECRET_MAX + 1);
	g_free(buffer);
	return secret;
}

char *
tocsin_secret_find_credential(const char *name, GError **error)
{
	const char *folder = secure_getenv("CREDENTIALS_DIRECTORY");

	if (folder == NULL) {
		g_set_error(
		        error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET,
		        "there is no credential '%s': CREDENTIALS_DIRECTORY is not set; does the "
		        "service's unit have LoadCredential=",
		        name);
		return NULL;
	}
	if (name[0] == '.' || strchr(name, '/') != NULL) {
		g_set_error(
		        error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET,
		        "'%s' is no credential's name: it may not hold a slash nor start with a "
		        "dot",
		        name);
		return NULL;
	}
	return g_build_filename(folder, name, NULL);
}

TocsinSecret *
tocsin_secret_read_credential(const char *name, GError **error)
{
	g_autofree char *path = tocsin_secret_find_credential(name, error);

	return path == NULL ? NULL : tocsin_secret_read_file(path, error);
}

static gboolean
fill(int fd, const TocsinSecret *secret, const struct stat *old)
{
	gsize length;
	const char *bytes = tocsin_secret_peek(secret, &length);

	return fchown(fd, old->st_uid, old->st_gid) == 0 && fchmod(fd, old->st_mode & 07777) == 0 &&
	       write(fd, bytes, length) == (gssize)length && fsync(fd) == 0;
}

gboolean
tocsin_secret_write_file(const char *path, const TocsinSecret *secret, GError **error)
{
	g_autofree char *temporary = g_strconcat(path, ".XXXXXX", NULL);
	struct stat old;
	int fd = -1;

	if (stat(path, &old) == 0) {
		fd = g_mkstemp_full(temporary, O_RDWR | O_CLOEXEC, 0600);
	}
	gboolean is_written = fd >= 0 && fill(fd, secret, &old);

	if (fd >= 0) {
		is_written = close(fd) == 0 && is_written;
		is_written = is_written && rename(temporary, path) == 0;
	}
	if (!is_written) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET,
		            "cannot replace the secret in %s: %s", path, g_strerror(errno));
		if (fd >= 0) {
			(void)unlink(temporary);
		}
	}
	return is_written;
}
