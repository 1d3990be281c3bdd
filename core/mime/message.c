/* SPDX-License-Identifier: MIT */
/* TocsinMessage: octets, and where the fields stand in them. */
#include <string.h>
#include <tocsin/message.h>

#include "mime/fields.h"
#include "mime/header.h"

struct _TocsinMessage {
	gatomicrefcount references;
	GBytes *octets; /* from the first field on */
	GArray *fields; /* of TocsinField, offsets into octets */
};

TocsinMessage *
tocsin_message_new(GBytes *octets, GError **error)
{
	gsize length;
	gsize start;
	const char *bytes = g_bytes_get_data(octets, &length);
	GArray *fields = tocsin_fields_scan(bytes, length, &start, error);

	if (fields == NULL) {
		return NULL;
	}
	TocsinMessage *self = g_new0(TocsinMessage, 1);

	g_atomic_ref_count_init(&self->references);
	self->octets = g_bytes_new_from_bytes(octets, start, length - start);
	self->fields = fields;
	return self;
}

TocsinMessage *
tocsin_message_ref(TocsinMessage *self)
{
	g_atomic_ref_count_inc(&self->references);
	return self;
}

void
tocsin_message_unref(TocsinMessage *self)
{
	if (self == NULL || !g_atomic_ref_count_dec(&self->references)) {
		return;
	}
	g_bytes_unref(self->octets);
	g_array_unref(self->fields);
	g_free(self);
}

GBytes *
tocsin_message_get_octets(const TocsinMessage *self)
{
	return g_bytes_ref(self->octets);
}

/* (nullable) The @index-th field called @name; *out_count counts up to it. */
static const TocsinField *
find_field(const TocsinMessage *self, const char *name, guint index, guint *out_count)
{
	const char *octets = g_bytes_get_data(self->octets, NULL);

	*out_count = 0;
	for (guint i = 0; i < self->fields->len; i++) {
		const TocsinField *field = &g_array_index(self->fields, TocsinField, i);

		if (tocsin_fields_is_named(field, octets, name) && (*out_count)++ == index) {
			return field;
		}
	}
	return NULL;
}

guint
tocsin_message_count(const TocsinMessage *self, const char *name)
{
	guint count;

	(void)find_field(self, name, G_MAXUINT, &count);
	return count;
}

char *
tocsin_message_get(const TocsinMessage *self, const char *name, guint index)
{
	guint count;
	const TocsinField *field = find_field(self, name, index, &count);

	return field == NULL ? NULL
	                     : tocsin_fields_unfold(field, g_bytes_get_data(self->octets, NULL));
}

static gboolean
is_any_of(const TocsinField *field, const char *octets, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (tocsin_fields_is_named(field, octets, *names)) {
			return TRUE;
		}
	}
	return FALSE;
}

/* The message of @octets, whose header is no larger than one that was accepted. */
static TocsinMessage *
new_checked(GByteArray *octets)
{
	g_autoptr(GBytes) bytes = g_byte_array_free_to_bytes(octets);
	TocsinMessage *message = tocsin_message_new(bytes, NULL);

	g_assert(message != NULL);
	return message;
}

TocsinMessage *
tocsin_message_without(TocsinMessage *self, const char *const *names)
{
	gsize length;
	const guint8 *octets = g_bytes_get_data(self->octets, &length);
	GByteArray *kept = NULL;
	gsize at = 0;

	for (guint i = 0; i < self->fields->len; i++) {
		const TocsinField *field = &g_array_index(self->fields, TocsinField, i);

		if (!is_any_of(field, (const char *)octets, names)) {
			continue;
		}
		if (kept == NULL) {
			kept = g_byte_array_sized_new((guint)MIN(length, G_MAXUINT));
		}
		g_byte_array_append(kept, octets + at, (guint)(field->start - at));
		at = field->end;
	}
	if (kept == NULL) {
		return tocsin_message_ref(self);
	}
	g_byte_array_append(kept, octets + at, (guint)(length - at));
	return new_checked(kept);
}

TocsinMessage *
tocsin_message_without_bcc(TocsinMessage *self)
{
	static const char *const names[] = {"Bcc", "Resent-Bcc", NULL};

	return tocsin_message_without(self, names);
}

/* Does the message begin with a field or an empty line, so that a field may be put before it? */
static gboolean
has_header(const TocsinMessage *self)
{
	gsize length;
	const char *octets = g_bytes_get_data(self->octets, &length);

	return self->fields->len > 0 || (length > 0 && (octets[0] == '\r' || octets[0] == '\n'));
}

TocsinMessage *
tocsin_message_with(const TocsinMessage *self, const char *name, const char *value, GError **error)
{
	g_autofree char *line = tocsin_header_format(name, value, error);
	gsize length;
	const guint8 *octets = g_bytes_get_data(self->octets, &length);
	GByteArray *whole;

	if (line == NULL) {
		return NULL;
	}
	whole = g_byte_array_sized_new((guint)(length + strlen(line) + 2));
	g_byte_array_append(whole, (const guint8 *)line, (guint)strlen(line));
	if (!has_header(self)) {
		g_byte_array_append(whole, (const guint8 *)"\r\n", 2);
	}
	g_byte_array_append(whole, octets, (guint)length);
	g_autoptr(GBytes) bytes = g_byte_array_free_to_bytes(whole);

	return tocsin_message_new(bytes, error);
}
