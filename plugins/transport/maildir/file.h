/* SPDX-License-Identifier: MIT */
/* One file of a Maildir, from its unique name in tmp to its place in new
 * (https://cr.yp.to/proto/maildir.html). */
#ifndef TOCSIN_MAILDIR_FILE_H
#define TOCSIN_MAILDIR_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "box.h"

#define MAILDIR_NAME_SIZE 256u
#define MAILDIR_BUFFER_SIZE 65536u

/* A file being written. Belongs to one thread. */
typedef struct {
	const MaildirBox *box;
	int fd;
	char name[MAILDIR_NAME_SIZE];
	char *buffer; /* MAILDIR_BUFFER_SIZE bytes of the caller's */
	size_t used;
	bool has_cr; /* the last byte was CR: whether it stays depends on the next */
	int error;   /* the first errno of writing, 0 */
} MaildirFile;

/* Escapes @host for a name: what is not a letter, digit, dot, hyphen or underscore becomes an octal
 * number, as the specification does with "/" and ":". */
void maildir_file_escape_host(const char *host, char *out_escaped, size_t size);

/* Begins a file in tmp that no other delivery has. @host: escaped. @buffer: where the bytes gather
 * before they are written, in nobody else's use until commit() or give_up(). */
bool maildir_file_begin(MaildirFile *self, const MaildirBox *box, const char *host, char *buffer,
                        MaildirProblem *problem);

/* A header field in one line. Control characters in @value, which came from outside, become "?". */
void maildir_file_add_field(MaildirFile *self, const char *name, const char *before,
                            const char *value, const char *after);

/* Content: each CRLF becomes LF, wherever the pieces are cut. */
void maildir_file_add_content(MaildirFile *self, const void *data, size_t length);

/* Writes what is left in the buffer. On failure the file is gone. */
bool maildir_file_finish(MaildirFile *self, MaildirProblem *problem);

/* Makes the file's content durable and moves it into new, where its entry is durable only after
 * maildir_file_sync_new(). On failure the file is gone. */
bool maildir_file_publish(MaildirFile *self, MaildirProblem *problem);

/* Makes the names in new durable. */
bool maildir_file_sync_new(const MaildirBox *box, MaildirProblem *problem);

/* Closes and removes a file that was begun and is not published. */
void maildir_file_give_up(MaildirFile *self);

/* Wall time in microseconds. */
int64_t maildir_file_now_us(void);

#endif
