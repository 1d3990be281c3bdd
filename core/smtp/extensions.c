/* SPDX-License-Identifier: MIT */
/* What a server says it can do: reads the reply to EHLO. */
#include "smtp/extensions.h"

#include <string.h>

#include "smtp/moment.h"

static const char *const feature_names[] = {
        "8bitmime",
        "auth",
        "binarymime",
        "chunking",
        "deliverby",
        "dsn",
        "enhancedstatuscodes",
        "futurerelease",
        "limits",
        "mt-priority",
        "pipelining",
        "requiretls",
        "size",
        "smtputf8",
        "starttls",
};

/* A number at the front of @text, 0 if there is none or it is too large. */
static guint64
parse_number(const char *text)
{
	guint64 number;
	g_autofree char *digits = g_strndup(text, strspn(text, "0123456789"));

	return g_ascii_string_to_unsigned(digits, 10, 0, G_MAXINT64, &number, NULL) ? number : 0;
}

static gsize
measure_keyword(const char *line)
{
	gsize length = 0;

	while (g_ascii_isalnum(line[length]) || (length > 0 && line[length] == '-')) {
		length++;
	}
	return length;
}

/* AUTH and its like: lines add up. */
static void
add_mechanisms(TocsinFeatures *self, const char *words)
{
	const char *before = g_hash_table_lookup(self->table, "auth");
	char *all = before != NULL ? g_strdup_printf("%s %s", before, words) : g_strdup(words);

	g_hash_table_insert(self->table, g_strdup("auth"), g_strstrip(all));
}

static void
add_line(TocsinFeatures *self, char *line)
{
	gsize length = measure_keyword(line);
	g_autofree char *keyword = g_ascii_strdown(line, (gssize)length);
	char *rest = line + length;

	if (length == 0) {
		return;
	}
	if (strcmp(keyword, "auth") == 0 || strcmp(keyword, "x-exps") == 0) {
		rest += *rest == '=';
		add_mechanisms(self, g_strstrip(rest));
		if (keyword[0] == 'a') {
			return;
		}
	}
	g_hash_table_insert(self->table, g_steal_pointer(&keyword), g_strdup(g_strstrip(rest)));
}

static char **
list_mechanisms(const char *words)
{
	g_auto(GStrv) all = g_strsplit_set(words != NULL ? words : "", " \t", -1);
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; all[i] != NULL; i++) {
		g_autofree char *name = g_ascii_strup(all[i][0] == '=' ? all[i] + 1 : all[i], -1);

		if (name[0] != '\0' &&
		    !g_ptr_array_find_with_equal_func(list, name, g_str_equal, NULL)) {
			g_ptr_array_add(list, g_steal_pointer(&name));
		}
	}
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(list, FALSE);
}

static void
read_limits(TocsinFeatures *self, const char *words)
{
	g_auto(GStrv) all = g_strsplit_set(words != NULL ? words : "", " \t", -1);
	const struct {
		const char *name;
		guint *value;
	} limits[] = {
	        {"MAILMAX=", &self->mail_max},
	        {"RCPTMAX=", &self->recipient_max},
	        {"RCPTDOMAINMAX=", &self->recipient_domain_max},
	};

	for (guint i = 0; all[i] != NULL; i++) {
		for (guint j = 0; j < G_N_ELEMENTS(limits); j++) {
			gsize length = strlen(limits[j].name);

			if (g_ascii_strncasecmp(all[i], limits[j].name, length) == 0) {
				*limits[j].value =
				        (guint)MIN(parse_number(all[i] + length), G_MAXUINT);
			}
		}
	}
}

/* "86400 2030-01-01T00:00:00Z": the longest time, the latest date. */
static void
read_hold(TocsinFeatures *self, const char *words)
{
	const char *date = words + strcspn(words, " \t");

	self->hold_max_s = (gint64)parse_number(words);
	if (!tocsin_moment_read(date + strspn(date, " \t"), &self->hold_until_max_s)) {
		self->hold_until_max_s = 0;
	}
}

static void
read_parameters(TocsinFeatures *self)
{
	const char *text;

	for (guint i = 0; i < G_N_ELEMENTS(feature_names); i++) {
		if (g_hash_table_contains(self->table, feature_names[i])) {
			self->known |= 1u << i;
		}
	}
	text = g_hash_table_lookup(self->table, "size");
	self->size_max = text != NULL ? parse_number(text) : 0;
	text = g_hash_table_lookup(self->table, "futurerelease");
	read_hold(self, text != NULL ? text : "");
	text = g_hash_table_lookup(self->table, "deliverby");
	self->deliver_by_min_s = text != NULL ? (gint64)parse_number(text) : 0;
	read_limits(self, g_hash_table_lookup(self->table, "limits"));
	self->mechanisms = list_mechanisms(g_hash_table_lookup(self->table, "auth"));
}

TocsinFeatures *
tocsin_features_new(const TocsinReply *reply)
{
	g_autofree char *text = tocsin_reply_dup_text(reply, NULL);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	TocsinFeatures *self = g_new0(TocsinFeatures, 1);

	self->table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	/* The first line is the server's name and greeting. */
	for (guint i = 1; lines[0] != NULL && lines[i] != NULL; i++) {
		add_line(self, lines[i]);
	}
	read_parameters(self);
	return self;
}

TocsinFeatures *
tocsin_features_new_empty(void)
{
	const TocsinReply none = {.raw = ""};

	return tocsin_features_new(&none);
}

void
tocsin_features_free(TocsinFeatures *self)
{
	if (self == NULL) {
		return;
	}
	g_hash_table_unref(self->table);
	g_strfreev(self->mechanisms);
	g_free(self);
}

const char *
tocsin_features_get(const TocsinFeatures *self, const char *keyword)
{
	g_autofree char *lower = g_ascii_strdown(keyword, -1);

	return g_hash_table_lookup(self->table, lower);
}
