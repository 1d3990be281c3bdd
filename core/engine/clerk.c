/* SPDX-License-Identifier: MIT */
/* Keeps the book of rules, and writes down what they decide. */
#include "engine/clerk.h"

#include <string.h>

#include "engine/chronicle.h"
#include "engine/dirty.h"
#include "engine/dispatch-alarm.h"
#include "engine/told.h"
#include "rule/book.h"

/* What is counted of a rule since the start. */
typedef struct {
	guint64 matched;
	guint64 mails;
	guint64 held;
} Count;

struct _TocsinClerk {
	TocsinStore *store;
	TocsinLedger *ledger;
	TocsinClock *clock;
	TocsinClerkFault on_fault;
	gpointer user;
	TocsinPlan *plan;   /* (nullable) until the first use() */
	TocsinBook *book;   /* (nullable) likewise */
	GPtrArray *mutes;   /* (nullable) set by hand */
	TocsinAlarm *alarm; /* the book's next tick */
	TocsinDirty *dirty;
	TocsinChronicle *chronicle;
	GHashTable *counts; /* of rule's name : Count */
};

/* The book may want to be asked at another time now. */
static void
set_alarm(TocsinClerk *self)
{
	tocsin_alarm_set(self->alarm, tocsin_book_due_us(self->book));
}

static gboolean
on_alarm(gpointer user)
{
	tocsin_clerk_tick(user);
	return G_SOURCE_CONTINUE;
}

TocsinClerk *
tocsin_clerk_new(TocsinStore *store, TocsinLedger *ledger, TocsinClock *clock,
                 TocsinClerkFault on_fault, gpointer user)
{
	TocsinClerk *self = g_new0(TocsinClerk, 1);

	self->store = store;
	self->ledger = ledger;
	self->clock = clock;
	self->on_fault = on_fault;
	self->user = user;
	self->alarm = tocsin_alarm_new(NULL, on_alarm, self);
	self->dirty = tocsin_dirty_new();
	self->chronicle = tocsin_chronicle_new();
	self->counts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return self;
}

void
tocsin_clerk_free(TocsinClerk *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_alarm_free(self->alarm);
	tocsin_book_free(self->book);
	tocsin_plan_unref(self->plan);
	g_clear_pointer(&self->mutes, g_ptr_array_unref);
	tocsin_dirty_free(self->dirty);
	tocsin_chronicle_free(self->chronicle);
	g_hash_table_unref(self->counts);
	g_free(self);
}

static Count *
count_of(TocsinClerk *self, const TocsinRule *rule)
{
	Count *count = g_hash_table_lookup(self->counts, tocsin_rule_name(rule));

	if (count == NULL) {
		count = g_new0(Count, 1);
		g_hash_table_insert(self->counts, g_strdup(tocsin_rule_name(rule)), count);
	}
	return count;
}

static const char *const *
list_of(GPtrArray *list)
{
	g_ptr_array_add(list, NULL);
	return (const char *const *)list->pdata;
}

static gboolean
is_own_kind(const char *kind)
{
	return g_str_has_prefix(kind, TOCSIN_TRIGGER_SELF ".");
}

/* Whether the mail tells what befell the program itself: where the decision does not name all the
 * kinds of its events, whether it may. */
static gboolean
is_notice(const TocsinRule *rule, const TocsinDecision *decision)
{
	const TocsinTally *tally = decision->tally;

	if (tally == NULL || tally->count == 0 || tally->others > 0) {
		return tocsin_rule_is_on(rule, TOCSIN_TRIGGER_SELF, "mail-failed");
	}
	for (guint i = 0; i < tally->kinds->len; i++) {
		if (is_own_kind(g_array_index(tally->kinds, TocsinTallyKind, i).name)) {
			return TRUE;
		}
	}
	return FALSE;
}

/* Writes the mail and queues it. Returns FALSE if there is nobody to write to. */
static gboolean
compose(TocsinClerk *self, const TocsinRule *rule, TocsinGroup *group,
        const TocsinDecision *decision, const char *event, gint64 now_us)
{
	const TocsinPlanRule *planned = tocsin_plan_rule(self->plan, tocsin_rule_name(rule));
	TocsinBatch *batch = tocsin_ledger_open(self->ledger);
	g_auto(TocsinRecipients) recipients = {0};
	g_auto(GStrv) references = NULL;
	g_autoptr(TocsinMail) mail = NULL;
	g_autofree char *fault = NULL;

	tocsin_recipients_init(&recipients);
	tocsin_recipients_compute(&recipients, rule, group, decision);
	if (group != NULL && decision->tell == TOCSIN_TELL_TOLD) {
		tocsin_told_leave_out(self->store, rule, group, &recipients);
	}
	for (guint i = 0; i < recipients.refused->len; i++) {
		tocsin_batch_add_log(batch, now_us, event, NULL, tocsin_rule_name(rule), "left out",
		                     g_ptr_array_index(recipients.refused, i));
	}
	if (recipients.to->len + recipients.cc->len + recipients.bcc->len == 0 && group != NULL &&
	    decision->tell == TOCSIN_TELL_TOLD) {
		tocsin_batch_add_log(batch, now_us, event, NULL, tocsin_rule_name(rule), "nobody",
		                     "nobody has got word of the problem");
		tocsin_group_note_told(group, NULL, NULL, NULL, "");
		return FALSE;
	}
	if (recipients.to->len + recipients.cc->len + recipients.bcc->len == 0) {
		tocsin_batch_add_log(batch, now_us, event, NULL, tocsin_rule_name(rule), "nobody",
		                     "there is nobody to write to");
		self->on_fault(self->user, rule, is_notice(rule, decision),
		               "there is nobody to write to");
		return FALSE;
	}
	references = tocsin_told_find_thread(self->store, rule, group, &recipients);
	mail = tocsin_letter_write(tocsin_plan_letters(self->plan), &planned->style, group,
	                           decision, &recipients, (const char *const *)references, now_us,
	                           &fault);
	mail->is_notice = is_notice(rule, decision);
	if (fault != NULL) {
		self->on_fault(self->user, rule, mail->is_notice, fault);
	}
	(void)tocsin_batch_add_mail(batch, mail);
	tocsin_batch_add_log(batch, now_us, event, mail->id, tocsin_rule_name(rule), "compose",
	                     decision->text);
	if (group != NULL && mail->message_id != NULL) {
		tocsin_group_note_told(group, list_of(recipients.to), list_of(recipients.cc),
		                       list_of(recipients.bcc), mail->message_id);
	}
	count_of(self, rule)->mails++;
	return TRUE;
}

/* TocsinBookListener */
static void
on_decision(gpointer user_data, const TocsinRule *rule, TocsinGroup *group, TocsinLimit *limit,
            const TocsinEvent *event, TocsinDecision *decision)
{
	TocsinClerk *self = user_data;
	gint64 now_us = tocsin_clock_wall_us(self->clock);
	const char *id = event != NULL ? event->id : NULL;
	Count *count = count_of(self, rule);

	if (event != NULL && group != NULL) {
		count->matched++;
	}
	if (decision->action == TOCSIN_ACTION_COMPOSE) {
		(void)compose(self, rule, group, decision, id, now_us);
	} else if (event != NULL || decision->action != TOCSIN_ACTION_NONE) {
		count->held += event != NULL && decision->action != TOCSIN_ACTION_NONE;
		(void)tocsin_chronicle_say(self->chronicle, tocsin_ledger_open(self->ledger), rule,
		                           group, now_us, id, tocsin_rule_name(rule),
		                           group == NULL && decision->action == TOCSIN_ACTION_NONE
		                                   ? "failed"
		                                   : tocsin_action_name(decision->action),
		                           decision->text);
	}
	if (group != NULL && decision->is_forgotten) {
		tocsin_dirty_mark_forgotten(self->dirty, rule, group);
	} else if (group != NULL) {
		tocsin_dirty_mark(self->dirty, rule, group);
	}
	if (group == NULL || decision->is_forgotten || decision->action != TOCSIN_ACTION_HOLD ||
	    decision->reason == TOCSIN_REASON_OVERFLOW) {
		tocsin_dirty_mark_limit(self->dirty, rule, limit);
	}
	(void)tocsin_ledger_open(self->ledger);
}

/* Puts stored states into the book; those that fit no rule any more are dropped from the store. */
static void
restore(TocsinClerk *self, TocsinBook *book, const GPtrArray *records)
{
	for (guint i = 0; i < records->len; i++) {
		const TocsinStateRecord *record = g_ptr_array_index(records, i);
		gsize length;
		const void *bytes = g_bytes_get_data(record->state, &length);
		g_autoptr(GError) error = NULL;
		gboolean is_limit = strcmp(record->name, TOCSIN_DIRTY_LIMIT_KEY) == 0;
		gboolean is_good = is_limit ? tocsin_book_restore_limit(book, record->owner, bytes,
		                                                        length, &error)
		                            : tocsin_book_restore_group(book, record->owner, bytes,
		                                                        length, &error);

		if (!is_good) {
			TocsinBatch *batch = tocsin_ledger_open(self->ledger);

			g_message("rule '%s': the state of '%s' is dropped: %s", record->owner,
			          is_limit ? "its limit" : record->name, error->message);
			tocsin_batch_put_group(batch, record->owner, record->name, 0, NULL);
		}
	}
}

static gboolean
load_states(TocsinClerk *self, TocsinBook *book, GError **error)
{
	g_autoptr(GPtrArray) records = NULL;

	/* What was changed and is not on disk yet must not be missed. */
	if (self->book != NULL && !tocsin_ledger_drain(self->ledger, error)) {
		return FALSE;
	}
	if (!tocsin_store_list_groups(self->store, NULL, &records, error)) {
		return FALSE;
	}
	restore(self, book, records);
	return TRUE;
}

static void
apply_mutes(TocsinClerk *self)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	/* The arrays own the mutes: the plan's lives as long as the book, the other is ours. */
	g_ptr_array_extend(all, tocsin_plan_mutes(self->plan), NULL, NULL);
	if (self->mutes != NULL) {
		g_ptr_array_extend(all, self->mutes, NULL, NULL);
	}
	tocsin_book_set_mutes(self->book, all);
	set_alarm(self);
}

gboolean
tocsin_clerk_use(TocsinClerk *self, TocsinPlan *plan, GError **error)
{
	TocsinBook *book = tocsin_book_new(tocsin_plan_rules(plan),
	                                   tocsin_clock_wall_us(self->clock), on_decision, self);

	if (!load_states(self, book, error)) {
		tocsin_book_free(book);
		return FALSE;
	}
	tocsin_book_free(self->book);
	self->book = book;
	tocsin_plan_ref(plan);
	tocsin_plan_unref(self->plan);
	self->plan = plan;
	apply_mutes(self);
	return TRUE;
}

void
tocsin_clerk_set_mutes(TocsinClerk *self, GPtrArray *mutes)
{
	g_autoptr(GPtrArray) before = self->mutes;

	self->mutes = g_ptr_array_ref(mutes);
	if (self->book != NULL) {
		apply_mutes(self);
	}
}

guint
tocsin_clerk_feed(TocsinClerk *self, const TocsinEvent *event)
{
	gint64 now_us = tocsin_clock_wall_us(self->clock);
	TocsinBatch *batch = tocsin_ledger_open(self->ledger);
	g_autofree char *text = g_strdup_printf(
	        "%s.%s%s%s: %s%s%s%s", event->trigger, event->kind,
	        event->key[0] != '\0' ? " " : "", event->key, tocsin_severity_name(event->severity),
	        event->status != TOCSIN_STATUS_NONE ? ", " : "",
	        event->status != TOCSIN_STATUS_NONE ? tocsin_status_name(event->status) : "",
	        (event->flags & TOCSIN_EVENT_CATCH_UP) != 0 ? ", from before the start" : "");
	guint matched;

	(void)tocsin_chronicle_say(self->chronicle, batch, self, g_intern_string(event->trigger),
	                           now_us, event->id, NULL, "event", text);
	matched = tocsin_book_feed(self->book, event, now_us);
	if (matched == 0) {
		(void)tocsin_chronicle_say(self->chronicle, batch, self, self->chronicle, now_us,
		                           event->id, NULL, "ignored", "no rule is for it");
	}
	set_alarm(self);
	return matched;
}

void
tocsin_clerk_tick(TocsinClerk *self)
{
	tocsin_book_tick(self->book, tocsin_clock_wall_us(self->clock));
	set_alarm(self);
}

void
tocsin_clerk_close(TocsinClerk *self, TocsinBatch *batch)
{
	tocsin_chronicle_close(self->chronicle, batch, tocsin_clock_wall_us(self->clock));
	tocsin_dirty_store(self->dirty, batch);
}

void
tocsin_clerk_tell_status(const TocsinClerk *self, TocsinEngineStatus *status)
{
	const GPtrArray *rules = tocsin_plan_rules(self->plan);

	for (guint i = 0; i < rules->len; i++) {
		const char *name = tocsin_rule_name(g_ptr_array_index(rules, i));
		TocsinRuleStatus *rule = tocsin_engine_status_add_rule(status, name);
		const Count *count = g_hash_table_lookup(self->counts, name);

		rule->groups = tocsin_book_count_of(self->book, name);
		if (count != NULL) {
			rule->matched = count->matched;
			rule->mails = count->mails;
			rule->held = count->held;
		}
	}
}
