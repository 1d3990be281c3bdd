/* SPDX-License-Identifier: MIT */
/* The position is "LAST-POINT MORE", under a name of its own. */
#include "pace.h"

#include <string.h>
#include <unistd.h>

#define POSITION "last"

void
tocsin_pace_start(TocsinPace *self, const tocsin_loop *loop, tocsin_source *source,
                  TocsinSchedule *schedule)
{
	*self = (TocsinPace){.loop = loop, .source = source, .schedule = schedule};
	self->clock_fd = tocsin_schedule_watch_clock();
	if (self->clock_fd >= 0) {
		loop->watch(source, self->clock_fd, TOCSIN_READABLE);
	}
}

void
tocsin_pace_stop(TocsinPace *self)
{
	if (self->loop != NULL && self->clock_fd >= 0) {
		self->loop->unwatch(self->source, self->clock_fd);
		close(self->clock_fd);
		self->clock_fd = -1;
	}
}

gboolean
tocsin_pace_take_clock(const TocsinPace *self, int fd)
{
	if (fd != self->clock_fd) {
		return FALSE;
	}
	tocsin_schedule_clear(fd);
	return TRUE;
}

gboolean
tocsin_pace_is_due(const TocsinPace *self)
{
	gint64 now_us = self->loop->wall_us(self->source);

	tocsin_schedule_follow_clock(self->schedule, now_us);
	return tocsin_schedule_next(self->schedule) <= now_us;
}

int32_t
tocsin_pace_wait(const TocsinPace *self)
{
	gint64 now_us = self->loop->wall_us(self->source);
	gint64 next_us = tocsin_schedule_next(self->schedule);

	return self->loop->set_timer(self->source,
	                             next_us == G_MAXINT64 ? -1 : MAX(next_us - now_us, 0));
}

void
tocsin_pace_remember(const TocsinPace *self, gint64 last_us, const char *more)
{
	g_autofree char *text =
	        g_strdup_printf("%" G_GINT64_FORMAT " %s", last_us, more != NULL ? more : "");

	self->loop->checkpoint(self->source, POSITION, text, strlen(text));
}

gboolean
tocsin_pace_restore(const TocsinPace *self, char **out_more)
{
	const char *name;
	const void *data;
	size_t length;

	for (uint32_t i = 0;
	     self->loop->restore(self->source, i, &name, &data, &length) == TOCSIN_OK; i++) {
		g_autofree char *text = g_strndup(data, length);
		char *blank = strchr(text, ' ');
		gint64 last_us;

		if (strcmp(name, POSITION) != 0 || blank == NULL) {
			continue;
		}
		*blank = '\0';
		if (g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &last_us, NULL)) {
			tocsin_schedule_set_last(self->schedule, last_us);
			if (out_more != NULL) {
				*out_more = g_strdup(blank + 1);
			}
			return TRUE;
		}
	}
	return FALSE;
}
