/* SPDX-License-Identifier: MIT */
/* A transport unit in the test program itself, and who orders its runs. */
#ifndef TOCSIN_TEST_PLUGIN_ORDER_H
#define TOCSIN_TEST_PLUGIN_ORDER_H

#include "plugin/call-transport.h"

typedef int32_t (*Run)(const tocsin_host *host, tocsin_job *job, tocsin_error *error);

/* What the plugin does in run(); set by each test. */
extern Run behaviour;
/* Whether open() makes an instance; TRUE after order_set_up(). */
extern gboolean has_instance;
/* How often quiesce() was called. */
extern guint quiesced;

/* A fixture: the transport "relay". The test's data is its unit's thread rule. */
typedef struct {
	TocsinUnit *unit;
	TocsinTransport *transport;
	guint waiting;       /* mails left to give, of two recipients each */
	gboolean is_patient; /* next() waits for more as long as it may */
	GString *fates;      /* "0 delivered, 1 refused, " */
	guint complaints;
	char *complaint;
	TocsinStream *stream; /* what connect() gives */
	TocsinSaslAccount account;
} Order;

void order_set_up(Order *order, gconstpointer data);
void order_tear_down(Order *order, gconstpointer data);

/* A job from its begin to its end. */
gint32 run_once(Order *order, GError **error);

/* Runs, and sees that the plugin was caught at breaking the contract so, that its recipients have
 * these fates, and that it gets no mail any more. */
void assert_breach(Order *order, const char *what, const char *fates);

#define ADD(name) g_test_add("/" GROUP "/" #name, Order, NULL, order_set_up, name, order_tear_down)

#endif
