/* SPDX-License-Identifier: MIT */
/* The list of what is wrong with a configuration. */
#include "conf/problems.h"

#include <tocsin/error.h>

/* A file that is no configuration at all must not fill the screen for ever. */
#define SHOWN_MAX 200u

struct _TocsinProblems {
	GPtrArray *texts; /* of char */
	guint unlisted;
};

TocsinProblems *
tocsin_problems_new(void)
{
	TocsinProblems *self = g_new0(TocsinProblems, 1);

	self->texts = g_ptr_array_new_with_free_func(g_free);
	return self;
}

void
tocsin_problems_free(TocsinProblems *self)
{
	if (self == NULL) {
		return;
	}
	g_ptr_array_unref(self->texts);
	g_free(self);
}

void
tocsin_problems_add(TocsinProblems *self, const char *file, guint line, const char *format, ...)
{
	GString *text = g_string_new(file);
	va_list arguments;

	if (self->texts->len == SHOWN_MAX) {
		self->unlisted++;
		g_string_free(text, TRUE);
		return;
	}
	if (line > 0) {
		g_string_append_printf(text, ":%u", line);
	}
	if (text->len > 0) {
		g_string_append(text, ": ");
	}
	va_start(arguments, format);
	g_string_append_vprintf(text, format, arguments);
	va_end(arguments);
	g_ptr_array_add(self->texts, g_string_free(text, FALSE));
}

void
tocsin_problems_merge(TocsinProblems *self, const TocsinProblems *others)
{
	for (guint i = 0; i < others->texts->len; i++) {
		const char *text = g_ptr_array_index(others->texts, i);

		if (!g_ptr_array_find_with_equal_func(self->texts, text, g_str_equal, NULL)) {
			tocsin_problems_add(self, NULL, 0, "%s", text);
		}
	}
	self->unlisted += others->unlisted;
}

guint
tocsin_problems_count(const TocsinProblems *self)
{
	return self->texts->len;
}

const char *
tocsin_problems_at(const TocsinProblems *self, guint index)
{
	return g_ptr_array_index(self->texts, index);
}

gboolean
tocsin_problems_to_error(const TocsinProblems *self, GError **error)
{
	g_autoptr(GString) all = g_string_new(NULL);

	if (self->texts->len == 0) {
		return TRUE;
	}
	for (guint i = 0; i < self->texts->len; i++) {
		g_string_append_printf(all, "%s%s", i == 0 ? "" : "\n",
		                       tocsin_problems_at(self, i));
	}
	if (self->unlisted > 0) {
		g_string_append_printf(all, "\nand %u more", self->unlisted);
	}
	g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_CONFIG, all->str);
	return FALSE;
}
