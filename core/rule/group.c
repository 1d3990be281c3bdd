/* SPDX-License-Identifier: MIT */
/* Makes groups, changes their problem, and remembers who was told. */
#include "rule/group-private.h"

#include <string.h>

void
tocsin_member_free(TocsinMember *self)
{
	g_free(self->key);
	g_free(self->value);
	g_free(self);
}

TocsinGroup *
tocsin_group_alloc(void)
{
	TocsinGroup *self = g_new0(TocsinGroup, 1);

	self->window = g_array_new(FALSE, TRUE, sizeof(TocsinEntry));
	self->window_kinds = g_ptr_array_new_with_free_func(g_free);
	self->waiting = tocsin_tally_new();
	self->gathered = tocsin_tally_new();
	self->members = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_member_free);
	self->told_kinds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	self->due_us = G_MAXINT64;
	return self;
}

TocsinGroup *
tocsin_group_new(const char *key, const char *cause, gint64 now_us)
{
	TocsinGroup *self = tocsin_group_alloc();

	self->key = g_strdup(key);
	self->cause = g_strdup(cause);
	self->born_us = now_us;
	return self;
}

void
tocsin_group_free(TocsinGroup *self)
{
	if (self == NULL) {
		return;
	}
	g_array_unref(self->window);
	g_ptr_array_unref(self->window_kinds);
	tocsin_tally_free(self->waiting);
	tocsin_tally_free(self->gathered);
	tocsin_event_unref(self->latest);
	g_ptr_array_unref(self->members);
	g_hash_table_unref(self->told_kinds);
	g_strfreev(self->told_to);
	g_strfreev(self->told_cc);
	g_strfreev(self->told_bcc);
	g_strfreev(self->references);
	g_free(self->cause);
	g_free(self->key);
	g_free(self);
}

const char *
tocsin_group_key(const TocsinGroup *self)
{
	return self->key;
}

gboolean
tocsin_group_is_active(const TocsinGroup *self)
{
	return self->is_open || (self->is_told && self->over_us == 0);
}

const TocsinEvent *
tocsin_group_latest(const TocsinGroup *self)
{
	return self->latest;
}

const TocsinTally *
tocsin_group_gathered(const TocsinGroup *self)
{
	return self->gathered;
}

const GPtrArray *
tocsin_group_members(const TocsinGroup *self)
{
	return self->members;
}

const char *const *
tocsin_group_told_to(const TocsinGroup *self)
{
	return (const char *const *)self->told_to;
}

const char *const *
tocsin_group_told_cc(const TocsinGroup *self)
{
	return (const char *const *)self->told_cc;
}

gint64
tocsin_group_told_since_us(const TocsinGroup *self)
{
	return self->told_first_us;
}

const char *const *
tocsin_group_told_bcc(const TocsinGroup *self)
{
	return (const char *const *)self->told_bcc;
}

const char *const *
tocsin_group_references(const TocsinGroup *self)
{
	return (const char *const *)self->references;
}

gint64
tocsin_group_due_us(const TocsinGroup *self)
{
	return self->due_us;
}

/* Adds those of @more that @list has not yet, up to the limit. */
static void
add_texts(char ***list, const char *const *more)
{
	guint count = *list != NULL ? g_strv_length(*list) : 0;

	for (guint i = 0; more != NULL && more[i] != NULL && count < TOCSIN_GROUP_TOLD_MAX; i++) {
		if (*list != NULL && g_strv_contains((const char *const *)*list, more[i])) {
			continue;
		}
		*list = g_renew(char *, *list, count + 2);
		(*list)[count++] = g_strdup(more[i]);
		(*list)[count] = NULL;
	}
}

/* The first Message-ID stays, for that is where the thread hangs; the others move up. */
static void
add_reference(TocsinGroup *self, const char *message_id)
{
	guint count = self->references != NULL ? g_strv_length(self->references) : 0;

	if (count >= TOCSIN_GROUP_REFERENCES_MAX) {
		g_free(self->references[1]);
		memmove(&self->references[1], &self->references[2],
		        (count - 1) * sizeof self->references[0]);
		count--;
	}
	self->references = g_renew(char *, self->references, count + 2);
	self->references[count] = g_strdup(message_id);
	self->references[count + 1] = NULL;
}

void
tocsin_group_note_told(TocsinGroup *self, const char *const *to, const char *const *cc,
                       const char *const *bcc, const char *message_id)
{
	if (self->is_ending) {
		g_clear_pointer(&self->told_to, g_strfreev);
		g_clear_pointer(&self->told_cc, g_strfreev);
		g_clear_pointer(&self->told_bcc, g_strfreev);
		g_clear_pointer(&self->references, g_strfreev);
		self->is_ending = FALSE;
		return;
	}
	add_texts(&self->told_to, to);
	add_texts(&self->told_cc, cc);
	add_texts(&self->told_bcc, bcc);
	add_reference(self, message_id);
}

void
tocsin_group_gather(TocsinGroup *self, const TocsinRule *rule, const TocsinEvent *event,
                    gint64 time_us, gint64 now_us)
{
	tocsin_tally_add(self->gathered, event, time_us, rule->samples);
	if (self->pending_us == 0) {
		self->pending_us = now_us;
	}
	if (event->flags & TOCSIN_EVENT_CATCH_UP) {
		self->caught_up_us = now_us;
	}
}

void
tocsin_group_open(TocsinGroup *self, gint64 time_us, gint64 now_us)
{
	if (self->is_open) {
		return;
	}
	self->is_open = TRUE;
	self->since_us = time_us;
	self->over_us = 0;
	self->opened_us = now_us;
	if (self->is_told) {
		/* It came back before anybody was told that it was over. */
		tocsin_group_add_news(self, TOCSIN_NEWS_CHANGE, now_us);
	} else if (self->pending_us == 0) {
		self->pending_us = now_us;
	}
}

void
tocsin_group_close(TocsinGroup *self, gint64 time_us, gint64 now_us)
{
	if (!self->is_open) {
		return;
	}
	self->is_open = FALSE;
	self->over_us = time_us;
	tocsin_group_add_news(self, TOCSIN_NEWS_ENDED, now_us);
}

void
tocsin_group_add_news(TocsinGroup *self, guint news, gint64 now_us)
{
	if (self->news == 0) {
		self->news_us = now_us;
	}
	self->news |= news;
	if (self->pending_us == 0) {
		self->pending_us = now_us;
	}
}
