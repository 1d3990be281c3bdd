/* SPDX-License-Identifier: MIT */
/* Quiet hours and mutes. */
#include "rule/mute.h"

#include "base/calendar.h"
#include "rule/scope.h"
#include "template/expression.h"

struct _TocsinMute {
	TocsinCalendar *from; /* NULL: always */
	gint64 for_us;
	TocsinExpression *where; /* or NULL */
	char *rule;              /* or NULL */
	gint64 until_us;
	gboolean is_counted;
	char *comment;
};

TocsinMute *
tocsin_mute_new(const TocsinRuleMute *spec, GTimeZone *zone, GError **error)
{
	g_autoptr(TocsinMute) self = g_new0(TocsinMute, 1);

	self->for_us = spec->for_us;
	self->until_us = spec->until_us;
	self->is_counted = spec->is_counted;
	self->rule = g_strdup(spec->rule);
	self->comment = g_strdup(spec->comment != NULL ? spec->comment : "");
	if (spec->from != NULL) {
		self->from = tocsin_calendar_parse(spec->from, zone, error);
		if (self->from == NULL) {
			return NULL;
		}
	}
	if (spec->where != NULL) {
		self->where = tocsin_expression_parse("mute", spec->where, NULL, error);
		if (self->where == NULL) {
			return NULL;
		}
	}
	return g_steal_pointer(&self);
}

void
tocsin_mute_free(TocsinMute *self)
{
	if (self == NULL) {
		return;
	}
	tocsin_calendar_free(self->from);
	tocsin_expression_free(self->where);
	g_free(self->rule);
	g_free(self->comment);
	g_free(self);
}

/* The end of the window that @now_us is in: windows that overlap are one. */
static gboolean
find_window(const TocsinMute *self, gint64 now_us, gint64 *out_end_us)
{
	gint64 begin_us;

	if (self->from == NULL) {
		*out_end_us = G_MAXINT64;
		return TRUE;
	}
	if (!tocsin_calendar_next(self->from, now_us - self->for_us, &begin_us) ||
	    begin_us > now_us) {
		return FALSE;
	}
	*out_end_us = begin_us + self->for_us;
	return TRUE;
}

gboolean
tocsin_mute_is_for(const TocsinMute *self, const char *rule)
{
	return self->rule == NULL || g_pattern_match_simple(self->rule, rule);
}

gboolean
tocsin_mute_is_on(const TocsinMute *self, const TocsinEvent *event, gint64 now_us,
                  gint64 *out_until_us)
{
	gint64 end_us;

	if (self->until_us != 0 && now_us >= self->until_us) {
		return FALSE;
	}
	if (!find_window(self, now_us, &end_us)) {
		return FALSE;
	}
	if (self->where != NULL && !tocsin_scope_holds(self->where, event, NULL)) {
		return FALSE;
	}
	*out_until_us = self->until_us != 0 ? MIN(end_us, self->until_us) : end_us;
	return TRUE;
}

gboolean
tocsin_mute_is_counted(const TocsinMute *self)
{
	return self->is_counted;
}

const char *
tocsin_mute_comment(const TocsinMute *self)
{
	return self->comment;
}

const char *const *
tocsin_mute_names(const TocsinMute *self)
{
	return self->where != NULL ? tocsin_expression_names(self->where) : NULL;
}
