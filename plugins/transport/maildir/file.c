/* SPDX-License-Identifier: MIT */
/* Names, writes and moves a file of a Maildir. */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <tocsin/plugin.h>
#include <unistd.h>

#define NAMES_TRIED 100u
#define SECOND_US 1000000

/* lint: allow static-state: no two files that this process writes may have one name, whichever
 * instance writes them */
static atomic_uint last_number;

int64_t
maildir_file_now_us(void)
{
	struct timespec now = {0};

	/* lint: allow banned-call: a plugin links nothing of ours, and a file's name is no event */
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

static bool
is_plain(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '-' || byte == '_' || byte == '.';
}

void
maildir_file_escape_host(const char *host, char *out_escaped, size_t size)
{
	size_t used = 0;

	for (; *host != '\0' && used + sizeof("\\000") <= size; host++) {
		if (is_plain(*host)) {
			out_escaped[used++] = *host;
		} else {
			used += (size_t)snprintf(out_escaped + used, size - used, "\\%03o",
			                         (unsigned)(unsigned char)*host);
		}
	}
	out_escaped[used] = '\0';
}

/* The time, what differs within it, the host: TIME.MusecPpidQcounter.HOST. */
static void
make_name(MaildirFile *self, const char *host)
{
	int64_t now = maildir_file_now_us();

	snprintf(self->name, sizeof(self->name), "%" PRId64 ".M%06" PRId64 "P%ldQ%u.%s",
	         now / SECOND_US, now % SECOND_US, (long)getpid(),
	         atomic_fetch_add(&last_number, 1) + 1, host);
}

bool
maildir_file_begin(MaildirFile *self, const MaildirBox *box, const char *host, char *buffer,
                   MaildirProblem *problem)
{
	*self = (MaildirFile){.box = box, .fd = -1, .buffer = buffer};
	for (unsigned i = 0; i < NAMES_TRIED && self->fd < 0; i++) {
		make_name(self, host);
		self->fd = openat(box->tmp_fd, self->name,
		                  O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, box->mode);
		if (self->fd < 0 && errno != EEXIST) {
			break;
		}
	}
	if (self->fd < 0) {
		return maildir_problem_from_errno(problem, errno, "make a file in", box->shown,
		                                  "tmp");
	}
	/* Not through openat() alone, whose mode the umask changes. */
	if (box->mode != 0600 && fchmod(self->fd, box->mode) != 0) {
		maildir_problem_from_errno(problem, errno, "change", box->shown, "tmp");
		maildir_file_give_up(self);
		return false;
	}
	return true;
}

static void
flush(MaildirFile *self)
{
	size_t written = 0;

	while (written < self->used && self->error == 0) {
		ssize_t count = write(self->fd, self->buffer + written, self->used - written);

		if (count >= 0) {
			written += (size_t)count;
		} else if (errno != EINTR) {
			self->error = errno;
		}
	}
	self->used = 0;
}

static void
put(MaildirFile *self, const void *data, size_t length)
{
	const char *bytes = data;

	while (length > 0 && self->error == 0) {
		size_t room = MAILDIR_BUFFER_SIZE - self->used;
		size_t taken = length < room ? length : room;

		memcpy(self->buffer + self->used, bytes, taken);
		self->used += taken;
		bytes += taken;
		length -= taken;
		if (self->used == MAILDIR_BUFFER_SIZE) {
			flush(self);
		}
	}
}

void
maildir_file_add_field(MaildirFile *self, const char *name, const char *before, const char *value,
                       const char *after)
{
	put(self, name, strlen(name));
	put(self, ": ", 2);
	put(self, before, strlen(before));
	for (; *value != '\0'; value++) {
		bool is_control = (unsigned char)*value < ' ' || *value == '\x7f';

		put(self, is_control ? "?" : value, 1);
	}
	put(self, after, strlen(after));
	put(self, "\n", 1);
}

void
maildir_file_add_content(MaildirFile *self, const void *data, size_t length)
{
	const char *bytes = data;

	while (length > 0) {
		if (self->has_cr && bytes[0] != '\n') {
			put(self, "\r", 1);
		}
		const char *cr = memchr(bytes, '\r', length);
		size_t plain = cr == NULL ? length : (size_t)(cr - bytes);
		size_t taken = cr == NULL ? plain : plain + 1;

		put(self, bytes, plain);
		self->has_cr = cr != NULL;
		bytes += taken;
		length -= taken;
	}
}

bool
maildir_file_finish(MaildirFile *self, MaildirProblem *problem)
{
	if (self->has_cr) {
		put(self, "\r", 1);
	}
	flush(self);
	if (self->error != 0) {
		maildir_problem_from_errno(problem, self->error, "write a file in",
		                           self->box->shown, "tmp");
		maildir_file_give_up(self);
		return false;
	}
	return true;
}

/* Into new, never over a file that is there. Not every file system can do that with a rename. */
static bool
move(const MaildirFile *self)
{
	const MaildirBox *box = self->box;

	if (renameat2(box->tmp_fd, self->name, box->new_fd, self->name, RENAME_NOREPLACE) == 0) {
		return true;
	}
	if (errno != EINVAL && errno != ENOSYS) {
		return false;
	}
	if (linkat(box->tmp_fd, self->name, box->new_fd, self->name, 0) != 0) {
		return false;
	}
	unlinkat(box->tmp_fd, self->name, 0);
	return true;
}

bool
maildir_file_publish(MaildirFile *self, MaildirProblem *problem)
{
	int fd = self->fd;

	if (fsync(fd) != 0) {
		maildir_problem_from_errno(problem, errno, "sync a file in", self->box->shown,
		                           "tmp");
		maildir_file_give_up(self);
		return false;
	}
	if (!move(self)) {
		maildir_problem_from_errno(problem, errno, "move a file into", self->box->shown,
		                           "new");
		maildir_file_give_up(self);
		return false;
	}
	self->fd = -1;
	close(fd);
	return true;
}

bool
maildir_file_sync_new(const MaildirBox *box, MaildirProblem *problem)
{
	return fsync(box->new_fd) == 0 ||
	       maildir_problem_from_errno(problem, errno, "sync", box->shown, "new");
}

void
maildir_file_give_up(MaildirFile *self)
{
	unlinkat(self->box->tmp_fd, self->name, 0);
	close(self->fd);
	self->fd = -1;
}
