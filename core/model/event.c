/* SPDX-License-Identifier: MIT */
/* What happened. */
#include "model/event.h"

#include <string.h>

static void
free_line(gpointer data)
{
	TocsinLine *line = data;

	g_free(line->text);
	g_free(line);
}

static void
free_attachment(gpointer data)
{
	TocsinAttachment *attachment = data;

	g_free(attachment->name);
	g_free(attachment->type);
	g_clear_pointer(&attachment->bytes, g_bytes_unref);
	g_free(attachment->path);
	g_free(attachment);
}

#define DIGEST_LENGTH 16u /* hexadecimal digits */

/* A valid copy of a name. One that is too long ends in a digest of the whole instead, so that two
 * long names do not become one: an id says what is told once, a key what belongs together. */
static char *
make_name(const char *name)
{
	g_autofree char *valid = g_utf8_make_valid(name != NULL ? name : "", -1);

	if (strlen(valid) > TOCSIN_EVENT_NAME_MAX) {
		g_autofree char *digest =
		        g_compute_checksum_for_string(G_CHECKSUM_SHA256, valid, -1);
		char *cut = valid + TOCSIN_EVENT_NAME_MAX - DIGEST_LENGTH - 1;

		while (((guchar)*cut & 0xc0) == 0x80) {
			cut--;
		}
		*cut = '\0';
		return g_strdup_printf("%s~%.*s", valid, (int)DIGEST_LENGTH, digest);
	}
	return g_steal_pointer(&valid);
}

TocsinEvent *
tocsin_event_new(const char *id, const char *trigger, const char *kind, const char *key,
                 gint64 time_us)
{
	TocsinEvent *self = g_atomic_rc_box_new0(TocsinEvent);

	self->id = make_name(id);
	self->time_us = time_us;
	self->seen_us = time_us;
	self->trigger = make_name(trigger);
	self->kind = make_name(kind);
	self->key = make_name(key);
	self->severity = TOCSIN_SEVERITY_INFO;
	self->fields = tocsin_value_new_map();
	self->excerpt = g_ptr_array_new_with_free_func(free_line);
	self->attachments = g_ptr_array_new_with_free_func(free_attachment);
	return self;
}

TocsinEvent *
tocsin_event_ref(const TocsinEvent *self)
{
	return g_atomic_rc_box_acquire((TocsinEvent *)self);
}

static void
clear_event(gpointer data)
{
	TocsinEvent *self = data;

	g_free(self->id);
	g_free(self->trigger);
	g_free(self->kind);
	g_free(self->key);
	tocsin_value_unref(self->fields);
	g_ptr_array_unref(self->excerpt);
	g_ptr_array_unref(self->attachments);
}

void
tocsin_event_unref(TocsinEvent *self)
{
	if (self != NULL) {
		g_atomic_rc_box_release_full(self, clear_event);
	}
}

/* Takes @weight more bytes in, or marks the event partial. */
static gboolean
admit(TocsinEvent *self, gsize weight)
{
	if (weight > TOCSIN_EVENT_WEIGHT_MAX - self->weight) {
		self->flags |= TOCSIN_EVENT_PARTIAL;
		return FALSE;
	}
	self->weight += weight;
	return TRUE;
}

gboolean
tocsin_event_set_field(TocsinEvent *self, const char *name, TocsinValue *value)
{
	if (!admit(self, strlen(name) + tocsin_value_weight(value))) {
		tocsin_value_unref(value);
		return FALSE;
	}
	if (!tocsin_value_set(self->fields, name, value)) {
		self->flags |= TOCSIN_EVENT_PARTIAL;
		return FALSE;
	}
	return TRUE;
}

gboolean
tocsin_event_set_string(TocsinEvent *self, const char *name, const char *text, gssize length)
{
	return tocsin_event_set_field(self, name, tocsin_value_new_string(text, length));
}

gboolean
tocsin_event_set_int(TocsinEvent *self, const char *name, gint64 value)
{
	return tocsin_event_set_field(self, name, tocsin_value_new_int(value));
}

TocsinValue *
tocsin_event_field(const TocsinEvent *self, const char *name)
{
	return tocsin_value_lookup(self->fields, name);
}

const char *
tocsin_event_field_string(const TocsinEvent *self, const char *name)
{
	const TocsinValue *value = tocsin_event_field(self, name);

	if (value == NULL || tocsin_value_type(value) != TOCSIN_VALUE_STRING) {
		return NULL;
	}
	return tocsin_value_get_string(value);
}

void
tocsin_event_add_line(TocsinEvent *self, TocsinMark mark, const char *text, gssize length)
{
	g_autofree char *valid = g_utf8_make_valid(text, length);

	if (self->excerpt->len >= TOCSIN_EVENT_EXCERPT_MAX) {
		self->flags |= TOCSIN_EVENT_PARTIAL;
		return;
	}
	if (!admit(self, strlen(valid))) {
		return;
	}
	TocsinLine *line = g_new(TocsinLine, 1);

	line->mark = mark;
	line->text = g_steal_pointer(&valid);
	g_ptr_array_add(self->excerpt, line);
}

static gboolean
attach(TocsinEvent *self, const char *name, const char *type, GBytes *bytes, const char *path)
{
	if (self->attachments->len >= TOCSIN_EVENT_ATTACHMENTS_MAX) {
		self->flags |= TOCSIN_EVENT_PARTIAL;
		return FALSE;
	}
	if (!admit(self, strlen(name) + (bytes != NULL ? g_bytes_get_size(bytes) : 0))) {
		return FALSE;
	}
	TocsinAttachment *attachment = g_new0(TocsinAttachment, 1);

	attachment->name = g_utf8_make_valid(name, -1);
	attachment->type = type != NULL ? g_utf8_make_valid(type, -1) : NULL;
	attachment->bytes = bytes != NULL ? g_bytes_ref(bytes) : NULL;
	attachment->path = g_strdup(path);
	g_ptr_array_add(self->attachments, attachment);
	return TRUE;
}

gboolean
tocsin_event_attach_bytes(TocsinEvent *self, const char *name, const char *type, GBytes *bytes)
{
	return attach(self, name, type, bytes, NULL);
}

gboolean
tocsin_event_attach_path(TocsinEvent *self, const char *name, const char *type, const char *path)
{
	return attach(self, name, type, NULL, path);
}

static const char *const severities[] = {
        "debug", "info", "notice", "warning", "error", "critical",
};
static const char *const statuses[] = {"none", "problem", "ok"};
static const char *const marks[] = {"before", "match", "after"};

static gboolean
find_word(const char *const *words, guint count, const char *word, guint *out_index)
{
	for (guint i = 0; i < count; i++) {
		if (strcmp(words[i], word) == 0) {
			*out_index = i;
			return TRUE;
		}
	}
	return FALSE;
}

const char *
tocsin_severity_name(TocsinSeverity severity)
{
	return (guint)severity < G_N_ELEMENTS(severities) ? severities[severity] : "invalid";
}

const char *
tocsin_status_name(TocsinStatus status)
{
	return (guint)status < G_N_ELEMENTS(statuses) ? statuses[status] : "invalid";
}

const char *
tocsin_mark_name(TocsinMark mark)
{
	return (guint)mark < G_N_ELEMENTS(marks) ? marks[mark] : "invalid";
}

gboolean
tocsin_severity_parse(const char *name, TocsinSeverity *out_severity)
{
	guint index;

	if (!find_word(severities, G_N_ELEMENTS(severities), name, &index)) {
		return FALSE;
	}
	*out_severity = (TocsinSeverity)index;
	return TRUE;
}

gboolean
tocsin_status_parse(const char *name, TocsinStatus *out_status)
{
	guint index;

	if (!find_word(statuses, G_N_ELEMENTS(statuses), name, &index)) {
		return FALSE;
	}
	*out_status = (TocsinStatus)index;
	return TRUE;
}
