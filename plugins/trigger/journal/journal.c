/* SPDX-License-Identifier: MIT */
/* The journal trigger: follows systemd's journal, and raises an event for each entry that is
 * wanted.
 *
 * Only while there is room for events is anything read; the place is remembered behind the last
 * entry whose events were taken. */
#include <glib.h>
#include <string.h>
#include <tocsin/plugin.h>

#include "event.h"
#include "journal-unit.h"
#include "raise.h"
#include "reader.h"
#include "settings.h"

/* The name of the position. */
#define POSITION "place"
/* Entries read before the main loop gets its turn: some milliseconds. */
#define ENTRIES 200u

typedef struct {
	const tocsin_host *host;
	TocsinJournalSettings *settings;
	TocsinJournalRaiser raiser;
	TocsinJournalReader *reader; /* NULL: there is no journal now */
	int fd;                      /* of the reader, watched; -1: none */
	TocsinJournalPlace place;    /* where to begin, as long as there is no journal */
	char *saved;                 /* the place as last remembered (nullable) */
	gboolean is_failing;         /* that it cannot be read was said */
} JournalTrigger;

static void
save(JournalTrigger *self, const TocsinJournalPlace *place)
{
	g_autofree char *text = tocsin_journal_place_save(place);

	if (g_strcmp0(text, self->saved) != 0) {
		self->raiser.loop->checkpoint(self->raiser.source, POSITION, text, strlen(text));
		g_free(self->saved);
		self->saved = g_steal_pointer(&text);
	}
}

/* Says once that there is no journal, or that it cannot be read. */
static void
note(JournalTrigger *self, const GError *problem)
{
	g_autofree char *text = NULL;

	if (!self->is_failing) {
		self->is_failing = TRUE;
		text = g_strdup_printf("%s; trying again", problem->message);
		self->host->log(self->host, TOCSIN_LOG_WARNING, text);
	}
}

/* Takes the place of an earlier run. FALSE: there was none, or none that makes sense. */
static gboolean
restore(JournalTrigger *self)
{
	const tocsin_loop *loop = self->raiser.loop;
	const char *name;
	const void *data;
	size_t length;

	for (uint32_t i = 0;
	     loop->restore(self->raiser.source, i, &name, &data, &length) == TOCSIN_OK; i++) {
		if (strcmp(name, POSITION) == 0 &&
		    tocsin_journal_place_read(&self->place, data, length)) {
			return TRUE;
		}
	}
	return FALSE;
}

/* Goes to where the first reading begins. */
static void
go_first(JournalTrigger *self, gboolean is_known)
{
	gint64 now_us = self->raiser.started_us;

	switch (self->settings->from) {
	case TOCSIN_FROM_START:
		tocsin_journal_reader_go_to_start(self->reader);
		return;
	case TOCSIN_FROM_END:
		tocsin_journal_reader_go_to_end(self->reader, now_us);
		return;
	case TOCSIN_FROM_SINCE:
		if (!is_known || self->place.realtime_us < self->settings->since_us) {
			tocsin_journal_reader_go_to_time(self->reader, self->settings->since_us);
			return;
		}
		break;
	case TOCSIN_FROM_CHECKPOINT:
		if (!is_known) {
			tocsin_journal_reader_go_to_end(self->reader, now_us);
			return;
		}
	}
	tocsin_journal_reader_go_to_place(self->reader, &self->place);
}

/* While there is no room for events, nothing is read. */
static void
set_watched(JournalTrigger *self, gboolean is_watched)
{
	int fd = is_watched && self->reader != NULL ? tocsin_journal_reader_get_fd(self->reader)
	                                            : -1;

	if (fd == self->fd) {
		return;
	}
	if (self->fd >= 0) {
		self->raiser.loop->unwatch(self->raiser.source, self->fd);
	}
	/* If it cannot be watched, the sweep has to do. */
	self->fd = fd >= 0 && self->raiser.loop->watch(self->raiser.source, fd, TOCSIN_READABLE) ==
	                                   TOCSIN_OK
	                   ? fd
	                   : -1;
}

/* Opens the journal, if it is there now. */
static gboolean
open_journal(JournalTrigger *self)
{
	g_autoptr(GError) problem = NULL;

	self->reader = tocsin_journal_reader_new(self->settings, &problem);
	if (self->reader == NULL) {
		note(self, problem);
		return FALSE;
	}
	return TRUE;
}

/* Begins anew behind the last entry that is done. */
static void
close_journal(JournalTrigger *self)
{
	const TocsinJournalPlace *place = tocsin_journal_reader_get_place(self->reader);

	set_watched(self, FALSE);
	tocsin_journal_place_clear(&self->place);
	self->place = (TocsinJournalPlace){g_strdup(place->cursor), place->realtime_us};
	g_clear_pointer(&self->reader, tocsin_journal_reader_free);
}

/* Reads some entries. @out_has_more: there are more. TOCSIN_E_TEMP: there is no room. */
static int32_t
read_some(JournalTrigger *self, gboolean *out_has_more, tocsin_error *error)
{
	g_autoptr(GError) problem = NULL;

	for (guint i = 0; i < ENTRIES; i++) {
		int32_t status;

		if (!tocsin_journal_reader_next(self->reader, &problem)) {
			*out_has_more = FALSE;
			if (problem != NULL) {
				note(self, problem);
				close_journal(self);
			}
			return TOCSIN_OK;
		}
		self->is_failing = FALSE;
		status = tocsin_journal_raise(&self->raiser, self->reader, error);
		if (status != TOCSIN_OK) {
			return status;
		}
		tocsin_journal_reader_finish(self->reader);
	}
	*out_has_more = TRUE;
	return TOCSIN_OK;
}

/* Reads what there is to read, and sees to be called again. */
static int32_t
step(JournalTrigger *self, tocsin_error *error)
{
	gboolean has_more = FALSE;
	int32_t status = TOCSIN_OK;

	if (self->reader == NULL && open_journal(self)) {
		tocsin_journal_reader_go_to_place(self->reader, &self->place);
	}
	if (self->reader != NULL) {
		tocsin_journal_reader_process(self->reader);
		status = read_some(self, &has_more, error);
		tocsin_patterns_tell_failures(self->settings->patterns, self->host);
	}
	if (self->reader != NULL) {
		save(self, tocsin_journal_reader_get_place(self->reader));
	}
	set_watched(self, status == TOCSIN_OK);
	if (status != TOCSIN_OK) {
		return status == TOCSIN_E_TEMP
		               ? self->raiser.loop->set_timer(self->raiser.source, -1)
		               : status;
	}
	return self->raiser.loop->set_timer(self->raiser.source,
	                                    has_more ? 0 : self->settings->sweep_us);
}

static int32_t
journal_check(const tocsin_host *host, const tocsin_config *config, tocsin_schema *schema,
              tocsin_error *error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(TocsinJournalSettings) settings =
	        tocsin_journal_settings_new(host, config, FALSE, 0, &problem);

	if (settings == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, problem->message);
	}
	/* What a pattern file will bring is not known before it is read. */
	return host->get_string(host, config, "pattern_file") != NULL
	               ? TOCSIN_OK
	               : tocsin_journal_declare(settings, host, schema, error);
}

static int32_t
journal_start(const tocsin_host *host, const tocsin_config *config, tocsin_source *source,
              void **out_instance, tocsin_error *error)
{
	int32_t status = TOCSIN_OK;
	const tocsin_loop *loop = tocsin_draft_find_loop(host, &status, error);
	g_autoptr(GError) problem = NULL;
	TocsinJournalSettings *settings;
	JournalTrigger *self;
	gboolean is_known;

	if (loop == NULL) {
		return status;
	}
	settings = tocsin_journal_settings_new(host, config, TRUE, loop->wall_us(source), &problem);
	if (settings == NULL) {
		return host->fail(host, error, TOCSIN_E_CONFIG, problem->message);
	}
	self = g_new0(JournalTrigger, 1);
	self->host = host;
	self->settings = settings;
	self->fd = -1;
	self->raiser = (TocsinJournalRaiser){.loop = loop, .source = source, .settings = settings};
	self->raiser.started_us = loop->wall_us(source);
	*out_instance = self;
	is_known = restore(self);
	if (!is_known) {
		/* If there is no journal yet, all that comes is new. */
		self->place.realtime_us = self->raiser.started_us;
	}
	if (open_journal(self)) {
		go_first(self, is_known);
		save(self, tocsin_journal_reader_get_place(self->reader));
	} else {
		save(self, &self->place);
	}
	return loop->set_timer(source, 0);
}

/* Something may have come. */
static int32_t
journal_ready(void *instance, int32_t fd, uint32_t events, tocsin_error *error)
{
	return step(instance, error);
}

static int32_t
journal_tick(void *instance, tocsin_error *error)
{
	return step(instance, error);
}

static void
journal_stop(void *instance)
{
	JournalTrigger *self = instance;

	set_watched(self, FALSE);
	tocsin_journal_reader_free(self->reader);
	tocsin_journal_raiser_clear(&self->raiser);
	tocsin_journal_settings_free(self->settings);
	tocsin_journal_place_clear(&self->place);
	g_free(self->saved);
	g_free(self);
}

static const tocsin_trigger_ops journal_ops = {
        .size = sizeof(tocsin_trigger_ops),
        .check = journal_check,
        .start = journal_start,
        .ready = journal_ready,
        .tick = journal_tick,
        .resume = journal_tick,
        .stop = journal_stop,
};

const tocsin_unit tocsin_journal_unit = {
        .size = sizeof(tocsin_unit),
        .kind = TOCSIN_KIND_TRIGGER,
        .serial = TOCSIN_SERIAL_UNIT,
        .name = "journal",
        .summary = "Entries of systemd's journal",
        .keys = tocsin_journal_keys,
        .trigger = &journal_ops,
};
