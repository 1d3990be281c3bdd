/* SPDX-License-Identifier: MIT */
/* Counts events and keeps a few. */
#include "rule/tally.h"

#include <string.h>

#include "rule/spec.h"

static void
clear_kind(gpointer data)
{
	g_free(((TocsinTallyKind *)data)->name);
}

TocsinTally *
tocsin_tally_new(void)
{
	TocsinTally *self = g_new0(TocsinTally, 1);

	self->kinds = g_array_new(FALSE, TRUE, sizeof(TocsinTallyKind));
	g_array_set_clear_func(self->kinds, clear_kind);
	self->samples = g_ptr_array_new_with_free_func((GDestroyNotify)tocsin_event_unref);
	return self;
}

void
tocsin_tally_free(TocsinTally *self)
{
	if (self == NULL) {
		return;
	}
	g_array_unref(self->kinds);
	g_ptr_array_unref(self->samples);
	g_free(self);
}

void
tocsin_tally_clear(TocsinTally *self)
{
	GArray *kinds = self->kinds;
	GPtrArray *samples = self->samples;

	g_array_set_size(kinds, 0);
	g_ptr_array_set_size(samples, 0);
	memset(self, 0, sizeof *self);
	self->kinds = kinds;
	self->samples = samples;
}

static void
note_time(TocsinTally *self, gint64 first_us, gint64 last_us)
{
	if (self->count == 0) {
		self->first_us = first_us;
		self->last_us = last_us;
	}
	self->first_us = MIN(self->first_us, first_us);
	self->last_us = MAX(self->last_us, last_us);
}

/* Whether @name is "trigger.kind", without building that. */
static gboolean
is_named(const char *name, const char *trigger, gsize trigger_length, const char *kind)
{
	return strncmp(name, trigger, trigger_length) == 0 && name[trigger_length] == '.' &&
	       strcmp(name + trigger_length + 1, kind) == 0;
}

static void
add_kind(TocsinTally *self, const char *name, guint64 count)
{
	TocsinTallyKind kind = {.count = count};

	for (guint i = 0; i < self->kinds->len; i++) {
		TocsinTallyKind *known = &g_array_index(self->kinds, TocsinTallyKind, i);

		if (strcmp(known->name, name) == 0) {
			known->count += count;
			return;
		}
	}
	if (self->kinds->len >= TOCSIN_TALLY_KINDS_MAX) {
		self->others += count;
		return;
	}
	kind.name = g_strdup(name);
	g_array_append_val(self->kinds, kind);
}

void
tocsin_tally_count(TocsinTally *self, const char *name, gint64 time_us, guint64 count)
{
	note_time(self, time_us, time_us);
	self->count += count;
	add_kind(self, name, count);
}

void
tocsin_tally_keep(TocsinTally *self, const TocsinEvent *event, guint samples)
{
	guint head = (samples + 1) / 2;

	if (samples == 0) {
		return;
	}
	if (self->samples->len >= samples) {
		if (head >= self->samples->len) {
			return;
		}
		self->weight -= ((TocsinEvent *)g_ptr_array_index(self->samples, head))->weight;
		g_ptr_array_remove_index(self->samples, head);
	}
	if (self->samples->len > 0 && self->weight + event->weight > TOCSIN_TALLY_WEIGHT_MAX) {
		return;
	}
	self->weight += event->weight;
	g_ptr_array_add(self->samples, tocsin_event_ref(event));
}

void
tocsin_tally_add(TocsinTally *self, const TocsinEvent *event, gint64 time_us, guint samples)
{
	gsize length = strlen(event->trigger);
	gboolean is_known = FALSE;

	note_time(self, time_us, time_us);
	self->count++;
	self->caught_up += (event->flags & TOCSIN_EVENT_CATCH_UP) != 0;
	for (guint i = 0; i < self->kinds->len && !is_known; i++) {
		TocsinTallyKind *kind = &g_array_index(self->kinds, TocsinTallyKind, i);

		is_known = is_named(kind->name, event->trigger, length, event->kind);
		kind->count += is_known;
	}
	if (!is_known) {
		g_autofree char *name = g_strconcat(event->trigger, ".", event->kind, NULL);

		add_kind(self, name, 1);
	}
	tocsin_tally_keep(self, event, samples);
}

void
tocsin_tally_merge(TocsinTally *self, TocsinTally *other, guint samples)
{
	if (other->count > 0) {
		note_time(self, other->first_us, other->last_us);
	}
	self->count += other->count;
	self->late += other->late;
	self->caught_up += other->caught_up;
	self->others += other->others;
	for (guint i = 0; i < other->kinds->len; i++) {
		const TocsinTallyKind *kind = &g_array_index(other->kinds, TocsinTallyKind, i);

		add_kind(self, kind->name, kind->count);
	}
	for (guint i = 0; i < other->samples->len; i++) {
		tocsin_tally_keep(self, g_ptr_array_index(other->samples, i), samples);
	}
	tocsin_tally_clear(other);
}

TocsinTally *
tocsin_tally_copy(const TocsinTally *self)
{
	TocsinTally *copy = tocsin_tally_new();
	GArray *kinds = copy->kinds;
	GPtrArray *samples = copy->samples;

	*copy = *self;
	copy->kinds = kinds;
	copy->samples = samples;
	for (guint i = 0; i < self->kinds->len; i++) {
		TocsinTallyKind kind = g_array_index(self->kinds, TocsinTallyKind, i);

		kind.name = g_strdup(kind.name);
		g_array_append_val(kinds, kind);
	}
	for (guint i = 0; i < self->samples->len; i++) {
		g_ptr_array_add(samples, tocsin_event_ref(self->samples->pdata[i]));
	}
	return copy;
}

guint64
tocsin_tally_of_kind(const TocsinTally *self, const char *name)
{
	for (guint i = 0; i < self->kinds->len; i++) {
		const TocsinTallyKind *kind = &g_array_index(self->kinds, TocsinTallyKind, i);

		if (strcmp(kind->name, name) == 0) {
			return kind->count;
		}
	}
	return 0;
}

void
tocsin_tally_pack(const TocsinTally *self, GByteArray *out)
{
	tocsin_pack_uint(out, self->count);
	tocsin_pack_int(out, self->first_us);
	tocsin_pack_int(out, self->last_us);
	tocsin_pack_uint(out, self->late);
	tocsin_pack_uint(out, self->caught_up);
	tocsin_pack_uint(out, self->others);
	tocsin_pack_uint(out, self->kinds->len);
	for (guint i = 0; i < self->kinds->len; i++) {
		const TocsinTallyKind *kind = &g_array_index(self->kinds, TocsinTallyKind, i);

		tocsin_pack_string(out, kind->name);
		tocsin_pack_uint(out, kind->count);
	}
	tocsin_pack_uint(out, self->samples->len);
	for (guint i = 0; i < self->samples->len; i++) {
		g_autoptr(GByteArray) packed =
		        tocsin_event_pack(g_ptr_array_index(self->samples, i));

		tocsin_pack_bytes(out, packed->data, packed->len);
	}
}

static void
unpack_samples(TocsinTally *self, TocsinUnpack *from)
{
	guint count = tocsin_unpack_below(from, TOCSIN_RULE_SAMPLES_MAX + 1);

	for (guint i = 0; i < count && !from->is_bad; i++) {
		gsize length = 0;
		const guint8 *bytes = tocsin_unpack_bytes(from, &length);
		TocsinEvent *event =
		        bytes != NULL ? tocsin_event_unpack(bytes, length, NULL) : NULL;

		if (event == NULL) {
			tocsin_unpack_fail(from);
			return;
		}
		self->weight += event->weight;
		g_ptr_array_add(self->samples, event);
	}
}

void
tocsin_tally_unpack(TocsinTally *self, TocsinUnpack *from)
{
	guint kinds;

	self->count = tocsin_unpack_uint(from);
	self->first_us = tocsin_unpack_int(from);
	self->last_us = tocsin_unpack_int(from);
	self->late = tocsin_unpack_uint(from);
	self->caught_up = tocsin_unpack_uint(from);
	self->others = tocsin_unpack_uint(from);
	kinds = tocsin_unpack_below(from, TOCSIN_TALLY_KINDS_MAX + 1);
	for (guint i = 0; i < kinds && !from->is_bad; i++) {
		TocsinTallyKind kind = {0};

		kind.name = tocsin_unpack_required_string(from);
		kind.count = tocsin_unpack_uint(from);
		if (kind.name != NULL) {
			g_array_append_val(self->kinds, kind);
		}
	}
	unpack_samples(self, from);
}
