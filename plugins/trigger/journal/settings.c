/* SPDX-License-Identifier: MIT */
/* From configuration to what is read from the journal. */
#include "settings.h"

#include <string.h>

#include "event.h"
#include "place.h"
#include "problems.h"

#define KEY(variable, ...) \
	static const tocsin_key variable = {.size = sizeof(tocsin_key), __VA_ARGS__}

KEY(key_path, .type = TOCSIN_KEY_STRING, .name = "path",
    .help = "Absolute path of a folder with journal files, instead of this machine's journal.");
KEY(key_units, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "units",
    .help = "Only entries of these units, or about them; *, ? and [] stand for any part.");
KEY(key_priority, .type = TOCSIN_KEY_STRING, .name = "priority", .fallback = "debug",
    .choices = tocsin_draft_severities, .help = "Only entries of at least this severity.");
KEY(key_identifiers, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "identifiers",
    .help = "Only entries with one of these as SYSLOG_IDENTIFIER, such as sshd.");
KEY(key_matches, .type = TOCSIN_KEY_LIST, .maximum = 1000, .name = "matches",
    .help = "Only entries with such fields: FIELD=VALUE; of one field any of the values.");
KEY(key_fields, .type = TOCSIN_KEY_LIST, .maximum = 100, .name = "fields",
    .help = "Further fields of the entry that events have, such as CODE_FILE.");
KEY(key_sweep, .type = TOCSIN_KEY_DURATION, .name = "sweep", .fallback = "10s", .minimum = 100000,
    .maximum = 3600 * (int64_t)G_USEC_PER_SEC,
    .help = "How often the journal is looked at, whatever the kernel tells.");

const tocsin_key *const tocsin_journal_keys[] = {
        &key_path,
        &tocsin_from_key,
        &key_units,
        &key_priority,
        &key_identifiers,
        &key_matches,
        &tocsin_patterns_key,
        &tocsin_patterns_key_file,
        &key_fields,
        &key_sweep,
        NULL,
};

static void
field_free(gpointer data)
{
	TocsinJournalField *self = data;

	g_free(self->name);
	g_free(self->event);
	g_free(self);
}

void
tocsin_journal_settings_free(TocsinJournalSettings *self)
{
	if (self != NULL) {
		g_free(self->path);
		g_ptr_array_unref(self->units);
		g_ptr_array_unref(self->identifiers);
		g_ptr_array_unref(self->matches);
		g_ptr_array_unref(self->fields);
		tocsin_patterns_free(self->patterns);
		g_free(self);
	}
}

static GPtrArray *
read_list(const tocsin_host *host, const tocsin_config *config, const char *key)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
	const char *item;

	for (uint32_t i = 0; (item = host->get_item(host, config, key, i)) != NULL; i++) {
		g_ptr_array_add(list, g_strdup(item));
	}
	return list;
}

/* A unit's name without its kind is that of a service. */
static void
complete_units(TocsinJournalSettings *self)
{
	for (guint i = 0; i < self->units->len; i++) {
		char *unit = self->units->pdata[i];

		self->has_unit_globs |= strpbrk(unit, "*?[") != NULL;
		if (strchr(unit, '.') == NULL && !g_str_has_suffix(unit, "*")) {
			self->units->pdata[i] = g_strconcat(unit, ".service", NULL);
			g_free(unit);
		}
	}
}

static void
check_matches(const TocsinJournalSettings *self, GString *problems)
{
	for (guint i = 0; i < self->matches->len; i++) {
		const char *match = self->matches->pdata[i];
		const char *equals = strchr(match, '=');

		if (equals == NULL ||
		    !tocsin_journal_field_is_valid(match, (gsize)(equals - match))) {
			tocsin_problems_add(problems,
			                    "matches: '%s' must be FIELD=VALUE, the field in "
			                    "capitals, such as _UID=1000",
			                    match);
		}
	}
}

static gboolean
has_event_field(const TocsinJournalSettings *self, const char *event)
{
	for (guint i = 0; i < self->fields->len; i++) {
		if (strcmp(((const TocsinJournalField *)self->fields->pdata[i])->event, event) ==
		    0) {
			return TRUE;
		}
	}
	return FALSE;
}

static void
add_field(TocsinJournalSettings *self, const char *name, const char *event)
{
	TocsinJournalField *field = g_new0(TocsinJournalField, 1);

	field->name = g_strdup(name);
	field->event = g_strdup(event);
	g_ptr_array_add(self->fields, field);
}

static void
read_fields(TocsinJournalSettings *self, const tocsin_host *host, const tocsin_config *config,
            GString *problems)
{
	const char *item;

	for (uint32_t i = 0; (item = host->get_item(host, config, "fields", i)) != NULL; i++) {
		g_autofree char *event = tocsin_journal_field_to_event(item);

		if (event == NULL || !tocsin_journal_field_is_valid(item, strlen(item))) {
			tocsin_problems_add(problems,
			                    "fields: '%s' is no field of a journal: those are "
			                    "written in capitals, such as CODE_FILE",
			                    item);
		} else if (!has_event_field(self, event)) {
			add_field(self, item, event);
		}
	}
}

TocsinJournalSettings *
tocsin_journal_settings_new(const tocsin_host *host, const tocsin_config *config,
                            gboolean reads_files, gint64 now_us, GError **error)
{
	g_autoptr(TocsinJournalSettings) self = g_new0(TocsinJournalSettings, 1);
	g_autoptr(GString) problems = g_string_new(NULL);
	guint32 severity = tocsin_draft_parse_severity(host->get_string(host, config, "priority"),
	                                               TOCSIN_LEVEL_DEBUG);

	self->path = g_strdup(host->get_string(host, config, "path"));
	if (self->path != NULL && self->path[0] != '/') {
		tocsin_problems_add(problems, "path: '%s' must be an absolute path", self->path);
	}
	tocsin_from_parse(host->get_string(host, config, "from"), now_us, &self->from,
	                  &self->since_us, problems);
	self->units = read_list(host, config, "units");
	complete_units(self);
	self->identifiers = read_list(host, config, "identifiers");
	self->matches = read_list(host, config, "matches");
	check_matches(self, problems);
	self->priority_max = (int)(TOCSIN_LEVEL_EMERGENCY - severity);
	self->fields = g_ptr_array_new_with_free_func(field_free);
	read_fields(self, host, config, problems);
	self->patterns = tocsin_patterns_new(host, config, reads_files, problems);
	self->sweep_us = host->get_int(host, config, "sweep");
	return tocsin_problems_are_none(problems, error) ? g_steal_pointer(&self) : NULL;
}
