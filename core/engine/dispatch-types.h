/* SPDX-License-Identifier: MIT */
/* What the dispatcher tells its owner. See engine/dispatch.h. */
#ifndef TOCSIN_ENGINE_DISPATCH_TYPES_H
#define TOCSIN_ENGINE_DISPATCH_TYPES_H

#include <glib.h>

G_BEGIN_DECLS

/* See engine/dispatch.h. */
typedef struct _TocsinDispatch TocsinDispatch;

/* Each may be NULL. Texts are safe to show. */
typedef struct {
	/* The mail @mail is finished and some recipients did not get it; @text says who and why. It
	 * is stored already; a mail whose call was lost with the process is listed by
	 * tocsin_store_list() as untold. */
	void (*on_dead)(gpointer user, const char *mail, const char *text);

	/* @account cannot be reached any more, or can be again. */
	void (*on_account)(gpointer user, const char *account, gboolean is_reachable,
	                   const char *text);

	/* Fates cannot be written or mails not be read, and sending has stopped; or (@error NULL)
	 * it goes on. */
	void (*on_store)(gpointer user, const GError *error);
} TocsinDispatchCallbacks;

G_END_DECLS

#endif
