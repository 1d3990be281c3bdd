/* SPDX-License-Identifier: MIT */
/* table: rows as text in columns, or as an HTML table. */
#include <string.h>

#include "template/escape.h"
#include "template/filter.h"

#define COLUMNS_MAX 100u

/* Cells as text, row by row; each row has as many as there are columns. */
typedef struct {
	guint columns;
	gboolean has_header;
	GPtrArray *cells; /* of char * */
} Table;

static gboolean
add_cell(const TocsinFilterCall *call, Table *self, const TocsinDatum *value)
{
	g_autoptr(TocsinDatum) text = NULL;

	if (value == NULL || !tocsin_datum_is_defined(value) ||
	    tocsin_datum_kind(value) == TOCSIN_DATUM_NONE) {
		g_ptr_array_add(self->cells, g_strdup(""));
		return TRUE;
	}
	text = tocsin_run_to_string(call->run, value);
	if (text == NULL || !tocsin_run_allow_string(call->run, tocsin_datum_size(text))) {
		return FALSE;
	}
	g_ptr_array_add(self->cells, g_strdup(tocsin_datum_text(text)));
	return TRUE;
}

/* A map gives the cells under the columns' names, a list its members in order. */
static gboolean
add_row(const TocsinFilterCall *call, Table *self, const TocsinDatum *row,
        const TocsinDatum *columns)
{
	gboolean is_map = tocsin_datum_kind(row) == TOCSIN_DATUM_MAP;

	if (!is_map && tocsin_datum_kind(row) != TOCSIN_DATUM_LIST) {
		tocsin_run_fail(call->run, "table needs rows that are maps or lists, found %s",
		                tocsin_datum_kind_name(row));
		return FALSE;
	}
	for (guint i = 0; i < self->columns; i++) {
		const TocsinDatum *value = NULL;

		if (is_map) {
			value = tocsin_datum_lookup(row, tocsin_datum_nth(columns, i));
		} else if (i < tocsin_datum_count(row)) {
			value = tocsin_datum_nth(row, i);
		}
		if (!add_cell(call, self, value)) {
			return FALSE;
		}
	}
	return tocsin_run_step(call->run, self->columns);
}

/* The names above the columns: as given, else the first row's; NULL if it is a list. */
static TocsinDatum *
find_columns(const TocsinFilterCall *call, const TocsinDatum *rows)
{
	if (call->given[1] != NULL && tocsin_datum_kind(call->given[1]) != TOCSIN_DATUM_NONE) {
		return tocsin_run_to_list(call->run, call->given[1]);
	}
	return tocsin_datum_count(rows) > 0 &&
	                       tocsin_datum_kind(tocsin_datum_nth(rows, 0)) == TOCSIN_DATUM_MAP
	               ? tocsin_run_to_list(call->run, tocsin_datum_nth(rows, 0))
	               : NULL;
}

/* A map of anything but rows is a table of its names and values. */
static TocsinDatum *
list_rows(const TocsinFilterCall *call)
{
	TocsinDatum *rows;

	if (tocsin_datum_kind(call->input) != TOCSIN_DATUM_MAP) {
		return tocsin_run_to_list(call->run, call->input);
	}
	rows = tocsin_datum_new_list();
	for (guint i = 0; i < tocsin_datum_count(call->input); i++) {
		TocsinDatum *pair = tocsin_datum_new_tuple();

		tocsin_datum_append(pair, tocsin_datum_ref(tocsin_datum_nth_key(call->input, i)));
		tocsin_datum_append(pair, tocsin_datum_ref(tocsin_datum_nth(call->input, i)));
		tocsin_datum_append(rows, pair);
	}
	return rows;
}

static gboolean
fill(const TocsinFilterCall *call, Table *self)
{
	g_autoptr(TocsinDatum) rows = list_rows(call);
	g_autoptr(TocsinDatum) columns = rows != NULL ? find_columns(call, rows) : NULL;
	gboolean is_fine = rows != NULL && call->run->error == NULL;

	if (!is_fine) {
		return FALSE;
	}
	if (columns != NULL) {
		self->columns = tocsin_datum_count(columns);
	} else if (tocsin_datum_count(rows) > 0) {
		self->columns = tocsin_datum_count(tocsin_datum_nth(rows, 0));
	}
	if (self->columns > COLUMNS_MAX) {
		tocsin_run_fail_limit(call->run, "a table of more than %u columns", COLUMNS_MAX);
		return FALSE;
	}
	self->has_header = columns != NULL && tocsin_filter_bool(call, 2, TRUE);
	is_fine = !self->has_header || add_row(call, self, columns, NULL);
	for (guint i = 0; i < tocsin_datum_count(rows) && is_fine; i++) {
		const TocsinDatum *row = tocsin_datum_nth(rows, i);

		if (tocsin_datum_kind(row) == TOCSIN_DATUM_MAP && columns == NULL) {
			tocsin_run_fail(call->run, "table needs all rows to be maps, or all lists");
			return FALSE;
		}
		is_fine = add_row(call, self, row, columns);
	}
	return is_fine;
}

/* How many cells of a terminal the text takes. */
static guint
measure(const char *text)
{
	guint width = 0;

	for (; *text != '\0'; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		width += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
	}
	return width;
}

static void
append_padded(GString *out, const char *text, guint width)
{
	g_string_append(out, text);
	for (guint used = measure(text); used < width; used++) {
		g_string_append_c(out, ' ');
	}
}

static void
trim_end(GString *out)
{
	while (out->len > 0 && out->str[out->len - 1] == ' ') {
		g_string_truncate(out, out->len - 1);
	}
	g_string_append_c(out, '\n');
}

/* Columns two spaces apart, dashes below the header, no line end behind the last row. */
static void
write_text(const Table *self, gsize limit, GString *out)
{
	guint widths[COLUMNS_MAX] = {0};
	guint rows = self->columns > 0 ? self->cells->len / self->columns : 0;

	for (guint i = 0; i < rows * self->columns; i++) {
		g_autoptr(GString) line = g_string_new(NULL);
		char *cell = self->cells->pdata[i];

		/* A cell is one line: line ends and tabs would break the columns. */
		tocsin_escape_header(cell, line);
		g_free(cell);
		self->cells->pdata[i] = g_string_free(g_steal_pointer(&line), FALSE);
		widths[i % self->columns] =
		        MAX(widths[i % self->columns], measure(self->cells->pdata[i]));
	}
	for (guint row = 0; row < rows && out->len <= limit; row++) {
		for (guint i = 0; i < self->columns; i++) {
			append_padded(out, self->cells->pdata[row * self->columns + i],
			              widths[i] + 2);
		}
		trim_end(out);
		for (guint i = 0; row == 0 && self->has_header && i < self->columns; i++) {
			for (guint used = 0; used < widths[i]; used++) {
				g_string_append_c(out, '-');
			}
			g_string_append(out, i + 1 < self->columns ? "  " : "\n");
		}
	}
	g_string_truncate(out, out->len - (out->len > 0 ? 1 : 0));
}

static void
write_html(const Table *self, gsize limit, GString *out)
{
	guint rows = self->columns > 0 ? self->cells->len / self->columns : 0;

	g_string_append(out, "<table>");
	for (guint row = 0; row < rows && out->len <= limit; row++) {
		const char *cell = row == 0 && self->has_header ? "th" : "td";

		g_string_append(out, "\n<tr>");
		for (guint i = 0; i < self->columns; i++) {
			g_string_append_printf(out, "<%s>", cell);
			tocsin_escape_html(self->cells->pdata[row * self->columns + i], out);
			g_string_append_printf(out, "</%s>", cell);
		}
		g_string_append(out, "</tr>");
	}
	g_string_append(out, "\n</table>");
}

static TocsinDatum *
table(const TocsinFilterCall *call)
{
	gboolean is_html = call->run->escape == TOCSIN_ESCAPE_HTML;
	const char *form = tocsin_filter_string(call, 0, is_html ? "html" : "text");
	g_autoptr(GPtrArray) cells = g_ptr_array_new_with_free_func(g_free);
	Table self = {.cells = cells};
	GString *out;

	if (form == NULL) {
		return NULL;
	}
	is_html = strcmp(form, "html") == 0;
	if (!is_html && strcmp(form, "text") != 0) {
		return tocsin_run_fail(call->run, "table knows text and html, not '%s'", form);
	}
	if (!fill(call, &self)) {
		return NULL;
	}
	out = g_string_new(NULL);
	(is_html ? write_html : write_text)(&self, call->run->limits->string_bytes, out);
	return tocsin_run_gstring_take(call->run, out, is_html);
}

const TocsinFilter tocsin_filters_table[] = {
        {"table", "form columns header", table, 0, FALSE},
        {NULL, NULL, NULL, 0, FALSE},
};
