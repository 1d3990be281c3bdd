/* SPDX-License-Identifier: MIT */
/* "REALTIME CURSOR"; the cursor is libsystemd's own and not looked into. */
#include "place.h"

#include <string.h>

/* What libsystemd takes for a field's name. */
#define NAME_MAX_LENGTH 64u
#define EVENT_NAME_MAX_LENGTH 40u
#define CURSOR_MAX_LENGTH 1024u

void
tocsin_journal_place_clear(TocsinJournalPlace *self)
{
	g_clear_pointer(&self->cursor, g_free);
}

char *
tocsin_journal_place_save(const TocsinJournalPlace *self)
{
	return g_strdup_printf("%" G_GINT64_FORMAT " %s", self->realtime_us,
	                       self->cursor != NULL ? self->cursor : "");
}

gboolean
tocsin_journal_place_read(TocsinJournalPlace *self, const char *bytes, gsize length)
{
	g_autofree char *text = NULL;
	gint64 realtime_us;
	char *blank;

	if (length > CURSOR_MAX_LENGTH || memchr(bytes, '\0', length) != NULL) {
		return FALSE;
	}
	text = g_strndup(bytes, length);
	blank = strchr(text, ' ');
	if (blank == NULL) {
		return FALSE;
	}
	*blank = '\0';
	if (!g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &realtime_us, NULL)) {
		return FALSE;
	}
	tocsin_journal_place_clear(self);
	self->realtime_us = realtime_us;
	self->cursor = blank[1] != '\0' ? g_strdup(blank + 1) : NULL;
	return TRUE;
}

gboolean
tocsin_journal_field_is_valid(const char *name, gsize length)
{
	if (length == 0 || length > NAME_MAX_LENGTH || g_ascii_isdigit(name[0])) {
		return FALSE;
	}
	for (gsize i = 0; i < length; i++) {
		if (!g_ascii_isupper(name[i]) && !g_ascii_isdigit(name[i]) && name[i] != '_') {
			return FALSE;
		}
	}
	return TRUE;
}

char *
tocsin_journal_field_to_event(const char *name)
{
	while (*name == '_' || g_ascii_isdigit(*name)) {
		name++;
	}
	return *name != '\0' ? g_ascii_strdown(name, MIN(strlen(name), EVENT_NAME_MAX_LENGTH))
	                     : NULL;
}
