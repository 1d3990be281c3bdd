/* SPDX-License-Identifier: MIT */
/* A queue of news, and an idle source that tells them. */
#include "engine/dispatch-teller.h"

typedef enum { NEWS_DEAD, NEWS_ACCOUNT, NEWS_STORE, NEWS_RELEASE } NewsKind;

typedef struct {
	NewsKind kind;
	char *name; /* of the mail or the account */
	char *text;
	gboolean is_reachable;
	GError *error;
	TocsinAccounts *accounts;
	TocsinAccount *idle; /* (nullable) one of those */
} News;

struct _TocsinTeller {
	GMainContext *context; /* (nullable) */
	TocsinDispatchCallbacks callbacks;
	gpointer user;
	GMutex mutex; /* guards the rest */
	GQueue queue; /* of News */
	GSource *source;
};

TocsinTeller *
tocsin_teller_new(GMainContext *context, const TocsinDispatchCallbacks *callbacks, gpointer user)
{
	TocsinTeller *self = g_new0(TocsinTeller, 1);

	self->context = context == NULL ? NULL : g_main_context_ref(context);
	self->callbacks = *callbacks;
	self->user = user;
	g_mutex_init(&self->mutex);
	g_queue_init(&self->queue);
	return self;
}

static void
free_news(gpointer data)
{
	News *news = data;

	g_free(news->name);
	g_free(news->text);
	g_clear_error(&news->error);
	tocsin_accounts_unref(news->accounts);
	g_free(news);
}

void
tocsin_teller_close(TocsinTeller *self)
{
	if (self == NULL) {
		return;
	}
	if (self->source != NULL) {
		g_source_destroy(self->source);
		g_source_unref(self->source);
	}
	g_queue_clear_full(&self->queue, free_news);
	g_clear_pointer(&self->context, g_main_context_unref);
	g_mutex_clear(&self->mutex);
	g_free(self);
}

static void
tell(const TocsinTeller *self, const News *news)
{
	const TocsinDispatchCallbacks *callbacks = &self->callbacks;

	switch (news->kind) {
	case NEWS_DEAD:
		if (callbacks->on_dead != NULL) {
			callbacks->on_dead(self->user, news->name, news->text);
		}
		break;
	case NEWS_ACCOUNT:
		if (callbacks->on_account != NULL) {
			callbacks->on_account(self->user, news->name, news->is_reachable,
			                      news->text);
		}
		break;
	case NEWS_STORE:
		if (callbacks->on_store != NULL) {
			callbacks->on_store(self->user, news->error);
		}
		break;
	case NEWS_RELEASE:
		if (news->idle != NULL) {
			tocsin_account_quiesce(news->idle);
		}
		break;
	}
}

/* One piece of news a turn, since a callback may end the dispatcher. */
static gboolean
on_turn(gpointer data)
{
	TocsinTeller *self = data;

	g_mutex_lock(&self->mutex);
	News *news = g_queue_pop_head(&self->queue);
	gboolean is_last = self->queue.length == 0;

	if (is_last) {
		g_clear_pointer(&self->source, g_source_unref);
	}
	g_mutex_unlock(&self->mutex);
	tell(self, news);
	free_news(news);
	return is_last ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static void
post(TocsinTeller *self, News *news)
{
	g_mutex_lock(&self->mutex);
	g_queue_push_tail(&self->queue, news);
	if (self->source == NULL) {
		self->source = g_idle_source_new();
		g_source_set_priority(self->source, G_PRIORITY_DEFAULT);
		g_source_set_callback(self->source, on_turn, self, NULL);
		g_source_attach(self->source, self->context);
	}
	g_mutex_unlock(&self->mutex);
}

static News *
make_news(NewsKind kind, const char *name, const char *text)
{
	News *news = g_new0(News, 1);

	news->kind = kind;
	news->name = g_strdup(name);
	news->text = g_strdup(text);
	return news;
}

void
tocsin_teller_dead(TocsinTeller *self, const char *mail, const char *text)
{
	post(self, make_news(NEWS_DEAD, mail, text));
}

void
tocsin_teller_account(TocsinTeller *self, const char *account, gboolean is_reachable,
                      const char *text)
{
	News *news = make_news(NEWS_ACCOUNT, account, text);

	news->is_reachable = is_reachable;
	post(self, news);
}

void
tocsin_teller_store(TocsinTeller *self, const GError *error)
{
	News *news = make_news(NEWS_STORE, NULL, NULL);

	news->error = error == NULL ? NULL : g_error_copy(error);
	post(self, news);
}

void
tocsin_teller_release(TocsinTeller *self, TocsinAccounts *accounts, TocsinAccount *idle)
{
	News *news = make_news(NEWS_RELEASE, NULL, NULL);

	news->accounts = accounts;
	news->idle = idle;
	post(self, news);
}
