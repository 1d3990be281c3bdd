/* SPDX-License-Identifier: MIT */
/* kill -9 at random moments: what was acknowledged is there, nothing is there twice, and a cursor
 * is never ahead of its mails or behind them. */
#include "fixture.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <tocsin/error.h>
#include <unistd.h>

#define ROUNDS 20u
#define READERS 3u
#define ANSWER_SIZE 32

/* How many mails @reader's cursor says there are. */
static guint
read_cursor(TocsinStore *store, guint reader)
{
	g_autofree char *name = g_strdup_printf("%u", reader);
	g_autoptr(GBytes) state = NULL;
	guint count = 0;

	g_assert_true(tocsin_store_get_cursor(store, "log", name, &state, NULL));
	if (state != NULL) {
		memcpy(&count, g_bytes_get_data(state, NULL), sizeof count);
	}
	return count;
}

typedef struct {
	const Fixture *fixture;
	guint number;
	int answers;
} Reader;

/* Some mails are large, so that files are caught too. */
static TocsinMail *
make_mail(const Reader *reader, guint count)
{
	g_autofree char *cause = g_strdup_printf("%u-%u", reader->number, count);
	g_autofree char *bytes = g_strnfill(300000, 'x');
	TocsinMail *mail = fixture_mail(reader->fixture, cause);

	/* Ids must differ from those of the process before, so they are of the real time. */
	g_free(mail->id);
	mail->id = tocsin_mail_make_id(g_get_real_time());
	if (count % 50 == 7) {
		g_bytes_unref(mail->content);
		mail->content = g_bytes_new(bytes, 300000);
	}
	return mail;
}

/* Reads on from its cursor for ever, as a trigger does after a restart. */
static gpointer
run_reader(gpointer data)
{
	const Reader *reader = data;
	g_autofree char *name = g_strdup_printf("%u", reader->number);

	for (guint count = read_cursor(reader->fixture->store, reader->number);; count++) {
		g_autoptr(TocsinBatch) batch = tocsin_batch_new();
		g_autoptr(TocsinMail) mail = make_mail(reader, count);
		guint next = count + 1;
		g_autoptr(GBytes) state = g_bytes_new(&next, sizeof next);
		char line[ANSWER_SIZE] = {0};

		tocsin_batch_add_mail(batch, mail);
		tocsin_batch_put_cursor(batch, "log", name, state);
		if (!tocsin_store_commit(reader->fixture->store, batch, NULL) ||
		    tocsin_batch_is_duplicate(batch, 0)) {
			_exit(1);
		}
		g_strlcpy(line, mail->id, sizeof line);
		if (write(reader->answers, line, sizeof line) != sizeof line) {
			_exit(1);
		}
	}
}

static void
run_child(Fixture *fixture, int answers)
{
	Reader readers[READERS];

	fixture_open(fixture);
	for (guint i = 0; i < READERS; i++) {
		readers[i] = (Reader){.fixture = fixture, .number = i, .answers = answers};
		if (i > 0) {
			g_thread_new("reader", run_reader, &readers[i]);
		}
	}
	run_reader(&readers[0]);
}

/* Lets a child enqueue until it has acknowledged some number of mails, and kills it. */
static void
run_round(Fixture *fixture, GHashTable *acknowledged)
{
	gint32 wanted = g_test_rand_int_range(1, 200);
	char line[ANSWER_SIZE];
	int answers[2];
	int status;

	g_assert_cmpint(pipe(answers), ==, 0);
	pid_t child = fork();

	if (child == 0) {
		close(answers[0]);
		run_child(fixture, answers[1]);
	}
	close(answers[1]);
	for (gint32 i = 0; i < wanted; i++) {
		g_assert_cmpint(read(answers[0], line, sizeof line), ==, sizeof line);
		g_hash_table_add(acknowledged, g_strdup(line));
	}
	g_assert_cmpint(kill(child, SIGKILL), ==, 0);
	/* What was still on its way was acknowledged all the same. */
	while (read(answers[0], line, sizeof line) == sizeof line) {
		g_hash_table_add(acknowledged, g_strdup(line));
	}
	close(answers[0]);
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(WIFSIGNALED(status));
}

static void
collect(const Fixture *fixture, GHashTable *ids, GHashTable *causes)
{
	TocsinListFilter filter = {.limit = 1000};
	g_autofree char *last = NULL;

	for (;;) {
		g_autoptr(GPtrArray) infos = NULL;

		filter.after_id = last;
		g_assert_true(tocsin_store_list(fixture->store, &filter, &infos, NULL));
		if (infos->len == 0) {
			return;
		}
		for (guint i = 0; i < infos->len; i++) {
			const TocsinMailInfo *info = infos->pdata[i];

			g_assert_true(g_hash_table_add(ids, g_strdup(info->mail->id)));
			g_assert_true(g_hash_table_add(causes, g_strdup(info->mail->cause)));
			g_free(last);
			last = g_strdup(info->mail->id);
		}
	}
}

/* Each acknowledged mail is there, and for each reader just those that its cursor has passed. */
static void
check(const Fixture *fixture, GHashTable *acknowledged)
{
	g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) causes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer id;
	guint total = 0;

	collect(fixture, ids, causes);
	g_hash_table_iter_init(&iter, acknowledged);
	while (g_hash_table_iter_next(&iter, &id, NULL)) {
		g_assert_true(g_hash_table_contains(ids, id));
	}
	for (guint reader = 0; reader < READERS; reader++) {
		guint count = read_cursor(fixture->store, reader);

		for (guint i = 0; i < count; i++) {
			g_autofree char *cause = g_strdup_printf("%u-%u", reader, i);

			g_assert_true(g_hash_table_contains(causes, cause));
		}
		total += count;
	}
	g_assert_cmpuint(g_hash_table_size(ids), ==, total);
}

/* Every mail's message can be read, those in files too. */
static void
check_contents(Fixture *fixture)
{
	g_autoptr(GPtrArray) claims = NULL;

	do {
		g_clear_pointer(&claims, g_ptr_array_unref);
		g_assert_true(tocsin_store_claim(fixture->store, "relay", 500, 0, &claims, NULL));
		for (guint i = 0; i < claims->len; i++) {
			const TocsinMail *mail = ((const TocsinClaim *)claims->pdata[i])->mail;

			g_assert_true(mail->content != NULL ||
			              g_file_test(mail->path, G_FILE_TEST_IS_REGULAR));
		}
	} while (claims->len > 0);
}

static void
nothing_acknowledged_is_lost_and_nothing_is_there_twice(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	g_autoptr(GHashTable) acknowledged =
	        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	fixture_close(fixture);
	for (guint round = 0; round < ROUNDS; round++) {
		run_round(fixture, acknowledged);
		fixture_open(fixture);
		check(fixture, acknowledged);
		fixture_close(fixture);
	}
	fixture_open(fixture);
	check_contents(fixture);
	g_test_message("%u mails acknowledged", g_hash_table_size(acknowledged));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/crash/nothing_acknowledged_is_lost_and_nothing_is_there_twice",
	                nothing_acknowledged_is_lost_and_nothing_is_there_twice);
	return g_test_run();
}
