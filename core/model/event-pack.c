/* SPDX-License-Identifier: MIT */
/* Events as bytes, for group state and held samples.
 *
 *   version | id time seen trigger kind key severity status flags | fields
 *           | lines: count, (mark text)... | attachments: count, (name type has-bytes
 * bytes-or-path)...
 *
 * A later version may only append; a reader refuses versions it does not know. */
#include "model/event.h"

#include <string.h>
#include <tocsin/error.h>

#define VERSION 1u

GByteArray *
tocsin_event_pack(const TocsinEvent *self)
{
	GByteArray *out = g_byte_array_sized_new(512);

	tocsin_pack_uint(out, VERSION);
	tocsin_pack_string(out, self->id);
	tocsin_pack_int(out, self->time_us);
	tocsin_pack_int(out, self->seen_us);
	tocsin_pack_string(out, self->trigger);
	tocsin_pack_string(out, self->kind);
	tocsin_pack_string(out, self->key);
	tocsin_pack_uint(out, self->severity);
	tocsin_pack_uint(out, self->status);
	tocsin_pack_uint(out, self->flags);
	tocsin_value_pack(self->fields, out);
	tocsin_pack_uint(out, self->excerpt->len);
	for (guint i = 0; i < self->excerpt->len; i++) {
		const TocsinLine *line = self->excerpt->pdata[i];

		tocsin_pack_uint(out, line->mark);
		tocsin_pack_string(out, line->text);
	}
	tocsin_pack_uint(out, self->attachments->len);
	for (guint i = 0; i < self->attachments->len; i++) {
		const TocsinAttachment *attachment = self->attachments->pdata[i];

		tocsin_pack_string(out, attachment->name);
		tocsin_pack_string(out, attachment->type);
		tocsin_pack_uint(out, attachment->bytes != NULL);
		if (attachment->bytes != NULL) {
			gsize length;
			const void *bytes = g_bytes_get_data(attachment->bytes, &length);

			tocsin_pack_bytes(out, bytes, length);
		} else {
			tocsin_pack_bytes(out, attachment->path, strlen(attachment->path));
		}
	}
	return out;
}

static void
unpack_lines(TocsinEvent *self, TocsinUnpack *from)
{
	guint count = tocsin_unpack_below(from, TOCSIN_EVENT_EXCERPT_MAX + 1);

	for (guint i = 0; i < count && !from->is_bad; i++) {
		TocsinMark mark = tocsin_unpack_below(from, TOCSIN_MARK_AFTER + 1);
		g_autofree char *text = tocsin_unpack_required_string(from);

		if (text != NULL) {
			tocsin_event_add_line(self, mark, text, -1);
		}
	}
}

static void
unpack_attachment(TocsinEvent *self, TocsinUnpack *from)
{
	g_autofree char *name = tocsin_unpack_required_string(from);
	g_autofree char *type = tocsin_unpack_string(from);
	gboolean has_bytes = tocsin_unpack_below(from, 2) == 1;
	gsize length = 0;
	const guint8 *bytes = tocsin_unpack_bytes(from, &length);

	if (from->is_bad) {
		return;
	}
	if (has_bytes) {
		g_autoptr(GBytes) content = g_bytes_new(bytes, length);

		tocsin_event_attach_bytes(self, name, type, content);
		return;
	}
	/* A path is bytes: it need not be UTF-8. */
	g_autofree char *path = g_strndup((const char *)bytes, length);

	if (strlen(path) != length) {
		tocsin_unpack_fail(from);
		return;
	}
	tocsin_event_attach_path(self, name, type, path);
}

static TocsinEvent *
unpack_head(TocsinUnpack *from)
{
	g_autofree char *id = tocsin_unpack_required_string(from);
	gint64 time_us = tocsin_unpack_int(from);
	gint64 seen_us = tocsin_unpack_int(from);
	g_autofree char *trigger = tocsin_unpack_required_string(from);
	g_autofree char *kind = tocsin_unpack_required_string(from);
	g_autofree char *key = tocsin_unpack_required_string(from);
	TocsinEvent *self = tocsin_event_new(id, trigger, kind, key, time_us);

	self->seen_us = seen_us;
	self->severity = tocsin_unpack_below(from, TOCSIN_SEVERITY_CRITICAL + 1);
	self->status = tocsin_unpack_below(from, TOCSIN_STATUS_OK + 1);
	self->flags = tocsin_unpack_below(from, TOCSIN_EVENT_PARTIAL << 1);
	return self;
}

TocsinEvent *
tocsin_event_unpack(const void *bytes, gsize length, GError **error)
{
	TocsinUnpack from;

	if (length > TOCSIN_EVENT_PACKED_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "packed event of %zu bytes is longer than the %u allowed", length,
		            TOCSIN_EVENT_PACKED_MAX);
		return NULL;
	}
	tocsin_unpack_init(&from, bytes, length);
	guint64 version = tocsin_unpack_uint(&from);

	if (!from.is_bad && version != VERSION) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "packed event has version %" G_GUINT64_FORMAT
		            "; this program reads version %u",
		            version, VERSION);
		return NULL;
	}
	g_autoptr(TocsinEvent) self = unpack_head(&from);
	TocsinValue *fields = tocsin_value_unpack(&from);

	if (fields != NULL) {
		tocsin_value_unref(self->fields);
		self->fields = fields;
	}
	unpack_lines(self, &from);
	guint count = tocsin_unpack_below(&from, TOCSIN_EVENT_ATTACHMENTS_MAX + 1);

	for (guint i = 0; i < count && !from.is_bad; i++) {
		unpack_attachment(self, &from);
	}
	if (from.is_bad || from.at != from.end ||
	    tocsin_value_type(self->fields) != TOCSIN_VALUE_MAP) {
		g_set_error_literal(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		                    "packed event is damaged");
		return NULL;
	}
	return g_steal_pointer(&self);
}
