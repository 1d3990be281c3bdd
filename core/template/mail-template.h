/* SPDX-License-Identifier: MIT */
/* A template file that makes a whole mail: front matter with subject and headers, then the blocks
 * `text` and `html`.
 *
 *     ---
 *     subject: [{{ rule }}] {{ event.key }}
 *     X-Team: {{ team }}
 *     attachments: {{ files | join(", ") }}
 *     ---
 *     {% block text %}...{% endblock %}
 *     {% block html %}...{% endblock %}
 *
 * Without either block the whole rest is the text. Immutable once parsed; any thread may render. */
#ifndef TOCSIN_TEMPLATE_MAIL_TEMPLATE_H
#define TOCSIN_TEMPLATE_MAIL_TEMPLATE_H

#include "template/template.h"

G_BEGIN_DECLS

#define TOCSIN_MAIL_TEMPLATE_HEADERS_MAX 64u

typedef struct _TocsinMailTemplate TocsinMailTemplate;

/* As tocsin_template_parse(); errors count lines from the top of the file. */
TocsinMailTemplate *tocsin_mail_template_parse(const char *file, const char *source, gssize length,
                                               const TocsinTemplateLimits *limits, GError **error);
/* Does nothing on NULL. */
void tocsin_mail_template_free(TocsinMailTemplate *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinMailTemplate, tocsin_mail_template_free)

/* The @index-th key of the front matter as written, and its line; NULL past the end. Belongs to the
 * template. */
const char *tocsin_mail_template_key(const TocsinMailTemplate *self, guint index, guint *out_line);

/* The file's name that parse() was given; belongs to the template. */
const char *tocsin_mail_template_file(const TocsinMailTemplate *self);

/* What was rendered: values are one line each, without controls. */
typedef struct {
	char *subject;     /* NULL if the file has none */
	GPtrArray *names;  /* of char *: the other front matter's keys, as written */
	GPtrArray *values; /* of char *: one for each name */
	char *text;
	char *html; /* NULL if the file has no html block */
} TocsinRenderedMail;

/* Does nothing on NULL. */
void tocsin_rendered_mail_free(TocsinRenderedMail *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinRenderedMail, tocsin_rendered_mail_free)

/* Renders every part, each with its own escaping; `escape` of @context is not used. The text is
 * derived from the html if the file has only that. */
TocsinRenderedMail *tocsin_mail_template_render(const TocsinMailTemplate *self,
                                                const TocsinDatum *data,
                                                const TocsinTemplateContext *context,
                                                GError **error);

G_END_DECLS

#endif
