/* SPDX-License-Identifier: MIT */
/* Plays a dialogue and compares what was told with what should have been. */
#include "dialogue.h"

#include <string.h>

#include "smtp/hello.h"
#include "tocsin/error.h"

#define MAILS_MAX 8u

typedef struct {
	const Dialogue *dialogue;
	TocsinOutgoing outgoing[MAILS_MAX];
	guint n;
	guint next;
	GString *fates;
	TocsinContent seven_bit;
	guint open[MAILS_MAX];
} Run;

static TocsinNext
next_mail(gpointer user, gboolean may_wait, const TocsinOutgoing **out_mail)
{
	Run *run = user;

	if (run->next < run->n) {
		*out_mail = &run->outgoing[run->next++];
		return TOCSIN_NEXT_MAIL;
	}
	return (run->dialogue->settings & SETTING_LAST) != 0 ? TOCSIN_NEXT_LAST : TOCSIN_NEXT_NONE;
}

/* "MAIL.RECIPIENT status stage code" and a line end. */
static void
note_fate(gpointer user, const TocsinOutgoing *mail, guint index, const TocsinOutcome *outcome)
{
	Run *run = user;
	guint number = (guint)(mail - run->outgoing);
	g_autoptr(TocsinFate) fate = tocsin_outcome_to_fate(outcome, NULL, 0);

	g_assert_cmpuint(number, <, run->n);
	g_assert_cmpuint(index, <, mail->envelope.n_recipients);
	g_assert_cmpuint(run->open[number], >, 0);
	run->open[number]--;
	g_string_append_printf(run->fates, "%u.%u %s %s %u\n", number, index,
	                       tocsin_fate_status_name(fate->status),
	                       tocsin_stage_name(fate->stage), fate->code);
}

/* "MAIL.RECIPIENT back" and a line end. */
static void
note_back(gpointer user, const TocsinOutgoing *mail, guint index)
{
	Run *run = user;
	guint number = (guint)(mail - run->outgoing);

	g_assert_cmpuint(number, <, run->n);
	g_assert_cmpuint(index, <, mail->envelope.n_recipients);
	g_assert_cmpuint(run->open[number], >, 0);
	run->open[number]--;
	g_string_append_printf(run->fates, "%u.%u back\n", number, index);
}

static const TocsinContent *
make_seven_bit(gpointer user, const TocsinOutgoing *mail, GError **error)
{
	Run *run = user;

	run->seven_bit = (TocsinContent){.bytes = "seven\r\n", .length = 7};
	return &run->seven_bit;
}

/* One byte at a time, in the same place each time: who keeps it too long sees another. */
static gint64
pull_byte(gpointer user, guint64 offset, const void **out_bytes)
{
	static char byte;
	const char *text = user;

	if (offset >= strlen(text)) {
		return 0;
	}
	byte = text[offset];
	*out_bytes = &byte;
	return 1;
}

static TocsinContent
make_content(const Dialogue *dialogue)
{
	const char *text = dialogue->content;

	if (text == NULL) {
		text = (dialogue->settings & SETTING_8BIT) != 0 ? "\xc3\xbc\r\n" : "x\r\n";
	}
	if ((dialogue->settings & SETTING_PULLED) != 0) {
		return (TocsinContent){.pull = pull_byte, .user = (gpointer)text};
	}
	return (TocsinContent){.bytes = text, .length = strlen(text)};
}

static void
read_mail(Run *run, const char *text)
{
	TocsinOutgoing *mail = &run->outgoing[run->n];
	g_auto(GStrv) words = g_strsplit(text, " ", 2);
	char **addresses = g_strsplit(words[1], ",", -1);
	guint n = g_strv_length(addresses);
	TocsinEnvelopeRecipient *recipients = g_new0(TocsinEnvelopeRecipient, n);

	for (guint i = 0; i < n; i++) {
		recipients[i].address = addresses[i];
	}
	mail->user = addresses;
	mail->envelope.sender = g_strdup(words[0]);
	mail->envelope.recipients = recipients;
	mail->envelope.n_recipients = n;
	if ((run->dialogue->settings & SETTING_BINARY) != 0) {
		mail->envelope.body = TOCSIN_BODY_BINARYMIME;
	}
	mail->content = make_content(run->dialogue);
	run->open[run->n++] = n;
}

static void
free_mails(Run *run)
{
	for (guint i = 0; i < run->n; i++) {
		g_strfreev(run->outgoing[i].user);
		g_free((char *)run->outgoing[i].envelope.sender);
		g_free((gpointer)run->outgoing[i].envelope.recipients);
	}
	g_string_free(run->fates, TRUE);
}

static void
plays(gconstpointer data)
{
	const Dialogue *dialogue = data;
	const TocsinPipelineCalls calls = {
	        .next = next_mail,
	        .result = note_fate,
	        .give_back = (dialogue->settings & SETTING_BACK) != 0 ? note_back : NULL,
	        .reencode = (dialogue->settings & SETTING_REENCODE) != 0 ? make_seven_bit : NULL,
	};
	TocsinStream *stream = tocsin_scripted_stream_new(dialogue->script);
	TocsinSessionSettings settings;
	g_autoptr(TocsinSession) session = NULL;
	g_autoptr(GError) error = NULL;
	Run run = {.dialogue = dialogue, .fates = g_string_new(NULL)};
	TocsinRun result;

	tocsin_session_settings_init(&settings);
	settings.local_name = "me";
	settings.is_lmtp = (dialogue->settings & SETTING_LMTP) != 0;
	settings.disabled =
	        (dialogue->settings & SETTING_NO_CHUNKS) != 0 ? TOCSIN_FEATURE_CHUNKING : 0;
	settings.takes_2xx_for_data = (dialogue->settings & SETTING_2XX_DATA) != 0;
	session = tocsin_session_new(stream, &settings);
	for (guint i = 0; dialogue->mails[i] != NULL; i++) {
		read_mail(&run, dialogue->mails[i]);
	}
	g_assert_true(tocsin_session_read_greeting(session, &error));
	g_assert_true(tocsin_session_hello(session, &error));
	result = tocsin_pipeline_run(session, &calls, &run, &error);
	if (tocsin_session_is_open(session)) {
		g_autofree char *wrong = tocsin_scripted_check(stream);

		g_assert_cmpstr(wrong, ==, NULL);
	} else if (error != NULL) {
		/* What the script wanted must not be the reason. */
		g_assert_null(strstr(error->message, "script:"));
		g_test_message("%s", error->message);
	}
	g_assert_cmpstr(run.fates->str, ==, dialogue->fates);
	g_assert_cmpint(result, ==, dialogue->run);
	g_assert_cmpuint(tocsin_session_get_broken(session), ==, dialogue->broken);
	g_assert_cmpint(error != NULL, ==, result == TOCSIN_RUN_FAILED);
	for (guint i = 0; i < run.next; i++) {
		g_assert_cmpuint(run.open[i], ==, 0);
	}
	free_mails(&run);
}

void
dialogues_add(const char *group, const Dialogue *dialogues, guint n)
{
	for (guint i = 0; i < n; i++) {
		g_autofree char *path = g_strdup_printf("/smtp/%s/%s", group, dialogues[i].name);

		g_test_add_data_func(path, &dialogues[i], plays);
	}
}
