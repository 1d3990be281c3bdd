/* SPDX-License-Identifier: MIT */
/* A control server on a thread of its own, with routes that show what it does, and clients that
 * speak to it in octets. */
#ifndef TOCSIN_TESTS_CONTROL_FIXTURE_H
#define TOCSIN_TESTS_CONTROL_FIXTURE_H

#include "control/client.h"
#include "control/server.h"

#define FIXTURE_TOKEN "0123456789abcdef0123"

typedef struct {
	char *folder;
	char *path; /* of the socket */
	guint16 port;
	GMainContext *context;
	GMainLoop *loop;
	GThread *thread;
	TocsinServer *server;
	TocsinServerOptions options;
	GAsyncQueue *waiting; /* of TocsinRequest: those for /later, as they come */
	guint turns;          /* of the server's loop, for tests that count them; its thread's */
} Fixture;

/* A server with these limits (0: the defaults), on a socket and on a port. Its routes:
 * GET /now answers at once, GET /echo/{}?a=&b= says what it got, GET /peer who asks, GET /big a
 * lot; POST /json and POST /mail say what came; GET /later waits for fixture_answer();
 * GET and DELETE /thing/{}. */
Fixture *fixture_new(const TocsinServerLimits *limits);

/* Stops the server if it runs. */
void fixture_free(Fixture *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

/* Ends the server; clients see its end. */
void fixture_stop(Fixture *self);

/* Runs @function on the server's thread, and waits. */
void fixture_invoke(Fixture *self, GSourceFunc function, gpointer data);

/* Waits until somebody asks for /later. */
TocsinRequest *fixture_wait_for_request(Fixture *self);

/* Answers it, {"late": true}, on the server's thread. */
void fixture_answer(Fixture *self, TocsinRequest *request);

/* A connection to the Unix socket, or to the port. Reading gives up after ten seconds. */
int fixture_connect(const Fixture *self);
int fixture_connect_tcp(const Fixture *self);

/* Sends all of @text, as far as the peer takes it. */
void fixture_send(int descriptor, const char *text, gsize length);

/* All that comes until the peer closes, which @descriptor then is, too. */
char *fixture_read_all(int descriptor);

/* Sends @text, and reads until the peer closes. */
char *fixture_ask(const Fixture *self, const char *text);
char *fixture_ask_tcp(const Fixture *self, const char *text);

/* Asserts that @answer has the status and, somewhere, the text. Frees it. */
void fixture_expect(char *answer, guint status, const char *text);

#endif
