/* SPDX-License-Identifier: MIT */
/* Takes the bytes for a position of the journal trigger, and for the name of a field. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "place.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(TocsinJournalPlace) place = {0};
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autofree char *event = tocsin_journal_field_to_event(text);

	if (tocsin_journal_place_read(&place, (const char *)data, size)) {
		g_autofree char *again = tocsin_journal_place_save(&place);

		g_assert_cmpstr(strchr(again, ' '), ==, strchr(text, ' '));
	}
	if (tocsin_journal_field_is_valid((const char *)data, size)) {
		g_assert_true(event == NULL || strlen(event) <= 40);
	}
	return 0;
}
