/* SPDX-License-Identifier: MIT */
/* The states of mails and recipients, and a mail on its way out. */
#ifndef TOCSIN_STORE_BATCH_TYPES_H
#define TOCSIN_STORE_BATCH_TYPES_H

#include <glib.h>

#include "model/mail.h"

G_BEGIN_DECLS

/* Numbers are stored on disk: they never change. */
typedef enum {
	TOCSIN_MAIL_WAITING = 0, /* some recipients wait for a try */
	TOCSIN_MAIL_HELD = 1,    /* waits, but is not claimed until it is released */
	TOCSIN_MAIL_DONE = 2,    /* delivered to all */
	TOCSIN_MAIL_DEAD = 3,    /* finished, and some recipients did not get it */
	TOCSIN_MAIL_REMOVED = 4, /* by hand */
} TocsinMailState;

/* Numbers are stored on disk: they never change. */
typedef enum {
	TOCSIN_RECIPIENT_WAITING = 0,
	TOCSIN_RECIPIENT_DELIVERED = 1,
	TOCSIN_RECIPIENT_REFUSED = 2,
	TOCSIN_RECIPIENT_EXPIRED = 3, /* given up after deferrals or doubt */
	TOCSIN_RECIPIENT_REMOVED = 4, /* by hand */
} TocsinRecipientState;

/* A mail that was claimed for sending. Read only. */
typedef struct {
	TocsinMail *mail; /* with those recipients only that wait */
	guint tries;      /* that ended before this one */
	guint *numbers;   /* the store's own: each recipient's place in the whole mail */
} TocsinClaim;

/* See store/batch.h. */
typedef struct _TocsinBatch TocsinBatch;

G_END_DECLS

#endif
