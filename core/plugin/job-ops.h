/* SPDX-License-Identifier: MIT */
/* What a job asks of whoever ordered it. Thread: the job's. */
#ifndef TOCSIN_PLUGIN_JOB_OPS_H
#define TOCSIN_PLUGIN_JOB_OPS_H

#include <gio/gio.h>

#include "model/fate.h"
#include "model/mail.h"
#include "net/stream.h"
#include "sasl/login.h"

G_BEGIN_DECLS

/* Mails that a plugin may hold at a time; it gets no more before it tells of some. */
#define TOCSIN_JOB_MAILS_MAX 1000u

/* All are called on the job's thread. */
typedef struct {
	/* The next mail: TOCSIN_OK with a reference in *@out_mail, TOCSIN_END, or
	 * TOCSIN_E_CANCELLED. Waits up to @wait_us, and not past the job's deadline. */
	gint32 (*next)(gpointer user, gint64 wait_us, TocsinMail **out_mail);

	/* The fate of one recipient. */
	void (*on_fate)(gpointer user, const TocsinMail *mail, guint index, const TocsinFate *fate);

	/* (nullable) What went wrong with the connection; comes when the run ends, before the fates
	 * that follow from it. */
	void (*on_failed)(gpointer user, const TocsinFate *fate);

	/* (nullable: nobody watches) The dialogue. @flags: TOCSIN_TRACE_*. Secrets and content are
	 * passed as NULL with their length. */
	void (*on_trace)(gpointer user, guint32 flags, const void *data, gsize length);

	/* (nullable: no network) Connects as the account says. */
	TocsinStream *(*connect)(gpointer user, gint64 deadline_us, GCancellable *cancellable,
	                         GError **error);

	/* (nullable) Lets @stream go on in TLS, as the account wants it. */
	gboolean (*start_tls)(gpointer user, TocsinStream *stream, gint64 deadline_us,
	                      GError **error);

	/* (nullable) What the account logs in with; must outlive the run. NULL: it wants none. */
	const TocsinSaslAccount *(*login)(gpointer user);
} TocsinJobOps;

G_END_DECLS

#endif
