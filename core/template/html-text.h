/* SPDX-License-Identifier: MIT */
/* The text of an HTML page, for readers that show no HTML. Pure functions; any thread. */
#ifndef TOCSIN_TEMPLATE_HTML_TEXT_H
#define TOCSIN_TEMPLATE_HTML_TEXT_H

#include <glib.h>

G_BEGIN_DECLS

/* The text of @html (valid UTF-8): paragraphs on lines of their own, list items behind "- ", cells
 * two spaces apart, links followed by their address in <>, no styles and scripts. Never longer than
 * a small multiple of @html. Free with g_free(). */
char *tocsin_html_text_derive(const char *html);

/* @html without comments and tags, its entities as characters and each run of white space as one
 * space, none at the ends. Free with g_free(). */
char *tocsin_html_text_strip(const char *html);

G_END_DECLS

#endif
