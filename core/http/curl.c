/* SPDX-License-Identifier: MIT */
/* A request over libcurl. */
#include <curl/curl.h>
#include <tocsin/error.h>

#include "http/calls.h"

static size_t
on_answer(char *data, size_t size, size_t count, void *user)
{
	const TocsinHttpRequest *request = user;

	return request->take(request->user, data, size * count) ? size * count : 0;
}

static TocsinError
map_code(CURLcode code)
{
	switch (code) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return TOCSIN_ERROR_CONNECT;
	case CURLE_OPERATION_TIMEDOUT:
		return TOCSIN_ERROR_TIMEOUT;
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_RECV_ERROR:
	case CURLE_PARTIAL_FILE:
		return TOCSIN_ERROR_DISCONNECTED;
	case CURLE_WRITE_ERROR:
		return TOCSIN_ERROR_LIMIT;
	default:
		return TOCSIN_ERROR_PROTOCOL;
	}
}

static struct curl_slist *
make_fields(const TocsinHttpRequest *request)
{
	/* Without a body there is no type either, which curl would make up. */
	g_autofree char *type =
	        g_strconcat("Content-Type:", request->type == NULL ? "" : " ", request->type, NULL);
	struct curl_slist *fields = curl_slist_append(NULL, type);

	return curl_slist_append(fields, "Expect:");
}

static void
set_body(CURL *curl, const TocsinHttpRequest *request)
{
	(void)curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
	if (g_str_equal(request->method, "POST")) {
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE,
		                       (curl_off_t)request->length);
		(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS,
		                       request->body == NULL ? "" : request->body);
	}
}

static void
set_up(CURL *curl, const TocsinHttpRequest *request, struct curl_slist *fields, char *reason)
{
	set_body(curl, request);
	(void)curl_easy_setopt(curl, CURLOPT_URL, request->url);
	(void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	if (request->socket != NULL) {
		(void)curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, request->socket);
	}
	if (g_ascii_strncasecmp(request->url, "http:", 5) == 0) {
		(void)curl_easy_setopt(curl, CURLOPT_PROXY, "");
	}
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)MAX(request->timeout_us / 1000, 1));
	(void)curl_easy_setopt(curl, CURLOPT_USERAGENT, "tocsin");
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, reason);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_answer);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, request);
}

static void
read_head(CURL *curl, TocsinHttpAnswer *out_answer)
{
	long status = 0;
	char *type = NULL;

	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	(void)curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	out_answer->status = (guint)status;
	out_answer->type = g_strdup(type);
}

static gboolean
ask(const TocsinHttpRequest *request, TocsinHttpAnswer *out_answer, GError **error)
{
	static gsize is_ready;

	if (g_once_init_enter(&is_ready)) {
		(void)curl_global_init(CURL_GLOBAL_DEFAULT);
		g_once_init_leave(&is_ready, 1);
	}
	CURL *curl = curl_easy_init();
	struct curl_slist *fields = make_fields(request);
	char reason[CURL_ERROR_SIZE] = "";

	set_up(curl, request, fields, reason);
	CURLcode code = curl_easy_perform(curl);

	read_head(curl, out_answer);
	curl_slist_free_all(fields);
	curl_easy_cleanup(curl);
	if (code != CURLE_OK) {
		g_set_error(error, TOCSIN_ERROR, map_code(code), "%s",
		            reason[0] == '\0' ? curl_easy_strerror(code) : reason);
	}
	return code == CURLE_OK;
}

const TocsinHttpCalls tocsin_http_calls = {.ask = ask};
