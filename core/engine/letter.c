/* SPDX-License-Identifier: MIT */
/* Renders, composes and addresses; falls back step by step where something is at fault. */
#include "engine/letter.h"

#include <string.h>
#include <tocsin/message.h>

#include "engine/letter-attach.h"
#include "engine/letter-data.h"
#include "engine/letter-head.h"
#include "engine/letter-plain.h"
#include "model/address.h"
#include "template/escape.h"

#define SUBJECT_MAX 300u
#define FAULTS_MAX 4096u

/* A mail under way. */
typedef struct {
	const TocsinLetters *letters;
	const TocsinLetterStyle *style;
	const TocsinGroup *group;
	const TocsinDecision *decision;
	const TocsinRecipients *recipients;
	const char *const *references;
	gint64 now_us;
	TocsinAddress *from;
	GString *faults;
} Letter;

static void note_fault(Letter *self, const char *format, ...) G_GNUC_PRINTF(2, 3);

static void
note_fault(Letter *self, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	/* Composing once more finds the same again. */
	if (self->faults->len > FAULTS_MAX || strstr(self->faults->str, text) != NULL) {
		return;
	}
	g_string_append_printf(self->faults, "%s%s", self->faults->len > 0 ? "; " : "", text);
}

/* The author: the style's, or else somebody at this machine. */
static TocsinAddress *
find_author(Letter *self)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *here = NULL;
	TocsinAddress *author;

	if (self->style->from != NULL) {
		author = tocsin_address_parse(self->style->from, -1, &error);
		if (author != NULL) {
			return author;
		}
		note_fault(self, "from: %s", error->message);
	}
	here = g_strdup_printf("Tocsin <tocsin@%s>", g_get_host_name());
	author = tocsin_address_parse(here, -1, NULL);
	return author != NULL ? author
	                      : tocsin_address_parse("Tocsin <tocsin@localhost>", -1, NULL);
}

static GTimeZone *
find_zone(const TocsinLetterStyle *style)
{
	GTimeZone *zone = style->zone != NULL ? g_time_zone_new_identifier(style->zone) : NULL;

	return zone != NULL ? zone : g_time_zone_new_local();
}

/* (nullable, after noting the fault) What the template makes of the decision. */
static TocsinRenderedMail *
render(Letter *self, GTimeZone *zone)
{
	const char *name = tocsin_letter_template(self->style, self->group, self->decision);
	const TocsinMailTemplate *mail =
	        self->letters != NULL ? tocsin_letters_get(self->letters, name) : NULL;
	TocsinTemplateContext context = {
	        .clock = self->style->clock,
	        .time_zone = g_time_zone_get_identifier(zone),
	        .on_load = tocsin_letters_load,
	        .load_data = (gpointer)self->letters,
	};
	g_autoptr(TocsinDatum) data = NULL;
	g_autoptr(GError) error = NULL;
	TocsinRenderedMail *rendered;

	if (mail == NULL) {
		note_fault(self, "there is no usable template '%s'", name);
		return NULL;
	}
	data = tocsin_letter_data(self->style->rule, self->group, self->decision, self->now_us);
	rendered = tocsin_mail_template_render(mail, data, &context, &error);
	if (rendered == NULL) {
		note_fault(self, "%s", error->message);
	}
	return rendered;
}

static void
add_addresses(Letter *self, TocsinComposer *composer, const char *field, const GPtrArray *list)
{
	for (guint i = 0; list != NULL && i < list->len; i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(TocsinAddress) address = tocsin_address_parse(list->pdata[i], -1, &error);
		g_autofree char *text =
		        address != NULL ? tocsin_address_format(address->name, address->spec)
		                        : NULL;

		if (text == NULL || !tocsin_composer_add_addresses(composer, field, text, &error)) {
			note_fault(self, "%s: %s", field,
			           error != NULL ? error->message : "cannot be written");
		}
	}
}

/* One line that a header can hold, of whatever a template made. */
static void
set_subject(const Letter *self, TocsinComposer *composer, const char *subject)
{
	g_autoptr(GString) line = g_string_new(NULL);
	g_autofree char *plain = NULL;

	tocsin_escape_header(subject != NULL ? subject : "", line);
	if (line->len == 0) {
		plain = tocsin_letter_plain_subject(self->style->rule, self->group);
		g_string_assign(line, plain);
	}
	if (g_utf8_strlen(line->str, (gssize)line->len) > SUBJECT_MAX) {
		const char *end = g_utf8_offset_to_pointer(line->str, SUBJECT_MAX);

		g_string_truncate(line, (gsize)(end - line->str));
		g_string_append(line, "…");
	}
	tocsin_composer_set_subject(composer, line->str);
}

/* (nullable) What the front matter says of attachments. */
static const char *
add_front(Letter *self, TocsinComposer *composer, const TocsinRenderedMail *rendered)
{
	const char *wanted = NULL;

	for (guint i = 0; i < rendered->names->len; i++) {
		const char *name = rendered->names->pdata[i];
		const char *value = rendered->values->pdata[i];
		g_autoptr(GError) error = NULL;

		if (g_ascii_strcasecmp(name, "attachments") == 0) {
			wanted = value;
		} else if (value[0] != '\0' &&
		           !tocsin_letter_head_add(composer, name, value, &error)) {
			note_fault(self, "%s", error->message);
		}
	}
	return wanted;
}

static void
add_settings(Letter *self, TocsinComposer *composer)
{
	const char *const *headers = self->style->headers;

	for (; headers != NULL && *headers != NULL; headers++) {
		g_auto(GStrv) parts = g_strsplit(*headers, ":", 2);
		g_autoptr(GError) error = NULL;

		if (parts[0] == NULL || parts[1] == NULL) {
			note_fault(self, "headers: \"%s\" is not \"Name: value\"", *headers);
		} else if (!tocsin_letter_head_add(composer, g_strstrip(parts[0]),
		                                   g_strstrip(parts[1]), &error)) {
			note_fault(self, "headers: %s", error->message);
		}
	}
}

/* The text and HTML, with what could not be attached at their ends. */
static void
set_bodies(TocsinComposer *composer, const char *text, const char *html, const GPtrArray *notes)
{
	g_autoptr(GString) whole = g_string_new(text);
	g_autoptr(GString) page = g_string_new(html);
	g_autoptr(GString) added = g_string_new(NULL);
	const char *end = html != NULL ? g_strrstr(page->str, "</body>") : NULL;

	for (guint i = 0; i < notes->len; i++) {
		g_string_append_printf(whole, "%sNot attached: %s\n",
		                       i == 0 && whole->len > 0 ? "\n" : "",
		                       (const char *)notes->pdata[i]);
		g_string_append(added, "<p class=\"note\">Not attached: ");
		tocsin_escape_html(notes->pdata[i], added);
		g_string_append(added, "</p>\n");
	}
	g_string_insert_len(page, end != NULL ? end - page->str : -1, added->str,
	                    (gssize)added->len);
	tocsin_composer_set_text(composer, whole->str);
	tocsin_composer_set_html(composer, html != NULL ? page->str : NULL);
}

/* (nullable) @rendered NULL: the plain text. @is_bare: without what only the reader sees of the
 * envelope, which may be too much for a header. */
static TocsinMessage *
compose(Letter *self, const TocsinRenderedMail *rendered, GTimeZone *zone, gboolean is_bare,
        GError **error)
{
	g_autoptr(TocsinComposer) composer = tocsin_composer_new();
	g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) shown = tocsin_letter_data_shown(self->decision);
	g_autofree char *author = tocsin_address_format(self->from->name, self->from->spec);
	g_autofree char *plain = NULL;
	const TocsinLetterStyle *style = self->style;
	const char *wanted = NULL;

	if (!tocsin_composer_add_addresses(composer, "From", author, error)) {
		return NULL;
	}
	if (!is_bare) {
		add_addresses(self, composer, "To", self->recipients->to);
		add_addresses(self, composer, "Cc", self->recipients->cc);
	}
	set_subject(self, composer, rendered != NULL ? rendered->subject : NULL);
	tocsin_composer_set_date(composer, self->now_us);
	tocsin_letter_head_add_own(composer, style->rule, self->group, self->decision,
	                           self->from->domain);
	tocsin_letter_head_add_thread(composer, self->references);
	add_settings(self, composer);
	if (rendered != NULL) {
		wanted = add_front(self, composer, rendered);
	} else {
		plain = tocsin_letter_plain(style->rule, self->group, self->decision, zone,
		                            self->faults->len > 0 ? self->faults->str : NULL,
		                            self->now_us);
	}
	tocsin_letter_attach(composer, shown, wanted,
	                     style->attach_max > 0 ? style->attach_max : TOCSIN_LETTER_ATTACH_MAX,
	                     notes);
	set_bodies(composer, rendered != NULL ? rendered->text : plain,
	           rendered != NULL ? rendered->html : NULL, notes);
	return tocsin_composer_finish(composer, error);
}

static TocsinMessage *
write_message(Letter *self)
{
	g_autoptr(GTimeZone) zone = find_zone(self->style);
	g_autoptr(TocsinRenderedMail) rendered = render(self, zone);
	g_autoptr(GError) error = NULL;
	TocsinMessage *message = NULL;

	if (rendered != NULL) {
		message = compose(self, rendered, zone, FALSE, &error);
	}
	if (message == NULL && error != NULL) {
		note_fault(self, "%s", error->message);
		g_clear_error(&error);
	}
	if (message == NULL) {
		message = compose(self, NULL, zone, FALSE, &error);
	}
	if (message == NULL) {
		note_fault(self, "%s", error->message);
		g_clear_error(&error);
		message = compose(self, NULL, zone, TRUE, &error);
	}
	return message;
}

static void
add_recipients(TocsinMail *mail, const GPtrArray *list)
{
	for (guint i = 0; list != NULL && i < list->len; i++) {
		g_autoptr(TocsinAddress) address = tocsin_address_parse(list->pdata[i], -1, NULL);

		if (address != NULL) {
			(void)tocsin_mail_add_recipient(mail, address->spec);
			mail->is_smtputf8 |= tocsin_address_needs_utf8(address->spec);
		}
	}
}

static char *
find_message_id(const TocsinMessage *message)
{
	g_autofree char *id = tocsin_message_get(message, "Message-ID", 0);
	gsize length = id != NULL ? strlen(id) : 0;

	return length > 2 ? g_strndup(id + 1, length - 2) : NULL;
}

/* The envelope around the message. */
static TocsinMail *
wrap(const Letter *self, const TocsinMessage *message)
{
	TocsinMail *mail = tocsin_mail_new(NULL, self->from->spec, self->now_us);
	const char *const *via = tocsin_rule_via(self->style->rule);

	mail->is_smtputf8 = tocsin_address_needs_utf8(self->from->spec);
	add_recipients(mail, self->recipients->to);
	add_recipients(mail, self->recipients->cc);
	add_recipients(mail, self->recipients->bcc);
	mail->content = tocsin_message_get_octets(message);
	mail->message_id = find_message_id(message);
	mail->rule = g_strdup(tocsin_rule_name(self->style->rule));
	mail->group_key = self->group != NULL ? g_strdup(tocsin_group_key(self->group)) : NULL;
	mail->cause = g_strdup(self->decision->cause);
	mail->via = via != NULL && via[0] != NULL ? g_strdupv((char **)via) : NULL;
	mail->expire_us = self->style->expire_us > 0 ? self->now_us + self->style->expire_us : 0;
	return mail;
}

TocsinMail *
tocsin_letter_write(const TocsinLetters *letters, const TocsinLetterStyle *style,
                    const TocsinGroup *group, const TocsinDecision *decision,
                    const TocsinRecipients *recipients, const char *const *references,
                    gint64 now_us, char **out_fault)
{
	g_autoptr(TocsinMessage) message = NULL;
	Letter letter = {
	        .letters = letters,
	        .style = style,
	        .group = group,
	        .decision = decision,
	        .recipients = recipients,
	        .references = references,
	        .now_us = now_us,
	        .faults = g_string_new(NULL),
	};
	TocsinMail *mail;

	letter.from = find_author(&letter);
	message = write_message(&letter);
	mail = wrap(&letter, message);
	tocsin_address_free(letter.from);
	*out_fault = g_string_free(letter.faults, letter.faults->len == 0);
	return mail;
}
