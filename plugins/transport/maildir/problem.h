/* SPDX-License-Identifier: MIT */
/* Why something could not be done, in the form that a fate and host->fail() take it. */
#ifndef TOCSIN_MAILDIR_PROBLEM_H
#define TOCSIN_MAILDIR_PROBLEM_H

#include <stdbool.h>
#include <stdint.h>

#define MAILDIR_TEXT_SIZE 1024u

/* The first problem; zero it before use. */
typedef struct {
	int32_t status;       /* TOCSIN_OK: there is none; else TOCSIN_E_* */
	const char *enhanced; /* (nullable) enhanced status code, RFC 3463 */
	char text[MAILDIR_TEXT_SIZE];
} MaildirProblem;

/* Says that an administrator must act. Returns false, so that callers can return it. */
bool maildir_problem_set(MaildirProblem *self, const char *format, ...)
        __attribute__((format(printf, 2, 3)));

/* Says "cannot VERB FOLDER/NAME: why; what to do" of a system call that failed with the errno
 * @number: try again later. @name: (nullable). Returns false. */
bool maildir_problem_from_errno(MaildirProblem *self, int number, const char *verb,
                                const char *folder, const char *name);

#endif
