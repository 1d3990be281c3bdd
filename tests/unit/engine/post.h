/* SPDX-License-Identifier: MIT */
/* A store, its dispatcher, and desks for its accounts. Its time is a fake clock's. */
#ifndef TOCSIN_TESTS_ENGINE_POST_H
#define TOCSIN_TESTS_ENGINE_POST_H

#include "desk.h"
#include "engine/dispatch.h"
#include "fixture.h"

#define POST_DESKS 3u
#define POST_SECOND G_GINT64_CONSTANT(1000000)

typedef struct {
	Fixture *store;
	TocsinDispatch *dispatch;
	TocsinUnits *units;
	TocsinAccounts *accounts; /* in use */
	Desk desks[POST_DESKS];   /* of the accounts "a", "b", "c" */
	gint64 delay_us;          /* after which mails to be sent are due */
	int priority;             /* of mails to be sent */
	GString *news;            /* what the callbacks told, a line each */
} Post;

/* Not yet in use. @folder holds the plugin. */
void post_init(Post *self, const char *folder);

/* The same with the store that is at @path. */
void post_init_at(Post *self, const char *folder, const char *path);

/* The same with the system's clock from now on; only before anything is sent. */
void post_use_real_time(Post *self);

/* Stops the dispatcher, unless that has been done. */
void post_clear(Post *self);

/* The dispatcher goes over to the accounts named by the letters of @names, each with @settings. */
void post_use(Post *self, const char *names, const char *settings);

/* The same with the configuration @text. */
void post_use_text(Post *self, const char *text);

/* Enqueues a mail for @addresses through @via, both lists with blanks, in @count copies. @expire_us
 * after now, or 0. */
void post_send(Post *self, const char *addresses, const char *via, guint count, gint64 expire_us);

/* Turns the clock on and has the dispatcher look. */
void post_advance(Post *self, gint64 delta_us);

/* Waits until nothing is left to do at this time: no connection is open, and all mails that wait
 * are due later. */
void post_settle(Post *self);

/* Turns the clock on to the next time a mail is due, until @end_us, and settles each time. */
void post_advance_to(Post *self, gint64 end_us);

/* Waits until @condition holds. */
void post_wait(Post *self, gboolean (*condition)(Post *self, guint number), guint number);

/* Waits until the callbacks have told @word @count times. */
void post_hear(Post *self, const char *word, guint count);

/* How many mails are in @state. */
guint post_count(Post *self, TocsinMailState state);

/* Whether the decision log has a line of @action that holds @word; how many. */
guint post_log(Post *self, const char *action, const char *word);

/* The status of an account; free it with its array's. */
const TocsinDispatchStatus *post_status(GPtrArray *all, const char *account);

#endif
