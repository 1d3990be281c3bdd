/* SPDX-License-Identifier: MIT */
/* Front matter, and the parts of a mail. */
#include "template/mail-template.h"

#include <string.h>
#include <tocsin/error.h>

#include "template/html-text.h"
#include "template/mail-template-private.h"
#include "template/template-private.h"

static void
unref_template(gpointer template)
{
	tocsin_template_unref(template);
}

/* @text at the place where it stands in the file, so that errors name that place. */
static char *
place(const char *text, gsize length, guint line, guint column)
{
	GString *placed = g_string_sized_new(length + line + column);

	for (guint i = 1; i < line; i++) {
		g_string_append_c(placed, '\n');
	}
	for (guint i = 1; i < column; i++) {
		g_string_append_c(placed, ' ');
	}
	g_string_append_len(placed, text, (gssize)length);
	return g_string_free(placed, FALSE);
}

static gboolean
parse_line(TocsinMailTemplate *self, const char *file, const char *text, gsize length, guint line,
           const TocsinTemplateLimits *limits, GError **error)
{
	const char *colon = memchr(text, ':', length);
	gsize size = colon != NULL ? (gsize)(colon - text) : 0;
	g_autofree char *value = NULL;
	TocsinTemplate *template;

	for (gsize i = 0; i < size; i++) {
		if (!g_ascii_isalnum(text[i]) && text[i] != '-') {
			size = 0;
		}
	}
	if (size == 0) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TEMPLATE,
		            "%s:%u:1: expected 'name: value' or '---'", file, line);
		return FALSE;
	}
	if (self->names->len >= TOCSIN_MAIL_TEMPLATE_HEADERS_MAX) {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_LIMIT,
		            "%s:%u:1: more than %u headers", file, line,
		            TOCSIN_MAIL_TEMPLATE_HEADERS_MAX);
		return FALSE;
	}
	value = place(colon + 1, length - size - 1, line, (guint)size + 2);
	template = tocsin_template_parse(file, value, -1, limits, error);
	if (template == NULL) {
		return FALSE;
	}
	g_ptr_array_add(self->names, g_strndup(text, size));
	g_ptr_array_add(self->templates, template);
	g_array_append_val(self->lines, line);
	return TRUE;
}

/* Behind the front matter, with the line there; NULL on failure. */
static const char *
parse_front(TocsinMailTemplate *self, const char *file, const char *source,
            const TocsinTemplateLimits *limits, guint *line, GError **error)
{
	const char *at = source;

	*line = 1;
	if (!g_str_has_prefix(at, "---\n") && !g_str_has_prefix(at, "---\r\n")) {
		return source;
	}
	for (;;) {
		gsize length;

		at = strchrnul(at, '\n');
		if (*at == '\0') {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_TEMPLATE,
			            "%s:%u:1: the front matter has no end: expected '---'", file,
			            *line);
			return NULL;
		}
		at++;
		(*line)++;
		length = strcspn(at, "\r\n");
		if (length == 3 && strncmp(at, "---", 3) == 0) {
			at = strchrnul(at, '\n');
			(*line)++;
			return *at == '\n' ? at + 1 : at;
		}
		if (length > 0 && *at != '#' &&
		    !parse_line(self, file, at, length, *line, limits, error)) {
			return NULL;
		}
	}
}

TocsinMailTemplate *
tocsin_mail_template_parse(const char *file, const char *source, gssize length,
                           const TocsinTemplateLimits *limits, GError **error)
{
	g_autoptr(TocsinMailTemplate) self = g_new0(TocsinMailTemplate, 1);
	g_autofree char *whole = length < 0 ? g_strdup(source) : g_strndup(source, (gsize)length);
	g_autofree char *placed = NULL;
	const char *body;
	guint line = 1;

	self->names = g_ptr_array_new_with_free_func(g_free);
	self->templates = g_ptr_array_new_with_free_func(unref_template);
	self->lines = g_array_new(FALSE, FALSE, sizeof(guint));
	body = parse_front(self, file, whole, limits, &line, error);
	if (body == NULL) {
		return NULL;
	}
	placed = place(body, strlen(body), line, 1);
	self->body = tocsin_template_parse(file, placed, -1, limits, error);
	return self->body != NULL ? g_steal_pointer(&self) : NULL;
}

void
tocsin_mail_template_free(TocsinMailTemplate *self)
{
	if (self == NULL) {
		return;
	}
	g_ptr_array_unref(self->names);
	g_ptr_array_unref(self->templates);
	g_array_unref(self->lines);
	tocsin_template_unref(self->body);
	g_free(self);
}

const char *
tocsin_mail_template_key(const TocsinMailTemplate *self, guint index, guint *out_line)
{
	if (index >= self->names->len) {
		return NULL;
	}
	*out_line = g_array_index(self->lines, guint, index);
	return g_ptr_array_index(self->names, index);
}

const char *
tocsin_mail_template_file(const TocsinMailTemplate *self)
{
	return self->body->file;
}

void
tocsin_rendered_mail_free(TocsinRenderedMail *self)
{
	if (self == NULL) {
		return;
	}
	g_free(self->subject);
	g_ptr_array_unref(self->names);
	g_ptr_array_unref(self->values);
	g_free(self->text);
	g_free(self->html);
	g_free(self);
}

static gboolean
render_front(const TocsinMailTemplate *self, TocsinRenderedMail *mail, const TocsinDatum *data,
             TocsinTemplateContext context, GError **error)
{
	context.escape = TOCSIN_ESCAPE_HEADER;
	for (guint i = 0; i < self->names->len; i++) {
		const char *name = self->names->pdata[i];
		char *value =
		        tocsin_template_render(self->templates->pdata[i], data, &context, error);

		if (value == NULL) {
			return FALSE;
		}
		if (g_ascii_strcasecmp(name, "subject") == 0) {
			g_free(mail->subject);
			mail->subject = value;
			continue;
		}
		g_ptr_array_add(mail->names, g_strdup(name));
		g_ptr_array_add(mail->values, value);
	}
	return TRUE;
}

TocsinRenderedMail *
tocsin_mail_template_render(const TocsinMailTemplate *self, const TocsinDatum *data,
                            const TocsinTemplateContext *context, GError **error)
{
	g_autoptr(TocsinRenderedMail) mail = g_new0(TocsinRenderedMail, 1);
	TocsinTemplateContext part = *context;
	gboolean has_html = tocsin_template_offers_block(self->body, "html", context);
	gboolean has_text = tocsin_template_offers_block(self->body, "text", context);

	mail->names = g_ptr_array_new_with_free_func(g_free);
	mail->values = g_ptr_array_new_with_free_func(g_free);
	if (!render_front(self, mail, data, *context, error)) {
		return NULL;
	}
	part.escape = TOCSIN_ESCAPE_HTML;
	if (has_html) {
		mail->html = tocsin_template_render_block(self->body, "html", data, &part, error);
		if (mail->html == NULL) {
			return NULL;
		}
	}
	part.escape = TOCSIN_ESCAPE_NONE;
	if (has_text || !has_html) {
		mail->text = tocsin_template_render_block(self->body, has_text ? "text" : NULL,
		                                          data, &part, error);
		if (mail->text != NULL && !has_text) {
			/* The lines that keep the body at its place in the file. */
			memmove(mail->text, mail->text + strspn(mail->text, "\n"),
			        strlen(mail->text + strspn(mail->text, "\n")) + 1);
		}
	} else {
		mail->text = tocsin_html_text_derive(mail->html);
	}
	return mail->text != NULL ? g_steal_pointer(&mail) : NULL;
}
