/* SPDX-License-Identifier: MIT */
/* Finds what is wrong with how mails are to look, before there is any. */
#include <string.h>

#include "engine/letter-head.h"
#include "engine/letter.h"
#include "model/address.h"

static guint
check_header(TocsinComposer *composer, const char *header, TocsinRuleComplain complain,
             gpointer user_data)
{
	g_auto(GStrv) parts = g_strsplit(header, ":", 2);
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;

	if (parts[0] == NULL || parts[1] == NULL) {
		text = g_strdup_printf("\"%s\": expected \"Name: value\"", header);
	} else if (!tocsin_letter_head_add(composer, g_strstrip(parts[0]), g_strstrip(parts[1]),
	                                   &error)) {
		text = g_strdup(error->message);
	}
	if (text == NULL) {
		return 0;
	}
	complain("headers", text, user_data);
	return 1;
}

gboolean
tocsin_letter_check(const TocsinLetterStyle *style, TocsinRuleComplain complain, gpointer user_data)
{
	g_autoptr(TocsinComposer) composer = tocsin_composer_new();
	g_autoptr(TocsinAddress) author = NULL;
	g_autoptr(GError) error = NULL;
	guint faults = 0;

	if (style->from != NULL) {
		author = tocsin_address_parse(style->from, -1, &error);
		if (author == NULL) {
			complain("from", error->message, user_data);
			faults++;
		}
	}
	for (guint i = 0; style->headers != NULL && style->headers[i] != NULL; i++) {
		faults += check_header(composer, style->headers[i], complain, user_data);
	}
	return faults == 0;
}
