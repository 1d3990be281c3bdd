/* SPDX-License-Identifier: MIT */
/* Text made harmless for where it goes. Pure functions; any thread. All append to @out. */
#ifndef TOCSIN_TEMPLATE_ESCAPE_H
#define TOCSIN_TEMPLATE_ESCAPE_H

#include <glib.h>

G_BEGIN_DECLS

/* & < > " ' become entities. */
void tocsin_escape_html(const char *text, GString *out);

/* One line for a mail's header: each run of white space, line ends and controls (C0, C1, line and
 * paragraph separators) is one space; none at the ends. Characters that turn the direction of
 * writing go. */
void tocsin_escape_header(const char *text, GString *out);

/* Percent-encoding (RFC 3986, section 2.1) of all but unreserved characters and those in @keep. */
void tocsin_escape_url(const char *text, const char *keep, GString *out);

/* One word for a POSIX shell, in single quotes unless it needs none. */
void tocsin_escape_shell(const char *text, GString *out);

/* The inside of a JSON string (RFC 8259, section 7), ASCII only, without < > & ' so that it is
 * harmless in HTML as well. */
void tocsin_escape_json(const char *text, GString *out);

G_END_DECLS

#endif
