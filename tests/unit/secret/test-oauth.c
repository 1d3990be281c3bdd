/* SPDX-License-Identifier: MIT */
/* Tokens over a real HTTP connection, to a small server in a thread of the test. */
#include "secret/oauth.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <tocsin/error.h>

typedef struct {
	GSocketListener *listener;
	GThread *thread;
	char *url;
	GAsyncQueue *answers; /* of char; "" ends the thread, "drop" the link; after "hang" the link
	                       * lasts until there is another */
	GAsyncQueue *asked;   /* of char: bodies of requests */
	TocsinClock *clock;
} Setup;

/* A request's body: it comes with its length, at once or in parts. */
static char *
read_body(GInputStream *input)
{
	g_autoptr(GString) request = g_string_new(NULL);
	char buffer[2048];
	const char *body;

	for (;;) {
		gssize got = g_input_stream_read(input, buffer, sizeof(buffer), NULL, NULL);

		g_assert_cmpint(got, >, 0);
		g_string_append_len(request, buffer, got);
		body = strstr(request->str, "\r\n\r\n");
		const char *length = strstr(request->str, "Content-Length: ");

		if (body != NULL && length != NULL &&
		    strlen(body + 4) >= g_ascii_strtoull(length + 16, NULL, 10)) {
			return g_strdup(body + 4);
		}
	}
}

static gpointer
serve(gpointer data)
{
	Setup *setup = data;

	for (;;) {
		g_autofree char *answer = g_async_queue_pop(setup->answers);

		if (answer[0] == '\0') {
			return NULL;
		}
		g_autoptr(GSocketConnection) link =
		        g_socket_listener_accept(setup->listener, NULL, NULL, NULL);
		char *body = read_body(g_io_stream_get_input_stream(G_IO_STREAM(link)));

		g_async_queue_push(setup->asked, body);
		if (strcmp(answer, "hang") == 0) {
			g_free(g_async_queue_pop(setup->answers));
		} else if (strcmp(answer, "drop") != 0) {
			(void)g_output_stream_write_all(
			        g_io_stream_get_output_stream(G_IO_STREAM(link)), answer,
			        strlen(answer), NULL, NULL, NULL);
		}
		(void)g_io_stream_close(G_IO_STREAM(link), NULL, NULL);
	}
}

static void
setup(Setup *self, gconstpointer data)
{
	guint16 port;

	self->listener = g_socket_listener_new();
	g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
	g_autoptr(GSocketAddress) wanted = g_inet_socket_address_new(loopback, 0);
	g_autoptr(GSocketAddress) bound = NULL;

	g_assert_true(g_socket_listener_add_address(self->listener, wanted, G_SOCKET_TYPE_STREAM,
	                                            G_SOCKET_PROTOCOL_TCP, NULL, &bound, NULL));
	port = g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound));
	self->url = g_strdup_printf("http://127.0.0.1:%u/token", port);
	self->answers = g_async_queue_new_full(g_free);
	self->asked = g_async_queue_new_full(g_free);
	self->clock = tocsin_clock_new_fake(0);
	self->thread = g_thread_new("server", serve, self);
}

static void
teardown(Setup *self, gconstpointer data)
{
	g_async_queue_push(self->answers, g_strdup(""));
	g_thread_join(self->thread);
	g_object_unref(self->listener);
	g_async_queue_unref(self->answers);
	g_async_queue_unref(self->asked);
	tocsin_clock_free(self->clock);
	g_free(self->url);
}

static void
will_answer(Setup *self, const char *status, const char *json)
{
	g_async_queue_push(self->answers, g_strdup_printf("HTTP/1.1 %s\r\nContent-Length: %zu\r\n"
	                                                  "Connection: close\r\n\r\n%s",
	                                                  status, strlen(json), json));
}

static void
assert_asked(Setup *self, const char *expected)
{
	g_autofree char *body = g_async_queue_try_pop(self->asked);

	g_assert_cmpstr(body, ==, expected);
}

static TocsinSecret *
fetch_text(gpointer source, GError **error)
{
	return tocsin_secret_new(source, strlen(source));
}

static TocsinOauth *
make_with_timeout(Setup *self, const char *client, const char *refresh_file, gint64 timeout_us)
{
	const TocsinOauthSetup oauth = {
	        .token_url = self->url,
	        .client_id = "me",
	        .scope = "mail send",
	        .refresh_file = refresh_file,
	        .timeout_us = timeout_us,
	        .clock = self->clock,
	        .fetch = fetch_text,
	        .source_free = g_free,
	};

	return tocsin_oauth_new(&oauth, g_strdup(client), g_strdup("r/1"), NULL);
}

static TocsinOauth *
make(Setup *self, const char *client, const char *refresh_file)
{
	return make_with_timeout(self, client, refresh_file, 60 * (gint64)G_USEC_PER_SEC);
}

static void
assert_fetched(TocsinOauth *oauth, const TocsinSecret *refused, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSecret) token = tocsin_oauth_fetch(oauth, refused, &error);

	g_assert_no_error(error);
	g_assert_cmpstr(tocsin_secret_peek(token, NULL), ==, expected);
}

static void
keeps_a_token_until_it_is_about_to_expire(Setup *self, gconstpointer data)
{
	g_autoptr(TocsinOauth) oauth = make(self, "s&cret", NULL);

	will_answer(self, "200 OK", "{\"access_token\":\"one\",\"expires_in\":3600}");
	assert_fetched(oauth, NULL, "one");
	assert_asked(
	        self,
	        "grant_type=refresh_token&client_id=me&client_secret=s%26cret&refresh_token=r%2F1&"
	        "scope=mail%20send");
	tocsin_clock_advance(self->clock, G_GINT64_CONSTANT(3539000000));
	assert_fetched(oauth, NULL, "one");
	assert_asked(self, NULL);
	tocsin_clock_advance(self->clock, 2 * G_USEC_PER_SEC);
	will_answer(self, "200 OK", "{\"access_token\":\"two\",\"expires_in\":3600}");
	assert_fetched(oauth, NULL, "two");
}

static void
refused_token_is_fetched_anew(Setup *self, gconstpointer data)
{
	g_autoptr(TocsinOauth) oauth = make(self, NULL, NULL);
	g_autoptr(TocsinSecret) first = NULL;

	will_answer(self, "200 OK", "{\"access_token\":\"one\",\"expires_in\":3600}");
	first = tocsin_oauth_fetch(oauth, NULL, NULL);
	will_answer(self, "200 OK", "{\"access_token\":\"two\",\"expires_in\":3600}");
	assert_fetched(oauth, first, "two");
	/* Somebody else was refused the same token: it has been renewed already. */
	assert_fetched(oauth, first, "two");
}

static void
one_retry_on_trouble(Setup *self, gconstpointer data)
{
	g_autoptr(TocsinOauth) oauth = make(self, NULL, NULL);
	g_autoptr(GError) error = NULL;

	will_answer(self, "503 Busy", "{}");
	will_answer(self, "200 OK", "{\"access_token\":\"one\"}");
	assert_fetched(oauth, NULL, "one");
	tocsin_clock_advance(self->clock, G_GINT64_CONSTANT(3600000000));
	g_async_queue_push(self->answers, g_strdup("drop"));
	g_async_queue_push(self->answers, g_strdup("drop"));
	g_assert_null(tocsin_oauth_fetch(oauth, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET);
	g_assert_cmpint(g_async_queue_length(self->asked), ==, 4);
}

static void
refusal_is_not_retried(Setup *self, gconstpointer data)
{
	g_autoptr(TocsinOauth) oauth = make(self, NULL, NULL);
	g_autoptr(GError) error = NULL;

	will_answer(self, "400 Bad Request", "{\"error\":\"invalid_client\"}");
	g_assert_null(tocsin_oauth_fetch(oauth, NULL, &error));
	g_assert_nonnull(strstr(error->message, "invalid_client"));
	g_assert_cmpint(g_async_queue_length(self->asked), ==, 1);
}

static void
replaced_refresh_token_is_kept(Setup *self, gconstpointer data)
{
	g_autofree char *folder = g_dir_make_tmp("tocsin-oauth-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "refresh", NULL);
	g_autofree char *kept = NULL;
	g_autoptr(TocsinOauth) oauth = make(self, NULL, path);
	GStatBuf status;

	g_assert_true(g_file_set_contents_full(path, "r/1\n", -1, 0, 0600, NULL));
	will_answer(self, "200 OK",
	            "{\"access_token\":\"one\",\"expires_in\":60,\"refresh_token\":\"r/2\"}");
	assert_fetched(oauth, NULL, "one");
	g_assert_true(g_file_get_contents(path, &kept, NULL, NULL));
	g_assert_cmpstr(kept, ==, "r/2");
	g_assert_cmpint(g_stat(path, &status), ==, 0);
	g_assert_cmpint(status.st_mode & 07777, ==, 0600);
	g_free(g_async_queue_pop(self->asked));
	tocsin_clock_advance(self->clock, 60 * G_USEC_PER_SEC);
	will_answer(self, "200 OK", "{\"access_token\":\"two\"}");
	assert_fetched(oauth, NULL, "two");
	assert_asked(self,
	             "grant_type=refresh_token&client_id=me&refresh_token=r%2F2&scope=mail%20send");
	g_remove(path);
	g_rmdir(folder);
}

static void
assert_warned(TocsinOauth *oauth, const char *part)
{
	g_autofree char *warning = tocsin_oauth_take_warning(oauth);
	g_autofree char *again = tocsin_oauth_take_warning(oauth);

	g_assert_nonnull(warning);
	if (strstr(warning, part) == NULL) {
		g_error("'%s' does not hold '%s'", warning, part);
	}
	g_assert_null(again);
}

static void
refresh_token_that_cannot_be_kept_is_told(Setup *self, gconstpointer data)
{
	g_autoptr(TocsinOauth) memory = make(self, NULL, NULL);
	g_autoptr(TocsinOauth) file = make(self, NULL, "/nonexistent/refresh");
	static const char same[] = "{\"access_token\":\"one\",\"refresh_token\":\"r/1\"}";
	static const char other[] = "{\"access_token\":\"two\",\"refresh_token\":\"r/2\"}";

	will_answer(self, "200 OK", same);
	assert_fetched(memory, NULL, "one");
	g_assert_null(tocsin_oauth_take_warning(memory));
	tocsin_clock_advance(self->clock, G_GINT64_CONSTANT(3600000000));
	will_answer(self, "200 OK", other);
	assert_fetched(memory, NULL, "two");
	assert_warned(memory, "only where 'refresh_token' comes from a file");
	will_answer(self, "200 OK", other);
	assert_fetched(file, NULL, "two");
	assert_warned(file, "/nonexistent/refresh");
}

/* Nothing is tried again when the time is over. */
static void
silent_server_has_no_more_than_its_time(Setup *self, gconstpointer data)
{
	g_autoptr(TocsinOauth) oauth =
	        make_with_timeout(self, NULL, NULL, 300 * (gint64)G_TIME_SPAN_MILLISECOND);
	g_autoptr(GError) error = NULL;

	g_async_queue_push(self->answers, g_strdup("hang"));
	g_assert_null(tocsin_oauth_fetch(oauth, NULL, &error));
	g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_SECRET);
	g_assert_nonnull(strstr(error->message, "timed out"));
	g_async_queue_push(self->answers, g_strdup("end"));
}

static void
tokens_do_not_travel_in_clear(Setup *self, gconstpointer data)
{
	const char *const bad[] = {"http://login.example.org/token", "ftp://127.0.0.1/", "nothing",
	                           ""};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		const TocsinOauthSetup oauth = {.token_url = bad[i],
		                                .client_id = "me",
		                                .fetch = fetch_text,
		                                .source_free = g_free};
		g_autoptr(GError) error = NULL;

		g_assert_null(tocsin_oauth_new(&oauth, NULL, g_strdup("r"), &error));
		g_assert_error(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG);
	}
}

#define ADD(name) g_test_add("/oauth/" #name, Setup, NULL, setup, name, teardown)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(keeps_a_token_until_it_is_about_to_expire);
	ADD(refused_token_is_fetched_anew);
	ADD(one_retry_on_trouble);
	ADD(refusal_is_not_retried);
	ADD(replaced_refresh_token_is_kept);
	ADD(refresh_token_that_cannot_be_kept_is_told);
	ADD(silent_server_has_no_more_than_its_time);
	ADD(tokens_do_not_travel_in_clear);
	return g_test_run();
}
