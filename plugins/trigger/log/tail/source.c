/* SPDX-License-Identifier: MIT */
/* Plain files by pread, gzip files through GIO's decompressor with a window behind. */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "names.h"
#include "tocsin/error.h"

/* Bytes kept of what was decompressed, so that a little can be read again. */
#define WINDOW (1u << 20)
#define INPUT (64u << 10)

struct _TocsinLogSource {
	int fd;
	GZlibDecompressor *decompressor; /* NULL for a plain file */
	GByteArray *window;              /* decompressed bytes */
	guint64 window_offset;           /* where they begin */
	guint64 input_offset;            /* in the compressed file */
};

static TocsinLogSource *
set_io_error(GError **error, const char *what, const char *path, int code)
{
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "cannot %s '%s': %s", what, path,
	            g_strerror(code));
	return NULL;
}

TocsinLogSource *
tocsin_log_source_open(const char *path, GError **error)
{
	/* A name that is a pipe must not stop us, a terminal must not become ours. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat status;
	TocsinLogSource *self;

	if (fd < 0) {
		return set_io_error(error, "open", path, errno);
	}
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		close(fd);
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO,
		            "cannot follow '%s': it is no regular file", path);
		return NULL;
	}
	self = g_new0(TocsinLogSource, 1);
	self->fd = fd;
	if (tocsin_log_name_is_compressed(path)) {
		self->decompressor = g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP);
		self->window = g_byte_array_new();
	}
	return self;
}

void
tocsin_log_source_free(TocsinLogSource *self)
{
	if (self != NULL) {
		g_clear_object(&self->decompressor);
		g_clear_pointer(&self->window, g_byte_array_unref);
		close(self->fd);
		g_free(self);
	}
}

gboolean
tocsin_log_source_is_compressed(const TocsinLogSource *self)
{
	return self->decompressor != NULL;
}

gboolean
tocsin_log_source_get_status(const TocsinLogSource *self, TocsinLogStatus *out_status,
                             GError **error)
{
	struct stat status;
	long generation = 0;

	if (fstat(self->fd, &status) != 0) {
		set_io_error(error, "look at", "an open file", errno);
		return FALSE;
	}
	if (ioctl(self->fd, FS_IOC_GETVERSION, &generation) != 0) {
		generation = 0;
	}
	*out_status = (TocsinLogStatus){
	        .device = status.st_dev,
	        .inode = status.st_ino,
	        .generation = (guint32)generation,
	        .size = (guint64)status.st_size,
	        .modified_us = (gint64)status.st_mtim.tv_sec * G_USEC_PER_SEC +
	                       status.st_mtim.tv_nsec / 1000,
	        .is_linked = status.st_nlink > 0,
	};
	return TRUE;
}

static gssize
read_plain(int fd, guint64 offset, void *out_bytes, gsize size, GError **error)
{
	gsize done = 0;

	while (done < size) {
		gssize got =
		        pread(fd, (char *)out_bytes + done, size - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			set_io_error(error, "read", "a log", errno);
			return -1;
		}
		if (got == 0) {
			break;
		}
		done += (gsize)got;
	}
	return (gssize)done;
}

/* Decompresses some more. FALSE at the end; a damaged file ends where the damage is. */
static gboolean
inflate_more(TocsinLogSource *self, GError **error)
{
	g_autofree guint8 *input = g_malloc(INPUT);
	g_autofree guint8 *output = g_malloc(INPUT);
	g_autoptr(GError) damage = NULL;
	gsize used, made;
	gssize got = read_plain(self->fd, self->input_offset, input, INPUT, error);

	if (got <= 0) {
		return FALSE;
	}
	switch (g_converter_convert(G_CONVERTER(self->decompressor), input, (gsize)got, output,
	                            INPUT, got < (gssize)INPUT ? G_CONVERTER_INPUT_AT_END : 0,
	                            &used, &made, &damage)) {
	case G_CONVERTER_ERROR:
		g_debug("compressed log is damaged or not complete, ignoring the rest: %s",
		        damage->message);
		return FALSE;
	case G_CONVERTER_FINISHED:
		/* Another member may follow. */
		g_converter_reset(G_CONVERTER(self->decompressor));
		break;
	default:
		break;
	}
	self->input_offset += used;
	g_byte_array_append(self->window, output, (guint)made);
	if (self->window->len > 2 * WINDOW) {
		guint drop = self->window->len - WINDOW;

		g_byte_array_remove_range(self->window, 0, drop);
		self->window_offset += drop;
	}
	return used > 0 || made > 0;
}

static gssize
read_compressed(TocsinLogSource *self, guint64 offset, void *out_bytes, gsize size, GError **error)
{
	guint64 end;
	g_autoptr(GError) failure = NULL;

	if (offset < self->window_offset) {
		g_converter_reset(G_CONVERTER(self->decompressor));
		g_byte_array_set_size(self->window, 0);
		self->window_offset = self->input_offset = 0;
	}
	/* No more than half of the window at once, so that what is asked for stays in it. */
	size = MIN(size, WINDOW / 2);
	while (self->window_offset + self->window->len < offset + size &&
	       inflate_more(self, &failure)) {
	}
	if (failure != NULL) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return -1;
	}
	end = self->window_offset + self->window->len;
	if (offset >= end) {
		return 0;
	}
	size = (gsize)MIN(size, end - offset);
	memcpy(out_bytes, self->window->data + (offset - self->window_offset), size);
	return (gssize)size;
}

gssize
tocsin_log_source_read(TocsinLogSource *self, guint64 offset, void *out_bytes, gsize size,
                       GError **error)
{
	return self->decompressor != NULL ? read_compressed(self, offset, out_bytes, size, error)
	                                  : read_plain(self->fd, offset, out_bytes, size, error);
}

guint64
tocsin_log_source_skip_hole(const TocsinLogSource *self, guint64 offset)
{
	off_t data;

	if (self->decompressor != NULL) {
		return offset;
	}
	data = lseek(self->fd, (off_t)offset, SEEK_DATA);
	return data > (off_t)offset ? (guint64)data : offset;
}

char *
tocsin_log_source_find_path(const TocsinLogSource *self)
{
	g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", self->fd);
	g_autofree char *path = g_file_read_link(link, NULL);
	struct stat here, there;

	/* The kernel appends " (deleted)", so see whether the name leads back to the file. */
	if (path == NULL || stat(path, &there) != 0 || fstat(self->fd, &here) != 0 ||
	    here.st_ino != there.st_ino || here.st_dev != there.st_dev) {
		return NULL;
	}
	return g_steal_pointer(&path);
}

gboolean
tocsin_log_source_mark(TocsinLogSource *self, guint64 offset, guint32 length,
                       TocsinLogMark *out_mark)
{
	guint8 bytes[TOCSIN_LOG_HEAD_MAX];

	if (length > sizeof bytes ||
	    tocsin_log_source_read(self, offset, bytes, length, NULL) != (gssize)length) {
		return FALSE;
	}
	*out_mark = tocsin_log_mark_of(bytes, length);
	return TRUE;
}

static gboolean
has_mark(TocsinLogSource *self, guint64 offset, const TocsinLogMark *expected)
{
	TocsinLogMark mark;

	return expected->length == 0 ||
	       (tocsin_log_source_mark(self, offset, expected->length, &mark) &&
	        mark.hash == expected->hash);
}

gboolean
tocsin_log_source_continues(TocsinLogSource *self, const TocsinLogCheckpoint *checkpoint)
{
	return has_mark(self, 0, &checkpoint->head) &&
	       has_mark(self, checkpoint->offset - checkpoint->tail.length, &checkpoint->tail);
}
