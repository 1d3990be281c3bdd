/* SPDX-License-Identifier: MIT */
/* Mails of 4 KiB acknowledged per second: the store beside one file a mail (write, fsync, rename,
 * fsync of the folder), and how soon the store is ready after its process was killed.
 *
 *   bench-store FOLDER [SECONDS]
 *
 * Each line: what, how many waiting at once, mails per second. */
#include "store/store.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CONTENT_SIZE 4096u

typedef struct Run Run;

struct Run {
	const char *name;
	guint producers;
	guint per_batch;
	guint64 (*produce)(Run *run, guint producer);
	TocsinStore *store;
	const char *folder;
	GBytes *content;
	gint64 end_us;
};

typedef struct {
	Run *run;
	guint number;
	guint64 done;
} Producer;

static void
die(const char *what, const GError *error)
{
	fprintf(stderr, "bench-store: %s: %s\n", what, error != NULL ? error->message : "failed");
	exit(1);
}

static TocsinMail *
make_mail(const Run *run, guint producer, guint64 number)
{
	TocsinMail *mail = tocsin_mail_new(NULL, "alerts@example.org", g_get_real_time());

	tocsin_mail_add_recipient(mail, "ops@example.org");
	mail->rule = g_strdup("bench");
	mail->cause = g_strdup_printf("%u-%" G_GUINT64_FORMAT, producer, number);
	mail->content = g_bytes_ref(run->content);
	return mail;
}

static guint64
enqueue(Run *run, guint producer)
{
	guint64 done = 0;

	while (g_get_monotonic_time() < run->end_us) {
		g_autoptr(TocsinBatch) batch = tocsin_batch_new();
		g_autoptr(GError) error = NULL;

		for (guint i = 0; i < run->per_batch; i++) {
			g_autoptr(TocsinMail) mail = make_mail(run, producer, done + i);

			tocsin_batch_add_mail(batch, mail);
		}
		if (!tocsin_store_commit(run->store, batch, &error)) {
			die("commit", error);
		}
		done += run->per_batch;
	}
	return done;
}

/* Claims and delivers; a group of claims is settled in one batch. */
static guint64
deliver(Run *run, guint producer)
{
	guint64 done = 0;

	while (g_get_monotonic_time() < run->end_us) {
		g_autoptr(GPtrArray) claims = NULL;
		g_autoptr(GError) error = NULL;
		g_autoptr(TocsinBatch) batch = tocsin_batch_new();
		g_autoptr(TocsinFate) fate =
		        tocsin_fate_new(TOCSIN_FATE_DELIVERED, TOCSIN_STAGE_DATA, 250, "2.0.0",
		                        "ok", "relay", g_get_real_time());

		if (!tocsin_store_claim(run->store, "", run->per_batch, 0, &claims, &error)) {
			die("claim", error);
		}
		if (claims->len == 0) {
			break;
		}
		while (claims->len > 0) {
			tocsin_batch_settle(batch, g_ptr_array_steal_index_fast(claims, 0), &fate,
			                    0, NULL);
			done++;
		}
		if (!tocsin_store_commit(run->store, batch, &error)) {
			die("settle", error);
		}
	}
	return done;
}

static guint64
write_files(Run *run, guint producer)
{
	guint64 done = 0;
	int folder = open(run->folder, O_RDONLY | O_DIRECTORY);

	while (g_get_monotonic_time() < run->end_us) {
		g_autofree char *temporary =
		        g_strdup_printf("t%u-%" G_GUINT64_FORMAT, producer, done);
		g_autofree char *name = g_strdup_printf("m%u-%" G_GUINT64_FORMAT, producer, done);
		int fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL, 0600);

		if (fd < 0 ||
		    write(fd, g_bytes_get_data(run->content, NULL), CONTENT_SIZE) != CONTENT_SIZE ||
		    fsync(fd) != 0 || close(fd) != 0 ||
		    renameat(folder, temporary, folder, name) != 0 || fsync(folder) != 0) {
			die("write a file", NULL);
		}
		done++;
	}
	close(folder);
	return done;
}

static gpointer
run_producer(gpointer data)
{
	Producer *producer = data;

	producer->done = producer->run->produce(producer->run, producer->number);
	return NULL;
}

static void
measure(Run *run, double seconds)
{
	g_autofree Producer *producers = g_new0(Producer, run->producers);
	g_autofree GThread **threads = g_new0(GThread *, run->producers);
	gint64 start_us = g_get_monotonic_time();
	guint64 done = 0;

	run->end_us = start_us + (gint64)(seconds * 1e6);
	for (guint i = 0; i < run->producers; i++) {
		producers[i] = (Producer){.run = run, .number = i};
		threads[i] = g_thread_new("producer", run_producer, &producers[i]);
	}
	for (guint i = 0; i < run->producers; i++) {
		g_thread_join(threads[i]);
		done += producers[i].done;
	}
	printf("%-34s %3u x %-4u %9.0f/s\n", run->name, run->producers, run->per_batch,
	       (double)done * 1e6 / (double)(g_get_monotonic_time() - start_us));
	fflush(stdout);
}

static TocsinStore *
open_store(const char *path)
{
	g_autoptr(GError) error = NULL;
	TocsinStoreOptions options = {.path = path};
	TocsinStore *store = tocsin_store_open(&options, &error);

	if (store == NULL) {
		die("open", error);
	}
	return store;
}

static void
measure_store(Run run, const char *folder, double seconds, gboolean is_delivering)
{
	g_autofree char *path =
	        g_strdup_printf("%s/%u-%u.db", folder, run.producers, run.per_batch);

	run.store = open_store(path);
	run.produce = enqueue;
	measure(&run, seconds);
	if (is_delivering) {
		run.name = "store: claim, settle";
		run.produce = deliver;
		measure(&run, seconds);
	}
	tocsin_store_close(run.store);
}

/* A child writes until it is killed; then the time until a claim is answered. */
static void
measure_recovery(Run run, const char *folder)
{
	g_autofree char *path = g_build_filename(folder, "killed.db", NULL);
	gint64 worst = 0;

	for (guint round = 0; round < 5; round++) {
		pid_t child = fork();

		if (child == 0) {
			run.store = open_store(path);
			run.per_batch = 10;
			run.end_us = G_MAXINT64;
			enqueue(&run, round);
			_exit(0);
		}
		/* lint: allow banned-call: the time until the kill is what is varied */
		g_usleep(700000 + 50000 * round);
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		gint64 start_us = g_get_monotonic_time();
		TocsinStore *store = open_store(path);
		g_autoptr(GPtrArray) claims = NULL;

		tocsin_store_claim(store, "", 1, 0, &claims, NULL);
		worst = MAX(worst, g_get_monotonic_time() - start_us);
		tocsin_store_close(store);
	}
	printf("%-34s %21.1f ms\n", "store: ready after kill -9, worst", (double)worst / 1000);
}

int
main(int argc, char **argv)
{
	double seconds = argc > 2 ? g_ascii_strtod(argv[2], NULL) : 2;
	g_autofree char *bytes = g_strnfill(CONTENT_SIZE, 'x');
	g_autoptr(GBytes) content = g_bytes_new(bytes, CONTENT_SIZE);
	static const guint producers[] = {1, 8};

	if (argc < 2) {
		fprintf(stderr, "usage: bench-store FOLDER [SECONDS]\n");
		return 64;
	}
	Run run = {.per_batch = 1, .folder = argv[1], .content = content};

	measure_recovery(run, argv[1]);
	for (guint i = 0; i < G_N_ELEMENTS(producers); i++) {
		run.producers = producers[i];
		run.name = "file: fsync, rename, fsync folder";
		run.produce = write_files;
		measure(&run, seconds);
		run.name = "store: enqueue";
		measure_store(run, argv[1], seconds, FALSE);
	}
	run.producers = 1;
	run.per_batch = 100;
	run.name = "store: enqueue";
	measure_store(run, argv[1], seconds, TRUE);
	return 0;
}
