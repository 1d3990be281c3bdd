/* SPDX-License-Identifier: MIT */
/* MAIL and RCPT: each parameter said, left out or refused as its RFC wants it. */
#include <string.h>

#include "smtp/envelope.h"
#include "tocsin/error.h"

#define ALL 0x7fffu

/* What is said of one mail. @line NULL: the error @code. */
typedef struct {
	TocsinEnvelope envelope;
	const char *line;
	int code;
	guint lacks; /* TocsinFeature */
	gboolean is_encrypted;
	TocsinContentScan scan;
} Case;

static void
check_mail(const Case *test)
{
	TocsinFeatures features = {.known = ALL & ~test->lacks,
	                           .size_max = 1000,
	                           .hold_max_s = 100,
	                           .hold_until_max_s = 1900000000, /* 2030-03-17T17:46:40Z */
	                           .deliver_by_min_s = 60};
	const TocsinEnvelopeContext context = {.features = &features,
	                                       .scan = &test->scan,
	                                       .is_encrypted = test->is_encrypted,
	                                       .omits_size = test->scan.length == 0};
	g_autoptr(GString) line = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	gboolean is_ok = tocsin_envelope_append_mail(&test->envelope, &context, line, &error);

	if (test->line != NULL) {
		g_assert_no_error(error);
		g_assert_true(is_ok);
		g_assert_cmpstr(line->str, ==, test->line);
	} else {
		g_assert_false(is_ok);
		g_assert_error(error, TOCSIN_ERROR, test->code);
	}
}

static const TocsinEnvelopeRecipient foreign = {.address = "\xc3\xbc@x"};
static const TocsinEnvelopeRecipient abroad = {.address = "a@b\xc3\xbc"
                                                          "cher.example"};
static const Case mails[] = {
        {{.sender = ""}, "MAIL FROM:<>"},
        {{.sender = "a@x", .ret = TOCSIN_RET_FULL, .envid = "id=1 +\xc3\xbc"},
         "MAIL FROM:<a@x> RET=FULL ENVID=id+3D1+20+2B+C3+BC"},
        {{.sender = "a@x", .ret = TOCSIN_RET_HEADERS}, "MAIL FROM:<a@x> RET=HDRS"},
        {{.sender = "a@x", .envid = "x\r\nRCPT"}, "MAIL FROM:<a@x> ENVID=x+0D+0ARCPT"},
        {{.sender = "a@x", .ret = TOCSIN_RET_FULL, .envid = "x"},
         "MAIL FROM:<a@x>",
         .lacks = TOCSIN_FEATURE_DSN},
        {{.sender = "a@x"}, "MAIL FROM:<a@x> SIZE=1000", .scan = {.length = 1000}},
        {{.sender = "a@x"}, "MAIL FROM:<a@x> SIZE=12", .scan = {.length = 10, .line = 1}},
        {{.sender = "a@x"}, NULL, TOCSIN_ERROR_LIMIT, .scan = {.length = 1001}},
        {{.sender = "a@x"},
         "MAIL FROM:<a@x>",
         .lacks = TOCSIN_FEATURE_SIZE,
         .scan = {.length = 1001}},
        {{.sender = "a@x", .body = TOCSIN_BODY_8BITMIME}, "MAIL FROM:<a@x> BODY=8BITMIME"},
        {{.sender = "a@x"}, "MAIL FROM:<a@x> BODY=8BITMIME", .scan = {.has_8bit = TRUE}},
        {{.sender = "a@x"},
         NULL,
         TOCSIN_ERROR_NOT_SUPPORTED,
         TOCSIN_FEATURE_8BITMIME | TOCSIN_FEATURE_SMTPUTF8,
         .scan = {.has_8bit = TRUE}},
        {{.sender = "a@x"},
         "MAIL FROM:<a@x>",
         .lacks = TOCSIN_FEATURE_8BITMIME,
         .scan = {.has_8bit = TRUE}},
        {{.sender = "a@x", .body = TOCSIN_BODY_BINARYMIME}, "MAIL FROM:<a@x> BODY=BINARYMIME"},
        {{.sender = "a@x", .body = TOCSIN_BODY_BINARYMIME},
         NULL,
         TOCSIN_ERROR_NOT_SUPPORTED,
         TOCSIN_FEATURE_CHUNKING},
        {{.sender = "a@x", .is_smtputf8 = TRUE}, "MAIL FROM:<a@x> SMTPUTF8"},
        {{.sender = "a@x", .is_smtputf8 = TRUE},
         NULL,
         TOCSIN_ERROR_NOT_SUPPORTED,
         TOCSIN_FEATURE_SMTPUTF8},
        {{.sender = "\xc3\xbc@x"}, "MAIL FROM:<\xc3\xbc@x> SMTPUTF8"},
        {{.sender = "a@x", .recipients = &foreign, .n_recipients = 1}, "MAIL FROM:<a@x> SMTPUTF8"},
        {{.sender = "a@b\xc3\xbc"
                    "cher.example"},
         "MAIL FROM:<a@xn--bcher-kva.example>",
         .lacks = TOCSIN_FEATURE_SMTPUTF8},
        {{.sender = "a@b\xc3\xbc"
                    "cher.example",
          .recipients = &abroad,
          .n_recipients = 1},
         "MAIL FROM:<a@xn--bcher-kva.example>"},
        {{.sender = "\xc3\xbc@b\xc3\xbc"
                    "cher.example"},
         "MAIL FROM:<\xc3\xbc@b\xc3\xbc"
         "cher.example> SMTPUTF8"},
        {{.sender = "a@x"},
         "MAIL FROM:<a@x> BODY=8BITMIME SMTPUTF8",
         .scan = {.has_8bit = TRUE, .has_8bit_header = TRUE}},
        {{.sender = "a@x"},
         "MAIL FROM:<a@x> BODY=8BITMIME",
         .scan = {.has_8bit = TRUE, .has_8bit_header = TRUE, .is_header_foreign = TRUE}},
        {{.sender = "a@x", .is_tls_required = TRUE},
         "MAIL FROM:<a@x> REQUIRETLS",
         .is_encrypted = TRUE},
        {{.sender = "a@x", .is_tls_required = TRUE}, NULL, TOCSIN_ERROR_NOT_SUPPORTED},
        {{.sender = "a@x", .is_tls_required = TRUE},
         NULL,
         TOCSIN_ERROR_NOT_SUPPORTED,
         TOCSIN_FEATURE_REQUIRETLS,
         .is_encrypted = TRUE},
        {{.sender = "a@x", .hold_for_s = 100}, "MAIL FROM:<a@x> HOLDFOR=100"},
        {{.sender = "a@x", .hold_for_s = 101}, NULL, TOCSIN_ERROR_LIMIT},
        {{.sender = "a@x", .hold_until = "2030-01-01T00:00:00Z"},
         "MAIL FROM:<a@x> HOLDUNTIL=2030-01-01T00:00:00Z"},
        {{.sender = "a@x", .hold_until = "2030-03-17t19:46:40.25+02:00"},
         "MAIL FROM:<a@x> HOLDUNTIL=2030-03-17T19:46:40.25+02:00"},
        {{.sender = "a@x", .hold_until = "2030-03-17T17:46:41Z"}, NULL, TOCSIN_ERROR_LIMIT},
        {{.sender = "a@x", .hold_until = "2030-03-17T16:46:41-01:00"}, NULL, TOCSIN_ERROR_LIMIT},
        {{.sender = "a@x", .hold_until = "banana FOO=1"}, NULL, TOCSIN_ERROR_INVALID},
        {{.sender = "a@x", .hold_until = ""}, NULL, TOCSIN_ERROR_INVALID},
        {{.sender = "a@x", .hold_until = "2030-01-01T00:00:00Z FOO=1"}, NULL, TOCSIN_ERROR_INVALID},
        {{.sender = "a@x", .hold_until = "2030-01-01T00:00:00"}, NULL, TOCSIN_ERROR_INVALID},
        {{.sender = "a@x", .hold_until = "2030-01-01T00:00:00.Z"}, NULL, TOCSIN_ERROR_INVALID},
        {{.sender = "a@x", .hold_until = "2030-01-01T00:00:00+0200"}, NULL, TOCSIN_ERROR_INVALID},
        {{.sender = "a@x", .hold_until = "2030-01-01 00:00:00Z"}, NULL, TOCSIN_ERROR_INVALID},
        {{.sender = "a@x", .hold_until = "2030-02-30T00:00:00Z"}, NULL, TOCSIN_ERROR_INVALID},
        {{.sender = "a@x", .hold_until = "2030-W01-1T00:00:00Z"}, NULL, TOCSIN_ERROR_INVALID},
        {{.sender = "a@x", .hold_for_s = 1},
         NULL,
         TOCSIN_ERROR_NOT_SUPPORTED,
         TOCSIN_FEATURE_FUTURERELEASE},
        {{.sender = "a@x",
          .deliver_by = TOCSIN_DELIVER_BY_RETURN,
          .deliver_by_s = 60,
          .is_deliver_by_traced = TRUE},
         "MAIL FROM:<a@x> BY=60;RT"},
        {{.sender = "a@x", .deliver_by = TOCSIN_DELIVER_BY_RETURN, .deliver_by_s = 59},
         NULL,
         TOCSIN_ERROR_LIMIT},
        {{.sender = "a@x", .deliver_by = TOCSIN_DELIVER_BY_NOTIFY, .deliver_by_s = -5},
         "MAIL FROM:<a@x> BY=-5;N"},
        {{.sender = "a@x", .deliver_by = TOCSIN_DELIVER_BY_NOTIFY, .deliver_by_s = 5},
         "MAIL FROM:<a@x>",
         .lacks = TOCSIN_FEATURE_DELIVERBY},
        {{.sender = "a@x", .deliver_by = TOCSIN_DELIVER_BY_RETURN, .deliver_by_s = 60},
         NULL,
         TOCSIN_ERROR_NOT_SUPPORTED,
         TOCSIN_FEATURE_DELIVERBY},
        {{.sender = "a@x", .has_mt_priority = TRUE, .mt_priority = -9},
         "MAIL FROM:<a@x> MT-PRIORITY=-9"},
        {{.sender = "a@x", .has_mt_priority = TRUE, .mt_priority = 9},
         "MAIL FROM:<a@x>",
         .lacks = TOCSIN_FEATURE_MT_PRIORITY},
        {{.sender = "a@x", .options = "AUTH=<>"}, "MAIL FROM:<a@x> AUTH=<>"},
        {{.sender = "a@x", .options = "AUTH=e+3Dmc2@x"}, "MAIL FROM:<a@x> AUTH=e+3Dmc2@x"},
        {{.sender = "a@x", .options = "AUTH=<>\r\nDATA"}, NULL, TOCSIN_ERROR_INVALID},
        {{.sender = "a@x> SIZE=1"}, NULL, TOCSIN_ERROR_INVALID},
        {{.sender = "\"a b\"@x"}, "MAIL FROM:<\"a b\"@x>"},
        {{.sender = "\"a@x"}, NULL, TOCSIN_ERROR_INVALID},
        {{.sender = "a\xff@x"}, NULL, TOCSIN_ERROR_INVALID},
};

static void
says_mail(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(mails); i++) {
		g_test_message("case %u: %s", i, mails[i].line);
		check_mail(&mails[i]);
	}
}

static void
says_rcpt(void)
{
	static const struct {
		TocsinEnvelopeRecipient recipient;
		const char *line;
		guint lacks;
	} cases[] = {
	        {{.address = "b@y", .notify = TOCSIN_NOTIFY_NEVER}, "RCPT TO:<b@y> NOTIFY=NEVER"},
	        {{.address = "b@y",
	          .notify = TOCSIN_NOTIFY_SUCCESS | TOCSIN_NOTIFY_FAILURE | TOCSIN_NOTIFY_DELAY},
	         "RCPT TO:<b@y> NOTIFY=SUCCESS,FAILURE,DELAY"},
	        {{.address = "b@y", .orcpt = "rfc822;a+b=c@x"},
	         "RCPT TO:<b@y> ORCPT=rfc822;a+2Bb+3Dc@x"},
	        {{.address = "b@y", .orcpt = "rfc822;a\r\nDATA"},
	         "RCPT TO:<b@y> ORCPT=rfc822;a+0D+0ADATA"},
	        {{.address = "b@y", .orcpt = "no type"}, NULL},
	        {{.address = "b@y", .orcpt = "a\nb;c"}, NULL},
	        {{.address = "b@y", .notify = TOCSIN_NOTIFY_NEVER, .orcpt = "rfc822;a@b"},
	         "RCPT TO:<b@y>",
	         TOCSIN_FEATURE_DSN},
	        {{.address = "b@y", .options = "X=1"}, "RCPT TO:<b@y> X=1"},
	        {{.address = "b@y", .options = "X\nDATA"}, NULL},
	        {{.address = "\xc3\xbc@y"}, "RCPT TO:<\xc3\xbc@y>"},
	        {{.address = "\xc3\xbc@y"}, NULL, TOCSIN_FEATURE_SMTPUTF8},
	        {{.address = "a@b\xc3\xbc"
	                     "cher.example"},
	         "RCPT TO:<a@xn--bcher-kva.example>"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		TocsinFeatures features = {.known = ALL & ~cases[i].lacks};
		const TocsinContentScan scan = {0};
		const TocsinEnvelopeContext context = {.features = &features, .scan = &scan};
		g_autoptr(GString) line = g_string_new(NULL);
		g_autoptr(GError) error = NULL;
		gboolean is_ok = tocsin_envelope_append_recipient(&cases[i].recipient, &context,
		                                                  line, &error);

		g_test_message("case %u", i);
		g_assert_cmpint(is_ok, ==, cases[i].line != NULL);
		g_assert_cmpint(is_ok, ==, error == NULL);
		if (is_ok) {
			g_assert_cmpstr(line->str, ==, cases[i].line);
		}
	}
}

#define ADD(name) g_test_add_func("/smtp/envelope/" #name, name)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(says_mail);
	ADD(says_rcpt);
	return g_test_run();
}
