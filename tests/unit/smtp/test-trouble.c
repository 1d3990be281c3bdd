/* SPDX-License-Identifier: MIT */
/* The pipeline where something goes wrong, or is unusual: BDAT, 421 at every place, early replies,
 * long lines, and messages that look like their own end. */
#include "dialogue.h"

#define ENVELOPE "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\n"
#define SECOND "C: MAIL FROM:<c@x>\nC: RCPT TO:<d@y>\n"
#define OK2 "S: 250 ok\nS: 250 ok\n"
#define TO_DATA PIPED ENVELOPE "C: DATA\n" OK2 "S: 354 go\n"
#define TO_BDAT CHUNKED ENVELOPE "C: BDAT 3 LAST\nC: x\n" OK2
/* Two mails by BDAT and the third with QUIT behind it: before that RSET is not known to work. */
#define TO_QUIT                                                                         \
	TO_BDAT "S: 250 done\nC: RSET\n" SECOND "C: BDAT 3 LAST\nC: x\nS: 250 ok\n" OK2 \
	        "S: 250 done\nC: MAIL FROM:<e@x>\nC: RCPT TO:<f@y>\n"
#define BEFORE_QUIT "0.0 delivered data 250\n1.0 delivered data 250\n"
#define X10 "xxxxxxxxxx"
#define X100 X10 X10 X10 X10 X10 X10 X10 X10 X10 X10
#define X998 \
	X100 X100 X100 X100 X100 X100 X100 X100 X100 X10 X10 X10 X10 X10 X10 X10 X10 X10 "xxxxxxxx"
#define LMTP_PIPED "S: 220 mda\nC: LHLO me\nS: 250-mda\nS: 250 PIPELINING\n"

static const Dialogue dialogues[] = {
        /* BDAT refused as a command: the mail may go by DATA, so it is never refused. */
        {
                .name = "bdat_500_defers",
                .script = TO_BDAT "S: 500 what\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 deferred data 500\n",
                .broken = TOCSIN_FEATURE_CHUNKING,
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "bdat_501_defers",
                .script = TO_BDAT "S: 501 5.5.4 syntax\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 deferred data 501\n",
                .broken = TOCSIN_FEATURE_CHUNKING,
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "bdat_502_defers",
                .script = TO_BDAT "S: 502 what\nS: 500 x\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 deferred data 502\n",
                .broken = TOCSIN_FEATURE_CHUNKING,
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "bdat_504_defers",
                .script = TO_BDAT "S: 504 what\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 deferred data 504\n",
                .broken = TOCSIN_FEATURE_CHUNKING,
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "bdat_refused_as_a_command_in_its_middle_defers",
                .script = CHUNKED ENVELOPE "C: BDAT 6 LAST\nC: x\n" OK2 "S: 502 what\nclose\n",
                .mails = MAILS("a@x b@y"),
                .content = "x\r\ny\r\n",
                .fates = "0.0 deferred data 502\n",
                .broken = TOCSIN_FEATURE_CHUNKING,
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "bdat_refused_for_its_content_is_refused",
                .script = TO_BDAT "S: 554 5.7.1 spam\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 refused data 554\n",
        },
        {
                .name = "bdat_without_recipients_is_rightly_503",
                .script = CHUNKED ENVELOPE "C: BDAT 3 LAST\nC: x\n"
                                           "S: 250 ok\nS: 550 no\nS: 503 no recipients\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 refused recipient 550\n",
        },
        {
                .name = "an_unknown_bdat_ends_the_link_even_without_recipients",
                .script = CHUNKED ENVELOPE "C: BDAT 3 LAST\nC: x\n"
                                           "S: 250 ok\nS: 550 no\nS: 500 what\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 refused recipient 550\n",
                .broken = TOCSIN_FEATURE_CHUNKING,
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "bdat_without_an_answer_is_broken",
                .script = TO_BDAT "silence\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 unknown lost 0\n",
                .broken = TOCSIN_FEATURE_CHUNKING,
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "silence_before_bdat_says_nothing_of_bdat",
                .script = CHUNKED ENVELOPE "C: BDAT 3 LAST\nC: x\nS: 250 ok\nsilence\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 unknown lost 0\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "a_lost_link_says_nothing_of_bdat",
                .script = TO_BDAT "close\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 unknown lost 0\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "disabled_chunking_is_not_used",
                .script = CHUNKED ENVELOPE "C: DATA\n" OK2 "S: 354 go\nC: x\nC: .\nS: 250 ok\n",
                .mails = MAILS("a@x b@y"),
                .settings = SETTING_NO_CHUNKS,
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "binary_goes_as_it_is",
                .script = HELLO "S: 250-PIPELINING\nS: 250-CHUNKING\nS: 250 BINARYMIME\n"
                                "C: MAIL FROM:<a@x> BODY=BINARYMIME\nC: RCPT TO:<b@y>\n"
                                "C: BDAT 7 LAST\nc: a\\n.\\n\\rb\\xff\n" OK2 "S: 250 done\n",
                .mails = MAILS("a@x b@y"),
                .content = "a\n.\n\rb\xff",
                .settings = SETTING_BINARY,
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "binary_is_not_sent_by_data",
                .script = HELLO "S: 250-PIPELINING\nS: 250 BINARYMIME\n",
                .mails = MAILS("a@x b@y"),
                .settings = SETTING_BINARY,
                .fates = "0.0 refused local 0\n",
        },
        {
                .name = "binary_is_reencoded_for_data",
                .script = TO_DATA "C: seven\nC: .\nS: 250 ok\n",
                .mails = MAILS("a@x b@y"),
                .settings = SETTING_BINARY | SETTING_REENCODE,
                .fates = "0.0 delivered data 250\n",
        },
        /* Content that is asked for. */
        {
                .name = "pulled_content_goes_by_data",
                .script = TO_DATA "C: ab\nC: ..\nC: c\nC: .\nS: 250 ok\n",
                .mails = MAILS("a@x b@y"),
                .content = "ab\n.\nc",
                .settings = SETTING_PULLED,
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "pulled_content_goes_by_bdat",
                .script = CHUNKED ENVELOPE "C: BDAT 10 LAST\nC: ab\nC: .\nC: c\n" OK2 "S: 250 ok\n",
                .mails = MAILS("a@x b@y"),
                .content = "ab\n.\nc",
                .settings = SETTING_PULLED,
                .fates = "0.0 delivered data 250\n",
        },
        /* Long lines. */
        {
                .name = "the_longest_line_goes",
                .script = TO_DATA "C: " X998 "\nC: .\nS: 250 ok\n",
                .mails = MAILS("a@x b@y"),
                .content = X998,
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "a_longer_line_is_reported",
                .script = PIPED,
                .mails = MAILS("a@x b@y"),
                .content = "a\r\n" X998 "x\r\nb\r\n",
                .fates = "0.0 refused local 0\n",
        },
        {
                .name = "a_longer_line_is_reencoded",
                .script = TO_DATA "C: seven\nC: .\nS: 250 ok\n",
                .mails = MAILS("a@x b@y"),
                .content = X998 "x",
                .settings = SETTING_REENCODE,
                .fates = "0.0 delivered data 250\n",
        },
        /* Replies that come too early. */
        {
                .name = "a_refusal_in_mid_message_counts",
                .script = TO_DATA "C: x\nS: 552 5.3.4 too big\nclose\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 refused data 552\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "a_delay_in_mid_message_counts",
                .script = TO_DATA "C: x\nS: 451 4.3.0 later\nclose\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 deferred data 451\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "consent_in_mid_message_is_none",
                .script = TO_DATA "C: x\nS: 250 thanks\nclose\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 deferred protocol 0\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "goodbye_in_mid_message_is_certain",
                .script = TO_DATA "C: x\nS: 421 4.4.2 timeout\nclose\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 deferred data 421\n",
                .run = TOCSIN_RUN_FAILED,
        },
        /* 421 at the other places. */
        {
                .name = "goodbye_at_rcpt",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: RCPT TO:<c@y>\nC: DATA\n"
                                "S: 250 ok\nS: 550 no\nS: 421 bye\nclose\n",
                .mails = MAILS("a@x b@y,c@y"),
                .fates = "0.0 refused recipient 550\n0.1 deferred recipient 421\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "goodbye_at_data",
                .script = PIPED ENVELOPE "C: DATA\n" OK2 "S: 421 bye\nclose\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 deferred data 421\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "goodbye_at_rset",
                .script = PIPED ENVELOPE "C: DATA\n" OK2 "S: 451 no\nC: RSET\n" SECOND
                                         "C: DATA\nS: 421 bye\nclose\n",
                .mails = MAILS("a@x b@y", "c@x d@y"),
                .fates = "0.0 deferred data 451\n1.0 deferred lost 421\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "goodbye_at_quit_harms_nobody",
                .script = TO_DATA "C: x\nC: .\nC: QUIT\nS: 250 done\nS: 421 bye\nclose\n",
                .mails = MAILS("a@x b@y"),
                .settings = SETTING_LAST,
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "goodbye_splits_streamed_mails",
                .script = TO_BDAT "S: 250 done\nC: RSET\n" SECOND
                                  "C: BDAT 3 LAST\nC: x\nS: 250 ok\n" OK2 "S: 250 done\n"
                                  "C: MAIL FROM:<e@x>\nC: RCPT TO:<f@y>\nC: BDAT 3 LAST\nC: x\n"
                                  "C: RSET\nC: MAIL FROM:<g@x>\nC: RCPT TO:<h@y>\n"
                                  "C: BDAT 3 LAST\nC: x\n" OK2 "S: 250 done\nS: 421 bye\nclose\n",
                .mails = MAILS("a@x b@y", "c@x d@y", "e@x f@y", "g@x h@y"),
                .fates = "0.0 delivered data 250\n1.0 delivered data 250\n"
                         "2.0 delivered data 250\n3.0 deferred lost 421\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "a_lost_link_splits_streamed_mails",
                .script = TO_BDAT "S: 250 done\nC: RSET\n" SECOND
                                  "C: BDAT 3 LAST\nC: x\nS: 250 ok\n" OK2 "S: 250 done\n"
                                  "C: MAIL FROM:<e@x>\nC: RCPT TO:<f@y>\nC: BDAT 3 LAST\nC: x\n"
                                  "C: RSET\nC: MAIL FROM:<g@x>\nC: RCPT TO:<h@y>\n"
                                  "C: BDAT 3 LAST\nC: x\n" OK2 "S: 250 done\nclose\n",
                .mails = MAILS("a@x b@y", "c@x d@y", "e@x f@y", "g@x h@y"),
                .fates = "0.0 delivered data 250\n1.0 delivered data 250\n"
                         "2.0 delivered data 250\n3.0 unknown lost 0\n",
                .run = TOCSIN_RUN_FAILED,
        },
        /* Splits. */
        {
                .name = "all_that_are_too_many_are_tried_again",
                .script = PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: RCPT TO:<c@y>\n"
                                "C: RCPT TO:<d@y>\nC: DATA\nS: 250 ok\nS: 250 ok\n"
                                "S: 452 too many\nS: 452 too many\nS: 354 go\nC: x\nC: .\n"
                                "S: 250 one\n"
                                "C: MAIL FROM:<a@x>\nC: RCPT TO:<c@y>\nC: RCPT TO:<d@y>\nC: DATA\n"
                                "S: 250 ok\nS: 250 ok\nS: 452 too many\nS: 354 go\nC: x\nC: .\n"
                                "S: 250 two\n"
                                "C: MAIL FROM:<a@x>\nC: RCPT TO:<d@y>\nC: DATA\n" OK2
                                "S: 354 go\nC: x\nC: .\nS: 250 three\n",
                .mails = MAILS("a@x b@y,c@y,d@y"),
                .fates = "0.0 delivered data 250\n0.1 delivered data 250\n"
                         "0.2 delivered data 250\n",
        },
        {
                .name = "too_many_with_none_accepted_is_deferred",
                .script = PIPED ENVELOPE "C: DATA\nS: 250 ok\nS: 452 4.5.3 too many\nS: 554 no\n",
                .mails = MAILS("a@x b@y"),
                .fates = "0.0 deferred recipient 452\n",
        },
        {
                .name = "obeys_mailmax_alone",
                .script = HELLO "S: 250-PIPELINING\nS: 250 LIMITS MAILMAX=1\n" ENVELOPE
                                "C: DATA\n" OK2 "S: 354 go\nC: x\nC: .\nS: 250 ok\n",
                .mails = MAILS("a@x b@y", "c@x d@y"),
                .fates = "0.0 delivered data 250\n",
                .run = TOCSIN_RUN_RECONNECT,
        },
        /* What another connection can mend. */
        {
                .name = "what_bdat_broke_goes_back",
                .script = TO_BDAT "S: 502 what\nS: 500 x\n",
                .mails = MAILS("a@x b@y"),
                .settings = SETTING_BACK,
                .fates = "0.0 back\n",
                .broken = TOCSIN_FEATURE_CHUNKING,
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "what_bdat_broke_in_its_middle_goes_back",
                .script = CHUNKED ENVELOPE "C: BDAT 6 LAST\nC: x\n" OK2 "S: 502 what\nclose\n",
                .mails = MAILS("a@x b@y"),
                .content = "x\r\ny\r\n",
                .settings = SETTING_BACK,
                .fates = "0.0 back\n",
                .broken = TOCSIN_FEATURE_CHUNKING,
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "who_was_refused_before_bdat_broke_stays_so",
                .script = CHUNKED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: RCPT TO:<c@y>\n"
                                  "C: BDAT 3 LAST\nC: x\nS: 250 ok\nS: 550 no\nS: 250 ok\n"
                                  "S: 502 what\n",
                .mails = MAILS("a@x b@y,c@y"),
                .settings = SETTING_BACK,
                .fates = "0.0 refused recipient 550\n0.1 back\n",
                .broken = TOCSIN_FEATURE_CHUNKING,
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "who_complains_of_pipelining_and_leaves_gets_it_again",
                .script = PIPED ENVELOPE "C: DATA\nS: 554 improper pipelining\nclose\n",
                .mails = MAILS("a@x b@y", "c@x d@y"),
                .settings = SETTING_BACK,
                .fates = "0.0 back\n",
                .broken = TOCSIN_FEATURE_PIPELINING,
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "a_complaint_behind_quit_goes_back",
                .script = TO_QUIT "C: BDAT 3 LAST\nC: x\nC: QUIT\nS: 554 improper pipelining\n"
                                  "S: 503 no\nS: 503 no\nS: 221 bye\n",
                .mails = MAILS("a@x b@y", "c@x d@y", "e@x f@y"),
                .settings = SETTING_BACK | SETTING_LAST,
                .fates = BEFORE_QUIT "2.0 back\n",
                .broken = TOCSIN_FEATURE_PIPELINING,
        },
        {
                .name = "a_complaint_behind_quit_is_no_refusal",
                .script = TO_QUIT "C: BDAT 3 LAST\nC: x\nC: QUIT\nS: 554 improper pipelining\n"
                                  "S: 503 no\nS: 503 no\nS: 221 bye\n",
                .mails = MAILS("a@x b@y", "c@x d@y", "e@x f@y"),
                .settings = SETTING_LAST,
                .fates = BEFORE_QUIT "2.0 deferred lost 0\n",
                .broken = TOCSIN_FEATURE_PIPELINING,
        },
        {
                .name = "who_was_too_many_before_quit_goes_back",
                .script = TO_QUIT "C: RCPT TO:<g@y>\nC: BDAT 3 LAST\nC: x\nC: QUIT\n" OK2
                                  "S: 452 4.5.3 too many\nS: 250 done\nS: 221 bye\n",
                .mails = MAILS("a@x b@y", "c@x d@y", "e@x f@y,g@y"),
                .settings = SETTING_BACK | SETTING_LAST,
                .fates = BEFORE_QUIT "2.0 delivered data 250\n2.1 back\n",
        },
        {
                .name = "who_exceeds_the_limits_goes_back",
                .script = HELLO "S: 250-PIPELINING\nS: 250 LIMITS MAILMAX=1 RCPTMAX=1\n" ENVELOPE
                                "C: DATA\n" OK2 "S: 354 go\nC: x\nC: .\nS: 250 ok\n",
                .mails = MAILS("a@x b@y,c@y"),
                .settings = SETTING_BACK,
                .fates = "0.0 delivered data 250\n0.1 back\n",
                .run = TOCSIN_RUN_RECONNECT,
        },
        {
                .name = "a_lost_link_gives_nothing_back",
                .script = PIPED ENVELOPE "C: DATA\n" OK2 "close\n",
                .mails = MAILS("a@x b@y", "c@x d@y"),
                .settings = SETTING_BACK,
                .fates = "0.0 deferred lost 0\n",
                .run = TOCSIN_RUN_FAILED,
        },
        /* LMTP. */
        {
                .name = "lmtp_loses_the_link_between_final_replies",
                .script = LMTP_PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: RCPT TO:<c@y>\n"
                                     "C: DATA\n" OK2 "S: 250 ok\nS: 354 go\nC: x\nC: .\n"
                                     "S: 250 one\nclose\n",
                .mails = MAILS("a@x b@y,c@y"),
                .settings = SETTING_LMTP,
                .fates = "0.0 delivered data 250\n0.1 unknown lost 0\n",
                .run = TOCSIN_RUN_FAILED,
        },
        {
                .name = "lmtp_hears_goodbye_between_final_replies",
                .script = LMTP_PIPED "C: MAIL FROM:<a@x>\nC: RCPT TO:<b@y>\nC: RCPT TO:<c@y>\n"
                                     "C: DATA\n" OK2 "S: 250 ok\nS: 354 go\nC: x\nC: .\n"
                                     "S: 250 one\nS: 421 bye\nclose\n",
                .mails = MAILS("a@x b@y,c@y"),
                .settings = SETTING_LMTP,
                .fates = "0.0 delivered data 250\n0.1 deferred data 421\n",
                .run = TOCSIN_RUN_FAILED,
        },
        /* Ends within a message (CVE-2023-51764 and its kin): what leaves has one end. */
        {
                .name = "smuggling_lf_dot_lf",
                .script = TO_DATA "C: a\nC: ..\nC: b\nC: .\nS: 250 ok\n",
                .mails = MAILS("a@x b@y"),
                .content = "a\n.\nb",
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "smuggling_cr_dot_cr",
                .script = TO_DATA "C: a\nC: ..\nC: b\nC: .\nS: 250 ok\n",
                .mails = MAILS("a@x b@y"),
                .content = "a\r.\rb",
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "smuggling_lf_dot_crlf",
                .script = TO_DATA "C: a\nC: ..\nC: b\nC: .\nS: 250 ok\n",
                .mails = MAILS("a@x b@y"),
                .content = "a\n.\r\nb",
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "smuggling_crlf_dot_cr",
                .script = TO_DATA "C: a\nC: ..\nC: b\nC: .\nS: 250 ok\n",
                .mails = MAILS("a@x b@y"),
                .content = "a\r\n.\rb",
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "smuggling_cr_cr_lf_dot_crlf",
                .script = TO_DATA "C: a\nC: \nC: ..\nC: b\nC: .\nS: 250 ok\n",
                .mails = MAILS("a@x b@y"),
                .content = "a\r\r\n.\r\nb",
                .fates = "0.0 delivered data 250\n",
        },
        {
                .name = "smuggling_by_bdat",
                .script = CHUNKED ENVELOPE "C: BDAT 26 LAST\nC: a\nC: .\nC: .\nC: .\nC: .\nC: \n"
                                           "C: RSET\nC: b\n" OK2 "S: 250 ok\n",
                .mails = MAILS("a@x b@y"),
                .content = "a\n.\n.\r.\r\n.\n\rRSET\nb",
                .fates = "0.0 delivered data 250\n",
        },
};

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	dialogues_add("trouble", dialogues, G_N_ELEMENTS(dialogues));
	return g_test_run();
}
