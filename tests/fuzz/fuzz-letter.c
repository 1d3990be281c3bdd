/* SPDX-License-Identifier: MIT */
/* Mails of any event: whatever texts are in keys, fields, lines, headers and attachments' names,
 * the mail has just its own headers and recipients, in ASCII, on short lines. */
#include <stddef.h>
#include <stdint.h>

#include <string.h>
#include <tocsin/message.h>

#include "engine/letter.h"

#define TEXTS 6u
#define NOW_US (1754300000 * (gint64)G_USEC_PER_SEC)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const TocsinMail *mail)
{
	static const char *const once[] = {"From",           "To",           "Subject",
	                                   "Date",           "List-ID",      "Message-ID",
	                                   "Auto-Submitted", "X-Tocsin-Rule"};
	static const char *const never[] = {"Bcc", "Cc", "Sender", "X-Evil", "Resent-To"};
	g_autoptr(TocsinMessage) message = tocsin_message_new(mail->content, NULL);
	g_autoptr(GError) error = NULL;
	gsize length;
	const guint8 *bytes = g_bytes_get_data(mail->content, &length);
	gsize line = 0;

	tocsin_mail_check(mail, &error);
	g_assert_no_error(error);
	g_assert_nonnull(message);
	g_assert_cmpuint(mail->recipients->len, ==, 1);
	for (guint i = 0; i < G_N_ELEMENTS(once); i++) {
		g_assert_cmpuint(tocsin_message_count(message, once[i]), ==, 1);
	}
	for (guint i = 0; i < G_N_ELEMENTS(never); i++) {
		g_assert_cmpuint(tocsin_message_count(message, never[i]), ==, 0);
	}
	for (gsize i = 0; i < length; i++) {
		g_assert_true(bytes[i] < 0x80 && bytes[i] != 0);
		line = bytes[i] == '\n' ? 0 : line + 1;
		g_assert_cmpuint(line, <=, 999);
	}
}

/* The next text up to a NUL; "" at the end. */
static char *
take(const uint8_t **data, size_t *size)
{
	const uint8_t *end = *size > 0 ? memchr(*data, 0, *size) : NULL;
	size_t length = end != NULL ? (size_t)(end - *data) : *size;
	char *text = g_strndup((const char *)*data, length);

	length += end != NULL;
	*data += length;
	*size -= length;
	return text;
}

static TocsinEvent *
make_event(char **texts)
{
	TocsinEvent *event = tocsin_event_new("i", "app", "error", texts[0], NOW_US);
	g_autoptr(GBytes) bytes = g_bytes_new_static("content", 7);

	tocsin_event_set_string(event, "text", texts[1], -1);
	tocsin_event_add_line(event, TOCSIN_MARK_MATCH, texts[2], -1);
	tocsin_event_attach_bytes(event, texts[3], texts[4], bytes);
	return event;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *const on[] = {"*", NULL};
	const char *const to[] = {"a@example.org", NULL};
	g_auto(TocsinRecipients) recipients = {0};
	g_auto(TocsinDecision) decision = {0};
	g_autoptr(TocsinGroup) group = NULL;
	g_autoptr(TocsinRule) rule = NULL;
	g_autoptr(TocsinEvent) event = NULL;
	g_autoptr(TocsinMail) mail = NULL;
	g_autofree char *header = NULL;
	g_autofree char *fault = NULL;
	char *texts[TEXTS + 1] = {NULL};
	TocsinRuleSpec spec;

	for (guint i = 0; i < TEXTS; i++) {
		g_autofree char *raw = take(&data, &size);

		texts[i] = g_utf8_make_valid(raw, -1);
	}
	tocsin_rule_spec_init(&spec);
	spec.name = "r";
	spec.on = on;
	spec.audience.to = to;
	rule = tocsin_rule_new(&spec, NULL, NULL);
	event = make_event(texts);
	group = tocsin_group_new(texts[5], "c", NOW_US);
	decision.tally = tocsin_tally_new();
	tocsin_tally_add(decision.tally, event, NOW_US, 10);
	tocsin_recipients_init(&recipients);
	g_ptr_array_add(recipients.to, g_strdup("a@example.org"));
	header = g_strconcat("X-Field: ", texts[1], NULL);
	const char *const headers[] = {header, NULL};
	TocsinLetterStyle style = {
	        .rule = rule, .from = "b@example.org", .zone = "UTC", .headers = headers};

	mail = tocsin_letter_write(NULL, &style, group, &decision, &recipients, NULL, NOW_US,
	                           &fault);
	/* The store's own columns take no controls; a rule's groups have none in their keys. */
	g_free(mail->group_key);
	mail->group_key = NULL;
	check(mail);
	for (guint i = 0; i < TEXTS; i++) {
		g_free(texts[i]);
	}
	return 0;
}
