/* SPDX-License-Identifier: MIT */
/* Writes groups down and reads them back. */
#include "rule/group-private.h"

#include <string.h>

#include <tocsin/error.h>

#define VERSION 1u
#define FLAGS_ALL 0x7fu
#define NEWS_ALL 0xfu
/* Times beyond this (some 70,000 years) are no times: sums of them could overflow. */
#define TIME_MAX (G_MAXINT64 / 4)

static void
pack_list(GByteArray *out, char **list)
{
	guint count = list != NULL ? g_strv_length(list) : 0;

	tocsin_pack_uint(out, count);
	for (guint i = 0; i < count; i++) {
		tocsin_pack_string(out, list[i]);
	}
}

/* (nullable) NULL for an empty list. */
static char **
unpack_list(TocsinUnpack *from, guint most)
{
	guint count = tocsin_unpack_below(from, most + 1);
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < count && !from->is_bad; i++) {
		g_ptr_array_add(list, tocsin_unpack_required_string(from));
	}
	if (count == 0 || from->is_bad) {
		return NULL;
	}
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_steal(list, NULL);
}

static gint64
unpack_time(TocsinUnpack *from)
{
	gint64 time_us = tocsin_unpack_int(from);

	if (time_us < 0 || time_us > TIME_MAX) {
		tocsin_unpack_fail(from);
		return 0;
	}
	return time_us;
}

static void
pack_window(const TocsinGroup *self, GByteArray *out)
{
	tocsin_pack_uint(out, self->window_kinds->len);
	for (guint i = 0; i < self->window_kinds->len; i++) {
		tocsin_pack_string(out, self->window_kinds->pdata[i]);
	}
	tocsin_pack_uint(out, self->window->len - self->window_first);
	for (guint i = self->window_first; i < self->window->len; i++) {
		const TocsinEntry *entry = &g_array_index(self->window, TocsinEntry, i);

		tocsin_pack_uint(out, (guint64)entry->time_us);
		tocsin_pack_uint(out, entry->value);
		tocsin_pack_uint(out, entry->kind);
		tocsin_pack_uint(out, entry->events);
		tocsin_pack_uint(out, entry->caught_up);
		tocsin_pack_uint(out, entry->is_above != 0);
	}
	tocsin_tally_pack(self->waiting, out);
	tocsin_pack_int(out, self->started_us);
	tocsin_pack_int(out, self->ended_us);
	tocsin_pack_uint(out, self->steps_seen);
}

static void
unpack_entries(TocsinGroup *self, TocsinUnpack *from)
{
	guint count = tocsin_unpack_below(from, 2 * TOCSIN_RULE_THRESHOLD_MAX + 2);
	gint64 before_us = 0;

	for (guint i = 0; i < count && !from->is_bad; i++) {
		TocsinEntry entry = {0};
		guint64 time_us = tocsin_unpack_uint(from);

		entry.value = tocsin_unpack_uint(from);
		entry.kind = (guint32)tocsin_unpack_uint(from);
		entry.events = (guint32)tocsin_unpack_uint(from);
		entry.caught_up = (guint32)tocsin_unpack_uint(from);
		entry.is_above = tocsin_unpack_below(from, 2) != 0;
		if (time_us > TIME_MAX || (gint64)time_us < before_us) {
			tocsin_unpack_fail(from);
			return;
		}
		entry.time_us = (gint64)time_us;
		before_us = entry.time_us;
		g_array_append_val(self->window, entry);
	}
}

static void
unpack_window(TocsinGroup *self, TocsinUnpack *from)
{
	guint kinds = tocsin_unpack_below(from, TOCSIN_TALLY_KINDS_MAX + 1);

	for (guint i = 0; i < kinds && !from->is_bad; i++) {
		char *name = tocsin_unpack_required_string(from);

		if (name != NULL) {
			g_ptr_array_add(self->window_kinds, name);
		}
	}
	unpack_entries(self, from);
	tocsin_tally_unpack(self->waiting, from);
	self->started_us = unpack_time(from);
	self->ended_us = unpack_time(from);
	self->steps_seen = tocsin_unpack_below(from, 1u << TOCSIN_RULE_STEPS_MAX);
}

static void
pack_members(const TocsinGroup *self, GByteArray *out)
{
	tocsin_pack_uint(out, self->members->len);
	for (guint i = 0; i < self->members->len; i++) {
		const TocsinMember *member = self->members->pdata[i];
		guint flags = (member->is_problem ? 1 : 0) | (member->is_flapping ? 2 : 0) |
		              (member->is_well ? 4 : 0);

		tocsin_pack_string(out, member->key);
		tocsin_pack_string(out, member->value);
		tocsin_pack_uint(out, flags);
		tocsin_pack_int(out, member->since_us);
		tocsin_pack_int(out, member->seen_us);
		tocsin_pack_uint(out, member->in_a_row);
		tocsin_pack_uint(out, member->history);
		tocsin_pack_uint(out, member->history_count);
	}
}

static void
unpack_members(TocsinGroup *self, TocsinUnpack *from)
{
	guint count = tocsin_unpack_below(from, TOCSIN_GROUP_MEMBERS_MAX + 1);

	for (guint i = 0; i < count && !from->is_bad; i++) {
		TocsinMember *member = g_new0(TocsinMember, 1);
		guint flags;

		g_ptr_array_add(self->members, member);
		member->key = tocsin_unpack_required_string(from);
		member->value = tocsin_unpack_required_string(from);
		flags = tocsin_unpack_below(from, 8);
		member->is_problem = (flags & 1) != 0;
		member->is_flapping = (flags & 2) != 0;
		member->is_well = (flags & 4) != 0;
		member->since_us = unpack_time(from);
		member->seen_us = unpack_time(from);
		member->in_a_row = tocsin_unpack_below(from, TOCSIN_GROUP_ROW_MAX + 1);
		member->history = tocsin_unpack_below(from, 1u << 20);
		member->history_count = tocsin_unpack_below(from, 21);
		self->flapping += member->is_flapping != 0;
	}
}

/* The plain times and numbers, in the order in which they are written. */
static void
list_times(TocsinGroup *self, gint64 **times)
{
	gint64 *const all[] = {
	        &self->born_us,      &self->watermark_us, &self->heard_us,      &self->since_us,
	        &self->over_us,      &self->opened_us,    &self->news_us,       &self->pending_us,
	        &self->caught_up_us, &self->told_us,      &self->told_first_us,
	};

	memcpy(times, all, sizeof all);
}

#define TIMES 11u

static guint
flags_of(const TocsinGroup *self)
{
	return (self->is_open ? 1 : 0) | (self->was_held ? 2 : 0) | (self->is_told ? 4 : 0) |
	       (self->is_flap_told ? 8 : 0) | (self->is_overflowed ? 16 : 0) |
	       (self->is_ending ? 32 : 0);
}

GByteArray *
tocsin_group_pack(const TocsinGroup *self, const TocsinRule *rule)
{
	GByteArray *out = g_byte_array_new();
	gint64 *times[TIMES];
	GHashTableIter iterator;
	gpointer kind;

	tocsin_pack_uint(out, VERSION);
	tocsin_pack_uint(out, rule->fingerprint);
	tocsin_pack_string(out, self->key);
	tocsin_pack_string(out, self->cause);
	tocsin_pack_uint(out, self->step);
	list_times((TocsinGroup *)self, times);
	for (guint i = 0; i < TIMES; i++) {
		tocsin_pack_int(out, *times[i]);
	}
	tocsin_pack_uint(out, flags_of(self));
	tocsin_pack_uint(out, self->news);
	tocsin_pack_uint(out, self->held_back);
	tocsin_pack_uint(out, self->repeats);
	tocsin_pack_uint(out, self->escalated);
	pack_window(self, out);
	pack_members(self, out);
	tocsin_tally_pack(self->gathered, out);
	tocsin_pack_uint(out, g_hash_table_size(self->told_kinds));
	g_hash_table_iter_init(&iterator, self->told_kinds);
	while (g_hash_table_iter_next(&iterator, &kind, NULL)) {
		tocsin_pack_string(out, kind);
	}
	pack_list(out, self->told_to);
	pack_list(out, self->told_cc);
	pack_list(out, self->told_bcc);
	pack_list(out, self->references);
	if (self->latest != NULL) {
		g_autoptr(GByteArray) event = tocsin_event_pack(self->latest);

		tocsin_pack_bytes(out, event->data, event->len);
	} else {
		tocsin_pack_bytes(out, NULL, 0);
	}
	return out;
}

static void
unpack_told(TocsinGroup *self, TocsinUnpack *from)
{
	guint kinds = tocsin_unpack_below(from, TOCSIN_TALLY_KINDS_MAX + 1);
	gsize length = 0;
	const guint8 *event;

	for (guint i = 0; i < kinds && !from->is_bad; i++) {
		char *name = tocsin_unpack_required_string(from);

		if (name != NULL) {
			g_hash_table_add(self->told_kinds, name);
		}
	}
	self->told_to = unpack_list(from, TOCSIN_GROUP_TOLD_MAX);
	self->told_cc = unpack_list(from, TOCSIN_GROUP_TOLD_MAX);
	self->told_bcc = unpack_list(from, TOCSIN_GROUP_TOLD_MAX);
	self->references = unpack_list(from, TOCSIN_GROUP_REFERENCES_MAX);
	event = tocsin_unpack_bytes(from, &length);
	if (event != NULL && length > 0) {
		self->latest = tocsin_event_unpack(event, length, NULL);
		if (self->latest == NULL) {
			tocsin_unpack_fail(from);
		}
	}
}

static void
unpack_plain(TocsinGroup *self, TocsinUnpack *from)
{
	gint64 *times[TIMES];
	guint flags;

	self->key = tocsin_unpack_required_string(from);
	self->cause = tocsin_unpack_required_string(from);
	self->step = tocsin_unpack_uint(from);
	list_times(self, times);
	for (guint i = 0; i < TIMES; i++) {
		*times[i] = unpack_time(from);
	}
	flags = tocsin_unpack_below(from, FLAGS_ALL);
	self->is_open = (flags & 1) != 0;
	self->was_held = (flags & 2) != 0;
	self->is_told = (flags & 4) != 0;
	self->is_flap_told = (flags & 8) != 0;
	self->is_overflowed = (flags & 16) != 0;
	self->is_ending = (flags & 32) != 0;
	self->news = tocsin_unpack_below(from, NEWS_ALL + 1);
	self->held_back = tocsin_unpack_uint(from);
	self->repeats = tocsin_unpack_below(from, 1001);
	self->escalated = tocsin_unpack_below(from, TOCSIN_RULE_LIST_MAX + 1);
}

/* The rule gathers otherwise now: half-counted windows mean nothing to it. What was gathered and
 * told stays, so that nothing that was held back is lost. */
static void
drop_window(TocsinGroup *self, const TocsinRule *rule)
{
	g_array_set_size(self->window, 0);
	g_ptr_array_set_size(self->window_kinds, 0);
	tocsin_tally_clear(self->waiting);
	self->started_us = 0;
	self->steps_seen = 0;
	if (rule->gather != TOCSIN_GATHER_STATES) {
		g_ptr_array_set_size(self->members, 0);
		self->flapping = 0;
	}
	if (!tocsin_rule_has_end(rule)) {
		self->is_open = FALSE;
		self->news = 0;
	}
}

TocsinGroup *
tocsin_group_unpack(const void *bytes, gsize length, const TocsinRule *rule, GError **error)
{
	g_autoptr(TocsinGroup) self = NULL;
	TocsinUnpack from;
	guint64 version;
	guint64 fingerprint;

	if (length > TOCSIN_GROUP_PACKED_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "the state of a group has more than %u bytes", TOCSIN_GROUP_PACKED_MAX);
		return NULL;
	}
	self = tocsin_group_alloc();
	tocsin_unpack_init(&from, bytes, length);
	version = tocsin_unpack_uint(&from);
	fingerprint = tocsin_unpack_uint(&from);
	unpack_plain(self, &from);
	unpack_window(self, &from);
	unpack_members(self, &from);
	tocsin_tally_unpack(self->gathered, &from);
	unpack_told(self, &from);
	if (from.is_bad || from.at != from.end || version != VERSION) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "this is no state of a group that this version wrote");
		return NULL;
	}
	if (fingerprint != rule->fingerprint) {
		drop_window(self, rule);
	}
	/* Whatever was due is looked at again with the rule as it is now. */
	self->due_us = 0;
	return g_steal_pointer(&self);
}
