/* SPDX-License-Identifier: MIT */
/* Asking over the control socket. */
#include "fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <tocsin/error.h>
#include <unistd.h>

static void
gets_json(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	g_autoptr(GString) target = g_string_new("/echo");
	TocsinClientCall call = {.socket = fixture->path, .method = "GET"};
	g_auto(TocsinClientAnswer) answer = {0};
	g_autoptr(GError) error = NULL;

	tocsin_client_add_part(target, "a/b ?");
	tocsin_client_add_parameter(target, "a", "&=%");
	tocsin_client_add_parameter(target, "b", "1");
	call.target = target->str;
	g_assert_true(tocsin_client_call(&call, &answer, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(answer.status, ==, 200);
	g_assert_cmpstr(answer.type, ==, "application/json");
	g_autoptr(JsonNode) root = tocsin_client_answer_json(&answer, &error);

	g_assert_no_error(error);
	JsonObject *object = json_node_get_object(root);

	g_assert_cmpstr(json_object_get_string_member(object, "variable"), ==, "a/b ?");
	g_assert_cmpstr(json_object_get_string_member(object, "a"), ==, "&=%");
}

static void
posts_and_deletes(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	g_autoptr(GBytes) body = g_bytes_new_static("{\"a\":[1]}", 9);
	const TocsinClientCall post = {
	        .socket = fixture->path,
	        .method = "POST",
	        .target = "/json",
	        .type = "application/json",
	        .body = body,
	};
	const TocsinClientCall delete = {
	        .socket = fixture->path, .method = "DELETE", .target = "/thing/7"};
	g_auto(TocsinClientAnswer) answer = {0};
	g_autoptr(GError) error = NULL;

	g_assert_true(tocsin_client_call(&post, &answer, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(answer.status, ==, 201);
	g_assert_true(g_bytes_equal(answer.body, body));
	tocsin_client_answer_clear(&answer);
	g_assert_true(tocsin_client_call(&delete, &answer, &error));
	g_assert_no_error(error);
}

static void
posts_large_mails(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	g_autoptr(GBytes) body = g_bytes_new_take(g_strnfill(64u << 20, 'x'), 64u << 20);
	const TocsinClientCall call = {
	        .socket = fixture->path,
	        .method = "POST",
	        .target = "/mail",
	        .type = "message/rfc822",
	        .body = body,
	};
	g_auto(TocsinClientAnswer) answer = {0};
	g_autoptr(GError) error = NULL;

	g_assert_true(tocsin_client_call(&call, &answer, &error));
	g_assert_no_error(error);
	g_assert_cmpmem(g_bytes_get_data(answer.body, NULL), g_bytes_get_size(answer.body),
	                "67108864 bytes", 14);
}

static void
fail(const TocsinClientCall *call, int code, guint status, const char *word)
{
	g_auto(TocsinClientAnswer) answer = {0};
	g_autoptr(GError) error = NULL;

	g_assert_false(tocsin_client_call(call, &answer, &error));
	g_assert_error(error, TOCSIN_ERROR, code);
	g_assert_cmpuint(answer.status, ==, status);
	if (strstr(error->message, word) == NULL) {
		g_error("'%s' is not in: %s", word, error->message);
	}
}

static void
tells_the_daemons_words(void)
{
	const TocsinServerLimits limits = {.answer_ms = 50};
	g_autoptr(Fixture) fixture = fixture_new(&limits);
	TocsinClientCall call = {.socket = fixture->path, .method = "GET", .target = "/other"};

	fail(&call, TOCSIN_ERROR_INVALID, 404, "there is nothing at this path");
	call.method = "DELETE";
	call.target = "/now";
	fail(&call, TOCSIN_ERROR_INVALID, 405, "with GET only");
	call.method = "GET";
	call.target = "/later";
	fail(&call, TOCSIN_ERROR_STORE, 504, "may still happen");
	fixture_answer(fixture, fixture_wait_for_request(fixture));
}

static void
tells_that_nobody_is_there(void)
{
	g_autofree char *folder = g_dir_make_tmp("tocsin-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "none.sock", NULL);
	g_autofree char *filler = g_strnfill(108, 'x');
	TocsinClientCall call = {.socket = path, .method = "GET", .target = "/now"};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int dead = socket(AF_UNIX, SOCK_STREAM, 0);

	fail(&call, TOCSIN_ERROR_CONNECT, 0, "is tocsind running? looked at ");
	(void)g_strlcpy(address.sun_path, path, sizeof address.sun_path);
	g_assert_cmpint(bind(dead, (const struct sockaddr *)&address, sizeof address), ==, 0);
	(void)close(dead);
	fail(&call, TOCSIN_ERROR_CONNECT, 0, "is tocsind running? looked at ");
	call.socket = filler;
	fail(&call, TOCSIN_ERROR_INVALID, 0, "longer than 107");
	(void)g_unlink(path);
	(void)g_rmdir(folder);
}

/* Listens, and takes nobody. */
static void
tells_that_too_many_ask(void)
{
	g_autofree char *folder = g_dir_make_tmp("tocsin-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "busy.sock", NULL);
	const TocsinClientCall call = {.socket = path, .method = "GET", .target = "/now"};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int busy = socket(AF_UNIX, SOCK_STREAM, 0);
	int waiting = socket(AF_UNIX, SOCK_STREAM, 0);

	(void)g_strlcpy(address.sun_path, path, sizeof address.sun_path);
	g_assert_cmpint(bind(busy, (const struct sockaddr *)&address, sizeof address), ==, 0);
	g_assert_cmpint(listen(busy, 0), ==, 0);
	g_assert_cmpint(connect(waiting, (const struct sockaddr *)&address, sizeof address), ==, 0);
	fail(&call, TOCSIN_ERROR_TIMEOUT, 0, "try again");
	(void)close(busy);
	(void)close(waiting);
	(void)g_unlink(path);
	(void)g_rmdir(folder);
}

static void
tells_that_the_daemon_went_away(void)
{
	g_autoptr(Fixture) fixture = fixture_new(NULL);
	const TocsinClientCall call = {
	        .socket = fixture->path, .method = "GET", .target = "/later", .timeout_us = 50000};

	fail(&call, TOCSIN_ERROR_TIMEOUT, 0, "did not answer in time");
	fixture_answer(fixture, fixture_wait_for_request(fixture));
}

typedef struct {
	int descriptor;
	const char *answer; /* to the one who connects, before it is closed */
} Stranger;

static gpointer
run_stranger(gpointer data)
{
	const Stranger *stranger = data;
	int peer = accept(stranger->descriptor, NULL, NULL);
	char byte;

	g_assert_cmpint(recv(peer, &byte, 1, 0), ==, 1);
	fixture_send(peer, stranger->answer, strlen(stranger->answer));
	(void)shutdown(peer, SHUT_WR);
	while (recv(peer, &byte, 1, 0) > 0) {
	}
	(void)close(peer);
	return NULL;
}

/* What the client makes of somebody who answers this. */
static void
meet(const char *answer, int code, guint status, const char *word)
{
	g_autofree char *folder = g_dir_make_tmp("tocsin-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "strange.sock", NULL);
	const TocsinClientCall call = {.socket = path, .method = "GET", .target = "/now"};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	Stranger stranger = {.descriptor = socket(AF_UNIX, SOCK_STREAM, 0), .answer = answer};

	(void)g_strlcpy(address.sun_path, path, sizeof address.sun_path);
	g_assert_cmpint(
	        bind(stranger.descriptor, (const struct sockaddr *)&address, sizeof address), ==,
	        0);
	g_assert_cmpint(listen(stranger.descriptor, 1), ==, 0);
	GThread *thread = g_thread_new("stranger", run_stranger, &stranger);

	fail(&call, code, status, word);
	(void)g_thread_join(thread);
	(void)close(stranger.descriptor);
	(void)g_unlink(path);
	(void)g_rmdir(folder);
}

static void
knows_who_is_no_daemon(void)
{
	meet("", TOCSIN_ERROR_DISCONNECTED, 0, "went away");
	meet("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{", TOCSIN_ERROR_DISCONNECTED, 0,
	     "went away");
	meet("220 mx.example ESMTP\r\n", TOCSIN_ERROR_PROTOCOL, 0, "no tocsind");
	meet("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", TOCSIN_ERROR_STORE, 500,
	     "HTTP status 500");
	meet("HTTP/1.1 400 No\r\nContent-Length: 13\r\n\r\n{\"error\": [1]", TOCSIN_ERROR_INVALID,
	     400, "HTTP status 400");
	meet("HTTP/1.1 400 No\r\nContent-Length: 20\r\n\r\n{\"error\": \"a\\u001b[b\"}",
	     TOCSIN_ERROR_INVALID, 400, "HTTP status 400");
	meet("HTTP/1.1 400 No\r\nContent-Length: 22\r\n\r\n{\"error\": \"a\\u001b[b\"}",
	     TOCSIN_ERROR_INVALID, 400, "a\\x1b[b");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/client/gets-json", gets_json);
	g_test_add_func("/client/posts-and-deletes", posts_and_deletes);
	g_test_add_func("/client/posts-large-mails", posts_large_mails);
	g_test_add_func("/client/tells-the-daemons-words", tells_the_daemons_words);
	g_test_add_func("/client/tells-that-nobody-is-there", tells_that_nobody_is_there);
	g_test_add_func("/client/tells-that-too-many-ask", tells_that_too_many_ask);
	g_test_add_func("/client/tells-that-the-daemon-went-away", tells_that_the_daemon_went_away);
	g_test_add_func("/client/knows-who-is-no-daemon", knows_who_is_no_daemon);
	return g_test_run();
}
