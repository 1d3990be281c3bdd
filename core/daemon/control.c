/* SPDX-License-Identifier: MIT */
/* From the settings of the section "daemon" to a server. */
#include "daemon/control.h"

#include <string.h>

#include "control/server.h"
#include "daemon/answers.h"
#include "engine/paths.h"

struct _TocsinControl {
	TocsinAnswers answers;
	TocsinServer *server; /* (nullable) if there is none */
};

const char *
tocsin_control_socket(const TocsinPlan *plan)
{
	const char *path = tocsin_settings_get_string(tocsin_plan_daemon(plan), "socket");

	return path != NULL ? path : TOCSIN_SOCKET_PATH;
}

static TocsinServer *
listen_as_usual(TocsinServerOptions *options, GError **error)
{
	g_autoptr(GError) cause = NULL;
	TocsinServer *server = tocsin_server_new(options, &cause);

	if (server != NULL) {
		return server;
	}
	g_warning("there is no control socket, and tocsin(1) cannot reach this daemon: %s; set "
	          "'socket' in the section 'daemon'",
	          cause->message);
	options->socket = NULL;
	return tocsin_server_new(options, error);
}

TocsinControl *
tocsin_control_new(const TocsinPlan *plan, const char *group, TocsinClock *clock, GError **error)
{
	const TocsinSettings *settings = tocsin_plan_daemon(plan);
	const char *own_group = tocsin_settings_get_string(settings, "socket_group");
	const char *token = tocsin_settings_get_string(settings, "token");
	g_autoptr(TocsinSecret) secret =
	        token == NULL ? NULL : tocsin_secret_new(token, strlen(token));
	g_autoptr(TocsinControl) self = g_new0(TocsinControl, 1);
	TocsinServerOptions options = {
	        .socket = tocsin_control_socket(plan),
	        .socket_group = own_group != NULL ? own_group : group,
	        .listen = tocsin_settings_get_string(settings, "listen"),
	        .token = secret,
	        .routes = tocsin_answers_routes,
	        .user = &self->answers,
	};

	self->answers.clock = clock;
	self->server = tocsin_settings_is_set(settings, "socket")
	                       ? tocsin_server_new(&options, error)
	                       : listen_as_usual(&options, error);
	return self->server == NULL ? NULL : g_steal_pointer(&self);
}

void
tocsin_control_set_engine(TocsinControl *self, TocsinEngine *engine)
{
	self->answers.engine = engine;
	self->answers.errands =
	        tocsin_errands_new(tocsin_engine_store(engine), self->answers.clock, NULL);
}

void
tocsin_control_free(TocsinControl *self)
{
	if (self == NULL) {
		return;
	}
	/* The errands first: what they found out can still be told. */
	tocsin_errands_free(self->answers.errands);
	tocsin_server_free(self->server);
	g_free(self);
}
