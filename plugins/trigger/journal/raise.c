/* SPDX-License-Identifier: MIT */
/* Fields, severity, time and id of an entry; and which patterns match its message. */
#include "raise.h"

#include <string.h>

#include "event.h"
#include "lines.h"

#define FIELDS_MAX \
	220u /* as many as a regex may have groups, as the setting may ask for, and ours */
#define LINES_MAX 1000u
#define ID_LENGTH 32u

/* What every event has, if the entry has it. */
static const struct {
	const char *name;
	const char *event;
	guint32 type;
	const char *help;
} usual[] = {
        {"MESSAGE", "message", TOCSIN_FIELD_TEXT, "The entry's text."},
        {"_SYSTEMD_UNIT", "unit", TOCSIN_FIELD_TEXT,
         "The unit that wrote it, or that it is about."},
        {"SYSLOG_IDENTIFIER", "identifier", TOCSIN_FIELD_TEXT, "The program's name for syslog."},
        {"_HOSTNAME", "host", TOCSIN_FIELD_TEXT, "The machine that it was written on."},
        {"_PID", "pid", TOCSIN_FIELD_INT, "The process that wrote it."},
        {"_UID", "uid", TOCSIN_FIELD_INT, "Its user's number."},
        {"_COMM", "comm", TOCSIN_FIELD_TEXT, "Its name."},
        {"_EXE", "exe", TOCSIN_FIELD_TEXT, "Its program's path."},
        {"PRIORITY", "priority", TOCSIN_FIELD_INT, "Syslog's number, 0 emergency to 7 debug."},
        {"_TRANSPORT", "transport", TOCSIN_FIELD_TEXT, "How it came: journal, syslog, kernel, …"},
        {"MESSAGE_ID", "message_id", TOCSIN_FIELD_TEXT, "What kind of message it is."},
};

static gboolean
parse_number(const char *bytes, gsize length, gint64 *out_number)
{
	g_autofree char *text = g_strndup(bytes, length);

	return g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, out_number, NULL);
}

/* A field's value, which outlives the next call to the reader: copied into @texts. */
static gboolean
take(const TocsinJournalReader *reader, const char *name, GPtrArray *texts, const char **out_text,
     gsize *out_length)
{
	const char *bytes;
	char *copy;

	if (!tocsin_journal_reader_get_field(reader, name, &bytes, out_length)) {
		return FALSE;
	}
	copy = g_malloc(*out_length + 1);
	memcpy(copy, bytes, *out_length);
	copy[*out_length] = '\0';
	g_ptr_array_add(texts, copy);
	*out_text = copy;
	return TRUE;
}

/* An entry, taken out of the journal. */
typedef struct {
	GPtrArray *texts; /* of char *: what the fields point to */
	tocsin_field fields[FIELDS_MAX];
	guint count;
	const char *message;
	gsize length;
	guint32 severity;
	gint64 time_us;
	gboolean is_catch_up;
	char *cursor;
} Entry;

static void
entry_clear(Entry *self)
{
	g_clear_pointer(&self->texts, g_ptr_array_unref);
	g_clear_pointer(&self->cursor, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Entry, entry_clear)

static void
add_field(Entry *self, const TocsinJournalReader *reader, const char *name, const char *event,
          guint32 type)
{
	tocsin_field field = {.size = sizeof field, .type = type, .name = event};
	const char *text;
	gsize length;

	if (self->count >= FIELDS_MAX || !take(reader, name, self->texts, &text, &length)) {
		return;
	}
	if (type == TOCSIN_FIELD_TEXT) {
		field.text = text;
		field.length = length;
	} else if (!parse_number(text, length, &field.number)) {
		return;
	}
	self->fields[self->count++] = field;
}

/* The manager's entries about a unit, and others', name it elsewhere. */
static void
add_unit(Entry *self, const TocsinJournalReader *reader)
{
	static const char *const names[] = {"UNIT", "OBJECT_SYSTEMD_UNIT", "COREDUMP_UNIT",
	                                    "_SYSTEMD_UNIT"};
	guint before = self->count;

	for (guint i = 0; i < G_N_ELEMENTS(names) && self->count == before; i++) {
		add_field(self, reader, names[i], "unit", TOCSIN_FIELD_TEXT);
	}
}

static void
read_entry(Entry *self, const TocsinJournalRaiser *raiser, const TocsinJournalReader *reader)
{
	const tocsin_field *field;
	const char *text;
	gsize length;

	self->texts = g_ptr_array_new_with_free_func(g_free);
	self->time_us = tocsin_journal_reader_get_time(reader);
	self->is_catch_up = self->time_us < raiser->started_us;
	if (take(reader, "_SOURCE_REALTIME_TIMESTAMP", self->texts, &text, &length)) {
		parse_number(text, length, &self->time_us);
	}
	self->message = "";
	take(reader, "MESSAGE", self->texts, &self->message, &self->length);
	for (guint i = 0; i < G_N_ELEMENTS(usual); i++) {
		if (strcmp(usual[i].event, "unit") == 0) {
			add_unit(self, reader);
		} else {
			add_field(self, reader, usual[i].name, usual[i].event, usual[i].type);
		}
	}
	for (guint i = 0; i < raiser->settings->fields->len; i++) {
		const TocsinJournalField *wanted = raiser->settings->fields->pdata[i];

		if (tocsin_patterns_find_field(self->fields, self->count, wanted->event) == NULL) {
			add_field(self, reader, wanted->name, wanted->event, TOCSIN_FIELD_TEXT);
		}
	}
	field = tocsin_patterns_find_field(self->fields, self->count, "priority");
	self->severity = field != NULL && field->number >= 0 && field->number <= 7
	                         ? TOCSIN_LEVEL_EMERGENCY - (guint32)field->number
	                         : TOCSIN_LEVEL_NONE;
	self->cursor = tocsin_journal_reader_get_cursor(reader);
}

/* The same for the same entry and kind whenever it is read. */
static char *
make_id(const Entry *entry, const char *kind)
{
	g_autofree char *all = g_strdup_printf("%s\n%s", kind, entry->cursor);
	char *id = g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);

	id[ID_LENGTH] = '\0';
	return id;
}

static char *
make_key(const tocsin_field *fields, guint count, const char *name)
{
	const tocsin_field *field = tocsin_patterns_find_field(fields, count, name);

	return field == NULL || field->type != TOCSIN_FIELD_TEXT ? NULL
	                                                         : tocsin_patterns_make_key(field);
}

/* Emits an event with @fields, @pattern (nullable) saying more. */
static int32_t
emit(const TocsinJournalRaiser *self, const Entry *entry, const TocsinPattern *pattern,
     const tocsin_field *fields, guint count, tocsin_error *error)
{
	const char *kind = pattern != NULL ? pattern->name : "entry";
	const char *key_name = pattern != NULL && pattern->key != NULL ? pattern->key : "unit";
	g_autofree char *id = make_id(entry, kind);
	g_autofree char *key = make_key(fields, count, key_name);
	g_autoptr(GPtrArray) lines =
	        tocsin_lines_take_last(entry->message, entry->length, LINES_MAX);
	const tocsin_field *list[FIELDS_MAX + 1] = {NULL};
	tocsin_event event = {
	        .size = sizeof event,
	        .severity = entry->severity,
	        .flags = entry->is_catch_up ? TOCSIN_EMIT_CATCH_UP : 0,
	        .time_us = entry->time_us,
	        .kind = kind,
	        .id = id,
	        .key = key,
	        .fields = list,
	};

	for (guint i = 0; i < count; i++) {
		list[i] = &fields[i];
	}
	if (pattern != NULL) {
		event.status = pattern->status;
		event.severity = pattern->severity != TOCSIN_LEVEL_NONE ? pattern->severity
		                                                        : entry->severity;
	}
	event.excerpt = (const tocsin_line *const *)lines->pdata;
	return self->loop->emit(self->source, &event, error);
}

/* An entry whose patterns are looked for. */
typedef struct {
	TocsinJournalRaiser *raiser;
	const Entry *entry;
	guint seen; /* patterns that matched */
	int32_t status;
	tocsin_error *error;
} Search;

static gboolean
on_match(const TocsinLogMatch *match, gpointer data)
{
	Search *search = data;
	const TocsinPatterns *patterns = search->raiser->settings->patterns;
	const Entry *entry = search->entry;
	tocsin_field fields[FIELDS_MAX];
	guint count;

	if (search->seen++ < search->raiser->raised) {
		return TRUE; /* it was taken before */
	}
	/* Captures go before the entry's own fields of the same name. */
	count = tocsin_patterns_take_fields(patterns, match, fields, FIELDS_MAX);
	for (guint i = 0; i < entry->count && count < FIELDS_MAX; i++) {
		if (tocsin_patterns_find_field(fields, count, entry->fields[i].name) == NULL) {
			fields[count++] = entry->fields[i];
		}
	}
	search->status = emit(search->raiser, entry, patterns->list->pdata[match->pattern], fields,
	                      count, search->error);
	if (search->status != TOCSIN_OK) {
		return FALSE;
	}
	search->raiser->raised++;
	return TRUE;
}

int32_t
tocsin_journal_raise(TocsinJournalRaiser *self, const TocsinJournalReader *reader,
                     tocsin_error *error)
{
	g_auto(Entry) entry = {0};
	Search search = {.raiser = self, .entry = &entry, .error = error};

	read_entry(&entry, self, reader);
	if (g_strcmp0(self->cursor, entry.cursor) != 0) {
		tocsin_journal_raiser_clear(self);
	}
	if (self->settings->patterns->list->len == 0) {
		search.status = emit(self, &entry, NULL, entry.fields, entry.count, error);
	} else {
		tocsin_log_matcher_match_unit(self->settings->patterns->matcher, entry.message,
		                              entry.length, on_match, &search);
	}
	if (search.status == TOCSIN_E_TEMP) {
		g_free(self->cursor);
		self->cursor = g_steal_pointer(&entry.cursor);
	}
	return search.status;
}

void
tocsin_journal_raiser_clear(TocsinJournalRaiser *self)
{
	g_clear_pointer(&self->cursor, g_free);
	self->raised = 0;
}

int32_t
tocsin_journal_declare(const TocsinJournalSettings *settings, const tocsin_host *host,
                       tocsin_schema *schema, tocsin_error *error)
{
	const tocsin_schemas *schemas = host->extension(host, TOCSIN_SCHEMA);
	g_autoptr(GPtrArray) others = g_ptr_array_new();
	int32_t status = TOCSIN_OK;

	if (schemas == NULL) {
		return TOCSIN_OK;
	}
	for (guint i = 0; i < G_N_ELEMENTS(usual); i++) {
		g_ptr_array_add(others, (gpointer)usual[i].event);
		schemas->add_field(schema, NULL, usual[i].event, usual[i].type, usual[i].help);
	}
	for (guint i = 0; status == TOCSIN_OK && i < settings->fields->len; i++) {
		const TocsinJournalField *field = settings->fields->pdata[i];

		if (!g_ptr_array_find_with_equal_func(others, field->event, g_str_equal, NULL)) {
			g_ptr_array_add(others, field->event);
			status = schemas->add_field(schema, NULL, field->event, TOCSIN_FIELD_TEXT,
			                            "A field of the entry.");
		}
	}
	g_ptr_array_add(others, NULL);
	if (settings->patterns->list->len == 0) {
		return schemas->add_kind(schema, "entry", "An entry of the journal.");
	}
	return tocsin_patterns_declare(settings->patterns, host, schema,
	                               (const char *const *)others->pdata, error);
}
