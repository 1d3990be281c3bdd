/* SPDX-License-Identifier: MIT */
/* Who orders runs of a transport, as the program would: mails to give, fates told. */
#ifndef TESTS_TRANSPORT_SMTP_ORDER_H
#define TESTS_TRANSPORT_SMTP_ORDER_H

#include "plugin/call-transport.h"

G_BEGIN_DECLS

typedef struct {
	TocsinUnit *unit;
	TocsinSettings *settings; /* finished by order_open() */
	TocsinTransport *transport;
	GQueue waiting;                  /* of TocsinMail */
	gint32 last;                     /* what next() says when none waits */
	void (*on_wait)(gpointer order); /* (nullable) next() may wait and nothing waits */
	GString *fates;                  /* "MAIL RECIPIENT status stage code enhanced: text\n" */
	GString *failure;                /* the same of failed() */
	GString *trace;
	gboolean is_watched;
	TocsinSaslAccount account; /* known NULL: no login */
	GCancellable *cancellable;
	gint64 deadline_us;
	guint complaints;
} Order;

/* With settings for the one unit of @plugin, to be filled. */
void order_init(Order *self, const tocsin_plugin *plugin);
void order_clear(Order *self);

void order_set(Order *self, const char *key, const char *value);
void order_set_number(Order *self, const char *key, gint64 value);

/* Fails as tocsin_transport_open() does. */
gboolean order_open(Order *self, GError **error);

/* A mail to wait, with @recipients recipients "r0@example.org", …; read only once it ran. */
TocsinMail *order_add(Order *self, const char *content, guint recipients);

gint32 order_run(Order *self, GError **error);

G_END_DECLS

#endif
