/* SPDX-License-Identifier: MIT */
#include "drive.h"

#include <string.h>

extern const tocsin_unit *const tocsin_auth_scram_sha_256_units[];

#define PLUS tocsin_auth_scram_sha_256_units[0]
#define PLAIN tocsin_auth_scram_sha_256_units[1]
#define NONCE "rOprNGfwEbeRWgbNEkqO"
#define SERVER_FIRST \
	"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
#define CLIENT_FINAL                                                     \
	"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=" \
	"dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="

/* RFC 7677 section 3 */
static void
follows_the_rfcs_example(void)
{
	g_auto(Drive) drive = {0};

	drive_begin(&drive, PLAIN, "user", "pencil", NULL, NULL, NULL, NONCE);
	drive_text(&drive, NULL, TOCSIN_MORE, "n,,n=user,r=" NONCE);
	drive_text(&drive, SERVER_FIRST, TOCSIN_MORE, CLIENT_FINAL);
	g_assert_false(tocsin_exchange_check_success(drive.exchange, NULL));
	drive_text(&drive, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", TOCSIN_OK, "");
	g_assert_true(tocsin_exchange_check_success(drive.exchange, NULL));
	drive_text(&drive, "", TOCSIN_E_PERM, NULL);
}

static void
refuses_a_server_that_does_not_know_the_secret(void)
{
	g_auto(Drive) drive = {0};

	drive_begin(&drive, PLAIN, "user", "pencil", NULL, NULL, NULL, NONCE);
	drive_text(&drive, NULL, TOCSIN_MORE, "n,,n=user,r=" NONCE);
	drive_text(&drive, SERVER_FIRST, TOCSIN_MORE, CLIENT_FINAL);
	drive_text(&drive, "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", TOCSIN_E_PERM, NULL);
	g_assert_nonnull(strstr(drive.error->message, "impostor"));
}

static void
tells_the_servers_own_error(void)
{
	g_auto(Drive) drive = {0};

	drive_begin(&drive, PLAIN, "user", "pencil", NULL, NULL, NULL, NONCE);
	drive_text(&drive, NULL, TOCSIN_MORE, "n,,n=user,r=" NONCE);
	drive_text(&drive, SERVER_FIRST, TOCSIN_MORE, CLIENT_FINAL);
	drive_text(&drive, "e=invalid-proof", TOCSIN_E_PERM, NULL);
	g_assert_nonnull(strstr(drive.error->message, "invalid-proof"));
}

static void
assert_first_refused(const char *server_first, const char *expected)
{
	g_auto(Drive) drive = {0};

	drive_begin(&drive, PLAIN, "user", "pencil", NULL, NULL, NULL, NONCE);
	drive_text(&drive, NULL, TOCSIN_MORE, "n,,n=user,r=" NONCE);
	drive_text(&drive, server_first, TOCSIN_E_PERM, NULL);
	if (strstr(drive.error->message, expected) == NULL) {
		g_error("'%s' does not hold '%s'", drive.error->message, expected);
	}
}

static void
refuses_bad_first_messages(void)
{
	assert_first_refused("", "nonce");
	assert_first_refused("r=" NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "nonce");
	assert_first_refused("r=somebodyelses" NONCE ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "nonce");
	assert_first_refused("r=" NONCE "x,s=,i=4096", "salt");
	assert_first_refused("r=" NONCE "x,s=!!!!,i=4096", "salt");
	assert_first_refused("r=" NONCE "x,i=4096,s=W22ZaJ0SNY7soEsUEjb6gQ==", "salt");
	assert_first_refused("r=" NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==", "iteration");
	assert_first_refused("r=" NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095", "between 4096");
	assert_first_refused("r=" NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4294967295",
	                     "between 4096");
	assert_first_refused("r=" NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=99999999999", "no number");
	assert_first_refused("m=x,r=" NONCE "x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "extension");
}

static void
binds_to_the_channel(void)
{
	static const char *const offered[] = {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", NULL};
	static const char *const cut[] = {"SCRAM-SHA-256", NULL};
	g_autoptr(GBytes) exporter = g_bytes_new_static("0123456789abcdef0123456789abcdef", 32);
	g_auto(Drive) plus = {0};
	g_auto(Drive) offers_both = {0};
	g_auto(Drive) is_cut = {0};
	g_auto(Drive) without = {0};

	drive_begin(&plus, PLUS, "user", "pencil", "ad,min", exporter, offered, NONCE);
	drive_text(&plus, NULL, TOCSIN_MORE, "p=tls-exporter,a=ad=2Cmin,n=user,r=" NONCE);
	drive_begin(&offers_both, PLAIN, "user", "pencil", NULL, exporter, offered, NONCE);
	drive_text(&offers_both, NULL, TOCSIN_MORE, "n,,n=user,r=" NONCE);
	drive_begin(&is_cut, PLAIN, "user", "pencil", NULL, exporter, cut, NONCE);
	drive_text(&is_cut, NULL, TOCSIN_MORE, "y,,n=user,r=" NONCE);
	drive_begin(&without, PLUS, "user", "pencil", NULL, NULL, offered, NONCE);
	g_assert_cmpint(without.status, ==, TOCSIN_E_UNAVAILABLE);
}

/* The examples of RFC 4013 section 3, as user names. */
static void
prepares_names(void)
{
	const struct {
		const char *name;
		const char *expected; /* NULL: refused */
	} examples[] = {
	        {"I\xc2\xadX", "IX"},
	        {"user", "user"},
	        {"USER", "USER"},
	        {"\xc2\xaa", "a"},
	        {"\xe2\x85\xa8", "IX"},
	        {"\x07", NULL},
	        {"\xd8\xa7\x31", NULL},
	        {"a\xc2\xa0"
	         "b",
	         "a b"},
	        {"\xff", NULL},
	        {"", NULL},
	        {"a=b,c", "a=3Db=2Cc"},
	};

	for (guint i = 0; i < G_N_ELEMENTS(examples); i++) {
		g_auto(Drive) drive = {0};

		drive_begin(&drive, PLAIN, examples[i].name, "pencil", NULL, NULL, NULL, NONCE);
		if (examples[i].expected == NULL) {
			g_assert_cmpint(drive.status, ==, TOCSIN_E_CONFIG);
		} else {
			g_autofree char *first =
			        g_strdup_printf("n,,n=%s,r=" NONCE, examples[i].expected);

			drive_text(&drive, NULL, TOCSIN_MORE, first);
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/scram/follows_the_rfcs_example", follows_the_rfcs_example);
	g_test_add_func("/scram/refuses_a_server_that_does_not_know_the_secret",
	                refuses_a_server_that_does_not_know_the_secret);
	g_test_add_func("/scram/tells_the_servers_own_error", tells_the_servers_own_error);
	g_test_add_func("/scram/refuses_bad_first_messages", refuses_bad_first_messages);
	g_test_add_func("/scram/binds_to_the_channel", binds_to_the_channel);
	g_test_add_func("/scram/prepares_names", prepares_names);
	return g_test_run();
}
