/* SPDX-License-Identifier: MIT */
/* The messages themselves. */
#include "store/content.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <tocsin/error.h>
#include <unistd.h>

#define COPY_CHUNK (64u << 10)

struct _TocsinContents {
	TocsinDb *db;
	char *folder;
	int folder_fd;
	GPtrArray *made;  /* of char *: file names that the open transaction made */
	GPtrArray *ended; /* of char *: file names that it no longer names */
};

static gboolean
fail(TocsinContents *self, const char *what, const char *name, GError **error)
{
	int code = errno;

	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_STORE,
	            "store '%s': cannot %s '%s': %s; nothing was accepted",
	            tocsin_db_path(self->db), what, name, g_strerror(code));
	return FALSE;
}

static gboolean
is_named(TocsinContents *self, const char *name, gboolean *out_is_named, GError **error)
{
	gint64 number;

	if (!tocsin_mail_parse_id(name, &number)) {
		*out_is_named = FALSE;
		return TRUE;
	}
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db, "SELECT 1 FROM contents WHERE mail = ?1 AND bytes IS NULL", error);

	if (statement == NULL || !tocsin_db_bind(self->db, statement, error, "l", number) ||
	    !tocsin_db_step(self->db, statement, "look for a message", out_is_named, error)) {
		return FALSE;
	}
	tocsin_db_reset(statement);
	return TRUE;
}

static gboolean
sweep(TocsinContents *self, GError **error)
{
	g_autoptr(GDir) folder = g_dir_open(self->folder, 0, NULL);
	const char *name;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		gboolean keep = FALSE;

		if (!is_named(self, name, &keep, error)) {
			return FALSE;
		}
		if (!keep) {
			unlinkat(self->folder_fd, name, 0);
		}
	}
	return TRUE;
}

TocsinContents *
tocsin_contents_new(TocsinDb *db, GError **error)
{
	TocsinContents *self = g_new0(TocsinContents, 1);

	self->db = db;
	self->folder = g_strconcat(tocsin_db_path(db), ".d", NULL);
	self->made = g_ptr_array_new_with_free_func(g_free);
	self->ended = g_ptr_array_new_with_free_func(g_free);
	if (mkdir(self->folder, 0700) != 0 && errno != EEXIST) {
		self->folder_fd = -1;
		fail(self, "make the folder", self->folder, error);
		tocsin_contents_free(self);
		return NULL;
	}
	self->folder_fd = open(self->folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (self->folder_fd < 0) {
		fail(self, "open the folder", self->folder, error);
		tocsin_contents_free(self);
		return NULL;
	}
	if (!sweep(self, error)) {
		tocsin_contents_free(self);
		return NULL;
	}
	return self;
}

void
tocsin_contents_free(TocsinContents *self)
{
	if (self == NULL) {
		return;
	}
	if (self->folder_fd >= 0) {
		close(self->folder_fd);
	}
	g_ptr_array_unref(self->made);
	g_ptr_array_unref(self->ended);
	g_free(self->folder);
	g_free(self);
}

static gboolean
write_all(int fd, const char *bytes, gsize length)
{
	while (length > 0) {
		ssize_t done = write(fd, bytes, length);

		if (done < 0 && errno != EINTR) {
			return FALSE;
		}
		if (done > 0) {
			bytes += done;
			length -= (gsize)done;
		}
	}
	return TRUE;
}

/* All of @from, which must not be longer than @limit, to @to. */
static gboolean
copy_file(TocsinContents *self, int from, int to, const TocsinMail *mail, guint64 limit,
          GError **error)
{
	g_autofree char *chunk = g_malloc(COPY_CHUNK);
	guint64 total = 0;
	ssize_t length;

	while ((length = read(from, chunk, COPY_CHUNK)) != 0) {
		if (length < 0 && errno == EINTR) {
			continue;
		}
		if (length < 0) {
			return fail(self, "read", mail->path, error);
		}
		total += (guint64)length;
		if (total > limit) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
			            "mail %s: its file '%s' is longer than the %" G_GUINT64_FORMAT
			            " bytes allowed",
			            mail->id, mail->path, limit);
			return FALSE;
		}
		if (!write_all(to, chunk, (gsize)length)) {
			return fail(self, "write", mail->id, error);
		}
	}
	return TRUE;
}

/* The synced file @mail->id in the folder; @source is what to copy, or -1 for the content. */
static gboolean
make_file(TocsinContents *self, const TocsinMail *mail, int source, guint64 limit, GError **error)
{
	int fd = openat(self->folder_fd, mail->id, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0) {
		return fail(self, "make the file", mail->id, error);
	}
	/* From here on the file goes again unless the transaction commits. No other name is needed
	 * first: until then nothing refers to it. */
	g_ptr_array_add(self->made, g_strdup(mail->id));
	gboolean is_ok;

	if (source >= 0) {
		is_ok = copy_file(self, source, fd, mail, limit, error);
	} else {
		gsize length;
		const char *bytes = g_bytes_get_data(mail->content, &length);

		is_ok = write_all(fd, bytes, length) || fail(self, "write", mail->id, error);
	}
	is_ok = is_ok && (fsync(fd) == 0 || fail(self, "sync", mail->id, error));
	if (close(fd) != 0 && is_ok) {
		is_ok = fail(self, "close", mail->id, error);
	}
	return is_ok && (fsync(self->folder_fd) == 0 || fail(self, "sync", self->folder, error));
}

static gboolean
insert(TocsinContents *self, gint64 number, GBytes *bytes, GError **error)
{
	sqlite3_stmt *statement = tocsin_db_prepare(
	        self->db, "INSERT INTO contents (mail, bytes) VALUES (?1, ?2)", error);

	return statement != NULL &&
	       tocsin_db_bind(self->db, statement, error, "lb", number, bytes) &&
	       tocsin_db_run(self->db, statement, "store a message", error);
}

/* A message that is handed in as a file: it is copied, for the original is not ours. */
static gboolean
put_path(TocsinContents *self, gint64 number, const TocsinMail *mail, guint64 limit,
         gint64 *out_size, GError **error)
{
	int fd = open(mail->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat info;
	gboolean is_ok = FALSE;

	if (fd < 0) {
		return fail(self, "open", mail->path, error);
	}
	if (!make_file(self, mail, fd, limit, error)) {
		close(fd);
		return FALSE;
	}
	close(fd);
	/* The copy counts, not the original, which may have grown meanwhile. */
	if (fstatat(self->folder_fd, mail->id, &info, 0) != 0) {
		return fail(self, "look at", mail->id, error);
	}
	is_ok = insert(self, number, NULL, error);
	if (is_ok) {
		*out_size = info.st_size;
	}
	return is_ok;
}

gboolean
tocsin_contents_put(TocsinContents *self, gint64 number, const TocsinMail *mail, guint64 limit,
                    gint64 *out_size, GError **error)
{
	if (mail->path != NULL) {
		return put_path(self, number, mail, limit, out_size, error);
	}
	gsize length = g_bytes_get_size(mail->content);

	if (length > limit) {
		g_set_error(
		        error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		        "mail %s: its message of %zu bytes is longer than the %" G_GUINT64_FORMAT
		        " allowed",
		        mail->id, length, limit);
		return FALSE;
	}
	gboolean is_file = length > TOCSIN_CONTENT_INLINE_MAX;

	if (is_file && !make_file(self, mail, -1, limit, error)) {
		return FALSE;
	}
	*out_size = (gint64)length;
	return insert(self, number, is_file ? NULL : mail->content, error);
}

gboolean
tocsin_contents_get(TocsinContents *self, gint64 number, TocsinMail *mail, GError **error)
{
	sqlite3_stmt *statement =
	        tocsin_db_prepare(self->db, "SELECT bytes FROM contents WHERE mail = ?1", error);
	gboolean has_row;

	if (statement == NULL || !tocsin_db_bind(self->db, statement, error, "l", number) ||
	    !tocsin_db_step(self->db, statement, "read a message", &has_row, error)) {
		return FALSE;
	}
	if (!has_row) {
		return TRUE;
	}
	if (sqlite3_column_type(statement, 0) == SQLITE_NULL) {
		mail->path = g_build_filename(self->folder, mail->id, NULL);
	} else {
		const void *bytes = sqlite3_column_blob(statement, 0);

		mail->content = g_bytes_new(bytes, (gsize)sqlite3_column_bytes(statement, 0));
	}
	tocsin_db_reset(statement);
	return TRUE;
}

gboolean
tocsin_contents_drop(TocsinContents *self, gint64 number, GError **error)
{
	g_autofree char *name = tocsin_mail_format_id(number);
	gboolean is_file = FALSE;

	if (!is_named(self, name, &is_file, error)) {
		return FALSE;
	}
	if (is_file) {
		g_ptr_array_add(self->ended, g_steal_pointer(&name));
	}
	sqlite3_stmt *statement =
	        tocsin_db_prepare(self->db, "DELETE FROM contents WHERE mail = ?1", error);

	return statement != NULL && tocsin_db_bind(self->db, statement, error, "l", number) &&
	       tocsin_db_run(self->db, statement, "delete a message", error);
}

void
tocsin_contents_settle(TocsinContents *self, gboolean is_committed)
{
	GPtrArray *gone = is_committed ? self->ended : self->made;

	for (guint i = 0; i < gone->len; i++) {
		/* What cannot be deleted now is swept when the store is opened. */
		unlinkat(self->folder_fd, gone->pdata[i], 0);
	}
	g_ptr_array_set_size(self->made, 0);
	g_ptr_array_set_size(self->ended, 0);
}
