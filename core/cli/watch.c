/* SPDX-License-Identifier: MIT */
/* The transcript and the progress bar. */
#include "cli/watch.h"

#include <stdio.h>
#include <string.h>
#include <tocsin/plugin.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

#define BAR_FROM ((gsize)1024 * 1024)
#define BAR_WIDTH 40u
#define BAR_EVERY_US 100000
#define LINE_SHOWN 2000u

struct _TocsinWatch {
	gboolean has_transcript;
	gboolean has_bar;
	gsize content_length;
	gsize sent;
	gint64 drawn_us;
	GString *lines[2]; /* what was sent, what was received, up to their next line end */
};

TocsinWatch *
tocsin_watch_new(gboolean has_transcript, gsize content_length)
{
	TocsinWatch *self = g_new0(TocsinWatch, 1);

	self->has_transcript = has_transcript;
	self->has_bar = !has_transcript && content_length > BAR_FROM && isatty(STDERR_FILENO) != 0;
	self->content_length = content_length;
	self->lines[0] = g_string_new(NULL);
	self->lines[1] = g_string_new(NULL);
	return self;
}

static void
show_line(const char *mark, const char *bytes, gsize length)
{
	g_autofree char *shown = tocsin_text_for_display(bytes, length, LINE_SHOWN);

	fprintf(stderr, "%s %s\n", mark, shown);
}

void
tocsin_watch_free(TocsinWatch *self)
{
	if (self == NULL) {
		return;
	}
	for (guint i = 0; i < G_N_ELEMENTS(self->lines); i++) {
		if (self->lines[i]->len > 0) {
			show_line(i == 0 ? ">" : "<", self->lines[i]->str, self->lines[i]->len);
		}
		g_string_free(self->lines[i], TRUE);
	}
	if (self->has_bar && self->drawn_us != 0) {
		fprintf(stderr, "\n");
	}
	g_free(self);
}

gboolean
tocsin_watch_is_needed(const TocsinWatch *self)
{
	return self->has_transcript || self->has_bar;
}

static void
draw_bar(TocsinWatch *self)
{
	gint64 now_us = tocsin_clock_monotonic_us(tocsin_clock_system());
	guint filled =
	        (guint)(BAR_WIDTH * MIN(self->sent, self->content_length) / self->content_length);

	if (now_us - self->drawn_us < BAR_EVERY_US && self->sent < self->content_length) {
		return;
	}
	self->drawn_us = now_us;
	fprintf(stderr, "\r[%.*s%*s] %3u %%", (int)filled,
	        "########################################", (int)(BAR_WIDTH - filled), "",
	        filled * 100 / BAR_WIDTH);
	fflush(stderr);
}

/* Adds bytes to the line of their direction, and shows it when it is whole. */
static void
add_to_line(TocsinWatch *self, gboolean is_received, const char *bytes, gsize length)
{
	GString *line = self->lines[is_received ? 1 : 0];

	for (gsize i = 0; i < length; i++) {
		if (bytes[i] == '\n') {
			show_line(is_received ? "<" : ">", line->str, line->len);
			g_string_truncate(line, 0);
		} else if (bytes[i] != '\r' && line->len < LINE_SHOWN) {
			g_string_append_c(line, bytes[i]);
		}
	}
}

void
tocsin_watch_on_trace(gpointer watch, guint32 flags, const void *data, gsize length)
{
	TocsinWatch *self = watch;
	gboolean is_received = (flags & TOCSIN_TRACE_RECEIVED) != 0;

	if (flags & TOCSIN_TRACE_CONTENT) {
		self->sent += length;
		if (self->has_bar) {
			draw_bar(self);
		} else if (self->has_transcript) {
			fprintf(stderr, "> (%zu bytes of the message)\n", length);
		}
	} else if (self->has_transcript && (flags & TOCSIN_TRACE_SECRET)) {
		add_to_line(self, is_received, "***", 3);
	} else if (self->has_transcript && data != NULL) {
		add_to_line(self, is_received, data, length);
	}
}
