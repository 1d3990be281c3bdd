/* SPDX-License-Identifier: MIT */
/* Reading and completing what a local program wrote. */
#include "cli/sendmail-message.h"

#include <errno.h>
#include <string.h>
#include <tocsin/error.h>
#include <unistd.h>

#include "cli/qualify.h"

#define MESSAGE_MAX (1u << 30)
#define READ_BYTES 65536u

gboolean
tocsin_sendmail_find_end(const char *octets, gsize length, gsize *line_start)
{
	while (*line_start < length) {
		const char *line = octets + *line_start;
		const char *end = memchr(line, '\n', length - *line_start);

		if (end == NULL) {
			return FALSE;
		}
		gsize line_length = (gsize)(end - line) - (end > line && end[-1] == '\r' ? 1 : 0);

		if (line_length == 1 && line[0] == '.') {
			return TRUE;
		}
		*line_start = (gsize)(end - octets) + 1;
	}
	return FALSE;
}

GBytes *
tocsin_sendmail_read(int descriptor, gboolean ends_at_dot, GError **error)
{
	g_autoptr(GByteArray) all = g_byte_array_new();
	gsize line_start = 0;

	while (all->len < MESSAGE_MAX) {
		guint before = all->len;

		g_byte_array_set_size(all, before + READ_BYTES);
		gssize got = read(descriptor, all->data + before, READ_BYTES);

		g_byte_array_set_size(all, before + (guint)MAX(got, 0));
		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got < 0) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO,
			            "cannot read the message from the standard input: %s",
			            g_strerror(errno));
			return NULL;
		}
		if (ends_at_dot &&
		    tocsin_sendmail_find_end((const char *)all->data, all->len, &line_start)) {
			g_byte_array_set_size(all, (guint)line_start);
			got = 0;
		}
		if (got == 0 && ends_at_dot && all->len == line_start + 1 &&
		    all->data[line_start] == '.') {
			g_byte_array_set_size(all, (guint)line_start); /* without its line end */
		}
		if (got == 0) {
			return g_byte_array_free_to_bytes(g_steal_pointer(&all));
		}
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
	            "the message is larger than a gibibyte");
	return NULL;
}

/* The bodies of all fields called @name as one list. */
static char *
join_fields(const TocsinMessage *message, const char *name)
{
	g_autoptr(GString) all = g_string_new(NULL);
	guint count = tocsin_message_count(message, name);

	for (guint i = 0; i < count; i++) {
		g_autofree char *value = tocsin_message_get(message, name, i);

		g_string_append_printf(all, "%s%s", all->len > 0 && value[0] != '\0' ? ", " : "",
		                       value);
	}
	return g_string_free(g_steal_pointer(&all), FALSE);
}

/* Takes a reference to @message over. */
static TocsinMessage *
qualify_field(TocsinMessage *message, const char *name, const char *domain, GError **error)
{
	const char *const names[] = {name, NULL};
	g_autofree char *list = join_fields(message, name);
	g_autofree char *qualified = tocsin_qualify_list(list, domain);

	/* What is not UTF-8 cannot be written anew; it stays as its author wrote it. */
	if (strcmp(list, qualified) == 0 || !g_utf8_validate(qualified, -1, NULL)) {
		return message;
	}
	g_autoptr(TocsinMessage) without = tocsin_message_without(message, names);

	tocsin_message_unref(message);
	return tocsin_message_with(without, name, qualified, error);
}

/* A message of @author's that has each field which another one may lack. */
static TocsinMessage *
compose_model(const char *author, GError **error)
{
	g_autoptr(TocsinComposer) composer = tocsin_composer_new();

	if (!tocsin_composer_add_addresses(composer, "From", author, error)) {
		return NULL;
	}
	tocsin_composer_set_text(composer, "");
	return tocsin_composer_finish(composer, error);
}

static TocsinMessage *
add_missing(TocsinMessage *message, const char *author, GError **error)
{
	/* Each goes before those that are there: Date comes out first. */
	const char *const names[] = {"Message-ID", "From", "Date"};
	g_autoptr(TocsinMessage) whole = tocsin_message_ref(message);
	g_autoptr(TocsinMessage) model = compose_model(author, error);

	if (model == NULL) {
		return NULL;
	}
	if (tocsin_message_count(whole, "To") + tocsin_message_count(whole, "Cc") == 0) {
		g_autoptr(TocsinMessage) before = g_steal_pointer(&whole);

		whole = tocsin_message_with(before, "To", "undisclosed-recipients:;", error);
	}
	for (guint i = 0; whole != NULL && i < G_N_ELEMENTS(names); i++) {
		if (tocsin_message_count(whole, names[i]) == 0) {
			g_autoptr(TocsinMessage) before = g_steal_pointer(&whole);
			g_autofree char *value = tocsin_message_get(model, names[i], 0);

			whole = tocsin_message_with(before, names[i], value, error);
		}
	}
	return g_steal_pointer(&whole);
}

TocsinMessage *
tocsin_sendmail_complete(TocsinMessage *message, const char *author, const char *domain,
                         GError **error)
{
	const char *const names[] = {"Bcc",       "Cc",          "To",           "Reply-To",
	                             "Sender",    "From",        "Resent-Bcc",   "Resent-Cc",
	                             "Resent-To", "Resent-From", "Resent-Sender"};
	g_autoptr(TocsinMessage) whole = tocsin_message_ref(message);

	for (guint i = 0; whole != NULL && i < G_N_ELEMENTS(names); i++) {
		whole = qualify_field(g_steal_pointer(&whole), names[i], domain, error);
	}
	return whole == NULL ? NULL : add_missing(whole, author, error);
}
