/* SPDX-License-Identifier: MIT */
/* Which problems are there now, by rule and the values of some names: what inhibits other rules. */
#include "rule/active.h"

#include <string.h>

#include "rule/group-private.h"
#include "rule/scope.h"

/* The name under which a rule's problem is looked up by the values of some names. */
static char *
name_active(const char *rule, const char *const *equal, const TocsinEvent *event)
{
	GString *name = g_string_new(rule);

	for (guint i = 0; equal[i] != NULL; i++) {
		g_autofree char *value = tocsin_scope_text(event, equal[i]);

		g_string_append_printf(name, "\x1f%s\x1e%s", equal[i], value != NULL ? value : "");
	}
	return g_string_free(name, FALSE);
}

gboolean
tocsin_book_is_active(gpointer data, const char *rule, const char *const *equal,
                      const TocsinEvent *event)
{
	const TocsinBook *self = data;
	g_autofree char *name = name_active(rule, equal, event);

	return g_hash_table_contains(self->active, name);
}

static void
count_active(TocsinBook *self, const char *name, int change)
{
	int count = GPOINTER_TO_INT(g_hash_table_lookup(self->active, name)) + change;

	if (count > 0) {
		g_hash_table_insert(self->active, g_strdup(name), GINT_TO_POINTER(count));
	} else {
		g_hash_table_remove(self->active, name);
	}
}

void
tocsin_book_note_inactive(TocsinBook *self, TocsinSlot *slot)
{
	for (guint i = 0; slot->active != NULL && slot->active[i] != NULL; i++) {
		count_active(self, slot->active[i], -1);
	}
	g_clear_pointer(&slot->active, g_strfreev);
}

static gboolean
is_inhibited_by(const TocsinRule *rule, const char *source)
{
	for (guint i = 0; i < rule->inhibits->len; i++) {
		if (strcmp(g_array_index(rule->inhibits, TocsinInhibit, i).rule, source) == 0) {
			return TRUE;
		}
	}
	return FALSE;
}

/* Has all groups looked at again that may have waited for a problem of @source. */
static void
wake_inhibited(TocsinBook *self, const char *source, gint64 now_us)
{
	for (guint i = 0; i < self->shelves->len; i++) {
		const TocsinShelf *shelf = self->shelves->pdata[i];
		GHashTableIter iterator;
		gpointer value;

		if (!is_inhibited_by(shelf->rule, source)) {
			continue;
		}
		g_hash_table_iter_init(&iterator, shelf->slots);
		while (g_hash_table_iter_next(&iterator, NULL, &value)) {
			TocsinSlot *slot = value;

			if (slot->group->was_held) {
				tocsin_timers_set(&self->timers, &slot->due.timer, now_us);
			}
		}
	}
}

void
tocsin_book_note_active(TocsinBook *self, TocsinSlot *slot, gint64 now_us)
{
	const GPtrArray *watched = slot->shelf->watched;
	gboolean is_now = tocsin_group_is_active(slot->group);

	if (watched->len == 0 || is_now == (slot->active != NULL)) {
		return;
	}
	if (!is_now) {
		tocsin_book_note_inactive(self, slot);
		wake_inhibited(self, slot->shelf->rule->name, now_us);
		return;
	}
	slot->active = g_new0(char *, watched->len + 1);
	for (guint i = 0, filled = 0; i < watched->len && slot->group->latest != NULL; i++) {
		slot->active[filled] = name_active(slot->shelf->rule->name, watched->pdata[i],
		                                   slot->group->latest);
		count_active(self, slot->active[filled++], 1);
	}
}
