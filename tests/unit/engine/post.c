/* SPDX-License-Identifier: MIT */
/* A store, its dispatcher, and desks for its accounts. */
#include "post.h"

#include <string.h>

#include "conf/load.h"

/* A test that waits longer than this for something hangs. */
#define PATIENCE_US (60 * POST_SECOND)

static void
on_dead(gpointer user, const char *mail, const char *text)
{
	g_string_append_printf(((Post *)user)->news, "dead %s\n", text);
}

static void
on_account(gpointer user, const char *account, gboolean is_reachable, const char *text)
{
	g_string_append_printf(((Post *)user)->news, "%s %s: %s\n", account,
	                       is_reachable ? "works" : "fails", text);
}

static void
on_store(gpointer user, const GError *error)
{
	g_string_append_printf(((Post *)user)->news, "store %s\n",
	                       error == NULL ? "works" : "fails");
}

static void
start_dispatch(Post *self)
{
	TocsinDispatchOptions options = {
	        .store = self->store->store,
	        .clock = self->store->clock,
	        .callbacks = {on_dead, on_account, on_store},
	        .user = self,
	};

	self->dispatch = tocsin_dispatch_new(&options);
}

static void
start(Post *self, const char *folder)
{
	const char *const folders[] = {folder, NULL};
	g_autoptr(TocsinProblems) problems = tocsin_problems_new();

	self->news = g_string_new(NULL);
	for (guint i = 0; i < POST_DESKS; i++) {
		desk_init(&self->desks[i]);
	}
	self->units = tocsin_units_new(NULL, folders, NULL, problems);
	g_assert_cmpuint(tocsin_problems_count(problems), ==, 0);

	start_dispatch(self);
}

void
post_init(Post *self, const char *folder)
{
	memset(self, 0, sizeof(*self));
	self->store = fixture_new();
	start(self, folder);
}

void
post_init_at(Post *self, const char *folder, const char *path)
{
	memset(self, 0, sizeof(*self));
	self->store = g_new0(Fixture, 1);
	self->store->path = g_strdup(path);
	self->store->clock = tocsin_clock_new_fake(FIXTURE_NOW);
	fixture_open(self->store);
	start(self, folder);
}

void
post_use_real_time(Post *self)
{
	tocsin_dispatch_stop(self->dispatch, 0);
	fixture_close(self->store);
	tocsin_clock_free(self->store->clock);
	self->store->clock = tocsin_clock_system();
	fixture_open(self->store);
	start_dispatch(self);
}

void
post_clear(Post *self)
{
	tocsin_dispatch_stop(g_steal_pointer(&self->dispatch), 10 * POST_SECOND);
	tocsin_accounts_unref(self->accounts);
	fixture_free(self->store);
	tocsin_units_unref(self->units);
	for (guint i = 0; i < POST_DESKS; i++) {
		desk_clear(&self->desks[i]);
	}
	g_string_free(self->news, TRUE);
}

void
post_use(Post *self, const char *names, const char *settings)
{
	g_autoptr(GString) text = g_string_new("accounts = {");

	for (; *names != '\0'; names++) {
		g_string_append_printf(text, "%c = { transport = \"stage\"; at = \"%zx\"; %s };\n",
		                       *names, (gsize)&self->desks[*names - 'a'], settings);
	}
	g_string_append(text, "};");
	post_use_text(self, text->str);
}

void
post_use_text(Post *self, const char *text)
{
	g_autoptr(TocsinProblems) problems = tocsin_problems_new();
	TocsinAccountContext context = {.units = self->units, .clock = self->store->clock};
	g_autoptr(TocsinConf) conf = tocsin_conf_load_text(text, problems);
	g_autoptr(TocsinAccounts) accounts =
	        conf == NULL ? NULL : tocsin_accounts_new(conf, NULL, &context, problems);

	for (guint i = 0; i < tocsin_problems_count(problems); i++) {
		g_test_message("%s", tocsin_problems_at(problems, i));
	}
	g_assert_cmpuint(tocsin_problems_count(problems), ==, 0);
	tocsin_dispatch_use(self->dispatch, accounts, NULL);
	tocsin_accounts_unref(self->accounts);
	self->accounts = g_steal_pointer(&accounts);
}

void
post_send(Post *self, const char *addresses, const char *via, guint count, gint64 expire_us)
{
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) list = g_strsplit(addresses, " ", 0);
	gint64 now_us = tocsin_clock_wall_us(self->store->clock);

	for (guint i = 0; i < count; i++) {
		g_autoptr(TocsinMail) mail = tocsin_mail_new(NULL, "me@example.org", now_us);

		for (char **address = list; *address != NULL; address++) {
			tocsin_mail_add_recipient(mail, *address);
		}
		mail->priority = self->priority;
		mail->due_us = self->delay_us == 0 ? 0 : now_us + self->delay_us;
		mail->via = via == NULL ? NULL : g_strsplit(via, " ", 0);
		mail->expire_us = expire_us == 0 ? 0 : now_us + expire_us;
		mail->content = g_bytes_new_static("Subject: x\r\n\r\ny\r\n", 17);
		tocsin_batch_add_mail(batch, mail);
	}
	tocsin_store_commit(self->store->store, batch, &error);
	g_assert_no_error(error);
}

void
post_advance(Post *self, gint64 delta_us)
{
	tocsin_clock_advance(self->store->clock, delta_us);
	tocsin_dispatch_wake(self->dispatch);
}

static gboolean
on_tick(gpointer user)
{
	return G_SOURCE_CONTINUE;
}

/* A turn of the main loop, which may be idle for a millisecond. */
static void
turn(gint64 end_us)
{
	guint source = g_timeout_add(1, on_tick, NULL);

	g_assert_cmpint(tocsin_clock_monotonic_us(tocsin_clock_system()), <, end_us);
	g_main_context_iteration(NULL, TRUE);
	g_source_remove(source);
}

void
post_wait(Post *self, gboolean (*condition)(Post *self, guint number), guint number)
{
	gint64 end_us = tocsin_clock_monotonic_us(tocsin_clock_system()) + PATIENCE_US;

	while (!condition(self, number)) {
		turn(end_us);
	}
	while (g_main_context_iteration(NULL, FALSE)) {
	}
}

void
post_hear(Post *self, const char *word, guint count)
{
	gint64 end_us = tocsin_clock_monotonic_us(tocsin_clock_system()) + PATIENCE_US;

	for (;;) {
		g_autofree char *text = g_strconcat(" ", self->news->str, NULL);
		g_auto(GStrv) parts = g_strsplit(text, word, -1);
		guint found = g_strv_length(parts) - 1;

		if (found >= count) {
			g_assert_cmpuint(found, ==, count);
			return;
		}
		turn(end_us);
	}
}

/* The soonest time of the mails that wait; G_MAXINT64 if none does. */
static gint64
find_due(Post *self)
{
	TocsinListFilter filter = {.states = 1u << TOCSIN_MAIL_WAITING, .limit = 1000};
	g_autoptr(GPtrArray) infos = NULL;
	g_autoptr(GError) error = NULL;
	gint64 due_us = G_MAXINT64;

	tocsin_store_list(self->store->store, &filter, &infos, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < infos->len; i++) {
		due_us = MIN(due_us, ((const TocsinMailInfo *)infos->pdata[i])->due_us);
	}
	return due_us;
}

static gboolean
is_quiet(Post *self, guint number)
{
	g_autoptr(GPtrArray) all = tocsin_dispatch_status(self->dispatch);

	for (guint i = 0; i < all->len; i++) {
		if (((const TocsinDispatchStatus *)all->pdata[i])->connections > 0) {
			return FALSE;
		}
	}
	return find_due(self) > tocsin_clock_wall_us(self->store->clock);
}

void
post_settle(Post *self)
{
	post_wait(self, is_quiet, 0);
}

void
post_advance_to(Post *self, gint64 end_us)
{
	gint64 now_us;

	post_settle(self);
	while ((now_us = tocsin_clock_wall_us(self->store->clock)) < end_us) {
		post_advance(self, MIN(find_due(self), end_us) - now_us);
		post_settle(self);
	}
}

guint
post_count(Post *self, TocsinMailState state)
{
	return (guint)fixture_count(self->store, state);
}

guint
post_log(Post *self, const char *action, const char *word)
{
	gint64 after = 0;
	guint count = 0;

	for (;;) {
		g_autoptr(GPtrArray) lines = NULL;
		g_autoptr(GError) error = NULL;

		tocsin_store_query_log(self->store->store, NULL, NULL, after, 1000, &lines, &error);
		g_assert_no_error(error);
		for (guint i = 0; i < lines->len; i++) {
			const TocsinLogLine *line = lines->pdata[i];

			after = line->seq;
			count += strcmp(line->action, action) == 0 &&
			         strstr(line->text, word) != NULL;
		}
		if (lines->len == 0) {
			return count;
		}
	}
}

const TocsinDispatchStatus *
post_status(GPtrArray *all, const char *account)
{
	for (guint i = 0; i < all->len; i++) {
		const TocsinDispatchStatus *status = all->pdata[i];

		if (strcmp(status->account, account) == 0) {
			return status;
		}
	}
	g_assert_not_reached();
}
