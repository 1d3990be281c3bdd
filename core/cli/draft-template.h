/* SPDX-License-Identifier: MIT */
/* A mail by a template, with values from the command line. One thread. */
#ifndef TOCSIN_CLI_DRAFT_TEMPLATE_H
#define TOCSIN_CLI_DRAFT_TEMPLATE_H

#include "conf/load.h"
#include "template/datum.h"
#include "template/mail-template.h"

G_BEGIN_DECLS

/* The names that a template may use, of "NAME=VALUE" each (@values nullable, NULL-terminated): all
 * of them texts; "A.B=VALUE" is the member B of the map A. TOCSIN_ERROR_INVALID. */
TocsinDatum *tocsin_draft_template_values(char *const *values, GError **error);

/* Renders @name with @values: with a slash or ending in ".mail" it is a file, and what it includes
 * stands in the same folder; else a template of the configuration's or of those that came with this
 * program. TOCSIN_ERROR_TEMPLATE or _LIMIT with file, line and column; _CONFIG: there is none of
 * that name; _IO, _TRUST: it cannot or may not be read. */
TocsinRenderedMail *tocsin_draft_template_render(const char *name, char *const *values,
                                                 const TocsinConf *conf, GError **error);

G_END_DECLS

#endif
