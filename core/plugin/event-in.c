/* SPDX-License-Identifier: MIT */
/* Checks each struct that an event consists of, and copies it. */
#include "plugin/event-in.h"

#include <string.h>

#include "abi/sizes.h"
#include "base/text.h"
#include "model/mail.h"
#include "plugin/schema.h"

#define FIELDS_MAX 1000u
#define NAME_MAX_LENGTH 40u
#define TEXT_MAX ((gsize)64 << 10) /* of a key, an id */
/* Of an array of pointers: what is more is no honest list any more. */
#define LIST_MAX 100000u

static TocsinSeverity
severity_from_plugin(guint32 level)
{
	switch (level) {
	case TOCSIN_LEVEL_DEBUG:
		return TOCSIN_SEVERITY_DEBUG;
	case TOCSIN_LEVEL_NOTICE:
		return TOCSIN_SEVERITY_NOTICE;
	case TOCSIN_LEVEL_WARNING:
		return TOCSIN_SEVERITY_WARNING;
	case TOCSIN_LEVEL_ERROR:
		return TOCSIN_SEVERITY_ERROR;
	case TOCSIN_LEVEL_CRITICAL:
	case TOCSIN_LEVEL_ALERT:
	case TOCSIN_LEVEL_EMERGENCY:
		return TOCSIN_SEVERITY_CRITICAL;
	default:
		return TOCSIN_SEVERITY_INFO;
	}
}

static gboolean
status_from_plugin(const char *status, TocsinStatus *out_status)
{
	if (strcmp(status, "success") == 0) {
		*out_status = TOCSIN_STATUS_OK;
		return TRUE;
	}
	if (strcmp(status, "failure") == 0) {
		*out_status = TOCSIN_STATUS_PROBLEM;
		return TRUE;
	}
	return tocsin_status_parse(status, out_status);
}

/* What a rule's "on" can name. */
static gboolean
is_kind(const char *kind)
{
	gsize length = kind == NULL ? 0 : strnlen(kind, TOCSIN_SCHEMA_KIND_MAX + 1);

	return length > 0 && length <= TOCSIN_SCHEMA_KIND_MAX &&
	       tocsin_text_is_printable(kind, length) && strchr(kind, ' ') == NULL;
}

static gboolean
is_text(const char *text)
{
	gsize length = strnlen(text, TEXT_MAX + 1);

	return length <= TEXT_MAX && g_utf8_validate(text, (gssize)length, NULL);
}

static gboolean
is_name(const char *name)
{
	gsize length = name == NULL ? 0 : strnlen(name, NAME_MAX_LENGTH + 1);

	return length > 0 && length <= NAME_MAX_LENGTH && g_ascii_islower(name[0]) &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == length;
}

static TocsinValue *
make_value(const tocsin_field *field)
{
	switch (field->type) {
	case TOCSIN_FIELD_TEXT:
		return tocsin_value_new_string(field->text == NULL ? "" : field->text,
		                               (gssize)MIN(field->length, G_MAXSSIZE));
	case TOCSIN_FIELD_BOOL:
		return tocsin_value_new_bool(field->number != 0);
	case TOCSIN_FIELD_TIME:
		return tocsin_value_new_time(field->number);
	default:
		return tocsin_value_new_int(field->number);
	}
}

static const char *
add_fields(TocsinEvent *ours, const tocsin_field *const *fields)
{
	for (guint i = 0; fields != NULL && fields[i] != NULL; i++) {
		const tocsin_field *field = fields[i];

		if (i >= FIELDS_MAX) {
			return "an event has too many fields";
		}
		if (field->size < TOCSIN_SIZE_FIELD || !is_name(field->name)) {
			return "an event has a field that is too small or has no good name";
		}
		if (field->type < TOCSIN_FIELD_TEXT || field->type > TOCSIN_FIELD_SIZE) {
			return "an event has a field of unknown type";
		}
		if (field->text == NULL && field->length > 0) {
			return "an event has a field with a length but no text";
		}
		tocsin_event_set_field(ours, field->name, make_value(field));
	}
	return NULL;
}

static const char *
add_excerpt(TocsinEvent *ours, const tocsin_line *const *lines)
{
	for (guint i = 0; lines != NULL && lines[i] != NULL; i++) {
		const tocsin_line *line = lines[i];

		if (i >= LIST_MAX) {
			return "an event has too many lines";
		}
		if (line->size < TOCSIN_SIZE_LINE || line->mark > TOCSIN_LINE_AFTER ||
		    (line->text == NULL && line->length > 0)) {
			return "an event has a line that is too small, without text or mark";
		}
		tocsin_event_add_line(ours, (TocsinMark)line->mark,
		                      line->text == NULL ? "" : line->text,
		                      (gssize)MIN(line->length, G_MAXSSIZE));
	}
	return NULL;
}

static const char *
add_attachment(TocsinEvent *ours, const tocsin_attachment *attachment)
{
	if (attachment->size < TOCSIN_SIZE_ATTACHMENT || attachment->name == NULL) {
		return "an event has an attachment that is too small or has no name";
	}
	if ((attachment->path == NULL) == (attachment->data == NULL)) {
		return "an event has an attachment with both path and data, or neither";
	}
	if (attachment->path != NULL) {
		if (!g_path_is_absolute(attachment->path)) {
			return "an event has an attachment whose path is not absolute";
		}
		tocsin_event_attach_path(ours, attachment->name, attachment->type,
		                         attachment->path);
		return NULL;
	}
	g_autoptr(GBytes) bytes = g_bytes_new(attachment->data, attachment->length);

	tocsin_event_attach_bytes(ours, attachment->name, attachment->type, bytes);
	return NULL;
}

static const char *
add_attachments(TocsinEvent *ours, const tocsin_attachment *const *attachments)
{
	const char *flaw = NULL;

	for (guint i = 0; flaw == NULL && attachments != NULL && attachments[i] != NULL; i++) {
		if (i >= LIST_MAX) {
			return "an event has too many attachments";
		}
		flaw = add_attachment(ours, attachments[i]);
	}
	return flaw;
}

static const char *
check_event(const tocsin_event *event)
{
	TocsinStatus status;

	if (event == NULL || event->size < TOCSIN_SIZE_EVENT) {
		return "an event is NULL or too small";
	}
	if (!is_kind(event->kind)) {
		return "an event has a kind that is not 1 to 200 bytes of UTF-8 without blanks and "
		       "controls";
	}
	if (event->key != NULL && !is_text(event->key)) {
		return "an event has a key that is not UTF-8, or longer than 64 KiB";
	}
	if (event->id != NULL && !is_text(event->id)) {
		return "an event has an id that is not UTF-8, or longer than 64 KiB";
	}
	if (event->status != NULL && !status_from_plugin(event->status, &status)) {
		return "an event has a status that is none of problem, ok, failure, success";
	}
	if ((event->flags & ~(TOCSIN_EMIT_CATCH_UP | TOCSIN_EMIT_PARTIAL)) != 0) {
		return "an event has unknown flags";
	}
	if (event->severity > TOCSIN_LEVEL_EMERGENCY) {
		return "an event has an unknown severity";
	}
	if (event->time_us < 0) {
		return "an event happened before 1970";
	}
	return NULL;
}

static char *
make_id(const tocsin_event *event, const char *trigger, gint64 now_us)
{
	g_autofree char *own = event->id == NULL ? tocsin_mail_make_id(now_us) : NULL;

	return g_strdup_printf("%s:%s", trigger, event->id == NULL ? own : event->id);
}

TocsinEvent *
tocsin_event_in(const tocsin_event *event, const char *trigger, gint64 now_us,
                const char **out_flaw)
{
	const char *flaw = check_event(event);

	if (flaw != NULL) {
		*out_flaw = flaw;
		return NULL;
	}
	g_autofree char *id = make_id(event, trigger, now_us);
	g_autoptr(TocsinEvent) ours =
	        tocsin_event_new(id, trigger, event->kind, event->key,
	                         event->time_us != 0 ? event->time_us : now_us);

	ours->seen_us = now_us;
	ours->severity = severity_from_plugin(event->severity);
	if (event->status != NULL) {
		(void)status_from_plugin(event->status, &ours->status); /* has been checked */
	}
	ours->flags |= ((event->flags & TOCSIN_EMIT_CATCH_UP) ? TOCSIN_EVENT_CATCH_UP : 0) |
	               ((event->flags & TOCSIN_EMIT_PARTIAL) ? TOCSIN_EVENT_PARTIAL : 0);
	flaw = add_fields(ours, event->fields);
	if (flaw == NULL) {
		flaw = add_excerpt(ours, event->excerpt);
	}
	if (flaw == NULL) {
		flaw = add_attachments(ours, event->attachments);
	}
	if (flaw != NULL) {
		*out_flaw = flaw;
		return NULL;
	}
	return g_steal_pointer(&ours);
}
