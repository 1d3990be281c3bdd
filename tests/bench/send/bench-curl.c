/* SPDX-License-Identifier: MIT */
/* Sends the same mails with libcurl: one handle a connection, kept from mail to mail.
 *
 *   bench-curl URL MAILS SIZE RECIPIENTS CONNECTIONS RENEW [CA-FILE]
 *
 * RENEW 1: a new connection for each mail. Prints "seconds S mails N memory KIB". */
#include <curl/curl.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
	const char *url;
	const char *ca_file;
	long recipients;
	gboolean is_renewed;
	char *content;
	size_t size;
	gint left; /* atomic */
} Bench;

typedef struct {
	const Bench *bench;
	size_t at;
} Reader;

static size_t
read_content(char *buffer, size_t size, size_t count, void *user)
{
	Reader *reader = user;
	size_t length = MIN(size * count, reader->bench->size - reader->at);

	memcpy(buffer, reader->bench->content + reader->at, length);
	reader->at += length;
	return length;
}

static gpointer
work(gpointer data)
{
	Bench *bench = data;
	Reader reader = {.bench = bench};
	CURL *curl = curl_easy_init();
	struct curl_slist *recipients = NULL;

	for (long i = 0; i < bench->recipients; i++) {
		recipients = curl_slist_append(recipients, "ann@example.org");
	}
	curl_easy_setopt(curl, CURLOPT_URL, bench->url);
	curl_easy_setopt(curl, CURLOPT_MAIL_FROM, "me@example.org");
	curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_content);
	curl_easy_setopt(curl, CURLOPT_READDATA, &reader);
	curl_easy_setopt(curl, CURLOPT_UPLOAD_BUFFERSIZE, 2L << 20);
	curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, (long)bench->is_renewed);
	if (bench->ca_file != NULL) {
		curl_easy_setopt(curl, CURLOPT_CAINFO, bench->ca_file);
	}
	while (g_atomic_int_add(&bench->left, -1) > 0) {
		reader.at = 0;
		CURLcode code = curl_easy_perform(curl);

		if (code != CURLE_OK) {
			g_printerr("bench-curl: %s\n", curl_easy_strerror(code));
			exit(1);
		}
	}
	curl_easy_cleanup(curl);
	curl_slist_free_all(recipients);
	return NULL;
}

static char *
make_content(size_t size)
{
	char *content = g_malloc(size + 1);

	for (size_t i = 0; i < size; i++) {
		content[i] = i % 74 == 72 ? '\r' : i % 74 == 73 ? '\n' : 'x';
	}
	memcpy(content + size - 2, "\r\n", 2);
	return content;
}

/* The most memory that this program has had, in KiB. */
static guint
read_memory(void)
{
	g_autofree char *status = NULL;
	const char *line = NULL;

	if (g_file_get_contents("/proc/self/status", &status, NULL, NULL)) {
		line = strstr(status, "VmHWM:");
	}
	return line == NULL ? 0 : (guint)g_ascii_strtoull(line + 6, NULL, 10);
}

int
main(int argc, char **argv)
{
	if (argc < 7) {
		g_printerr("usage: bench-curl URL MAILS SIZE RECIPIENTS CONNECTIONS RENEW [CA]\n");
		return 64;
	}
	Bench bench = {
	        .url = argv[1],
	        .left = (int)g_ascii_strtoll(argv[2], NULL, 10),
	        .size = (size_t)g_ascii_strtoll(argv[3], NULL, 10),
	        .recipients = g_ascii_strtoll(argv[4], NULL, 10),
	        .is_renewed = g_ascii_strtoll(argv[6], NULL, 10) != 0,
	        .ca_file = argv[7],
	};
	int connections = (int)g_ascii_strtoll(argv[5], NULL, 10);
	g_autofree GThread **threads = g_new0(GThread *, (gsize)connections);

	curl_global_init(CURL_GLOBAL_DEFAULT);
	bench.content = make_content(bench.size);
	gint64 begun_us = g_get_monotonic_time();

	for (int i = 1; i < connections; i++) {
		threads[i] = g_thread_new("sender", work, &bench);
	}
	work(&bench);
	for (int i = 1; i < connections; i++) {
		g_thread_join(threads[i]);
	}
	g_print("seconds %.6f mails %s memory %u\n",
	        (double)(g_get_monotonic_time() - begun_us) / G_USEC_PER_SEC, argv[2],
	        read_memory());
	g_free(bench.content);
	curl_global_cleanup();
	return 0;
}
