/* SPDX-License-Identifier: MIT */
/* The pipeline against scripted servers: what goes out in which order, and what is told of whom. */
#include <string.h>

#include "net/scripted.h"
#include "smtp/hello.h"
#include "smtp/pipeline.h"
#include "tocsin/error.h"

#define MAILS_MAX 8u

/* A dialogue. */
typedef struct {
	const char *name;
	const char *script;       /* from the greeting on */
	const char *const *mails; /* "sender to,to" each, NULL-terminated */
	const char *fates;        /* as note_fate() writes them */
	guint settings;           /* Setting */
	guint broken;             /* TocsinFeature */
	TocsinRun run;
} Dialogue;

enum {
	SETTING_LMTP = 1 << 0,
	SETTING_LAST = 1 << 1, /* next() says that there will be no more */
	SETTING_2XX_DATA = 1 << 2,
	SETTING_8BIT = 1 << 3,     /* the content is not 7-bit */
	SETTING_REENCODE = 1 << 4, /* ... and can be made so */
};

typedef struct {
	const Dialogue *dialogue;
	TocsinOutgoing outgoing[MAILS_MAX];
	guint n;
	guint next;
	GString *fates;
	TocsinContent seven_bit;
	char *text; /* of the content; overwritten when the mail is the caller's again */
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

static const TocsinContent *
make_seven_bit(gpointer user, const TocsinOutgoing *mail, GError **error)
{
	Run *run = user;

	run->seven_bit = (TocsinContent){.bytes = "seven\r\n", .length = 7};
	return &run->seven_bit;
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
	mail->content.bytes =
	        (run->dialogue->settings & SETTING_8BIT) != 0 ? "\xc3\xbc\r\n" : "x\r\n";
	mail->content.length = strlen(mail->content.bytes);
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

#define HELLO "S: 220 mx\nC: EHLO me\nS: 250-mx\n"
#define PIPED HELLO "S: 250 PIPELINING\n"
#define CHUNKED HELLO "S: 250-PIPELINING\nS: 250 CHUNKING\n"
#define MAILS(...) ((const char *const[]){__VA_ARGS__, NULL})

static const Dialogue dialogues[] = {
        {
                .name = "goes_step_by_step_without_pipelining",
                .script = HELLO "S: 250 HELP\nC: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\n"
                                "S: 250 ok\nC: DATA\nS: 354 go\nC: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "sends_the_next_envelope_with_the_last_dot",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 354 go\n"
                                "C: x\nC: .\nC: MAIL FROM:<c@x>\nC: RCPT TO:<d@y>\nC: DATA\n"
                                "S: 250 done\nS: 250 ok\nS: 250 ok\nS: 354 go\n"
                                "C: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y", "c@x d@y"),
                .fates = "0.0 delivered data 250\n1.0 delivered data 250\n",
        },
        {
                .name = "quits_in_the_group_of_the_last_dot",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\nC: QUIT\n"
                                "S: 250 done\nS: 221 bye\nclose\n",
                .mails = MAILS("a@x b@y"),
                .settings = SETTING_LAST,
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "does_not_mind_a_missing_goodbye",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\nC: QUIT\n"
                                "S: 250 done\nclose\n",
                .mails = MAILS("a@x b@y"),
                .settings = SETTING_LAST,
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "refused_recipients_do_not_stop_the_others",
                .script = PIPED
                "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: RCPT TO:<c@y>\nC: RCPT TO:<d@y>\n"
                "C: DATA\nS: 250 ok\nS: 550 5.1.1 no\nS: 250 ok\nS: 451 later\nS: 354 go\n"
                "C: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y,c@y,d@y"),
                .fates = "0.0 refused recipient 550\n0.2 deferred recipient 451\n"
                         "0.1 delivered data 250\n",
        },
        {
                .name = "sends_a_lone_dot_only_when_nobody_was_accepted",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 550 no\nS: 354 go\nC: .\n"
                                "C: RSET\nC: MAIL FROM:<c@x>\nC: RCPT TO:<d@y>\nC: DATA\n"
                                "S: 554 no valid recipients\nS: 250 ok\nS: 250 ok\nS: 250 ok\n"
                                "S: 354 go\nC: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y", "c@x d@y"),
                .fates = "0.0 refused recipient 550\n1.0 delivered data 250\n",
        },
        {
                .name = "drops_the_link_rather_than_send_an_empty_mail",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 503 nested\nS: 250 ok\nS: 354 go\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 refused sender 503\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "a_refused_sender_costs_only_his_mail",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: RCPT TO:<e@y>\n"
                                "C: DATA\nS: 550 no\nS: 503 first\nS: 503 first\nS: 503 first\n"
                                "C: MAIL FROM:<c@x>\nC: RCPT TO:<d@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y,e@y", "c@x d@y"),
                .fates = "0.0 refused sender 550\n0.1 refused sender 550\n"
                         "1.0 delivered data 250\n",
        },
        {
                .name = "resets_after_a_refused_data",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 451 no\n"
                                "C: RSET\nC: MAIL FROM:<c@x>\nC: RCPT TO:<d@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 250 ok\nS: 354 go\n"
                                "C: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y", "c@x d@y"),
                .fates = "0.0 deferred data 451\n1.0 delivered data 250\n",
        },
        {
                .name = "a_refused_message_does_not_shift_replies",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 354 go\n"
                                "C: x\nC: .\nC: MAIL FROM:<c@x>\nC: RCPT TO:<d@y>\nC: DATA\n"
                                "S: 554 spam\nS: 250 ok\nS: 250 ok\nS: 354 go\n"
                                "C: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y", "c@x d@y"),
                .fates = "0.0 refused data 554\n1.0 delivered data 250\n",
        },
        {
                .name = "splits_when_there_are_too_many_recipients",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: RCPT TO:<c@y>\n"
                                "C: DATA\nS: 250 ok\nS: 250 ok\nS: 452 4.5.3 too many\n"
                                "S: 354 go\nC: x\nC: .\n"
                                "S: 250 one\n"
                                "C: MAIL FROM:<a@x>\nC: RCPT TO:<c@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 354 go\n"
                                "C: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y,c@y"),
                .fates = "0.0 delivered data 250\n0.1 delivered data 250\n",
        },
        {
                .name = "a_full_mailbox_is_no_reason_to_split",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: RCPT TO:<c@y>\n"
                                "C: DATA\nS: 250 ok\nS: 250 ok\nS: 452 4.2.2 full\n"
                                "S: 354 go\nC: x\nC: .\nS: 250 one\n",
                .mails = MAILS("a@x b@y,c@y"),
                .fates = "0.1 deferred recipient 452\n0.0 delivered data 250\n",
        },
        {
                .name = "takes_552_at_rcpt_for_temporary",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 552 too many\nS: 554 no\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 deferred recipient 552\n",
        },
        {
                .name = "obeys_limits",
                .script = HELLO
                "S: 250-PIPELINING\nS: 250 LIMITS RCPTMAX=2 MAILMAX=2\n"
                "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: RCPT TO:<c@y>\nC: DATA\n"
                "S: 250 ok\nS: 250 ok\nS: 250 ok\nS: 354 go\n"
                "C: x\nC: .\nC: MAIL FROM:<a@x>\nC: RCPT TO:<d@y>\nC: DATA\n"
                "S: 250 ok\nS: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y,c@y,d@y"),
                .fates = "0.0 delivered data 250\n0.1 delivered data 250\n"
                         "0.2 delivered data 250\n",
                .run = TOCSIN_RUN_RECONNECT,
        },
        {
                .name = "parts_domains_where_it_must",
                .script = HELLO
                "S: 250-PIPELINING\nS: 250 LIMITS RCPTDOMAINMAX=1\n"
                "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: RCPT TO:<d@Y>\nC: DATA\n"
                "S: 250 ok\nS: 250 ok\nS: 250 ok\nS: 354 go\n"
                "C: x\nC: .\nC: MAIL FROM:<a@x>\nC: RCPT TO:<c@z>\nC: DATA\n"
                "S: 250 ok\nS: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y,c@z,d@Y"),
                .fates = "0.0 delivered data 250\n0.2 delivered data 250\n"
                         "0.1 delivered data 250\n",
        },
        {
                .name = "lmtp_has_a_fate_for_each_recipient",
                .script = "S: 220 mda\nC: LHLO me\nS: 250-mda\nS: 250 PIPELINING\n"
                          "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: RCPT TO:<c@y>\n"
                          "C: RCPT TO:<d@y>\nC: DATA\n"
                          "S: 250 ok\nS: 250 ok\nS: 550 no\nS: 250 ok\nS: 354 go\n"
                          "C: x\nC: .\nC: MAIL FROM:<e@x>\nC: RCPT TO:<f@y>\nC: DATA\n"
                          "S: 250 one\nS: 452 full\nS: 250 ok\nS: 250 ok\nS: 354 go\n"
                          "C: x\nC: .\nS: 552 no\n",
                .mails = MAILS("a@x b@y,c@y,d@y", "e@x f@y"),
                .settings = SETTING_LMTP,
                .fates = "0.1 refused recipient 550\n0.0 delivered data 250\n"
                         "0.2 deferred data 452\n1.0 refused data 552\n",
        },
        {
                .name = "goodbye_at_mail_voids_the_rest",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 421 4.3.2 bye\nclose\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 deferred sender 421\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "goodbye_instead_of_the_final_reply_is_certain",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 354 go\n"
                                "C: x\nC: .\nC: MAIL FROM:<c@x>\nC: RCPT TO:<d@y>\nC: DATA\n"
                                "S: 421 bye\nclose\n",
                .mails = MAILS("a@x b@y", "c@x d@y"),
                .fates = "0.0 deferred data 421\n1.0 deferred lost 421\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "goodbye_after_a_message_leaves_it_delivered",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 354 go\n"
                                "C: x\nC: .\nC: MAIL FROM:<c@x>\nC: RCPT TO:<d@y>\nC: DATA\n"
                                "S: 250 done\nS: 250 ok\nS: 421 bye\nclose\n",
                .mails = MAILS("a@x b@y", "c@x d@y"),
                .fates = "0.0 delivered data 250\n1.0 deferred recipient 421\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "a_link_lost_after_the_dot_leaves_doubt",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 354 go\n"
                                "C: x\nC: .\nC: MAIL FROM:<c@x>\nC: RCPT TO:<d@y>\nC: DATA\n"
                                "close\n",
                .mails = MAILS("a@x b@y", "c@x d@y"),
                .fates = "0.0 unknown lost 0\n1.0 deferred lost 0\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "silence_after_the_dot_leaves_doubt",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\nsilence\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 unknown lost 0\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "a_link_lost_before_the_message_leaves_none",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nclose\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 deferred lost 0\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "garbage_ends_the_session",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: hello\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 deferred protocol 0\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "an_unasked_reply_ends_the_session",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\n"
                                "S: 250 done\nS: 250 again\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 delivered data 250\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "retries_in_lockstep_after_improper_pipelining",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 503 5.5.0 improper use of SMTP command pipelining\n"
                                "S: 554 no valid recipients\n"
                                "C: RSET\nS: 250 ok\nC: MAIL FROM:<a@x>\nS: 250 ok\n"
                                "C: RCPT TO:<b@y>\nS: 250 ok\nC: DATA\nS: 354 go\n"
                                "C: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y"),
                .broken = TOCSIN_FEATURE_PIPELINING,
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "streams_by_bdat",
                .script = CHUNKED
                "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: BDAT 3 LAST\nC: x\n"
                "S: 250 ok\nS: 250 ok\nS: 250 done\n"
                "C: RSET\nC: MAIL FROM:<c@x>\nC: RCPT TO:<d@y>\nC: BDAT 3 LAST\nC: x\n"
                "S: 250 ok\nS: 250 ok\nS: 250 ok\nS: 250 done\n"
                "C: MAIL FROM:<e@x>\nC: RCPT TO:<f@y>\nC: BDAT 3 LAST\nC: x\n"
                "C: RSET\nC: MAIL FROM:<g@x>\nC: RCPT TO:<h@y>\nC: BDAT 3 LAST\nC: x\n"
                "S: 250 ok\nS: 550 no\nS: 554 no\n"
                "S: 250 ok\nS: 250 ok\nS: 250 ok\nS: 250 done\n",
                .mails = MAILS("a@x b@y", "c@x d@y", "e@x f@y", "g@x h@y"),
                .fates = "0.0 delivered data 250\n1.0 delivered data 250\n"
                         "2.0 refused recipient 550\n3.0 delivered data 250\n",
        },
        {
                .name = "gives_bdat_up_when_it_is_out_of_order",
                .script = CHUNKED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: BDAT 3 LAST\nC: x\n"
                                  "S: 250 ok\nS: 250 ok\nS: 503 no\n"
                                  "C: RSET\nC: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                  "S: 250 ok\nS: 250 ok\nS: 250 ok\nS: 354 go\n"
                                  "C: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y"),
                .broken = TOCSIN_FEATURE_CHUNKING,
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "leaves_a_server_that_takes_a_message_for_commands",
                .script = CHUNKED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: BDAT 3 LAST\nC: x\n"
                                  "S: 250 ok\nS: 250 ok\nS: 500 what\n",
                .mails = MAILS("a@x b@y"),
                .broken = TOCSIN_FEATURE_CHUNKING,
                .fates = "0.0 refused data 500\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "tolerates_a_refused_rset_once",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 451 no\n"
                                "C: RSET\nC: MAIL FROM:<c@x>\nC: RCPT TO:<d@y>\nC: DATA\n"
                                "S: 502 what\nS: 250 ok\nS: 250 ok\nS: 354 go\n"
                                "C: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y", "c@x d@y", "e@x f@y"),
                .fates = "0.0 deferred data 451\n1.0 delivered data 250\n",
                .run = TOCSIN_RUN_RECONNECT,
        },
        {
                .name = "wants_354_to_the_letter",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 250 go\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 deferred protocol 250\n",
        },
        {
                .name = "takes_250_for_354_when_told",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 250 go\nC: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y"),
                .settings = SETTING_2XX_DATA,
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "announces_size_and_compares_it",
                .script = HELLO "S: 250-PIPELINING\nS: 250 SIZE 2\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 refused local 0\n",
        },
        {
                .name = "says_the_size_with_crlf",
                .script = HELLO "S: 250-PIPELINING\nS: 250 SIZE\nC: MAIL FROM:<a@x> SIZE=3\n"
                                "C: RCPT TO:<b@y>\nC: DATA\nS: 250 ok\nS: 250 ok\nS: 354 go\n"
                                "C: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "refuses_eight_bits_where_they_do_not_go",
                .script = PIPED,
                .mails = MAILS("a@x b@y"),
                .settings = SETTING_8BIT,
                .fates = "0.0 refused local 0\n",
        },
        {
                .name = "has_eight_bits_reencoded",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 354 go\nC: seven\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y"),
                .settings = SETTING_8BIT | SETTING_REENCODE,
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "says_so_when_it_has_eight_bits",
                .script = HELLO "S: 250-PIPELINING\nS: 250 8BITMIME\n"
                                "C: MAIL FROM:<a@x> BODY=8BITMIME\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 354 go\nC: \\xc3\\xbc\nC: .\n"
                                "S: 250 done\n",
                .mails = MAILS("a@x b@y"),
                .settings = SETTING_8BIT,
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "an_address_cannot_add_parameters",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<d@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 354 go\nC: x\nC: .\nS: 250 done\n",
                .mails = MAILS("a@x b@y> NOTIFY=NEVER,d@y"),
                .fates = "0.0 refused local 0\n0.1 delivered data 250\n",
        },
        {
                .name = "a_refusal_in_the_middle_of_the_link_s_end_counts",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: DATA\n"
                                "S: 550 5.7.1 go away\nclose\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 refused sender 550\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "lockstep_skips_data_when_all_are_refused",
                .script = HELLO "S: 250 HELP\nC: MAIL FROM:<a@x>\nS: 250 ok\nC: RCPT TO:<b@y>\n"
                                "S: 550 no\nC: RSET\nS: 250 ok\nC: MAIL FROM:<c@x>\nS: 550 no\n"
                                "C: QUIT\nS: 221 bye\n",
                .mails = MAILS("a@x b@y", "c@x d@y"),
                .settings = SETTING_LAST,
                .fates = "0.0 refused recipient 550\n1.0 refused sender 550\n",
        },
};

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(dialogues); i++) {
		g_autofree char *path = g_strdup_printf("/smtp/pipeline/%s", dialogues[i].name);

		g_test_add_data_func(path, &dialogues[i], plays);
	}
	return g_test_run();
}
