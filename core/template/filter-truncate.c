/* SPDX-License-Identifier: MIT */
/* truncate: as Jinja2 has it, and by bytes, lines, head, tail or middle when asked. */
#include <string.h>

#include "template/filter.h"

typedef struct {
	const char *text;
	gsize size;
	gint64 count; /* in units */
	char unit;    /* c, b or l */
} Measured;

/* How many bytes the first @units are. */
static gsize
span_units(const Measured *self, gint64 units)
{
	const char *at = self->text;

	if (units >= self->count) {
		return self->size;
	}
	if (self->unit == 'c') {
		return (gsize)(g_utf8_offset_to_pointer(self->text, (glong)units) - self->text);
	}
	if (self->unit == 'b') {
		at += MAX(units, 0);
		while (at > self->text && ((guchar)*at & 0xc0) == 0x80) {
			at--;
		}
		return (gsize)(at - self->text);
	}
	for (; units > 0 && *at != '\0'; units--) {
		at = strchrnul(at, '\n');
		at += *at == '\n' ? 1 : 0;
	}
	return (gsize)(at - self->text);
}

static gint64
count_lines(const char *text)
{
	gint64 count = 0;

	for (; *text != '\0'; count++) {
		text = strchrnul(text, '\n');
		text += *text == '\n' ? 1 : 0;
	}
	return count;
}

/* Keeps @length units: at the head, the tail, or half and half, with @mark where it was cut. */
static char *
cut(const Measured *self, gint64 length, const char *mode, const char *mark)
{
	gint64 head = *mode == 'h' ? length : *mode == 't' ? 0 : (length + 1) / 2;
	gsize before = span_units(self, head);
	gsize after = self->unit == 'b' ? self->size - (gsize)(length - head)
	                                : span_units(self, self->count - (length - head));
	const char *line = self->unit == 'l' ? "\n" : "";
	g_autofree char *first = g_strndup(self->text, before);

	/* Never half a character at the tail. */
	while (self->unit == 'b' && after < self->size &&
	       ((guchar)self->text[after] & 0xc0) == 0x80) {
		after++;
	}
	return g_strconcat(first, mark, after < self->size ? line : "",
	                   head == length ? "" : self->text + after, NULL);
}

static TocsinDatum *
truncate_by(const TocsinFilterCall *call, const TocsinDatum *text, gint64 length, const char *end)
{
	const char *mode = tocsin_filter_string(call, 4, "head");
	const char *unit = tocsin_filter_string(call, 5, "chars");
	Measured self = {tocsin_datum_text(text), tocsin_datum_size(text), 0, 'c'};
	gint64 mark;
	char *out;

	if (mode == NULL || unit == NULL) {
		return NULL;
	}
	if (strcmp(mode, "head") != 0 && strcmp(mode, "tail") != 0 && strcmp(mode, "middle") != 0) {
		return tocsin_run_fail(call->run, "mode is head, tail or middle, not '%s'", mode);
	}
	if (strcmp(unit, "chars") != 0 && strcmp(unit, "bytes") != 0 &&
	    strcmp(unit, "lines") != 0) {
		return tocsin_run_fail(call->run, "unit is chars, bytes or lines, not '%s'", unit);
	}
	self.unit = *unit;
	self.count = self.unit == 'c'   ? tocsin_datum_count(text)
	             : self.unit == 'b' ? (gint64)self.size
	                                : count_lines(self.text);
	if (self.count <= length) {
		return tocsin_datum_ref(text);
	}
	mark = self.unit == 'c'   ? g_utf8_strlen(end, -1)
	       : self.unit == 'b' ? (gint64)strlen(end)
	                          : 0;
	out = cut(&self, MAX(length - mark, 0), mode, end);
	return tocsin_run_string_take(call->run, out, strlen(out), tocsin_datum_is_safe(text));
}

static TocsinDatum *
truncate_text(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	const char *end = tocsin_filter_string(call, 2, "...");
	gint64 length = 0;
	gint64 leeway = 0;
	char *kept;
	char *space;

	if (text == NULL || end == NULL || !tocsin_filter_int(call, 0, 255, &length) ||
	    !tocsin_filter_int(call, 3, 5, &leeway)) {
		return NULL;
	}
	if (length < 0 || leeway < 0) {
		return tocsin_run_fail(call->run, "truncate needs numbers of 0 and above");
	}
	if (call->given[4] != NULL || call->given[5] != NULL) {
		return truncate_by(call, text, length, end);
	}
	if (length < g_utf8_strlen(end, -1)) {
		return tocsin_run_fail(call->run, "truncate needs room for its '%s'", end);
	}
	if (tocsin_datum_count(text) <= (gdouble)length + (gdouble)leeway) {
		return tocsin_datum_ref(text);
	}
	kept = g_utf8_substring(tocsin_datum_text(text), 0,
	                        (glong)(length - g_utf8_strlen(end, -1)));
	space = tocsin_filter_bool(call, 1, FALSE) ? NULL : strrchr(kept, ' ');
	if (space != NULL) {
		*space = '\0';
	}
	g_autofree char *head = kept;
	char *out = g_strconcat(head, end, NULL);

	return tocsin_run_string_take(call->run, out, strlen(out), tocsin_datum_is_safe(text));
}

const TocsinFilter tocsin_filters_truncate[] = {
        {"truncate", "length killwords end leeway * mode unit", truncate_text, 0, FALSE},
        {NULL, NULL, NULL, 0, FALSE},
};
