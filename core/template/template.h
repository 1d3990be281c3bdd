/* SPDX-License-Identifier: MIT */
/* A compiled template and its rendering.
 *
 * Immutable once parsed, refcounted; any thread may render it. It reaches nothing but the data and
 * the other templates that the caller's loader gives. */
#ifndef TOCSIN_TEMPLATE_TEMPLATE_H
#define TOCSIN_TEMPLATE_TEMPLATE_H

#include "base/clock.h"
#include "template/datum.h"
#include "template/template-limits.h"
#include "template/run.h"

G_BEGIN_DECLS

typedef struct _TocsinTemplate TocsinTemplate;

/* Compiles @source; @file names it in errors. @limits may be NULL for the defaults, and must live
 * as long as the template. TOCSIN_ERROR_TEMPLATE or TOCSIN_ERROR_LIMIT with file:line:column, what
 * was found and what was expected. */
TocsinTemplate *tocsin_template_parse(const char *file, const char *source, gssize length,
                                      const TocsinTemplateLimits *limits, GError **error);

/* One more reference to the same template. */
TocsinTemplate *tocsin_template_ref(TocsinTemplate *self);
/* Does nothing on NULL. */
void tocsin_template_unref(TocsinTemplate *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinTemplate, tocsin_template_unref)

/* Gives the template that include, extends or import names: a new reference, or NULL with
 * TOCSIN_ERROR_TEMPLATE set. */
typedef TocsinTemplate *(*TocsinTemplateLoad)(gpointer user_data, const char *name, GError **error);

/* What a rendering needs beside the data. */
typedef struct {
	TocsinEscape escape;
	const TocsinClock *clock;   /* what "ago" counts from; NULL: the system's */
	const char *time_zone;      /* such as "Europe/Berlin"; NULL: UTC */
	TocsinTemplateLoad on_load; /* NULL: no other templates */
	gpointer load_data;
} TocsinTemplateContext;

/* The whole text; @data is a map of the names it may use. Free with g_free(). With
 * TOCSIN_ESCAPE_HEADER it is one line. NULL with TOCSIN_ERROR_TEMPLATE or TOCSIN_ERROR_LIMIT. */
char *tocsin_template_render(TocsinTemplate *self, const TocsinDatum *data,
                             const TocsinTemplateContext *context, GError **error);

/* Only the block @name, after what the template sets outside of blocks. */
char *tocsin_template_render_block(TocsinTemplate *self, const char *name, const TocsinDatum *data,
                                   const TocsinTemplateContext *context, GError **error);

/* Whether the template, or one that it extends by a constant name, has the block @name. */
gboolean tocsin_template_offers_block(TocsinTemplate *self, const char *name,
                                      const TocsinTemplateContext *context);

G_END_DECLS

#endif
