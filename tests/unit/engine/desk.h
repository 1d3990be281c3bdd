/* SPDX-License-Identifier: MIT */
/* A server as a test wants it, behind the transport "stage". Any thread. */
#ifndef TOCSIN_TESTS_ENGINE_DESK_H
#define TOCSIN_TESTS_ENGINE_DESK_H

#include <glib.h>

#include "stage.h"

/* How it treats who connects. */
typedef enum {
	DESK_WORKS,
	DESK_DOWN,       /* no connection */
	DESK_LOCKED_OUT, /* 535 to the login */
	DESK_DROPS,      /* takes the whole message, then drops the link */
	DESK_SILENT,     /* takes the message and never answers, until it is cancelled */
	DESK_DEAF,       /* the same, and does not even hear that */
	DESK_BREAKS,     /* the plugin breaks its contract */
	DESK_FULL,       /* fails on this side, as a Maildir on a full disk does */
} DeskMood;

typedef struct {
	Stage stage; /* first */
	GMutex mutex;
	GCond changed;
	DeskMood mood;
	guint limit;      /* connections at once, more are refused; 0: any number */
	gint64 idle_us;   /* how long it waits for a further mail */
	guint hold_after; /* this many mails are answered before they are held; 0: none are */
	gboolean is_held; /* mails are taken, but answered only when this ends */
	int answers;      /* where the ids of mails are written that are answered; 0: nowhere */
	guint pipeline;   /* mails in hand at a time, at least 1 */
	guint runs;       /* connections tried */
	guint quiesced;   /* how often it was told that nothing comes for a while */
	GThread *teller;  /* who told it last */
	guint open;       /* now */
	guint open_max;
	guint taken;        /* mails */
	guint answered;     /* mails */
	GHashTable *counts; /* of address : how often it was offered; "bad…" is refused for good,
	                       "later…" deferred, at "poison…" the link is lost, all others are
	                       delivered */
	GHashTable *ids;    /* of mail's id : how often it was taken */
} Desk;

void desk_init(Desk *self);
void desk_clear(Desk *self);

void desk_set_mood(Desk *self, DeskMood mood);
/* Lets held mails be answered, from now on. */
void desk_let_go(Desk *self);

guint desk_count(Desk *self, const char *address);
guint desk_runs(Desk *self);
guint desk_quiesced(Desk *self);
guint desk_taken(Desk *self);

#endif
