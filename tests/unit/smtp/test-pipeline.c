/* SPDX-License-Identifier: MIT */
/* The pipeline against scripted servers: what goes out in which order, and what is told of whom. */
#include "dialogue.h"

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
                .fates = "0.0 deferred data 500\n",
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
	dialogues_add("pipeline", dialogues, G_N_ELEMENTS(dialogues));
	return g_test_run();
}
