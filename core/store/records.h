/* SPDX-License-Identifier: MIT */
/* What the store gives out: mails with their fates, states, lines of the decision log. Plain data,
 * owned by whoever asked. */
#ifndef TOCSIN_STORE_RECORDS_H
#define TOCSIN_STORE_RECORDS_H

#include <glib.h>

#include "store/batch.h"

G_BEGIN_DECLS

typedef struct {
	char *address;
	TocsinRecipientState state;
	TocsinFate *fate; /* the last, or NULL before the first try */
} TocsinRecipientInfo;

typedef struct {
	TocsinMail *mail; /* with all recipients; without content unless it was asked for */
	TocsinMailState state;
	char *account; /* the one to try next, or tried last */
	guint tries;
	gint64 due_us;
	gint64 finished_us;    /* or 0 */
	gboolean is_told;      /* its failures were told */
	guint64 size;          /* bytes of the message */
	GPtrArray *recipients; /* of TocsinRecipientInfo, as mail->recipients */
} TocsinMailInfo;

/* Does nothing on NULL. */
void tocsin_mail_info_free(TocsinMailInfo *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinMailInfo, tocsin_mail_info_free)

typedef struct {
	guint states;         /* bits 1 << TocsinMailState; 0: all */
	gboolean is_untold;   /* only those whose failures were not told */
	const char *after_id; /* page on from here, or NULL */
	guint limit;          /* at most 1000 */
} TocsinListFilter;

typedef struct {
	char *owner; /* rule or trigger */
	char *name;  /* group key or cursor name */
	gint64 due_us;
	GBytes *state;
} TocsinStateRecord;

/* For arrays of TocsinStateRecord. */
void tocsin_state_record_free(gpointer record);

typedef struct {
	char *account;
	gint64 due_us; /* of the first mail that nobody has claimed; TOCSIN_SCHEDULE_NEVER: none */
} TocsinDueRecord;

/* For arrays of TocsinDueRecord. */
void tocsin_due_record_free(gpointer record);

typedef struct {
	gint64 seq;
	gint64 time_us;
	char *event; /* or NULL */
	char *mail;  /* id or NULL */
	char *rule;  /* or NULL */
	char *action;
	char *text;
} TocsinLogLine;

/* For arrays of TocsinLogLine. */
void tocsin_log_line_free(gpointer line);

G_END_DECLS

#endif
