/* SPDX-License-Identifier: MIT */
/* Each mute is one record in the store, packed as a GVariant. */
#include "engine/mutes.h"

#include <string.h>
#include <tocsin/error.h>

#include "rule/mute.h"

/* In the store's table of positions; no trigger's name has a colon. */
#define OWNER "tocsin:mutes"
#define FORMAT "(msmsssxx)"
#define TEXT_MAX 4096u
#define COUNT_MAX 1000u

struct _TocsinMutes {
	TocsinStore *store;
	TocsinClock *clock;
	void (*on_change)(gpointer user);
	gpointer user;
	GPtrArray *records; /* of TocsinMuteRecord */
};

static void
free_record(gpointer data)
{
	TocsinMuteRecord *record = data;

	g_free(record->id);
	g_free(record->rule);
	g_free(record->where);
	g_free(record->comment);
	g_free(record->who);
	g_free(record);
}

static TocsinMute *
compile(const TocsinMuteRecord *record, GError **error)
{
	const TocsinRuleMute spec = {
	        .where = record->where,
	        .rule = record->rule,
	        .until_us = record->until_us,
	        .is_counted = TRUE,
	        .comment = record->comment,
	};

	return tocsin_mute_new(&spec, NULL, error);
}

static GBytes *
pack(const TocsinMuteRecord *record)
{
	g_autoptr(GVariant) value = g_variant_ref_sink(
	        g_variant_new(FORMAT, record->rule, record->where, record->comment, record->who,
	                      record->set_us, record->until_us));

	return g_variant_get_data_as_bytes(value);
}

static TocsinMuteRecord *
unpack(const TocsinStateRecord *stored)
{
	g_autoptr(GVariant) value = g_variant_ref_sink(
	        g_variant_new_from_bytes(G_VARIANT_TYPE(FORMAT), stored->state, FALSE));
	TocsinMuteRecord *record = g_new0(TocsinMuteRecord, 1);

	/* What is not in normal form reads as default values, never as anything wild. */
	g_variant_get(value, FORMAT, &record->rule, &record->where, &record->comment, &record->who,
	              &record->set_us, &record->until_us);
	record->id = g_strdup(stored->name);
	return record;
}

static gboolean
is_over(const TocsinMutes *self, const TocsinMuteRecord *record)
{
	return record->until_us != 0 && record->until_us <= tocsin_clock_wall_us(self->clock);
}

static gboolean
put(TocsinMutes *self, const char *id, GBytes *state, GError **error)
{
	g_autoptr(TocsinBatch) batch = tocsin_batch_new();

	tocsin_batch_put_cursor(batch, OWNER, id, state);
	return tocsin_store_commit(self->store, batch, error);
}

/* Forgets those that are over; the store's records of them go too, if it can write. */
static void
expire(TocsinMutes *self)
{
	for (guint i = self->records->len; i > 0; i--) {
		const TocsinMuteRecord *record = g_ptr_array_index(self->records, i - 1);
		g_autoptr(GError) error = NULL;

		if (is_over(self, record)) {
			if (!put(self, record->id, NULL, &error)) {
				g_debug("a mute that is over stays in the store: %s",
				        error->message);
			}
			g_ptr_array_remove_index(self->records, i - 1);
		}
	}
}

TocsinMutes *
tocsin_mutes_new(TocsinStore *store, TocsinClock *clock, void (*on_change)(gpointer user),
                 gpointer user, GError **error)
{
	g_autoptr(GPtrArray) stored = NULL;
	TocsinMutes *self;

	if (!tocsin_store_list_cursors(store, OWNER, &stored, error)) {
		return NULL;
	}
	self = g_new0(TocsinMutes, 1);
	self->store = store;
	self->clock = clock;
	self->on_change = on_change;
	self->user = user;
	self->records = g_ptr_array_new_with_free_func(free_record);
	for (guint i = 0; i < stored->len; i++) {
		g_ptr_array_add(self->records, unpack(g_ptr_array_index(stored, i)));
	}
	expire(self);
	return self;
}

void
tocsin_mutes_free(TocsinMutes *self)
{
	if (self == NULL) {
		return;
	}
	g_ptr_array_unref(self->records);
	g_free(self);
}

static gboolean
check(const TocsinMutes *self, const TocsinMuteRecord *record, GError **error)
{
	const char *const texts[] = {record->rule, record->where, record->comment, record->who};
	TocsinMute *mute;

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		if (texts[i] != NULL &&
		    (strlen(texts[i]) > TEXT_MAX || !g_utf8_validate(texts[i], -1, NULL))) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
			            "a mute's texts are UTF-8 of at most %u bytes", TEXT_MAX);
			return FALSE;
		}
	}
	if (is_over(self, record)) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "a mute that ends in the past mutes nothing");
		return FALSE;
	}
	if (self->records->len >= COUNT_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "there are %u mutes already; remove some first", COUNT_MAX);
		return FALSE;
	}
	mute = compile(record, error);
	tocsin_mute_free(mute);
	return mute != NULL;
}

const char *
tocsin_mutes_add(TocsinMutes *self, const TocsinMuteRecord *record, GError **error)
{
	TocsinMuteRecord *copy;
	g_autoptr(GBytes) state = NULL;

	expire(self);
	if (!check(self, record, error)) {
		return NULL;
	}
	copy = g_new0(TocsinMuteRecord, 1);
	copy->rule = g_strdup(record->rule);
	copy->where = g_strdup(record->where);
	copy->comment = g_strdup(record->comment != NULL ? record->comment : "");
	copy->who = g_strdup(record->who != NULL ? record->who : "");
	copy->set_us = tocsin_clock_wall_us(self->clock);
	copy->until_us = record->until_us;
	copy->id = tocsin_mail_make_id(copy->set_us);
	state = pack(copy);
	if (!put(self, copy->id, state, error)) {
		free_record(copy);
		return NULL;
	}
	g_ptr_array_add(self->records, copy);
	self->on_change(self->user);
	return copy->id;
}

gboolean
tocsin_mutes_remove(TocsinMutes *self, const char *id, GError **error)
{
	expire(self);
	for (guint i = 0; i < self->records->len; i++) {
		const TocsinMuteRecord *record = g_ptr_array_index(self->records, i);

		if (strcmp(record->id, id) != 0) {
			continue;
		}
		if (!put(self, id, NULL, error)) {
			return FALSE;
		}
		g_ptr_array_remove_index(self->records, i);
		self->on_change(self->user);
		return TRUE;
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID, "there is no mute '%s'", id);
	return FALSE;
}

const GPtrArray *
tocsin_mutes_list(TocsinMutes *self)
{
	expire(self);
	return self->records;
}

GPtrArray *
tocsin_mutes_compile(TocsinMutes *self)
{
	GPtrArray *mutes = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_mute_free);

	expire(self);
	for (guint i = 0; i < self->records->len; i++) {
		g_autoptr(GError) error = NULL;
		TocsinMute *mute = compile(g_ptr_array_index(self->records, i), &error);

		if (mute != NULL) {
			g_ptr_array_add(mutes, mute);
		} else {
			g_warning("a mute is left out: %s", error->message);
		}
	}
	return mutes;
}
