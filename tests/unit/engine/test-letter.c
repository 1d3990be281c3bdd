/* SPDX-License-Identifier: MIT */
/* A decision becomes a mail: with a template, and whatever is at fault without. */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "letter-fixture.h"

static const char good_template[] =
        "---\n"
        "subject: {{ rule }}: {{ key }}\n"
        "X-Team: {{ event.ip }}\n"
        "---\n"
        "{% block text %}\nHello {{ event.ip }}, {{ count }} at {{ first | date }}\n"
        "{% endblock %}\n"
        "{% block html %}\n<html><body><p>{{ event.ip }}</p></body></html>\n{% endblock %}\n";

static void
assert_header(const TocsinMail *mail, const char *name, const char *expected)
{
	g_autofree char *value = fixture_header(mail, name);

	g_assert_cmpstr(value, ==, expected);
}

static void
assert_body_has(const TocsinMail *mail, const char *part)
{
	g_autofree char *text = fixture_body(mail, "plain");

	g_assert_nonnull(text);
	if (strstr(text, part) == NULL) {
		g_test_message("no '%s' in: %s", part, text);
		g_test_fail();
	}
}

static void
a_template_makes_the_mail(void)
{
	g_auto(Fixture) fixture = {0};
	g_autoptr(TocsinMail) mail = NULL;
	g_autofree char *html = NULL;
	g_autofree char *id = NULL;

	fixture_init(&fixture, "ssh");
	fixture_put(&fixture, "log-alert.mail", good_template);
	fixture_decide(&fixture, fixture_event("e1", FIXTURE_NOW_US));
	mail = fixture_write(&fixture, NULL);
	g_assert_null(fixture.fault);
	assert_header(mail, "Subject", "ssh: 10.0.0.1");
	assert_header(mail, "From", "Tocsin <alerts@example.org>");
	assert_header(mail, "To", "ops@example.org");
	assert_header(mail, "Auto-Submitted", "auto-generated");
	assert_header(mail, "List-ID", "<ssh.tocsin.example.org>");
	assert_header(mail, "X-Tocsin-Rule", "ssh");
	assert_header(mail, "X-Tocsin-Key", "10.0.0.1");
	assert_header(mail, "X-Tocsin-State", "none");
	assert_header(mail, "X-Tocsin-Reason", "first");
	assert_header(mail, "X-Team", "10.0.0.1");
	assert_header(mail, "In-Reply-To", NULL);
	assert_body_has(mail, "Hello 10.0.0.1, 1 at 2025-08-04 09:33:20 UTC\n");
	html = fixture_body(mail, "html");
	g_assert_cmpstr(html, ==, "<html><body><p>10.0.0.1</p></body></html>\n");
	id = g_strdup_printf("<%s>", mail->message_id);
	assert_header(mail, "Message-ID", id);
	g_assert_true(g_str_has_suffix(mail->message_id, "@example.org"));
}

static void
the_envelope_is_the_rules(void)
{
	g_auto(Fixture) fixture = {0};
	g_autoptr(TocsinMail) mail = NULL;

	fixture_init(&fixture, "ssh");
	fixture_put(&fixture, "log-alert.mail", good_template);
	fixture_decide(&fixture, fixture_event("e1", FIXTURE_NOW_US));
	g_ptr_array_add(fixture.recipients.cc, g_strdup("Cara <cara@example.org>"));
	g_ptr_array_add(fixture.recipients.bcc, g_strdup("secret@example.org"));
	mail = fixture_write(&fixture, NULL);
	g_assert_cmpstr(mail->sender, ==, "alerts@example.org");
	g_assert_cmpuint(mail->recipients->len, ==, 3);
	g_assert_cmpstr(tocsin_mail_recipient(mail, 1)->address, ==, "cara@example.org");
	g_assert_cmpstr(tocsin_mail_recipient(mail, 2)->address, ==, "secret@example.org");
	assert_header(mail, "Cc", "Cara <cara@example.org>");
	assert_header(mail, "Bcc", NULL);
	g_assert_null(g_strstr_len(g_bytes_get_data(mail->content, NULL),
	                           (gssize)g_bytes_get_size(mail->content), "secret"));
	g_assert_cmpstr(mail->rule, ==, "ssh");
	g_assert_cmpstr(mail->group_key, ==, "10.0.0.1");
	g_assert_cmpstr(mail->cause, ==, fixture.decision.cause);
	g_assert_cmpstr(mail->via[0], ==, "relay");
	g_assert_cmpstr(mail->via[1], ==, "local");
	g_assert_cmpint(mail->created_us, ==, FIXTURE_NOW_US);
	g_assert_cmpint(mail->expire_us, ==, FIXTURE_NOW_US + 3600 * (gint64)G_USEC_PER_SEC);
	g_assert_false(mail->is_smtputf8);
}

static void
a_mail_hangs_in_its_thread(void)
{
	const char *const references[] = {"a@example.org", "no id", "b@example.org\r\nX: y",
	                                  "c@example.org", NULL};
	g_auto(Fixture) fixture = {0};
	g_autoptr(TocsinMail) mail = NULL;

	fixture_init(&fixture, "ssh");
	fixture_put(&fixture, "log-alert.mail", good_template);
	fixture_decide(&fixture, fixture_event("e1", FIXTURE_NOW_US));
	mail = fixture_write(&fixture, references);
	assert_header(mail, "In-Reply-To", "<c@example.org>");
	assert_header(mail, "References", "<a@example.org> <c@example.org>");
}

static void
a_missing_template_is_told_in_the_mail(void)
{
	g_auto(Fixture) fixture = {0};
	g_autoptr(TocsinMail) mail = NULL;
	TocsinEvent *event = fixture_event("e1", FIXTURE_NOW_US);

	fixture_init(&fixture, "ssh");
	tocsin_event_set_string(event, "user", "root\nadmin", -1);
	tocsin_event_set_int(event, "port", 22);
	tocsin_event_add_line(event, TOCSIN_MARK_MATCH, "Failed password", -1);
	fixture_decide(&fixture, event);
	mail = fixture_write(&fixture, NULL);
	g_assert_nonnull(strstr(fixture.fault, "log-alert"));
	assert_header(mail, "Subject", "ssh: 10.0.0.1");
	assert_body_has(mail, "no usable template 'log-alert'");
	assert_body_has(mail, "user = root\n    admin\n");
	assert_body_has(mail, "port = 22\n");
	assert_body_has(mail, "> Failed password\n");
	assert_body_has(mail, "auth.failed: 1\n");
	assert_body_has(mail, "2025-08-04 09:33:20 UTC");
}

static void
a_template_that_fails_loses_nothing(void)
{
	static const char *const faults[] = {
	        "---\nsubject: {{ event.nothing }}\n---\ntext",
	        "---\nsubject: s\n---\n{{ 1 // 0 }}",
	        "---\nsubject: s\n---\n{% for i in range(99999) * 3 %}{{ i }}{% endfor %}",
	        "---\nsubject: s\n---\n{% include 'gone' %}",
	        "---\nsubject: s\n---\n{% include '../log-alert.mail' %}",
	        "{% extends 'gone' %}",
	};

	for (guint i = 0; i < G_N_ELEMENTS(faults); i++) {
		g_auto(Fixture) fixture = {0};
		g_autoptr(TocsinMail) mail = NULL;

		fixture_init(&fixture, "ssh");
		fixture_put(&fixture, "log-alert.mail", faults[i]);
		fixture_decide(&fixture, fixture_event("e1", FIXTURE_NOW_US));
		mail = fixture_write(&fixture, NULL);
		g_test_message("%s", fixture.fault);
		g_assert_nonnull(fixture.fault);
		g_assert_nonnull(strstr(fixture.fault, "log-alert.mail:"));
		assert_body_has(mail, fixture.fault);
		assert_body_has(mail, "ip = 10.0.0.1\n");
	}
}

static void
a_bad_author_is_replaced(void)
{
	g_auto(Fixture) fixture = {0};
	g_autoptr(TocsinMail) mail = NULL;

	fixture_init(&fixture, "ssh");
	fixture_put(&fixture, "log-alert.mail", good_template);
	fixture_decide(&fixture, fixture_event("e1", FIXTURE_NOW_US));
	fixture.style.from = "nobody at all";
	mail = fixture_write(&fixture, NULL);
	g_assert_true(g_str_has_prefix(fixture.fault, "from: "));
	g_assert_true(g_str_has_prefix(mail->sender, "tocsin@"));
	assert_body_has(mail, "Hello 10.0.0.1");
}

static void
headers_that_are_ours_stay_ours(void)
{
	static const char template[] =
	        "---\nsubject: s\nFrom: evil@example.org\nBcc: b@example.org\n"
	        "Reply-To: {{ event.who }}\nX-Long: {{ event.long }}\n"
	        "X-Tocsin-Rule: other\nX-Empty: {{ '' }}\n---\ntext";
	g_auto(Fixture) fixture = {0};
	g_autoptr(TocsinMail) mail = NULL;
	TocsinEvent *event = fixture_event("e1", FIXTURE_NOW_US);
	g_autofree char *word = g_strnfill(2000, 'x');
	const char *const headers[] = {"X-Site: north", "no header", "Subject: other", NULL};

	fixture_init(&fixture, "ssh");
	fixture_put(&fixture, "log-alert.mail", template);
	tocsin_event_set_string(event, "who", "a@example.org, b@example.org", -1);
	tocsin_event_set_string(event, "long", word, -1);
	fixture_decide(&fixture, event);
	fixture.style.headers = headers;
	mail = fixture_write(&fixture, NULL);
	assert_header(mail, "From", "Tocsin <alerts@example.org>");
	assert_header(mail, "Bcc", NULL);
	assert_header(mail, "Reply-To", NULL);
	assert_header(mail, "X-Long", NULL);
	assert_header(mail, "X-Empty", NULL);
	assert_header(mail, "X-Tocsin-Rule", "ssh");
	assert_header(mail, "X-Site", "north");
	assert_header(mail, "Subject", "s");
	g_assert_nonnull(strstr(fixture.fault, "'Bcc'"));
	g_assert_nonnull(strstr(fixture.fault, "X-Long"));
	g_assert_nonnull(strstr(fixture.fault, "no header"));
	g_assert_cmpuint(mail->recipients->len, ==, 1);
}

static void
on_fault(const char *setting, const char *text, gpointer user_data)
{
	g_string_append_printf(user_data, "%s: %s\n", setting, text);
}

static void
author_and_headers_are_checked(void)
{
	const char *const bad[] = {"no header", "From: a@example.org", "X y: z",
	                           "Reply-To: a@example.org, b@example.org", NULL};
	const char *const good[] = {"X-Team: north", "Reply-To: A <a@example.org>", NULL};
	g_autoptr(GString) told = g_string_new(NULL);
	g_auto(GStrv) lines = NULL;
	TocsinLetterStyle style = {.from = "Ann <ann@example.org>", .headers = good};

	g_assert_true(tocsin_letter_check(&style, on_fault, told));
	g_assert_cmpstr(told->str, ==, "");
	style.from = "Ann";
	style.headers = bad;
	g_assert_false(tocsin_letter_check(&style, on_fault, told));
	g_test_message("%s", told->str);
	lines = g_strsplit(told->str, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==, 6);
	g_assert_true(g_str_has_prefix(lines[0], "from: address 'Ann'"));
	g_assert_nonnull(strstr(lines[1], "expected \"Name: value\""));
	g_assert_nonnull(strstr(lines[2], "'From' is Tocsin's own"));
}

static void
too_much_for_a_header_is_left_out(void)
{
	g_auto(Fixture) fixture = {0};
	g_autoptr(TocsinMail) mail = NULL;
	g_autofree char *name = g_strnfill(900, 'n');

	fixture_init(&fixture, "ssh");
	fixture_put(&fixture, "log-alert.mail", good_template);
	fixture_decide(&fixture, fixture_event("e1", FIXTURE_NOW_US));
	for (guint i = 0; i < 1500; i++) {
		g_ptr_array_add(fixture.recipients.to,
		                g_strdup_printf("%s <n%u@example.org>", name, i));
	}
	mail = fixture_write(&fixture, NULL);
	g_assert_nonnull(fixture.fault);
	g_assert_cmpuint(mail->recipients->len, ==, 1501);
	assert_header(mail, "To", NULL);
	assert_body_has(mail, "ip = 10.0.0.1\n");
}

static void
the_default_template_is_by_the_trigger(void)
{
	g_auto(Fixture) fixture = {0};
	g_autoptr(GHashTable) plugins = g_hash_table_new(g_str_hash, g_str_equal);
	g_autofree const char **names = NULL;
	TocsinLetterStyle *style = &fixture.style;

	fixture_init(&fixture, "ssh");
	g_hash_table_insert(plugins, (gpointer) "auth", (gpointer) "log");
	g_hash_table_insert(plugins, (gpointer) "drop", (gpointer) "file");
	style->plugins = plugins;
	fixture_decide(&fixture, fixture_event("e1", FIXTURE_NOW_US));
	g_assert_cmpstr(tocsin_letter_template(style, fixture.group, &fixture.decision), ==,
	                "log-alert");
	g_hash_table_insert(plugins, (gpointer) "auth", (gpointer) "file");
	g_assert_cmpstr(tocsin_letter_template(style, fixture.group, &fixture.decision), ==,
	                "file-alert");
	fixture.decision.reason = TOCSIN_REASON_RESOLVED;
	g_assert_cmpstr(tocsin_letter_template(style, fixture.group, &fixture.decision), ==,
	                "resolved");
	fixture.decision.reason = TOCSIN_REASON_OVERFLOW;
	g_assert_cmpstr(tocsin_letter_template(style, NULL, &fixture.decision), ==, "digest");
	names = tocsin_letter_templates(style);
	g_assert_cmpuint(g_strv_length((char **)names), ==, 4);
	style->template_name = "own";
	style->template_digest = "own";
	g_assert_cmpstr(tocsin_letter_template(style, NULL, &fixture.decision), ==, "own");
	g_free(names);
	names = tocsin_letter_templates(style);
	g_assert_cmpuint(g_strv_length((char **)names), ==, 2);
}

static void
a_digest_of_the_rule_has_no_group(void)
{
	g_auto(Fixture) fixture = {0};
	g_autoptr(TocsinMail) mail = NULL;

	fixture_init(&fixture, "ssh");
	fixture_put(
	        &fixture, "digest.mail",
	        "---\nsubject: {{ rule }}: {{ groups }} kept back\n---\n{{ key }}|{{ event.id }}|"
	        "{{ event.own.time | date }}|{{ count }}");
	fixture_decide(&fixture, fixture_event("e1", FIXTURE_NOW_US));
	fixture.decision.reason = TOCSIN_REASON_OVERFLOW;
	fixture.decision.groups = 7;
	g_ptr_array_set_size(fixture.decision.tally->samples, 0);
	g_clear_pointer(&fixture.group, tocsin_group_free);
	mail = fixture_write(&fixture, NULL);
	g_assert_null(fixture.fault);
	assert_header(mail, "Subject", "ssh: 7 kept back");
	assert_header(mail, "X-Tocsin-Key", NULL);
	assert_body_has(mail, "||2025-08-04 09:33:20 UTC|1");
	g_assert_null(mail->group_key);
}

static void
rules_have_lists_of_their_own(void)
{
	static const char *const names[][2] = {
	        {"SSH-brute", "<ssh-brute.tocsin.example.org>"},
	        {"a b", "<a-b-c8687a08.tocsin.example.org>"},
	        {"a/b", "<a-b-c14cddc0.tocsin.example.org>"},
	        {"Störung", "<st-rung-8f18d2e1.tocsin.example.org>"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_auto(Fixture) fixture = {0};
		g_autoptr(TocsinMail) mail = NULL;

		fixture_init(&fixture, names[i][0]);
		fixture_put(&fixture, "log-alert.mail", good_template);
		fixture_decide(&fixture, fixture_event("e1", FIXTURE_NOW_US));
		mail = fixture_write(&fixture, NULL);
		assert_header(mail, "List-ID", names[i][1]);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/letter/a_template_makes_the_mail", a_template_makes_the_mail);
	g_test_add_func("/letter/the_envelope_is_the_rules", the_envelope_is_the_rules);
	g_test_add_func("/letter/a_mail_hangs_in_its_thread", a_mail_hangs_in_its_thread);
	g_test_add_func("/letter/a_missing_template_is_told_in_the_mail",
	                a_missing_template_is_told_in_the_mail);
	g_test_add_func("/letter/a_template_that_fails_loses_nothing",
	                a_template_that_fails_loses_nothing);
	g_test_add_func("/letter/a_bad_author_is_replaced", a_bad_author_is_replaced);
	g_test_add_func("/letter/headers_that_are_ours_stay_ours", headers_that_are_ours_stay_ours);
	g_test_add_func("/letter/author_and_headers_are_checked", author_and_headers_are_checked);
	g_test_add_func("/letter/too_much_for_a_header_is_left_out",
	                too_much_for_a_header_is_left_out);
	g_test_add_func("/letter/the_default_template_is_by_the_trigger",
	                the_default_template_is_by_the_trigger);
	g_test_add_func("/letter/a_digest_of_the_rule_has_no_group",
	                a_digest_of_the_rule_has_no_group);
	g_test_add_func("/letter/rules_have_lists_of_their_own", rules_have_lists_of_their_own);
	return g_test_run();
}
