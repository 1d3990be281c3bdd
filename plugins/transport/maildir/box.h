/* SPDX-License-Identifier: MIT */
/* A Maildir on disk: its folders, made where they are missing, and believed only where nobody else
 * could have put them there. */
#ifndef TOCSIN_MAILDIR_BOX_H
#define TOCSIN_MAILDIR_BOX_H

#include <stdint.h>
#include <sys/types.h>

#include "problem.h"

/* Files in tmp that nobody wrote to for so long belong to a delivery that died. */
#define MAILDIR_STALE_SECONDS (36 * 3600)

/* The settings of an instance. */
typedef struct {
	char *parent;       /* the folder above the Maildir */
	char *name;         /* the Maildir's name in there */
	const char *folder; /* (nullable) Maildir++: the folder's name, without its first dot */
	mode_t mode;        /* of files */
} MaildirPlace;

/* An open one. Belongs to one thread. */
typedef struct {
	char *shown; /* its path, for messages */
	int tmp_fd;
	int new_fd;
	mode_t mode; /* of files */
} MaildirBox;

/* Opens the Maildir, and its folder if the place names one. On failure there is nothing to
 * close. */
bool maildir_box_open(MaildirBox *self, const MaildirPlace *place, MaildirProblem *problem);

void maildir_box_close(MaildirBox *self);

/* Removes stale files from tmp, up to some hundreds a call; returns how many. @now_s: wall time. */
unsigned maildir_box_clean(const MaildirBox *self, int64_t now_s);

#endif
