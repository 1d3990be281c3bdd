/* SPDX-License-Identifier: MIT */
/* sd-journal(3): matches are made once; after files came or went the place is sought anew. */
#include "reader.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <systemd/sd-journal.h>
#include <tocsin/error.h>

/* Longer fields are cut by libsystemd. */
#define FIELD_MAX_LENGTH (64u << 10)

struct _TocsinJournalReader {
	const TocsinJournalSettings *settings;
	sd_journal *journal;
	TocsinJournalPlace place; /* behind the last entry that is done */
	gint64 not_before_us;     /* older entries were done, or are not wanted */
	gboolean is_at_entry;     /* one that is not done */
	gboolean must_place;      /* files came or went, or there was no cursor yet */
};

static void
set_problem(GError **error, const char *what, int status)
{
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "%s: %s", what, g_strerror(-status));
}

static int
add_match(sd_journal *journal, const char *field, const char *value)
{
	g_autofree char *match = g_strconcat(field, "=", value, NULL);

	return sd_journal_add_match(journal, match, 0);
}

/* The unit's own entries, and those of the manager, of others and of core dumps about it. */
static int
add_unit(sd_journal *journal, const char *unit)
{
	int status = add_match(journal, "_SYSTEMD_UNIT", unit);

	status = status < 0 ? status : sd_journal_add_disjunction(journal);
	status = status < 0 ? status : add_match(journal, "_PID", "1");
	status = status < 0 ? status : add_match(journal, "UNIT", unit);
	status = status < 0 ? status : sd_journal_add_disjunction(journal);
	status = status < 0 ? status : add_match(journal, "_UID", "0");
	status = status < 0 ? status : add_match(journal, "OBJECT_SYSTEMD_UNIT", unit);
	status = status < 0 ? status : sd_journal_add_disjunction(journal);
	status = status < 0 ? status : add_match(journal, "_UID", "0");
	status = status < 0 ? status : add_match(journal, "COREDUMP_UNIT", unit);
	return status < 0 ? status : sd_journal_add_disjunction(journal);
}

static int
add_matches(const TocsinJournalReader *self)
{
	const TocsinJournalSettings *settings = self->settings;
	int status = 0;

	for (guint i = 0; status >= 0 && !settings->has_unit_globs && i < settings->units->len;
	     i++) {
		status = add_unit(self->journal, settings->units->pdata[i]);
	}
	status = status < 0 ? status : sd_journal_add_conjunction(self->journal);
	for (int i = 0; status >= 0 && settings->priority_max < 7 && i <= settings->priority_max;
	     i++) {
		const char number[] = {(char)('0' + i), '\0'};

		status = add_match(self->journal, "PRIORITY", number);
	}
	status = status < 0 ? status : sd_journal_add_conjunction(self->journal);
	for (guint i = 0; status >= 0 && i < settings->identifiers->len; i++) {
		status = add_match(self->journal, "SYSLOG_IDENTIFIER",
		                   settings->identifiers->pdata[i]);
	}
	status = status < 0 ? status : sd_journal_add_conjunction(self->journal);
	for (guint i = 0; status >= 0 && i < settings->matches->len; i++) {
		status = sd_journal_add_match(self->journal, settings->matches->pdata[i], 0);
	}
	return status;
}

TocsinJournalReader *
tocsin_journal_reader_new(const TocsinJournalSettings *settings, GError **error)
{
	g_autoptr(TocsinJournalReader) self = g_new0(TocsinJournalReader, 1);
	int status;

	self->settings = settings;
	status = settings->path != NULL
	                 ? sd_journal_open_directory(&self->journal, settings->path, 0)
	                 : sd_journal_open(&self->journal, SD_JOURNAL_LOCAL_ONLY);
	if (status < 0) {
		g_autofree char *what = g_strdup_printf(
		        "cannot open the journal%s%s", settings->path != NULL ? " in " : "",
		        settings->path != NULL ? settings->path : "");

		self->journal = NULL;
		set_problem(error, what, status);
		return NULL;
	}
	sd_journal_set_data_threshold(self->journal, FIELD_MAX_LENGTH);
	status = add_matches(self);
	if (status < 0) {
		set_problem(error, "the journal cannot be asked for such entries", status);
		return NULL;
	}
	return g_steal_pointer(&self);
}

void
tocsin_journal_reader_free(TocsinJournalReader *self)
{
	if (self != NULL) {
		sd_journal_close(self->journal);
		tocsin_journal_place_clear(&self->place);
		g_free(self);
	}
}

int
tocsin_journal_reader_get_fd(const TocsinJournalReader *self)
{
	int fd = sd_journal_get_fd(self->journal);

	return fd < 0 ? -1 : fd;
}

void
tocsin_journal_reader_process(TocsinJournalReader *self)
{
	if (sd_journal_process(self->journal) == SD_JOURNAL_INVALIDATE) {
		self->must_place = TRUE;
		self->is_at_entry = FALSE;
	}
}

static void
set_place(TocsinJournalReader *self, const char *cursor, gint64 realtime_us)
{
	char *copy = g_strdup(cursor);

	tocsin_journal_place_clear(&self->place);
	self->place = (TocsinJournalPlace){copy, realtime_us};
}

void
tocsin_journal_reader_go_to_start(TocsinJournalReader *self)
{
	set_place(self, NULL, 0);
	self->must_place = TRUE;
}

void
tocsin_journal_reader_go_to_time(TocsinJournalReader *self, gint64 us)
{
	set_place(self, NULL, us);
	self->must_place = TRUE;
}

void
tocsin_journal_reader_go_to_end(TocsinJournalReader *self, gint64 now_us)
{
	if (sd_journal_seek_tail(self->journal) >= 0 && sd_journal_previous(self->journal) > 0) {
		tocsin_journal_reader_finish(self);
		return;
	}
	tocsin_journal_reader_go_to_time(self, now_us);
}

void
tocsin_journal_reader_go_to_place(TocsinJournalReader *self, const TocsinJournalPlace *place)
{
	set_place(self, place->cursor, place->realtime_us);
	self->must_place = TRUE;
}

/* Is it the entry that was done last? */
static gboolean
is_done(const TocsinJournalReader *self)
{
	return self->place.cursor != NULL &&
	       sd_journal_test_cursor(self->journal, self->place.cursor) > 0;
}

/* Seeks the first entry behind the place: by its entry, or, if that is not there any more, by its
 * time. What sd_journal_next() returns. */
static int
seek(TocsinJournalReader *self)
{
	int status = self->place.cursor != NULL
	                     ? sd_journal_seek_cursor(self->journal, self->place.cursor)
	                     : -ENOENT;

	if (status < 0) {
		status = self->place.realtime_us > 0
		                 ? sd_journal_seek_realtime_usec(self->journal,
		                                                 (guint64)self->place.realtime_us)
		                 : sd_journal_seek_head(self->journal);
	}
	status = status < 0 ? status : sd_journal_next(self->journal);
	self->not_before_us = self->place.realtime_us;
	if (status > 0 && is_done(self)) {
		self->not_before_us = 0;
		status = sd_journal_next(self->journal);
	}
	/* As long as nothing is there, there is nothing to go on from. */
	self->must_place = status <= 0;
	return status;
}

/* Does a field of the present entry fit one of the units? */
static gboolean
has_unit(const TocsinJournalReader *self, const char *field)
{
	g_autofree char *unit = NULL;
	const char *bytes;
	gsize length;

	if (!tocsin_journal_reader_get_field(self, field, &bytes, &length)) {
		return FALSE;
	}
	unit = g_strndup(bytes, length);
	for (guint i = 0; i < self->settings->units->len; i++) {
		if (fnmatch(self->settings->units->pdata[i], unit, 0) == 0) {
			return TRUE;
		}
	}
	return FALSE;
}

static gboolean
has_value(const TocsinJournalReader *self, const char *field, const char *value)
{
	const char *bytes;
	gsize length;

	return tocsin_journal_reader_get_field(self, field, &bytes, &length) &&
	       length == strlen(value) && memcmp(bytes, value, length) == 0;
}

/* What the journal itself could not be asked for. */
static gboolean
is_wanted(const TocsinJournalReader *self)
{
	if (tocsin_journal_reader_get_time(self) < self->not_before_us) {
		return FALSE;
	}
	return !self->settings->has_unit_globs || has_unit(self, "_SYSTEMD_UNIT") ||
	       (has_value(self, "_PID", "1") && has_unit(self, "UNIT")) ||
	       (has_value(self, "_UID", "0") &&
	        (has_unit(self, "OBJECT_SYSTEMD_UNIT") || has_unit(self, "COREDUMP_UNIT")));
}

gboolean
tocsin_journal_reader_next(TocsinJournalReader *self, GError **error)
{
	while (!self->is_at_entry) {
		int status = self->must_place ? seek(self) : sd_journal_next(self->journal);

		if (status < 0) {
			set_problem(error, "cannot read the journal", status);
		}
		if (status <= 0) {
			return FALSE;
		}
		if (is_wanted(self)) {
			self->is_at_entry = TRUE;
		} else {
			tocsin_journal_reader_finish(self);
		}
	}
	return TRUE;
}

void
tocsin_journal_reader_finish(TocsinJournalReader *self)
{
	g_autofree char *cursor = tocsin_journal_reader_get_cursor(self);

	set_place(self, cursor, tocsin_journal_reader_get_time(self));
	self->is_at_entry = FALSE;
	self->must_place |= cursor == NULL;
}

const TocsinJournalPlace *
tocsin_journal_reader_get_place(const TocsinJournalReader *self)
{
	return &self->place;
}

gint64
tocsin_journal_reader_get_time(const TocsinJournalReader *self)
{
	guint64 us;

	return sd_journal_get_realtime_usec(self->journal, &us) < 0 ? 0
	                                                            : (gint64)MIN(us, G_MAXINT64);
}

char *
tocsin_journal_reader_get_cursor(const TocsinJournalReader *self)
{
	g_autofree char *cursor = NULL; /* GLib's allocator is the system's */

	return sd_journal_get_cursor(self->journal, &cursor) < 0 ? NULL : g_steal_pointer(&cursor);
}

gboolean
tocsin_journal_reader_get_field(const TocsinJournalReader *self, const char *name,
                                const char **out_bytes, gsize *out_length)
{
	gsize prefix = strlen(name) + 1;
	const void *data;
	gsize length;

	if (sd_journal_get_data(self->journal, name, &data, &length) < 0 || length < prefix) {
		return FALSE;
	}
	*out_bytes = (const char *)data + prefix;
	*out_length = length - prefix;
	return TRUE;
}
