/* SPDX-License-Identifier: MIT */
/* From options to a mail. */
#include "cli/draft.h"

#include <string.h>

#include "base/clock.h"
#include "cli/draft-template.h"
#include "cli/input.h"
#include "engine/letter-head.h"
#include "mime/outgoing.h"
#include "model/address.h"

/* A whole message, and what parts have together: less, since composing takes it several times. */
#define MESSAGE_MAX ((gsize)1 << 30)
#define PARTS_MAX ((gsize)256 << 20)

/* A mail under way. */
typedef struct {
	const TocsinDraftOptions *options;
	TocsinComposer *composer;
	TocsinRenderedMail *rendered; /* (nullable) */
	gsize left;                   /* of PARTS_MAX */
} Draft;

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

/* A limit that is left over says little by itself. */
static void
explain_limit(GError **error)
{
	if (error != NULL && g_error_matches(*error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT)) {
		g_prefix_error(error, "texts and attachments may have 256 MiB together: ");
	}
}

/* FALSE after an error; *@out_text stays as it is if @path is NULL. */
static gboolean
read_text(Draft *self, const char *path, char **out_text, GError **error)
{
	if (path == NULL) {
		return TRUE;
	}
	*out_text = tocsin_input_read_text(path, self->left, error);
	if (*out_text == NULL) {
		explain_limit(error);
		return FALSE;
	}
	self->left -= MIN(strlen(*out_text), self->left);
	return TRUE;
}

static gboolean
set_bodies(Draft *self, GError **error)
{
	const TocsinDraftOptions *options = self->options;
	g_autofree char *text = g_strdup(options->body);
	g_autofree char *html = NULL;

	if (!read_text(self, options->body_file, &text, error) ||
	    !read_text(self, options->html_file, &html, error)) {
		return FALSE;
	}
	if (text != NULL || html == NULL) {
		tocsin_composer_set_text(self->composer, text == NULL ? "" : text);
	}
	tocsin_composer_set_html(self->composer, html);
	return TRUE;
}

/* What the template makes: its "attachments" choose among those of events, of which there are none
 * here. */
static gboolean
set_rendered(Draft *self, GError **error)
{
	const TocsinRenderedMail *rendered = self->rendered;

	for (guint i = 0; i < rendered->names->len; i++) {
		const char *name = g_ptr_array_index(rendered->names, i);
		const char *value = g_ptr_array_index(rendered->values, i);

		if (g_ascii_strcasecmp(name, "attachments") != 0 && value[0] != '\0' &&
		    !tocsin_letter_head_add(self->composer, name, value, error)) {
			g_prefix_error(error, "the template's front matter: ");
			return FALSE;
		}
	}
	tocsin_composer_set_text(self->composer, rendered->text);
	tocsin_composer_set_html(self->composer, rendered->html);
	return TRUE;
}

static gboolean
attach(Draft *self, const char *path, GError **error)
{
	g_autofree char *file = strcmp(path, "-") == 0 ? g_strdup("./-") : g_strdup(path);
	g_autofree char *name = g_path_get_basename(file);
	g_autoptr(GBytes) octets = tocsin_input_read(file, self->left, error);

	if (octets == NULL) {
		explain_limit(error);
		return FALSE;
	}
	self->left -= g_bytes_get_size(octets);
	return tocsin_composer_attach(self->composer, name, NULL, octets, error);
}

/* Everything but the addresses. */
static gboolean
fill(Draft *self, GError **error)
{
	const TocsinDraftOptions *options = self->options;
	const char *subject = options->subject;

	if (subject == NULL && self->rendered != NULL) {
		subject = self->rendered->subject;
	}
	tocsin_composer_set_subject(self->composer, subject == NULL ? "" : subject);
	if (!(self->rendered != NULL ? set_rendered(self, error) : set_bodies(self, error)) ||
	    !add_headers(self->composer, options->headers, error)) {
		return FALSE;
	}
	for (char **path = options->attachments; path != NULL && *path != NULL; path++) {
		if (!attach(self, *path, error)) {
			return FALSE;
		}
	}
	return TRUE;
}

static TocsinMessage *
compose(const TocsinDraftOptions *options, const TocsinConf *conf, const char *from, GError **error)
{
	g_autoptr(TocsinComposer) composer = tocsin_composer_new();
	g_autoptr(TocsinRenderedMail) rendered = NULL;

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
	    !add_all(composer, "Bcc", options->bcc, error)) {
		return NULL;
	}
	if (options->template_name != NULL) {
		rendered = tocsin_draft_template_render(options->template_name, options->values,
		                                        conf, error);
		if (rendered == NULL) {
			return NULL;
		}
	}
	Draft draft = {
	        .options = options, .composer = composer, .rendered = rendered, .left = PARTS_MAX};

	return fill(&draft, error) ? tocsin_composer_finish(composer, error) : NULL;
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
		            "there is no recipient; name one, or put one into the message's To");
		return NULL;
	}
	return tocsin_outgoing_new(message, sender, recipients,
	                           tocsin_clock_wall_us(tocsin_clock_system()), error);
}

TocsinMail *
tocsin_draft_make(const TocsinDraftOptions *options, const TocsinConf *conf, const char *from,
                  GError **error)
{
	g_autoptr(TocsinMessage) message = NULL;
	g_autofree char *sender = NULL;
	g_auto(GStrv) recipients = NULL;

	if (options->message_file != NULL) {
		g_autoptr(GBytes) octets =
		        tocsin_input_read(options->message_file, MESSAGE_MAX, error);

		message = octets == NULL ? NULL : tocsin_message_new(octets, error);
	} else {
		message = compose(options, conf, from, error);
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
