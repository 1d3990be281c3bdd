/* SPDX-License-Identifier: MIT */
#include "peer.h"

#include <errno.h>
#include <string.h>

struct _Peer {
	char **steps; /* not escaped any more */
	guint at;
	GString *in;  /* sent by the client, not matched yet */
	GString *out; /* to be read by the client */
	char *wrong;  /* the first difference, or NULL */
};

static const char *
argument_of(const char *step)
{
	return strlen(step) > 3 ? step + 3 : "";
}

/* Goes on as far as it can without the client. */
static void
go_on(Peer *peer)
{
	while (peer->wrong == NULL && peer->steps[peer->at] != NULL) {
		const char *step = peer->steps[peer->at];
		const char *text = argument_of(step);
		const char *end;
		g_autofree char *line = NULL;

		if (step[0] == 'S') {
			g_string_append_printf(peer->out, "%s\r\n", text);
		} else if (step[0] == 's') {
			g_string_append(peer->out, text);
		} else if (step[0] == 'C') {
			end = strstr(peer->in->str, "\r\n");
			if (end == NULL) {
				return;
			}
			line = g_strndup(peer->in->str, (gsize)(end - peer->in->str));
			if (g_ascii_strcasecmp(line, text) != 0) {
				peer->wrong = g_strdup_printf("step %u: wanted \"%s\", got \"%s\"",
				                              peer->at + 1, text, line);
				return;
			}
			g_string_erase(peer->in, 0, (gssize)(end + 2 - peer->in->str));
		} else if (step[0] != '\0') {
			return;
		}
		peer->at++;
	}
}

static gssize
on_read(gpointer user, void *buffer, gsize length, gint64 deadline_us)
{
	Peer *peer = user;
	gsize count;

	go_on(peer);
	count = MIN(length, peer->out->len);
	if (count == 0 && peer->steps[peer->at] != NULL && peer->steps[peer->at][0] == 'C' &&
	    peer->wrong == NULL) {
		peer->wrong = g_strdup_printf("step %u: wanted \"%s\", the client waits",
		                              peer->at + 1, peer->steps[peer->at]);
	}
	memcpy(buffer, peer->out->str, count);
	g_string_erase(peer->out, 0, (gssize)count);
	return (gssize)count;
}

static gssize
on_write(gpointer user, const void *bytes, gsize length, gint64 deadline_us)
{
	Peer *peer = user;

	go_on(peer);
	if (peer->steps[peer->at] != NULL && strcmp(peer->steps[peer->at], "close") == 0) {
		errno = EPIPE;
		return -1;
	}
	g_string_append_len(peer->in, bytes, (gssize)length);
	go_on(peer);
	return (gssize)length;
}

TocsinSmtp *
peer_client(TocsinSmtpKind kind, gboolean is_compatible)
{
	TocsinSmtp *client = tocsin_smtp_new(kind);

	tocsin_smtp_set_compatible(client, is_compatible);
	tocsin_smtp_set_local_hostname(client, "me");
	return client;
}

TocsinSmtp *
peer_connect(Peer **out_peer, TocsinSmtp *client, const char *script)
{
	const TocsinSmtpCallbacks callbacks = {
	        .read = on_read, .write = on_write, .is_private = TRUE};
	Peer *peer = g_new0(Peer, 1);
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinSmtpReply) greeting = NULL;

	peer->steps = g_strsplit(script, "\n", -1);
	for (char **step = peer->steps; *step != NULL; step++) {
		char *plain = g_strcompress(*step);

		g_free(*step);
		*step = plain;
	}
	peer->in = g_string_new(NULL);
	peer->out = g_string_new(NULL);
	*out_peer = peer;
	client = client != NULL ? client : peer_client(TOCSIN_SMTP_CLEAR, TRUE);
	greeting = tocsin_smtp_connect_callbacks(client, &callbacks, peer, "mx", &error);
	g_assert_no_error(error);
	g_assert_nonnull(greeting);
	return client;
}

void
peer_finish(Peer *peer)
{
	go_on(peer);
	g_assert_cmpstr(peer->wrong, ==, NULL);
	if (peer->steps[peer->at] != NULL && strcmp(peer->steps[peer->at], "close") != 0) {
		g_error("the client did not go on to: %s", peer->steps[peer->at]);
	}
	g_assert_cmpstr(peer->in->str, ==, "");
	g_strfreev(peer->steps);
	g_string_free(peer->in, TRUE);
	g_string_free(peer->out, TRUE);
	g_free(peer);
}

void
peer_assert_reply(TocsinSmtpReply *reply, int code, const char *text)
{
	g_assert_nonnull(reply);
	g_assert_cmpint(tocsin_smtp_reply_get_code(reply), ==, code);
	g_assert_cmpstr(tocsin_smtp_reply_get_text(reply, NULL), ==, text);
	tocsin_smtp_reply_free(reply);
}

void
peer_assert_failed(const TocsinSmtp *client, int code, const char *text)
{
	const TocsinSmtpReply *reply = tocsin_smtp_get_failed_reply(client);

	g_assert_nonnull(reply);
	g_assert_cmpint(tocsin_smtp_reply_get_code(reply), ==, code);
	g_assert_cmpstr(tocsin_smtp_reply_get_text(reply, NULL), ==, text);
}
