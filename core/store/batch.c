/* SPDX-License-Identifier: MIT */
/* What is to be stored in one transaction. */
#include "store/batch.h"

#include "store/batch-items.h"

#include <string.h>
#include <tocsin/error.h>

/* What an item weighs beside its bytes. */
#define ITEM_WEIGHT 512u

void
tocsin_claim_free(TocsinClaim *self)
{
	if (self != NULL) {
		tocsin_mail_unref(self->mail);
		g_free(self->numbers);
		g_free(self);
	}
}

static void
free_mail_item(gpointer data)
{
	TocsinMailItem *item = data;

	tocsin_mail_unref(item->mail);
	g_free(item);
}

static void
free_fate(gpointer data)
{
	tocsin_fate_unref(data);
}

static void
free_settle_item(gpointer data)
{
	TocsinSettleItem *item = data;

	tocsin_claim_free(item->claim);
	g_ptr_array_unref(item->fates);
	g_free(item->account);
	g_free(item);
}

static void
free_state_item(gpointer data)
{
	TocsinStateItem *item = data;

	g_free(item->owner);
	g_free(item->name);
	g_clear_pointer(&item->state, g_bytes_unref);
	g_free(item);
}

static void
free_log_item(gpointer data)
{
	TocsinLogItem *item = data;

	g_free(item->event);
	g_free(item->mail);
	g_free(item->rule);
	g_free(item->action);
	g_free(item->text);
	g_free(item);
}

TocsinBatch *
tocsin_batch_new(void)
{
	TocsinBatch *self = g_atomic_rc_box_new0(TocsinBatch);

	self->mails = g_ptr_array_new_with_free_func(free_mail_item);
	self->settles = g_ptr_array_new_with_free_func(free_settle_item);
	self->told = g_ptr_array_new_with_free_func(g_free);
	self->groups = g_ptr_array_new_with_free_func(free_state_item);
	self->cursors = g_ptr_array_new_with_free_func(free_state_item);
	self->log = g_ptr_array_new_with_free_func(free_log_item);
	return self;
}

TocsinBatch *
tocsin_batch_ref(TocsinBatch *self)
{
	return g_atomic_rc_box_acquire(self);
}

static void
clear_batch(gpointer data)
{
	TocsinBatch *self = data;

	g_ptr_array_unref(self->mails);
	g_ptr_array_unref(self->settles);
	g_ptr_array_unref(self->told);
	g_ptr_array_unref(self->groups);
	g_ptr_array_unref(self->cursors);
	g_ptr_array_unref(self->log);
}

void
tocsin_batch_unref(TocsinBatch *self)
{
	if (self != NULL) {
		g_atomic_rc_box_release_full(self, clear_batch);
	}
}

guint
tocsin_batch_add_mail(TocsinBatch *self, TocsinMail *mail)
{
	TocsinMailItem *item = g_new0(TocsinMailItem, 1);

	item->mail = tocsin_mail_ref(mail);
	self->weight += ITEM_WEIGHT + mail->recipients->len * 64u;
	self->weight += mail->content != NULL ? g_bytes_get_size(mail->content) : 0;
	g_ptr_array_add(self->mails, item);
	return self->mails->len - 1;
}

guint
tocsin_batch_settle(TocsinBatch *self, TocsinClaim *claim, TocsinFate *const *fates, gint64 due_us,
                    const char *account)
{
	TocsinSettleItem *item = g_new0(TocsinSettleItem, 1);

	item->claim = claim;
	item->fates = g_ptr_array_new_with_free_func(free_fate);
	for (guint i = 0; i < claim->mail->recipients->len; i++) {
		g_ptr_array_add(item->fates, fates[i] != NULL ? tocsin_fate_ref(fates[i]) : NULL);
	}
	item->due_us = due_us;
	item->account = g_strdup(account);
	self->weight += ITEM_WEIGHT * ((gsize)1 + item->fates->len);
	g_ptr_array_add(self->settles, item);
	return self->settles->len - 1;
}

void
tocsin_batch_mark_told(TocsinBatch *self, const char *id)
{
	self->weight += ITEM_WEIGHT;
	g_ptr_array_add(self->told, g_strdup(id));
}

static void
put_state(TocsinBatch *self, GPtrArray *items, const char *owner, const char *name, gint64 due_us,
          GBytes *state)
{
	TocsinStateItem *item = g_new0(TocsinStateItem, 1);

	item->owner = g_strdup(owner);
	item->name = g_strdup(name);
	item->due_us = due_us;
	item->state = state != NULL ? g_bytes_ref(state) : NULL;
	self->weight += ITEM_WEIGHT + (state != NULL ? g_bytes_get_size(state) : 0);
	g_ptr_array_add(items, item);
}

void
tocsin_batch_put_group(TocsinBatch *self, const char *rule, const char *key, gint64 due_us,
                       GBytes *state)
{
	put_state(self, self->groups, rule, key, due_us, state);
}

void
tocsin_batch_put_cursor(TocsinBatch *self, const char *trigger, const char *name, GBytes *state)
{
	put_state(self, self->cursors, trigger, name, 0, state);
}

void
tocsin_batch_add_log(TocsinBatch *self, gint64 time_us, const char *event, const char *mail,
                     const char *rule, const char *action, const char *text)
{
	TocsinLogItem *item = g_new0(TocsinLogItem, 1);

	item->time_us = time_us;
	item->event = g_strdup(event);
	item->mail = g_strdup(mail);
	item->rule = g_strdup(rule);
	item->action = g_strdup(action);
	item->text = g_strdup(text);
	self->weight += ITEM_WEIGHT + strlen(text);
	g_ptr_array_add(self->log, item);
}

gboolean
tocsin_batch_is_duplicate(const TocsinBatch *self, guint place)
{
	g_return_val_if_fail(place < self->mails->len, FALSE);
	return ((const TocsinMailItem *)self->mails->pdata[place])->is_duplicate;
}

TocsinMailState
tocsin_batch_settled_state(const TocsinBatch *self, guint place)
{
	g_return_val_if_fail(place < self->settles->len, TOCSIN_MAIL_WAITING);
	return ((const TocsinSettleItem *)self->settles->pdata[place])->state;
}

static gboolean
check_id(const char *id, GError **error)
{
	gint64 number;

	if (id != NULL && !tocsin_mail_parse_id(id, &number)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "'%s' is no mail's id", id);
		return FALSE;
	}
	return TRUE;
}

gboolean
tocsin_batch_check(const TocsinBatch *self, GError **error)
{
	for (guint i = 0; i < self->mails->len; i++) {
		const TocsinMailItem *item = self->mails->pdata[i];

		if (!tocsin_mail_check(item->mail, error)) {
			return FALSE;
		}
	}
	for (guint i = 0; i < self->told->len; i++) {
		if (!check_id(self->told->pdata[i], error)) {
			return FALSE;
		}
	}
	for (guint i = 0; i < self->log->len; i++) {
		const TocsinLogItem *item = self->log->pdata[i];

		if (!check_id(item->mail, error)) {
			return FALSE;
		}
	}
	return TRUE;
}
