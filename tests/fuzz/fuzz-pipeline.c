/* SPDX-License-Identifier: MIT */
/* The pipeline against a server that says anything: every fate is told once, and nothing hangs. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "net/callbacks.h"
#include "smtp/hello.h"
#include "smtp/pipeline.h"

#define MAILS 4u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
	const uint8_t *data;
	size_t size;
	guint taken;
	guint told[MAILS][2];
	TocsinOutgoing mails[MAILS];
} Server;

static gssize
read_some(gpointer data, void *buffer, gsize length, gint64 deadline_us)
{
	Server *self = data;
	gsize count = MIN(MIN(length, self->size), 7);

	memcpy(buffer, self->data, count);
	self->data += count;
	self->size -= count;
	return (gssize)count;
}

static gssize
write_some(gpointer data, const void *bytes, gsize length, gint64 deadline_us)
{
	return (gssize)length;
}

static TocsinNext
next_mail(gpointer user, gboolean may_wait, const TocsinOutgoing **out_mail)
{
	Server *self = user;

	if (self->taken == MAILS) {
		return TOCSIN_NEXT_LAST;
	}
	*out_mail = &self->mails[self->taken++];
	return TOCSIN_NEXT_MAIL;
}

static void
note_fate(gpointer user, const TocsinOutgoing *mail, guint index, const TocsinOutcome *outcome)
{
	Server *self = user;

	self->told[mail - self->mails][index]++;
}

static void
note_back(gpointer user, const TocsinOutgoing *mail, guint index)
{
	Server *self = user;

	self->told[mail - self->mails][index]++;
}

/* The first byte chooses what the server offers and what the caller does, the rest is what the
 * server says after EHLO. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const offers[] = {
	        "220 x\r\n250 x\r\n",
	        "220 x\r\n250-x\r\n250 PIPELINING\r\n",
	        "220 x\r\n250-x\r\n250-PIPELINING\r\n250 CHUNKING\r\n",
	        "220 x\r\n250-x\r\n250-PIPELINING\r\n250 LIMITS RCPTMAX=1\r\n",
	};
	static const TocsinEnvelopeRecipient recipients[] = {{.address = "b@y"},
	                                                     {.address = "c@z"}};
	const TocsinStreamCallbacks callbacks = {.read = read_some, .write = write_some};
	const TocsinPipelineCalls calls = {
	        .next = next_mail,
	        .result = note_fate,
	        .give_back = size > 0 && (data[0] & 8) != 0 ? note_back : NULL,
	};
	const char *offer = offers[size > 0 ? data[0] & 3 : 0];
	gsize offered = strlen(offer);
	gsize rest = size > 0 ? size - 1 : 0;
	g_autofree uint8_t *words = g_malloc(offered + rest + 1);
	Server server = {.data = words, .size = offered + rest};
	TocsinSessionSettings settings;
	g_autoptr(TocsinSession) session = NULL;

	memcpy(words, offer, offered);
	if (rest > 0) {
		memcpy(words + offered, data + 1, rest);
	}
	for (guint i = 0; i < MAILS; i++) {
		server.mails[i].envelope.sender = "a@x";
		server.mails[i].envelope.recipients = recipients;
		server.mails[i].envelope.n_recipients = 2;
		server.mails[i].content = (TocsinContent){.bytes = ".\n.", .length = i};
	}
	tocsin_session_settings_init(&settings);
	settings.local_name = "me";
	settings.is_lmtp = size > 0 && (data[0] & 4) != 0;
	session = tocsin_session_new(tocsin_callbacks_stream_new(&callbacks, &server, "fuzz"),
	                             &settings);
	if (!tocsin_session_read_greeting(session, NULL) || !tocsin_session_hello(session, NULL)) {
		return 0;
	}
	tocsin_pipeline_run(session, &calls, &server, NULL);
	for (guint i = 0; i < server.taken; i++) {
		g_assert_cmpuint(server.told[i][0], ==, 1);
		g_assert_cmpuint(server.told[i][1], ==, 1);
	}
	return 0;
}
