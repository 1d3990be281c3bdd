/* SPDX-License-Identifier: MIT */
/* Laying out columns. */
#include "cli/table.h"

#include <string.h>

#include "base/units.h"

#define GAP "  "
#define MINUTE (60 * G_GINT64_CONSTANT(1000000))
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

struct _TocsinTable {
	char **headings;
	guint columns;
	GPtrArray *cells; /* of char *, row by row */
};

TocsinTable *
tocsin_table_new(const char *const *headings)
{
	TocsinTable *self = g_new0(TocsinTable, 1);

	self->headings = g_strdupv((char **)headings);
	self->columns = g_strv_length(self->headings);
	self->cells = g_ptr_array_new_with_free_func(g_free);
	return self;
}

void
tocsin_table_free(TocsinTable *self)
{
	if (self != NULL) {
		g_strfreev(self->headings);
		g_ptr_array_unref(self->cells);
		g_free(self);
	}
}

void
tocsin_table_take(TocsinTable *self, char *text)
{
	g_ptr_array_add(self->cells, text);
}

void
tocsin_table_add_number(TocsinTable *self, gint64 number)
{
	tocsin_table_take(self, g_strdup_printf("%" G_GINT64_FORMAT, number));
}

/* Columns on a terminal that @text takes. */
static guint
measure(const char *text)
{
	guint width = 0;

	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		width += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
	}
	return width;
}

static gboolean
is_right(const TocsinTable *self, guint column)
{
	return self->headings[column][0] == '>';
}

static const char *
get_heading(const TocsinTable *self, guint column)
{
	return self->headings[column] + (is_right(self, column) ? 1 : 0);
}

/* How wide the column has to be; 0 if nothing is in it. */
static guint
measure_column(const TocsinTable *self, guint column)
{
	guint widest = 0;

	for (guint i = column; i < self->cells->len; i += self->columns) {
		widest = MAX(widest, measure(g_ptr_array_index(self->cells, i)));
	}
	return widest == 0 ? 0 : MAX(widest, measure(get_heading(self, column)));
}

static void
write_cell(GString *out, const char *text, guint width, gboolean is_on_right)
{
	guint blanks = width - MIN(width, measure(text));

	if (is_on_right) {
		g_string_append_printf(out, "%*s%s", (int)blanks, "", text);
	} else {
		g_string_append_printf(out, "%s%*s", text, (int)blanks, "");
	}
}

static void
trim_line(GString *out)
{
	gsize length = out->len;

	while (length > 0 && out->str[length - 1] == ' ') {
		length--;
	}
	g_string_truncate(out, length);
	g_string_append_c(out, '\n');
}

void
tocsin_table_write(const TocsinTable *self, GString *out)
{
	g_autofree guint *widths = g_new0(guint, self->columns);
	guint rows = self->cells->len / self->columns;

	for (guint column = 0; column < self->columns; column++) {
		widths[column] = measure_column(self, column);
	}
	for (guint row = 0; rows > 0 && row <= rows; row++) {
		for (guint column = 0; column < self->columns; column++) {
			const char *text =
			        row == 0 ? get_heading(self, column)
			                 : g_ptr_array_index(self->cells,
			                                     (row - 1) * self->columns + column);

			if (widths[column] > 0) {
				write_cell(out, text, widths[column], is_right(self, column));
				g_string_append(out, GAP);
			}
		}
		trim_line(out);
	}
}

/* As precise as somebody wants to know it who looks at a list. */
static gint64
round_off(gint64 us)
{
	gint64 step = us >= 10 * DAY      ? DAY
	              : us >= DAY         ? HOUR
	              : us >= 10 * MINUTE ? MINUTE
	                                  : G_USEC_PER_SEC;

	return (us + step / 2) / step * step;
}

char *
tocsin_table_format_when(gint64 time_us, gint64 now_us)
{
	gint64 distance = time_us > now_us ? time_us - now_us : now_us - time_us;

	if (time_us == 0) {
		return g_strdup("");
	}
	if (distance < G_USEC_PER_SEC) {
		return g_strdup("now");
	}
	g_autofree char *text = tocsin_units_format_duration(round_off(distance));

	return time_us > now_us ? g_strconcat("in ", text, NULL) : g_strconcat(text, " ago", NULL);
}

char *
tocsin_table_format_time(gint64 time_us)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_local(time_us / G_USEC_PER_SEC);

	return time == NULL ? g_strdup("?") : g_date_time_format(time, "%Y-%m-%d %H:%M:%S");
}

char *
tocsin_table_format_size(gint64 bytes)
{
	static const char units[] = "KMGT";
	gint64 tenths = bytes * 10;
	int unit = -1;

	while (tenths >= 10240 && unit < 3) {
		tenths = (tenths + 512) / 1024;
		unit++;
	}
	if (unit < 0) {
		return g_strdup_printf("%" G_GINT64_FORMAT, bytes);
	}
	return tenths < 100 ? g_strdup_printf("%d.%d%c", (int)(tenths / 10), (int)(tenths % 10),
	                                      units[unit])
	                    : g_strdup_printf("%d%c", (int)((tenths + 5) / 10), units[unit]);
}
