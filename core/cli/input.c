/* SPDX-License-Identifier: MIT */
/* Reads to the end, or as far as a file reaches. */
#include "cli/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <tocsin/error.h>
#include <unistd.h>

#define READ_BYTES ((gsize)1 << 20)

/* An input that is being read. */
typedef struct {
	const char *name; /* for errors */
	int fd;
	gsize limit;      /* where it ends at the latest */
	gboolean is_file; /* then limit is its length, and no more is wanted */
} Input;

static gboolean
fail(const Input *self, GError **error)
{
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "cannot read %s: %s", self->name,
	            g_strerror(errno));
	return FALSE;
}

static gboolean
refuse_size(const Input *self, gsize max, GError **error)
{
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
	            "%s has more than %" G_GSIZE_FORMAT " MiB", self->name, max >> 20);
	return FALSE;
}

static gboolean
measure(Input *self, gsize max, GError **error)
{
	struct stat info;

	if (fstat(self->fd, &info) != 0) {
		return fail(self, error);
	}
	/* Some files of /proc say that they are empty and are not. */
	self->is_file = S_ISREG(info.st_mode) && info.st_size > 0;
	self->limit = max;
	if (self->is_file) {
		off_t at = lseek(self->fd, 0, SEEK_CUR);
		guint64 left = (guint64)(info.st_size - CLAMP(at, 0, info.st_size));

		if (left > max) {
			return refuse_size(self, max, error);
		}
		self->limit = (gsize)left;
	}
	return TRUE;
}

static gboolean
read_all(const Input *self, GByteArray *all, GError **error)
{
	gssize got = 1;

	while (got != 0 && (!self->is_file || all->len < self->limit)) {
		guint before = all->len;
		gsize wanted = self->is_file ? MIN(READ_BYTES, self->limit - before) : READ_BYTES;

		g_byte_array_set_size(all, before + (guint)wanted);
		got = read(self->fd, all->data + before, wanted);
		g_byte_array_set_size(all, before + (guint)MAX(got, 0));
		if (got < 0 && errno != EINTR) {
			return fail(self, error);
		}
		if (all->len > self->limit) {
			return refuse_size(self, self->limit, error);
		}
	}
	return TRUE;
}

GBytes *
tocsin_input_read(const char *path, gsize max, GError **error)
{
	gboolean is_standard = strcmp(path, "-") == 0;
	Input self = {.name = is_standard ? "the standard input" : path, .fd = STDIN_FILENO};
	g_autoptr(GByteArray) all = g_byte_array_new();

	if (!is_standard) {
		self.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
		if (self.fd < 0) {
			fail(&self, error);
			return NULL;
		}
	}
	gboolean is_read = measure(&self, max, error) && read_all(&self, all, error);

	if (!is_standard) {
		(void)close(self.fd);
	}
	return is_read ? g_byte_array_free_to_bytes(g_steal_pointer(&all)) : NULL;
}

char *
tocsin_input_read_text(const char *path, gsize max, GError **error)
{
	g_autoptr(GBytes) octets = tocsin_input_read(path, max, error);
	gsize length;

	if (octets == NULL) {
		return NULL;
	}
	const char *bytes = g_bytes_get_data(octets, &length);

	return bytes == NULL ? g_strdup("") : g_utf8_make_valid(bytes, (gssize)length);
}
