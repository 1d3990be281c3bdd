/* SPDX-License-Identifier: MIT */
/* Columns for people: tables, times from now, sizes. One thread. */
#ifndef TOCSIN_CLI_TABLE_H
#define TOCSIN_CLI_TABLE_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct _TocsinTable TocsinTable;

/* A table with these headings (NULL-terminated); one that begins with ">" is of numbers, and set to
 * the right. */
TocsinTable *tocsin_table_new(const char *const *headings);

/* Does nothing on NULL. */
void tocsin_table_free(TocsinTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinTable, tocsin_table_free)

/* Adds the next cell, row by row; takes @text, which is UTF-8 without controls. */
void tocsin_table_take(TocsinTable *self, char *text);

/* Adds a number. */
void tocsin_table_add_number(TocsinTable *self, gint64 number);

/* Adds the table to @out, each column as wide as its widest cell, none that is empty in all rows;
 * nothing if there is no row. */
void tocsin_table_write(const TocsinTable *self, GString *out);

/* "3m ago", "in 2h", "now", rounded to what matters; "" for 0. Free with g_free(). */
char *tocsin_table_format_when(gint64 time_us, gint64 now_us);

/* "2026-11-27 20:58:26", local. Free with g_free(). */
char *tocsin_table_format_time(gint64 time_us);

/* "512", "1.5K", "20M". Free with g_free(). */
char *tocsin_table_format_size(gint64 bytes);

G_END_DECLS

#endif
