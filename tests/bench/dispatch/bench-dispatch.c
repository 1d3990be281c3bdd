/* SPDX-License-Identifier: MIT */
/* How fast mails get from the store through the dispatcher to a transport, beside what the store
 * alone can do.
 *
 *   bench-dispatch FOLDER STAGE-PLUGINS SMTP-PLUGINS PORT [MAILS]
 *
 * FOLDER is for the stores. STAGE-PLUGINS holds transport-stage.so, through which this program
 * takes the mails itself; SMTP-PLUGINS holds transport-smtp.so, which brings them to a server on
 * PORT. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "conf/load.h"
#include "engine/dispatch.h"
#include "stage.h"

#define CONTENT_SIZE 4096u
#define GROUP 100u
#define LATENCY_MAILS 2000u

typedef struct {
	Stage stage; /* first */
	GMutex mutex;
	GCond changed;
	guint taken;
	gint64 taken_us; /* when the last one was */
} Sink;

typedef struct {
	const char *folder;
	TocsinUnits *units;
	const char *port;
	guint mails;
	GBytes *content;
	Sink sink;
	guint number; /* of stores made */
} Bench;

static gint64
now_us(void)
{
	return tocsin_clock_monotonic_us(tocsin_clock_system());
}

static void
die(const char *what, const GError *error)
{
	fprintf(stderr, "bench-dispatch: %s: %s\n", what,
	        error != NULL ? error->message : "failed");
	exit(1);
}

/* A transport that takes everything at once, and waits a second for more. */
static int32_t
run_sink(Stage *stage, const tocsin_host *host, const tocsin_delivery *delivery, tocsin_job *job,
         tocsin_error *error)
{
	const tocsin_fate fate = {
	        .size = sizeof(fate), .stage = TOCSIN_AT_DATA, .code = 250, .text = "ok"};
	Sink *sink = (Sink *)stage;
	tocsin_mail *mail = NULL;

	for (;;) {
		int32_t status = delivery->next(job, G_USEC_PER_SEC, &mail);

		if (status != TOCSIN_OK) {
			return status == TOCSIN_END ? TOCSIN_OK : status;
		}
		g_mutex_lock(&sink->mutex);
		sink->taken_us = now_us();
		sink->taken++;
		g_cond_broadcast(&sink->changed);
		g_mutex_unlock(&sink->mutex);
		delivery->result(job, mail, 0, &fate);
	}
}

static TocsinStore *
open_store(Bench *bench)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *path = g_strdup_printf("%s/%u.db", bench->folder, bench->number++);
	TocsinStoreOptions options = {.path = path};
	TocsinStore *store = tocsin_store_open(&options, &error);

	if (store == NULL) {
		die("open", error);
	}
	return store;
}

static void
enqueue(Bench *bench, TocsinStore *store, guint count)
{
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < count; i++) {
		g_autoptr(TocsinMail) mail =
		        tocsin_mail_new(NULL, "alerts@example.org", g_get_real_time());

		tocsin_mail_add_recipient(mail, "ops@example.org");
		mail->via = g_strsplit("out", " ", 0);
		mail->content = g_bytes_ref(bench->content);
		tocsin_batch_add_mail(batch, mail);
	}
	if (!tocsin_store_commit(store, batch, &error)) {
		die("enqueue", error);
	}
}

static void
fill(Bench *bench, TocsinStore *store)
{
	for (guint done = 0; done < bench->mails; done += GROUP) {
		enqueue(bench, store, GROUP);
	}
}

typedef struct {
	gint64 at_us;
	gint64 cpu_us;
} Start;

static Start
begin(void)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	return (Start){now_us(), (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * G_USEC_PER_SEC +
	                                 used.ru_utime.tv_usec + used.ru_stime.tv_usec};
}

static void
tell(const char *what, guint count, const Start *start)
{
	Start end = begin();

	printf("%-52s %9.0f/s %6.0f us CPU a mail\n", what,
	       count * 1e6 / (double)(end.at_us - start->at_us),
	       (double)(end.cpu_us - start->cpu_us) / count);
	fflush(stdout);
}

/* The store alone: a group claimed, then settled with a line of log for each. */
static void
measure_store(Bench *bench)
{
	TocsinStore *store = open_store(bench);
	g_autoptr(TocsinFate) fate = tocsin_fate_new(TOCSIN_FATE_DELIVERED, TOCSIN_STAGE_DATA, 250,
	                                             "2.0.0", "ok", "out", 1);
	guint done = 0;

	fill(bench, store);
	Start begun = begin();

	while (done < bench->mails) {
		g_autoptr(GPtrArray) claims = NULL;
		g_autoptr(TocsinBatch) batch = tocsin_batch_new();
		g_autoptr(GError) error = NULL;

		if (!tocsin_store_claim(store, "out", GROUP, 0, &claims, &error)) {
			die("claim", error);
		}
		done += claims->len;
		while (claims->len > 0) {
			TocsinClaim *claim = g_ptr_array_steal_index_fast(claims, 0);

			tocsin_batch_add_log(batch, 1, NULL, claim->mail->id, NULL, "delivered",
			                     "<ops@example.org> through 'out' (data): 250 ok");
			tocsin_batch_settle(batch, claim, &fate, 0, NULL);
		}
		if (!tocsin_store_commit(store, batch, &error)) {
			die("settle", error);
		}
	}
	tell("store alone, groups of 100", done, &begun);
	tocsin_store_close(store);
}

static TocsinDispatch *
start(Bench *bench, TocsinStore *store, const char *account)
{
	g_autoptr(TocsinProblems) problems = tocsin_problems_new();
	g_autofree char *text = g_strdup_printf("accounts = { out = { %s }; };", account);
	g_autoptr(TocsinConf) conf = tocsin_conf_load_text(text, problems);
	TocsinAccountContext context = {.units = bench->units, .clock = tocsin_clock_system()};
	g_autoptr(TocsinAccounts) accounts =
	        conf == NULL ? NULL : tocsin_accounts_new(conf, NULL, &context, problems);
	TocsinDispatchOptions options = {.store = store};

	if (tocsin_problems_count(problems) > 0) {
		fprintf(stderr, "bench-dispatch: %s\n", tocsin_problems_at(problems, 0));
		exit(1);
	}
	TocsinDispatch *dispatch = tocsin_dispatch_new(&options);

	tocsin_dispatch_use(dispatch, accounts, NULL);
	return dispatch;
}

static guint64
count_done(TocsinStore *store)
{
	guint64 counts[5];
	g_autoptr(GError) error = NULL;

	if (!tocsin_store_count(store, counts, &error)) {
		die("count", error);
	}
	return counts[TOCSIN_MAIL_DONE];
}

static void
measure_drain(Bench *bench, const char *what, const char *account)
{
	TocsinStore *store = open_store(bench);

	fill(bench, store);
	Start begun = begin();
	TocsinDispatch *dispatch = start(bench, store, account);

	while (count_done(store) < bench->mails) {
		poll(NULL, 0, 5); /* asking costs the store time */
	}
	tell(what, bench->mails, &begun);
	tocsin_dispatch_stop(dispatch, G_USEC_PER_SEC);
	tocsin_store_close(store);
}

static int
compare(const void *a, const void *b)
{
	gint64 first = *(const gint64 *)a;
	gint64 second = *(const gint64 *)b;

	return first < second ? -1 : first > second;
}

static void
tell_times(const char *what, gint64 *times, guint count)
{
	qsort(times, count, sizeof(*times), compare);
	printf("%-52s %6" G_GINT64_FORMAT " us, p99 %6" G_GINT64_FORMAT " us\n", what,
	       times[count / 2], times[count * 99 / 100]);
	fflush(stdout);
}

/* From the moment that a mail is safe to its being in the hands of a transport that waits. */
static void
measure_latency(Bench *bench, const char *account)
{
	TocsinStore *store = open_store(bench);
	TocsinDispatch *dispatch = start(bench, store, account);
	g_autofree gint64 *commits = g_new(gint64, LATENCY_MAILS);
	g_autofree gint64 *hands = g_new(gint64, LATENCY_MAILS);
	Sink *sink = &bench->sink;

	sink->taken = 0;
	for (guint i = 0; i < LATENCY_MAILS; i++) {
		gint64 start_us = now_us();

		enqueue(bench, store, 1);
		gint64 safe_us = now_us();

		g_mutex_lock(&sink->mutex);
		while (sink->taken <= i) {
			g_cond_wait(&sink->changed, &sink->mutex);
		}
		hands[i] = MAX(sink->taken_us - safe_us, 0);
		g_mutex_unlock(&sink->mutex);
		commits[i] = safe_us - start_us;
		/* Its fate, when it is written later, would be in the way of the next one. */
		while (count_done(store) <= i) {
			poll(NULL, 0, 1);
		}
	}
	tell_times("enqueue one", commits, LATENCY_MAILS);
	tell_times("safe to in hand", hands, LATENCY_MAILS);
	tocsin_dispatch_stop(dispatch, G_USEC_PER_SEC);
	tocsin_store_close(store);
}

int
main(int argc, char **argv)
{
	g_autoptr(TocsinProblems) problems = tocsin_problems_new();
	Bench bench = {.sink.stage.run = run_sink};

	if (argc < 5) {
		fprintf(stderr, "usage: bench-dispatch FOLDER STAGE-PLUGINS SMTP-PLUGINS PORT "
		                "[MAILS]\n");
		return 64;
	}
	const char *folders[] = {argv[2], argv[3], NULL};
	g_autofree char *bytes = g_strnfill(CONTENT_SIZE, 'x');
	g_autofree char *at = g_strdup_printf("%zx", (gsize)&bench.sink);

	memcpy(bytes, "Subject: x\r\n\r\n", 14);
	for (guint i = 80; i + 1 < CONTENT_SIZE; i += 80) {
		memcpy(bytes + i, "\r\n", 2);
	}
	memcpy(bytes + CONTENT_SIZE - 2, "\r\n", 2);
	bench.folder = argv[1];
	bench.port = argv[4];
	bench.mails = argc > 5 ? (guint)g_ascii_strtoull(argv[5], NULL, 10) : 10000;
	bench.content = g_bytes_new(bytes, CONTENT_SIZE);
	bench.units = tocsin_units_new(NULL, folders, NULL, problems);
	g_mutex_init(&bench.sink.mutex);
	g_cond_init(&bench.sink.changed);

	g_autofree char *stage = g_strdup_printf("transport = \"stage\"; at = \"%s\";", at);
	g_autofree char *smtp = g_strdup_printf(
	        "transport = \"smtp\"; host = \"127.0.0.1\"; port = %s; tls = \"none\";",
	        bench.port);
	g_autofree char *stage_1 = g_strdup_printf("%s connections = 1;", stage);
	g_autofree char *smtp_1 = g_strdup_printf("%s connections = 1;", smtp);
	g_autofree char *smtp_4 = g_strdup_printf("%s connections = 4;", smtp);

	measure_store(&bench);
	measure_drain(&bench, "dispatched, in the process, one connection", stage_1);
	measure_drain(&bench, "dispatched, SMTP, one connection", smtp_1);
	measure_drain(&bench, "dispatched, SMTP, 4 connections", smtp_4);
	measure_latency(&bench, stage_1);
	g_bytes_unref(bench.content);
	tocsin_units_unref(bench.units);
	return 0;
}
