/* SPDX-License-Identifier: MIT */
/* From options to a mail. */
#include "cli/draft.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "mime/outgoing.h"
#include "model/address.h"

#define INPUT_MAX ((gsize)1 << 30)

void
tocsin_draft_options_clear(TocsinDraftOptions *self)
{
	g_free(self->from);
	g_strfreev(self->to);
	g_strfreev(self->cc);
	g_strfreev(self->bcc);
	g_free(self->subject);
	g_free(self->body);
	g_free(self->body_file);
	g_free(self->html_file);
	g_strfreev(self->attachments);
	g_strfreev(self->headers);
	g_free(self->message_file);
}

GOptionEntry *
tocsin_draft_entries(TocsinDraftOptions *o)
{
	const GOptionEntry entries[] = {
	        {"from", 'f', 0, G_OPTION_ARG_STRING, &o->from,
	         "The author (default: the account's)", "ADDRESS"},
	        {"to", 't', 0, G_OPTION_ARG_STRING_ARRAY, &o->to, "A recipient; may be repeated",
	         "ADDRESS"},
	        {"cc", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->cc, "A recipient of a copy", "ADDRESS"},
	        {"bcc", 0, 0, G_OPTION_ARG_STRING_ARRAY, &o->bcc,
	         "A recipient whom the others do not see", "ADDRESS"},
	        {"subject", 's', 0, G_OPTION_ARG_STRING, &o->subject, "The subject", "TEXT"},
	        {"body", 'b', 0, G_OPTION_ARG_STRING, &o->body, "The text", "TEXT"},
	        {"body-file", 0, 0, G_OPTION_ARG_FILENAME, &o->body_file,
	         "The file with the text; - for the standard input", "FILE"},
	        {"html", 0, 0, G_OPTION_ARG_FILENAME, &o->html_file,
	         "The file with the same in HTML", "FILE"},
	        {"attach", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->attachments,
	         "A file to attach; may be repeated", "FILE"},
	        {"header", 'H', 0, G_OPTION_ARG_STRING_ARRAY, &o->headers,
	         "A further header; may be repeated", "'NAME: VALUE'"},
	        {"message", 'm', 0, G_OPTION_ARG_FILENAME, &o->message_file,
	         "The file with a whole message instead; - for the standard input", "FILE"},
	        {NULL},
	};

	return g_memdup2(entries, sizeof(entries));
}

GBytes *
tocsin_draft_read(const char *path, GError **error)
{
	g_autoptr(GByteArray) all = NULL;
	g_autoptr(GError) reason = NULL;
	char buffer[65536];
	gsize got;

	if (strcmp(path, "-") != 0) {
		g_autoptr(GMappedFile) file = g_mapped_file_new(path, FALSE, &reason);

		if (file == NULL) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO, "cannot read %s: %s",
			            path, reason->message);
			return NULL;
		}
		return g_mapped_file_get_bytes(file);
	}
	all = g_byte_array_new();
	while ((got = fread(buffer, 1, sizeof(buffer), stdin)) > 0 && all->len < INPUT_MAX) {
		g_byte_array_append(all, (const guint8 *)buffer, (guint)got);
	}
	if (ferror(stdin) || all->len >= INPUT_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_IO,
		            "cannot read the standard input: %s",
		            ferror(stdin) ? g_strerror(errno) : "it is larger than a gibibyte");
		return NULL;
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&all));
}

static gboolean
add_all(TocsinComposer *composer, const char *field, char **lists, GError **error)
{
	for (; lists != NULL && *lists != NULL; lists++) {
		if (!tocsin_composer_add_addresses(composer, field, *lists, error)) {
			return FALSE;
		}
	}
	return TRUE;
}

static gboolean
add_headers(TocsinComposer *composer, char **headers, GError **error)
{
	for (; headers != NULL && *headers != NULL; headers++) {
		g_auto(GStrv) parts = g_strsplit(*headers, ":", 2);

		if (parts[0] == NULL || parts[1] == NULL) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
			            "--header takes 'NAME: VALUE', not '%s'", *headers);
			return FALSE;
		}
		if (!tocsin_composer_add_header(composer, parts[0], g_strstrip(parts[1]), error)) {
			return FALSE;
		}
	}
	return TRUE;
}

/* The file's text; NULL after an error, and without one if @path is NULL. */
static char *
read_text(const char *path, GError **error)
{
	g_autoptr(GBytes) octets = path == NULL ? NULL : tocsin_draft_read(path, error);
	gsize length;

	if (octets == NULL) {
		return NULL;
	}
	const char *bytes = g_bytes_get_data(octets, &length);

	return g_strndup(bytes, length);
}

static gboolean
set_bodies(TocsinComposer *composer, const TocsinDraftOptions *options, GError **error)
{
	g_autofree char *text = options->body != NULL ? g_strdup(options->body)
	                                              : read_text(options->body_file, error);
	g_autofree char *html = NULL;

	if (text == NULL && options->body_file != NULL) {
		return FALSE;
	}
	html = read_text(options->html_file, error);
	if (html == NULL && options->html_file != NULL) {
		return FALSE;
	}
	if (text != NULL || html == NULL) {
		tocsin_composer_set_text(composer, text == NULL ? "" : text);
	}
	tocsin_composer_set_html(composer, html);
	return TRUE;
}

static TocsinMessage *
compose(const TocsinDraftOptions *options, const char *from, GError **error)
{
	g_autoptr(TocsinComposer) composer = tocsin_composer_new();

	if (options->from != NULL) {
		from = options->from;
	}
	if (from == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "who is the author? use --from, or 'from' in the account");
		return NULL;
	}
	if (!tocsin_composer_add_addresses(composer, "From", from, error) ||
	    !add_all(composer, "To", options->to, error) ||
	    !add_all(composer, "Cc", options->cc, error) ||
	    !add_all(composer, "Bcc", options->bcc, error) ||
	    !add_headers(composer, options->headers, error) ||
	    !set_bodies(composer, options, error)) {
		return NULL;
	}
	tocsin_composer_set_subject(composer, options->subject == NULL ? "" : options->subject);
	for (char **path = options->attachments; path != NULL && *path != NULL; path++) {
		if (!tocsin_composer_attach_file(composer, *path, NULL, error)) {
			return NULL;
		}
	}
	return tocsin_composer_finish(composer, error);
}

/* The addresses of all lists, in their order. */
static char **
join_addresses(const TocsinDraftOptions *options, GError **error)
{
	char *const *const lists[] = {options->to, options->cc, options->bcc};
	g_autoptr(GPtrArray) specs = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < G_N_ELEMENTS(lists); i++) {
		for (char *const *list = lists[i]; list != NULL && *list != NULL; list++) {
			g_autoptr(GPtrArray) addresses =
			        tocsin_address_parse_list(*list, -1, error);

			if (addresses == NULL) {
				return NULL;
			}
			for (guint j = 0; j < addresses->len; j++) {
				const TocsinAddress *address = g_ptr_array_index(addresses, j);

				g_ptr_array_add(specs, g_strdup(address->spec));
			}
		}
	}
	g_ptr_array_add(specs, NULL);
	g_ptr_array_set_free_func(specs, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&specs), FALSE);
}

TocsinMail *
tocsin_draft_wrap(TocsinMessage *message, const char *sender, const char *const *recipients,
                  GError **error)
{
	if (recipients[0] == NULL) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "there is no recipient; use --to, or To in the message's header");
		return NULL;
	}
	return tocsin_outgoing_new(message, sender, recipients,
	                           tocsin_clock_wall_us(tocsin_clock_system()), error);
}

TocsinMail *
tocsin_draft_make(const TocsinDraftOptions *options, const char *from, GError **error)
{
	g_autoptr(TocsinMessage) message = NULL;
	g_autofree char *sender = NULL;
	g_auto(GStrv) recipients = NULL;

	if (options->message_file != NULL) {
		g_autoptr(GBytes) octets = tocsin_draft_read(options->message_file, error);

		message = octets == NULL ? NULL : tocsin_message_new(octets, error);
	} else {
		message = compose(options, from, error);
	}
	if (message == NULL) {
		return NULL;
	}
	if (options->from != NULL) {
		g_autoptr(TocsinAddress) author = tocsin_address_parse(options->from, -1, error);

		if (author == NULL) {
			g_prefix_error(error, "--from: ");
			return NULL;
		}
		sender = g_strdup(author->spec);
	}
	if (options->to != NULL || options->cc != NULL || options->bcc != NULL) {
		recipients = join_addresses(options, error);
		if (recipients == NULL) {
			return NULL;
		}
	}
	if (!tocsin_message_get_envelope(message, sender == NULL ? &sender : NULL,
	                                 recipients == NULL ? &recipients : NULL, error)) {
		return NULL;
	}
	return tocsin_draft_wrap(message, sender, (const char *const *)recipients, error);
}
