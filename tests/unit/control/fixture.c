/* SPDX-License-Identifier: MIT */
/* The server of the tests. */
#include "fixture.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BIG_BYTES ((gsize)24 << 20)
#define PATIENCE_S 20

static void
answer_object(TocsinRequest *request, JsonBuilder *json)
{
	tocsin_request_answer_json(request, 200, json_builder_get_root(json));
}

static void
answer_flag(TocsinRequest *request, const char *name)
{
	g_autoptr(JsonBuilder) json = json_builder_new();

	json_builder_begin_object(json);
	json_builder_set_member_name(json, name);
	json_builder_add_boolean_value(json, TRUE);
	json_builder_end_object(json);
	answer_object(request, json);
}

static void
on_now(TocsinRequest *request, gpointer user)
{
	answer_flag(request, "now");
}

static void
on_echo(TocsinRequest *request, gpointer user)
{
	const TocsinQuery *query = tocsin_request_query(request);
	g_autoptr(JsonBuilder) json = json_builder_new();
	const char *a = tocsin_query_get(query, "a");

	json_builder_begin_object(json);
	json_builder_set_member_name(json, "variable");
	json_builder_add_string_value(json, tocsin_request_variable(request));
	json_builder_set_member_name(json, "a");
	json_builder_add_string_value(json, a == NULL ? "" : a);
	g_autoptr(GPtrArray) all = tocsin_query_list(query, "b");

	json_builder_set_member_name(json, "bs");
	json_builder_add_int_value(json, all->len);
	json_builder_end_object(json);
	answer_object(request, json);
}

static void
on_peer(TocsinRequest *request, gpointer user)
{
	const TocsinPeer *peer = tocsin_request_peer(request);
	g_autofree char *text =
	        g_strdup_printf("%d %u %" G_GINT64_FORMAT, peer->is_local, peer->uid, peer->pid);
	g_autoptr(GBytes) body = g_bytes_new(text, strlen(text));

	tocsin_request_answer(request, 200, "text/plain", body);
}

static void
on_big(TocsinRequest *request, gpointer user)
{
	g_autoptr(GBytes) body = g_bytes_new_take(g_strnfill(BIG_BYTES, 'x'), BIG_BYTES);

	tocsin_request_answer(request, 200, "text/plain", body);
}

static void
on_json(TocsinRequest *request, gpointer user)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonNode) root = tocsin_request_parse_json(request, &error);

	if (root == NULL) {
		tocsin_request_fail_error(request, error);
	} else {
		tocsin_request_answer_json(request, 201, g_steal_pointer(&root));
	}
}

static void
on_mail(TocsinRequest *request, gpointer user)
{
	g_autofree char *text = g_strdup_printf("%" G_GSIZE_FORMAT " bytes",
	                                        g_bytes_get_size(tocsin_request_body(request)));
	g_autoptr(GBytes) body = g_bytes_new(text, strlen(text));

	tocsin_request_answer(request, 202, "text/plain", body);
}

static void
on_later(TocsinRequest *request, gpointer user)
{
	Fixture *self = user;

	g_async_queue_push(self->waiting, request);
}

static void
on_delete(TocsinRequest *request, gpointer user)
{
	answer_flag(request, "deleted");
}

static const char *const echo_parameters[] = {"a", "b", NULL};

static const TocsinRoute routes[] = {
        {"GET", "/now", NULL, NULL, 0, on_now},
        {"GET", "/echo/{}", echo_parameters, NULL, 0, on_echo},
        {"GET", "/peer", NULL, NULL, 0, on_peer},
        {"GET", "/big", NULL, NULL, 0, on_big},
        {"POST", "/json", NULL, "application/json", TOCSIN_ROUTE_BODY_MAX, on_json},
        {"POST", "/mail", NULL, "message/rfc822", (gsize)64 << 20, on_mail},
        {"GET", "/later", NULL, NULL, 0, on_later},
        {"GET", "/thing/{}", NULL, NULL, 0, on_now},
        {"DELETE", "/thing/{}", NULL, NULL, 0, on_delete},
        {NULL, NULL, NULL, NULL, 0, NULL},
};

static gpointer
run_server(gpointer data)
{
	Fixture *self = data;

	g_main_context_push_thread_default(self->context);
	g_main_loop_run(self->loop);
	g_main_context_pop_thread_default(self->context);
	return NULL;
}

typedef struct {
	GSourceFunc function;
	gpointer data;
	GMutex mutex;
	GCond condition;
	gboolean is_done;
} Call;

static gboolean
on_call(gpointer data)
{
	Call *call = data;

	(void)call->function(call->data);
	g_mutex_lock(&call->mutex);
	call->is_done = TRUE;
	g_cond_signal(&call->condition);
	g_mutex_unlock(&call->mutex);
	return G_SOURCE_REMOVE;
}

void
fixture_invoke(Fixture *self, GSourceFunc function, gpointer data)
{
	Call call = {.function = function, .data = data};
	g_autoptr(GSource) source = g_idle_source_new();

	g_mutex_init(&call.mutex);
	g_cond_init(&call.condition);
	g_source_set_callback(source, on_call, &call, NULL);
	(void)g_source_attach(source, self->context);
	g_mutex_lock(&call.mutex);
	while (!call.is_done) {
		g_cond_wait(&call.condition, &call.mutex);
	}
	g_mutex_unlock(&call.mutex);
	g_cond_clear(&call.condition);
	g_mutex_clear(&call.mutex);
}

static gboolean
start(gpointer data)
{
	Fixture *self = data;
	g_autoptr(GError) error = NULL;

	self->server = tocsin_server_new(&self->options, &error);
	g_assert_no_error(error);
	self->port = tocsin_server_port(self->server);
	return G_SOURCE_REMOVE;
}

static gboolean
stop(gpointer data)
{
	Fixture *self = data;

	g_clear_pointer(&self->server, tocsin_server_free);
	return G_SOURCE_REMOVE;
}

Fixture *
fixture_new(const TocsinServerLimits *limits)
{
	Fixture *self = g_new0(Fixture, 1);
	g_autoptr(GError) error = NULL;

	self->folder = g_dir_make_tmp("tocsin-XXXXXX", &error);
	g_assert_no_error(error);
	self->path = g_build_filename(self->folder, "control.sock", NULL);
	self->context = g_main_context_new();
	self->loop = g_main_loop_new(self->context, FALSE);
	self->waiting = g_async_queue_new();
	self->options = (TocsinServerOptions){
	        .socket = self->path,
	        .listen = "127.0.0.1:0",
	        .token = tocsin_secret_new(FIXTURE_TOKEN, strlen(FIXTURE_TOKEN)),
	        .routes = routes,
	        .user = self,
	        .context = self->context,
	};
	if (limits != NULL) {
		self->options.limits = *limits;
	}
	self->thread = g_thread_new("server", run_server, self);
	fixture_invoke(self, start, self);
	return self;
}

void
fixture_stop(Fixture *self)
{
	fixture_invoke(self, stop, self);
}

void
fixture_free(Fixture *self)
{
	g_autofree char *lock = g_strconcat(self->path, ".lock", NULL);

	fixture_stop(self);
	g_main_loop_quit(self->loop);
	(void)g_thread_join(self->thread);
	g_main_loop_unref(self->loop);
	g_main_context_unref(self->context);
	g_async_queue_unref(self->waiting);
	tocsin_secret_unref(self->options.token);
	g_assert_false(g_file_test(self->path, G_FILE_TEST_EXISTS));
	(void)g_unlink(lock);
	g_assert_cmpint(g_rmdir(self->folder), ==, 0);
	g_free(self->folder);
	g_free(self->path);
	g_free(self);
}

TocsinRequest *
fixture_wait_for_request(Fixture *self)
{
	TocsinRequest *request =
	        g_async_queue_timeout_pop(self->waiting, PATIENCE_S * G_USEC_PER_SEC);

	g_assert_nonnull(request);
	return request;
}

static gboolean
answer_late(gpointer data)
{
	answer_flag(data, "late");
	return G_SOURCE_REMOVE;
}

void
fixture_answer(Fixture *self, TocsinRequest *request)
{
	fixture_invoke(self, answer_late, request);
}

static int
prepare(int family)
{
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	int descriptor = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	g_assert_cmpint(descriptor, >=, 0);
	g_assert_cmpint(setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience),
	                ==, 0);
	return descriptor;
}

int
fixture_connect(const Fixture *self)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int descriptor = prepare(AF_UNIX);

	(void)g_strlcpy(address.sun_path, self->path, sizeof address.sun_path);
	g_assert_cmpint(connect(descriptor, (const struct sockaddr *)&address, sizeof address), ==,
	                0);
	return descriptor;
}

int
fixture_connect_tcp(const Fixture *self)
{
	const struct sockaddr_in address = {
	        .sin_family = AF_INET,
	        .sin_port = htons(self->port),
	        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int descriptor = prepare(AF_INET);

	g_assert_cmpint(connect(descriptor, (const struct sockaddr *)&address, sizeof address), ==,
	                0);
	return descriptor;
}

void
fixture_send(int descriptor, const char *text, gsize length)
{
	while (length > 0) {
		gssize sent = send(descriptor, text, length, MSG_NOSIGNAL);

		if (sent <= 0) {
			return;
		}
		text += sent;
		length -= (gsize)sent;
	}
}

char *
fixture_read_all(int descriptor)
{
	g_autoptr(GString) all = g_string_new(NULL);
	char buffer[4096];
	gssize got;

	while ((got = recv(descriptor, buffer, sizeof buffer, 0)) > 0) {
		g_string_append_len(all, buffer, got);
	}
	(void)close(descriptor);
	return g_string_free(g_steal_pointer(&all), FALSE);
}

char *
fixture_ask(const Fixture *self, const char *text)
{
	int descriptor = fixture_connect(self);

	fixture_send(descriptor, text, strlen(text));
	return fixture_read_all(descriptor);
}

char *
fixture_ask_tcp(const Fixture *self, const char *text)
{
	int descriptor = fixture_connect_tcp(self);

	fixture_send(descriptor, text, strlen(text));
	return fixture_read_all(descriptor);
}

void
fixture_expect(char *answer, guint status, const char *text)
{
	g_autofree char *start = g_strdup_printf("HTTP/1.1 %u ", status);

	if (!g_str_has_prefix(answer, start) || strstr(answer, text) == NULL) {
		g_error("wanted %u and '%s', got: %s", status, text, answer);
	}
	g_free(answer);
}
