/* SPDX-License-Identifier: MIT */
/* The token bucket of a rule, kept as the one time at which it is full again. */
#include "rule/limit-private.h"

#include <tocsin/error.h>

#include "rule/rule-private.h"

#define VERSION 1u

TocsinLimit *
tocsin_limit_new(const char *cause)
{
	TocsinLimit *self = g_new0(TocsinLimit, 1);

	self->cause = g_strdup(cause);
	self->tally = tocsin_tally_new();
	return self;
}

void
tocsin_limit_free(TocsinLimit *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_tally_free(self->tally);
	g_free(self->cause);
	g_free(self);
}

gint64
tocsin_limit_free_us(const TocsinLimit *self, const TocsinRule *rule)
{
	if (rule->limit_count == 0) {
		return G_MININT64;
	}
	/* A token comes every per/count; one is there unless all are missing. */
	return self->full_us - rule->limit_per_us + rule->limit_per_us / rule->limit_count;
}

gboolean
tocsin_limit_take(TocsinLimit *self, const TocsinRule *rule, gint64 now_us)
{
	if (rule->limit_count == 0) {
		return TRUE;
	}
	/* After the clock was set back, the bucket counts as empty, not as empty for years. */
	self->full_us = CLAMP(self->full_us, now_us, now_us + rule->limit_per_us);
	if (now_us < tocsin_limit_free_us(self, rule)) {
		return FALSE;
	}
	self->full_us += rule->limit_per_us / rule->limit_count;
	return TRUE;
}

void
tocsin_limit_keep(TocsinLimit *self, const TocsinRule *rule, TocsinTally *tally, guint64 held_back,
                  gboolean is_resolved)
{
	tocsin_tally_merge(self->tally, tally, rule->samples);
	self->groups++;
	self->resolved += is_resolved;
	self->held_back += held_back;
}

void
tocsin_limit_keep_event(TocsinLimit *self, const TocsinRule *rule, const TocsinEvent *event)
{
	tocsin_tally_add(self->tally, event, event->time_us, rule->samples);
	self->groups++;
}

gboolean
tocsin_limit_is_holding(const TocsinLimit *self)
{
	return self->groups > 0;
}

GByteArray *
tocsin_limit_pack(const TocsinLimit *self)
{
	GByteArray *out = g_byte_array_new();

	tocsin_pack_uint(out, VERSION);
	tocsin_pack_string(out, self->cause);
	tocsin_pack_uint(out, self->step);
	tocsin_pack_int(out, self->full_us);
	tocsin_pack_uint(out, self->groups);
	tocsin_pack_uint(out, self->resolved);
	tocsin_pack_uint(out, self->held_back);
	tocsin_tally_pack(self->tally, out);
	return out;
}

TocsinLimit *
tocsin_limit_unpack(const void *bytes, gsize length, GError **error)
{
	g_autoptr(TocsinLimit) self = g_new0(TocsinLimit, 1);
	TocsinUnpack from;
	guint64 version;

	tocsin_unpack_init(&from, bytes, length);
	version = tocsin_unpack_uint(&from);
	self->tally = tocsin_tally_new();
	self->cause = tocsin_unpack_required_string(&from);
	self->step = tocsin_unpack_uint(&from);
	self->full_us = tocsin_unpack_int(&from);
	self->groups = tocsin_unpack_uint(&from);
	self->resolved = tocsin_unpack_uint(&from);
	self->held_back = tocsin_unpack_uint(&from);
	tocsin_tally_unpack(self->tally, &from);
	if (self->full_us < 0 || self->full_us > G_MAXINT64 / 2) {
		tocsin_unpack_fail(&from);
	}
	if (from.is_bad || from.at != from.end || version != VERSION) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "this is no state of a limit that this version wrote");
		return NULL;
	}
	return g_steal_pointer(&self);
}
