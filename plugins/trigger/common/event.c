/* SPDX-License-Identifier: MIT */
/* Fills the ABI's structs of an event. */
#include "event.h"

#include <string.h>

const char *const tocsin_draft_severities[] = {"debug",    "info",  "notice",    "warning", "error",
                                               "critical", "alert", "emergency", NULL};

void
tocsin_draft_init(TocsinDraft *self, const char *kind)
{
	memset(self, 0, sizeof *self);
	self->event.size = sizeof self->event;
	self->event.kind = kind;
}

static tocsin_field *
add(TocsinDraft *self, const char *name, guint32 type)
{
	tocsin_field *field = &self->fields[self->count];

	g_return_val_if_fail(self->count < TOCSIN_DRAFT_FIELDS_MAX, &self->fields[0]);
	*field = (tocsin_field){.size = sizeof *field, .type = type, .name = name};
	self->list[self->count++] = field;
	return field;
}

void
tocsin_draft_add_text(TocsinDraft *self, const char *name, const char *text, gssize length)
{
	tocsin_field *field = add(self, name, TOCSIN_FIELD_TEXT);

	field->text = text;
	field->length = length < 0 ? strlen(text) : (size_t)length;
}

void
tocsin_draft_add_number(TocsinDraft *self, const char *name, guint32 type, gint64 number)
{
	add(self, name, type)->number = number;
}

int32_t
tocsin_draft_emit(TocsinDraft *self, const tocsin_loop *loop, tocsin_source *source,
                  tocsin_error *error)
{
	self->event.fields = self->list;
	return loop->emit(source, &self->event, error);
}

const tocsin_loop *
tocsin_draft_find_loop(const tocsin_host *host, int32_t *out_status, tocsin_error *error)
{
	const tocsin_loop *loop = host->extension(host, TOCSIN_LOOP);

	if (loop == NULL) {
		*out_status =
		        host->fail(host, error, TOCSIN_E_UNAVAILABLE,
		                   "this program has no " TOCSIN_LOOP " for triggers: update it");
	}
	return loop;
}

guint32
tocsin_draft_parse_severity(const char *name, guint32 fallback)
{
	for (guint32 i = 0; name != NULL && tocsin_draft_severities[i] != NULL; i++) {
		if (strcmp(name, tocsin_draft_severities[i]) == 0) {
			return TOCSIN_LEVEL_DEBUG + i;
		}
	}
	return fallback;
}

int32_t
tocsin_draft_declare(const tocsin_schemas *schemas, tocsin_schema *schema,
                     const TocsinDraftField *fields)
{
	int32_t status = TOCSIN_OK;

	for (; status == TOCSIN_OK && fields->name != NULL; fields++) {
		status = schemas->add_field(schema, NULL, fields->name, fields->type, fields->help);
	}
	return status;
}
