/* SPDX-License-Identifier: MIT */
/* Makes events of what is told, and feeds them to the clerk. */
#include "engine/own-events.h"

#include "engine/plan.h"

/* Mails in a page of those that are told after a start. */
#define PAGE 200u
#define RECIPIENTS_MAX 20u

/* What waits for the loop to turn. */
typedef struct {
	TocsinEvent *event; /* (nullable) nothing to tell but … */
	char *mail;         /* (nullable) … that this mail's failure was told */
} Pending;

struct _TocsinOwnEvents {
	TocsinStore *store;
	TocsinLedger *ledger;
	TocsinClerk *clerk;
	TocsinClock *clock;
	GQueue pending;  /* of Pending */
	guint turn;      /* source id, or 0 */
	guint64 number;  /* tells events apart that come within a microsecond */
	guint64 notices; /* that failed */
	char *page;      /* (nullable) while it catches up: the last mail of the page at hand */
};

static void
free_pending(gpointer data)
{
	Pending *pending = data;

	tocsin_event_unref(pending->event);
	g_free(pending->mail);
	g_free(pending);
}

TocsinOwnEvents *
tocsin_own_events_new(TocsinStore *store, TocsinLedger *ledger, TocsinClerk *clerk,
                      TocsinClock *clock)
{
	TocsinOwnEvents *self = g_new0(TocsinOwnEvents, 1);

	self->store = store;
	self->ledger = ledger;
	self->clerk = clerk;
	self->clock = clock;
	g_queue_init(&self->pending);
	return self;
}

void
tocsin_own_events_free(TocsinOwnEvents *self)
{
	if (self == NULL) {
		return;
	}
	if (self->turn != 0) {
		g_source_remove(self->turn);
	}
	g_queue_clear_full(&self->pending, free_pending);
	g_free(self->page);
	g_free(self);
}

static void catch_up_from(TocsinOwnEvents *self, const char *after);

static gboolean
on_turn(gpointer data)
{
	TocsinOwnEvents *self = data;

	self->turn = 0;
	while (self->pending.length > 0) {
		Pending *pending = g_queue_pop_head(&self->pending);

		if (pending->mail != NULL) {
			tocsin_batch_mark_told(tocsin_ledger_open(self->ledger), pending->mail);
		}
		if (pending->event != NULL) {
			(void)tocsin_clerk_feed(self->clerk, pending->event);
		}
		free_pending(pending);
	}
	if (self->page != NULL) {
		g_autofree char *after = g_steal_pointer(&self->page);

		catch_up_from(self, after);
	}
	return G_SOURCE_REMOVE;
}

/* Takes @event; copies @mail. */
static void
add_pending(TocsinOwnEvents *self, TocsinEvent *event, const char *mail)
{
	Pending *pending = g_new0(Pending, 1);

	pending->event = event;
	pending->mail = g_strdup(mail);
	g_queue_push_tail(&self->pending, pending);
	if (self->turn == 0) {
		self->turn = g_idle_add_full(G_PRIORITY_DEFAULT, on_turn, self, NULL);
	}
}

void
tocsin_own_events_raise(TocsinOwnEvents *self, const char *kind, const char *key,
                        TocsinStatus status, const char *text)
{
	gint64 now_us = tocsin_clock_wall_us(self->clock);
	g_autofree char *id = g_strdup_printf(TOCSIN_TRIGGER_SELF ":%s:%s:%" G_GINT64_FORMAT
	                                                          ".%" G_GUINT64_FORMAT,
	                                      kind, key, now_us, self->number++);
	TocsinEvent *event = tocsin_event_new(id, TOCSIN_TRIGGER_SELF, kind, key, now_us);

	event->status = status;
	event->severity =
	        status == TOCSIN_STATUS_PROBLEM ? TOCSIN_SEVERITY_ERROR : TOCSIN_SEVERITY_NOTICE;
	(void)tocsin_event_set_string(event, "text", text, -1);
	tocsin_event_add_line(event, TOCSIN_MARK_MATCH, text, -1);
	add_pending(self, event, NULL);
}

/* "a@example.org: refused: 550 5.1.1 No such user" for each who did not get it. */
static void
add_failures(TocsinEvent *event, const TocsinMailInfo *info)
{
	TocsinValue *list = tocsin_value_new_list();
	guint failed = 0;

	for (guint i = 0; i < info->recipients->len; i++) {
		const TocsinRecipientInfo *recipient = g_ptr_array_index(info->recipients, i);
		const TocsinFate *fate = recipient->fate;
		g_autofree char *text = NULL;

		if (recipient->state == TOCSIN_RECIPIENT_DELIVERED) {
			continue;
		}
		if (failed++ >= RECIPIENTS_MAX) {
			continue;
		}
		text = g_strdup_printf("%s: %s", recipient->address,
		                       fate != NULL ? fate->text : "was not tried");
		tocsin_event_add_line(event, TOCSIN_MARK_MATCH, text, -1);
		(void)tocsin_value_append(list, tocsin_value_new_string(recipient->address, -1));
	}
	(void)tocsin_event_set_field(event, "recipients", list);
	(void)tocsin_event_set_int(event, "failed", failed);
	if (failed > RECIPIENTS_MAX) {
		g_autofree char *more = g_strdup_printf("and %u more", failed - RECIPIENTS_MAX);

		tocsin_event_add_line(event, TOCSIN_MARK_MATCH, more, -1);
	}
}

static TocsinEvent *
make_failure(const TocsinMailInfo *info)
{
	const TocsinMail *mail = info->mail;
	g_autofree char *id = g_strconcat(TOCSIN_TRIGGER_SELF ":mail-failed:", mail->id, NULL);
	TocsinEvent *event = tocsin_event_new(id, TOCSIN_TRIGGER_SELF, "mail-failed", mail->id,
	                                      info->finished_us);

	event->status = TOCSIN_STATUS_PROBLEM;
	event->severity = TOCSIN_SEVERITY_ERROR;
	(void)tocsin_event_set_string(event, "mail", mail->id, -1);
	(void)tocsin_event_set_string(event, "rule", mail->rule != NULL ? mail->rule : "", -1);
	(void)tocsin_event_set_string(event, "account", info->account != NULL ? info->account : "",
	                              -1);
	add_failures(event, info);
	return event;
}

/* Mails of the built-in rule, and those that have no sender, are notices by their nature. */
static gboolean
is_notice(const TocsinMail *mail)
{
	return mail->is_notice || g_strcmp0(mail->rule, TOCSIN_TRIGGER_SELF) == 0 ||
	       mail->sender == NULL || mail->sender[0] == '\0';
}

static void
tell(TocsinOwnEvents *self, const TocsinMailInfo *info)
{
	const TocsinMail *mail = info->mail;

	if (!is_notice(mail)) {
		add_pending(self, make_failure(info), mail->id);
		return;
	}
	self->notices++;
	g_warning("mail %s, a notice%s%s%s, was given up", mail->id,
	          mail->rule != NULL ? " of the rule '" : "", mail->rule != NULL ? mail->rule : "",
	          mail->rule != NULL ? "'" : "");
	add_pending(self, NULL, mail->id);
}

void
tocsin_own_events_mail_failed(TocsinOwnEvents *self, const char *id)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(TocsinMailInfo) info = tocsin_store_show(self->store, id, &error);

	if (info == NULL) {
		g_warning("mail %s was given up, but nobody can be told: %s", id, error->message);
		return;
	}
	if (!info->is_told) {
		tell(self, info);
	}
}

/* A page at a time, each when the one before it was told, so that any number of them takes little
 * memory. */
static void
catch_up_from(TocsinOwnEvents *self, const char *after)
{
	const TocsinListFilter filter = {.states = 1u << TOCSIN_MAIL_DEAD,
	                                 .is_untold = TRUE,
	                                 .after_id = after,
	                                 .limit = PAGE};
	g_autoptr(GPtrArray) infos = NULL;
	g_autoptr(GError) error = NULL;

	if (!tocsin_store_list(self->store, &filter, &infos, &error)) {
		g_warning("cannot look for mails that were given up: %s", error->message);
		return;
	}
	for (guint i = 0; i < infos->len; i++) {
		tell(self, g_ptr_array_index(infos, i));
	}
	if (infos->len == PAGE) {
		const TocsinMailInfo *last = g_ptr_array_index(infos, PAGE - 1);

		self->page = g_strdup(last->mail->id);
	}
}

void
tocsin_own_events_catch_up(TocsinOwnEvents *self)
{
	catch_up_from(self, NULL);
}

guint64
tocsin_own_events_failed_notices(const TocsinOwnEvents *self)
{
	return self->notices;
}
