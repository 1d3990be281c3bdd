/* SPDX-License-Identifier: MIT */
/* Finding header fields (RFC 5322 section 2.2), with whatever line ends the octets have. */
#include "mime/fields.h"

#include <string.h>
#include <tocsin/error.h>

/* Where the line at @at ends, without its line end; *out_next is where the next one begins. */
static gsize
find_line_end(const char *octets, gsize length, gsize at, gsize *out_next)
{
	while (at < length && octets[at] != '\r' && octets[at] != '\n') {
		at++;
	}
	*out_next = at;
	if (at < length && octets[at] == '\r') {
		(*out_next)++;
	}
	if (*out_next < length && octets[*out_next] == '\n') {
		(*out_next)++;
	}
	return at;
}

/* The length of the field's name at @at: printable ASCII up to a colon (RFC 5322 section 2.2), with
 * the white space before it that old software writes. 0 if there is no field. */
static gsize
measure_name(const char *octets, gsize at, gsize line_end)
{
	gsize end = at;

	while (end < line_end && octets[end] > 0x20 && octets[end] < 0x7f && octets[end] != ':') {
		end++;
	}
	gsize colon = end;

	while (colon < line_end && (octets[colon] == ' ' || octets[colon] == '\t')) {
		colon++;
	}
	return colon < line_end && octets[colon] == ':' ? end - at : 0;
}

/* Behind the lines that go on with the field which begins at @at. */
static gsize
skip_field(const char *octets, gsize length, gsize at)
{
	gsize next;

	(void)find_line_end(octets, length, at, &next);
	while (next < length && (octets[next] == ' ' || octets[next] == '\t')) {
		(void)find_line_end(octets, length, next, &next);
	}
	return next;
}

GArray *
tocsin_fields_scan(const char *octets, gsize length, gsize *out_start, GError **error)
{
	g_autoptr(GArray) fields = g_array_new(FALSE, FALSE, sizeof(TocsinField));
	gsize at = 0;
	gsize next = 0;

	if (length >= 5 && memcmp(octets, "From ", 5) == 0) {
		(void)find_line_end(octets, length, 0, &next);
		octets += next;
		length -= next;
	}
	*out_start = next;
	while (at < length) {
		gsize line_end = find_line_end(octets, length, at, &next);
		gsize name_length = measure_name(octets, at, line_end);

		if (name_length == 0) {
			break;
		}
		TocsinField field = {.start = at, .name_length = name_length};

		field.value =
		        (gsize)((const char *)memchr(octets + at, ':', length - at) - octets) + 1;
		field.end = skip_field(octets, length, at);
		g_array_append_val(fields, field);
		at = field.end;
		if (fields->len > TOCSIN_FIELDS_MAX || at > TOCSIN_FIELDS_BYTES_MAX) {
			g_set_error(
			        error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
			        "the message's header has more than %u fields or is larger than "
			        "%u bytes",
			        TOCSIN_FIELDS_MAX, TOCSIN_FIELDS_BYTES_MAX);
			return NULL;
		}
	}
	return g_steal_pointer(&fields);
}

gboolean
tocsin_fields_is_named(const TocsinField *field, const char *octets, const char *name)
{
	return strlen(name) == field->name_length &&
	       g_ascii_strncasecmp(octets + field->start, name, field->name_length) == 0;
}

char *
tocsin_fields_unfold(const TocsinField *field, const char *octets)
{
	GString *out = g_string_sized_new(field->end - field->value);
	gboolean is_folding = FALSE;

	for (gsize i = field->value; i < field->end; i++) {
		unsigned char c = (unsigned char)octets[i];

		if (c == '\r' || c == '\n') {
			is_folding = TRUE;
		} else if (!is_folding || (c != ' ' && c != '\t')) {
			g_string_append(out, is_folding ? " " : "");
			g_string_append_c(out, (char)(c < 0x20 || c == 0x7f ? ' ' : c));
			is_folding = FALSE;
		}
	}
	return g_strstrip(g_string_free(out, FALSE));
}
