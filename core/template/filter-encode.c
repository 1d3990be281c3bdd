/* SPDX-License-Identifier: MIT */
/* Filters that turn text or data into another notation: hashes, base64, JSON. */
#include <math.h>
#include <string.h>

#include "template/escape.h"
#include "template/filter.h"

static TocsinDatum *
hash(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	const char *name = tocsin_filter_string(call, 0, "sha256");
	GChecksumType type;
	char *digest;

	if (text == NULL || name == NULL) {
		return NULL;
	}
	if (strcmp(name, "sha256") == 0) {
		type = G_CHECKSUM_SHA256;
	} else if (strcmp(name, "sha1") == 0) {
		type = G_CHECKSUM_SHA1;
	} else if (strcmp(name, "sha512") == 0) {
		type = G_CHECKSUM_SHA512;
	} else if (strcmp(name, "md5") == 0) {
		type = G_CHECKSUM_MD5;
	} else {
		return tocsin_run_fail(call->run, "hash knows sha256, sha512, sha1 and md5");
	}
	digest = g_compute_checksum_for_data(type, (const guchar *)tocsin_datum_text(text),
	                                     tocsin_datum_size(text));
	return tocsin_run_string_take(call->run, digest, strlen(digest), FALSE);
}

static TocsinDatum *
shorten(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	gint64 length = 0;
	char *cut;

	if (text == NULL || !tocsin_filter_int(call, 0, 8, &length)) {
		return NULL;
	}
	cut = g_utf8_substring(tocsin_datum_text(text), 0,
	                       (glong)CLAMP(length, 0, tocsin_datum_count(text)));
	return tocsin_run_string_take(call->run, cut, strlen(cut), FALSE);
}

static TocsinDatum *
base64(const TocsinFilterCall *call)
{
	g_autoptr(TocsinDatum) text = tocsin_run_to_string(call->run, call->input);
	char *encoded;

	if (text == NULL) {
		return NULL;
	}
	encoded = g_base64_encode((const guchar *)tocsin_datum_text(text), tocsin_datum_size(text));
	return tocsin_run_string_take(call->run, encoded, strlen(encoded), FALSE);
}

typedef struct {
	TocsinRun *run;
	gint64 indent; /* -1: all on one line */
	GString *out;
} Writer;

static void
break_line(Writer *self, guint depth)
{
	if (self->indent >= 0) {
		g_string_append_c(self->out, '\n');
		for (gint64 i = 0; i < self->indent * depth; i++) {
			g_string_append_c(self->out, ' ');
		}
	}
}

static gint
compare_keys(gconstpointer a, gconstpointer b, gpointer map)
{
	return strcmp(tocsin_datum_text(tocsin_datum_nth_key(map, *(const guint *)a)),
	              tocsin_datum_text(tocsin_datum_nth_key(map, *(const guint *)b)));
}

static void write_json(Writer *self, const TocsinDatum *value, guint depth);

static void
write_members(Writer *self, const TocsinDatum *value, guint depth)
{
	gboolean is_map = tocsin_datum_kind(value) == TOCSIN_DATUM_MAP;
	guint count = tocsin_datum_count(value);
	g_autoptr(GArray) order = g_array_sized_new(FALSE, FALSE, sizeof(guint), count);

	for (guint i = 0; i < count; i++) {
		g_array_append_val(order, i);
	}
	if (is_map) {
		g_array_sort_with_data(order, compare_keys, (gpointer)value);
	}
	g_string_append_c(self->out, is_map ? '{' : '[');
	for (guint i = 0; i < count && self->out->len <= self->run->limits->string_bytes; i++) {
		guint at = g_array_index(order, guint, i);

		g_string_append(self->out, i == 0 ? "" : self->indent >= 0 ? "," : ", ");
		break_line(self, depth + 1);
		if (is_map) {
			g_string_append_c(self->out, '"');
			tocsin_escape_json(tocsin_datum_text(tocsin_datum_nth_key(value, at)),
			                   self->out);
			g_string_append(self->out, "\": ");
		}
		write_json(self, tocsin_datum_nth(value, at), depth + 1);
	}
	if (count > 0) {
		break_line(self, depth);
	}
	g_string_append_c(self->out, is_map ? '}' : ']');
}

static void
write_json(Writer *self, const TocsinDatum *value, guint depth)
{
	switch (tocsin_datum_kind(value)) {
	case TOCSIN_DATUM_NONE:
		g_string_append(self->out, "null");
		break;
	case TOCSIN_DATUM_BOOL:
		g_string_append(self->out, tocsin_datum_int(value) ? "true" : "false");
		break;
	case TOCSIN_DATUM_DOUBLE:
		if (!isfinite(tocsin_datum_double(value))) {
			tocsin_run_fail(self->run, "JSON has no infinite numbers");
			break;
		}
		tocsin_datum_print(value, self->out, self->run->limits->string_bytes);
		break;
	case TOCSIN_DATUM_INT:
		tocsin_datum_print(value, self->out, self->run->limits->string_bytes);
		break;
	case TOCSIN_DATUM_STRING:
		g_string_append_c(self->out, '"');
		tocsin_escape_json(tocsin_datum_text(value), self->out);
		g_string_append_c(self->out, '"');
		break;
	case TOCSIN_DATUM_LIST:
	case TOCSIN_DATUM_MAP:
		write_members(self, value, depth);
		break;
	default:
		tocsin_run_fail(self->run, "%s cannot be JSON", tocsin_datum_kind_name(value));
	}
}

static TocsinDatum *
to_json(const TocsinFilterCall *call)
{
	Writer self = {.run = call->run, .indent = -1};

	if (!tocsin_filter_int(call, 0, -1, &self.indent)) {
		return NULL;
	}
	if (self.indent > 16) {
		return tocsin_run_fail(call->run, "an indent of more than 16");
	}
	self.out = g_string_new(NULL);
	write_json(&self, call->input, 0);
	if (call->run->error != NULL) {
		g_string_free(self.out, TRUE);
		return NULL;
	}
	return tocsin_run_gstring_take(call->run, self.out, TRUE);
}

const TocsinFilter tocsin_filters_encode[] = {
        {"base64", "", base64, 0, FALSE},        {"hash", "algorithm", hash, 0, FALSE},
        {"json", "indent", to_json, 0, FALSE},   {"short", "length", shorten, 0, FALSE},
        {"tojson", "indent", to_json, 0, FALSE}, {NULL, NULL, NULL, 0, FALSE},
};
