/* SPDX-License-Identifier: MIT */
/* One mail, composed here and handed over on a thread. */
#include "engine/outage.h"

#include <tocsin/message.h>

#include "engine/hand-over.h"
#include "engine/paths.h"
#include "mime/outgoing.h"
#include "model/address.h"

/* The least time between two of them. */
#define PAUSE_US ((gint64)600 * G_USEC_PER_SEC)

/* How long one may take. */
#define WITHIN_US ((gint64)120 * G_USEC_PER_SEC)

struct _TocsinOutage {
	TocsinClock *clock;
	guint parts;    /* in trouble, of TocsinOutagePart */
	gint64 last_us; /* monotonic: when the last mail began; 0: none did */
	GSource *done;  /* becomes ready when the thread has ended */

	/* The mail that is under way; what is not of the main thread's belongs to the other. */
	GThread *thread;  /* (nullable) if none is */
	TocsinPlan *plan; /* keeps the account */
	TocsinAccount *account;
	TocsinMail *mail;
	GCancellable *cancellable;
	TocsinHandOver result;
};

static gboolean
dispatch_done(GSource *source, GSourceFunc callback, gpointer data)
{
	g_source_set_ready_time(source, -1);
	return callback(data);
}

static const GSourceFuncs done_functions = {.dispatch = dispatch_done};

/* Joins the thread; says what became of its mail. */
static gboolean
on_done(gpointer data)
{
	TocsinOutage *self = data;
	const TocsinFate *fate;

	if (self->thread == NULL) {
		return G_SOURCE_CONTINUE;
	}
	g_thread_join(g_steal_pointer(&self->thread));
	fate = g_ptr_array_index(self->result.fates, 0);
	if (fate->status == TOCSIN_FATE_DELIVERED) {
		g_message("postmaster was told of it through account '%s'",
		          tocsin_account_name(self->account));
	} else {
		g_warning("postmaster could not be told of it through account '%s': %s",
		          tocsin_account_name(self->account), fate->text);
	}
	tocsin_hand_over_clear(&self->result);
	g_clear_pointer(&self->mail, tocsin_mail_unref);
	g_clear_pointer(&self->plan, tocsin_plan_unref);
	g_clear_object(&self->cancellable);
	return G_SOURCE_CONTINUE;
}

TocsinOutage *
tocsin_outage_new(TocsinClock *clock)
{
	TocsinOutage *self = g_new0(TocsinOutage, 1);

	self->clock = clock;
	/* GLib takes the table without const, and does not write to it. */
	self->done = g_source_new((GSourceFuncs *)&done_functions, sizeof(GSource));
	g_source_set_callback(self->done, on_done, self, NULL);
	(void)g_source_attach(self->done, NULL);
	return self;
}

void
tocsin_outage_free(TocsinOutage *self)
{
	if (self == NULL) {
		return;
	}
	if (self->thread != NULL) {
		g_cancellable_cancel(self->cancellable);
		(void)on_done(self);
	}
	g_source_destroy(self->done);
	g_source_unref(self->done);
	g_free(self);
}

static gpointer
run(gpointer data)
{
	TocsinOutage *self = data;
	gint64 deadline_us = tocsin_clock_monotonic_us(tocsin_clock_system()) + WITHIN_US;

	tocsin_hand_over(self->account, self->mail, deadline_us, self->cancellable, NULL, NULL,
	                 &self->result);
	g_source_set_ready_time(self->done, 0);
	return NULL;
}

/* The account's author, or else somebody at this machine. */
static TocsinAddress *
find_author(const TocsinAccount *account)
{
	const char *from = tocsin_settings_get_string(tocsin_account_settings(account), "from");
	g_autofree char *here = g_strdup_printf("Tocsin <tocsin@%s>", g_get_host_name());
	TocsinAddress *author = from != NULL ? tocsin_address_parse(from, -1, NULL) : NULL;

	if (author == NULL) {
		author = tocsin_address_parse(here, -1, NULL);
	}
	return author != NULL ? author
	                      : tocsin_address_parse("Tocsin <tocsin@localhost>", -1, NULL);
}

static char *
write_text(const TocsinPlan *plan, const char *text)
{
	const char *path = tocsin_settings_get_string(tocsin_plan_store(plan), "path");

	return g_strdup_printf(
	        "tocsind on %s cannot use its store:\n\n    %s\n    %s\n\n"
	        "Events are kept in memory, triggers wait, and mails are not sent until it can.\n"
	        "Make room on that disk, or see to it; everything goes on by itself then, and\n"
	        "another mail says so. This one went past the store, through the account that\n"
	        "'fallback' names; there are no more of it for this outage.\n",
	        g_get_host_name(), path != NULL ? path : TOCSIN_STORE_PATH, text);
}

static TocsinMail *
compose(const TocsinOutage *self, const TocsinPlan *plan, const TocsinAccount *account,
        const char *postmaster, const char *text, GError **error)
{
	g_autoptr(TocsinComposer) composer = tocsin_composer_new();
	g_autoptr(TocsinAddress) author = find_author(account);
	g_autoptr(TocsinAddress) reader = tocsin_address_parse(postmaster, -1, error);
	g_autoptr(TocsinMessage) message = NULL;
	g_autofree char *from = tocsin_address_format(author->name, author->spec);
	g_autofree char *subject =
	        g_strdup_printf("tocsind on %s cannot use its store", g_get_host_name());
	g_autofree char *body = write_text(plan, text);
	const char *to[] = {reader != NULL ? reader->spec : NULL, NULL};

	if (reader == NULL || !tocsin_composer_add_addresses(composer, "From", from, error) ||
	    !tocsin_composer_add_addresses(composer, "To", postmaster, error) ||
	    !tocsin_composer_add_header(composer, "Auto-Submitted", "auto-generated", error) ||
	    !tocsin_composer_add_header(composer, "X-Tocsin-Rule", TOCSIN_TRIGGER_SELF, error)) {
		return NULL;
	}
	tocsin_composer_set_subject(composer, subject);
	tocsin_composer_set_text(composer, body);
	tocsin_composer_set_date(composer, tocsin_clock_wall_us(self->clock));
	message = tocsin_composer_finish(composer, error);
	return message == NULL ? NULL
	                       : tocsin_outgoing_new(message, author->spec, to,
	                                             tocsin_clock_wall_us(self->clock), error);
}

static void
send(TocsinOutage *self, TocsinPlan *plan, TocsinAccount *account, const char *postmaster,
     const char *text)
{
	g_autoptr(GError) error = NULL;

	self->mail = compose(self, plan, account, postmaster, text, &error);
	if (self->mail == NULL) {
		g_warning("postmaster cannot be told of it: %s", error->message);
		return;
	}
	self->account = account;
	self->plan = tocsin_plan_ref(plan);
	self->cancellable = g_cancellable_new();
	self->last_us = tocsin_clock_monotonic_us(self->clock);
	self->thread = g_thread_new("outage", run, self);
}

void
tocsin_outage_begin(TocsinOutage *self, TocsinOutagePart part, TocsinPlan *plan, const char *text)
{
	const TocsinSettings *settings = tocsin_plan_daemon(plan);
	const char *postmaster = tocsin_settings_get_string(settings, "postmaster");
	const char *fallback = tocsin_settings_get_string(settings, "fallback");
	gboolean is_first = self->parts == 0;
	gint64 now_us = tocsin_clock_monotonic_us(self->clock);

	self->parts |= part;
	if (!is_first || self->thread != NULL || postmaster == NULL || fallback == NULL ||
	    (self->last_us != 0 && now_us - self->last_us < PAUSE_US)) {
		return;
	}
	TocsinAccount *account = tocsin_accounts_find(tocsin_plan_accounts(plan), fallback, NULL);

	if (account != NULL) {
		send(self, plan, account, postmaster, text);
	}
}

void
tocsin_outage_end(TocsinOutage *self, TocsinOutagePart part)
{
	self->parts &= ~(guint)part;
}
