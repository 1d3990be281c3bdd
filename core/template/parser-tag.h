/* SPDX-License-Identifier: MIT */
/* What reads the tags, and what the tags read their bodies with. Used by the parser only. */
#ifndef TOCSIN_TEMPLATE_PARSER_TAG_H
#define TOCSIN_TEMPLATE_PARSER_TAG_H

#include "template/parser.h"

G_BEGIN_DECLS

/* Goes past "%}". FALSE with the error set if there is none. */
gboolean tocsin_parser_expect_tag_end(TocsinParser *self);
/* Statements up to one of the @ends, at whose name the parser then stands. */
TocsinTree *tocsin_parser_read_body(TocsinParser *self, const char *const *ends);
/* The same, behind the "%}" that comes first. */
TocsinTree *tocsin_parser_read_body_of(TocsinParser *self, const char *const *ends);
/* "%}", the body, and all of "{% @end". */
TocsinTree *tocsin_parser_read_whole_body(TocsinParser *self, const char *end);

/* Each fills @node, from behind the tag's name up to its last "%}", and returns it, or NULL with
 * the error set; the caller frees it then. */
TocsinTree *tocsin_parser_read_autoescape(TocsinParser *self, TocsinTree *node);
TocsinTree *tocsin_parser_read_block(TocsinParser *self, TocsinTree *node);
TocsinTree *tocsin_parser_read_call(TocsinParser *self, TocsinTree *node);
TocsinTree *tocsin_parser_read_extends(TocsinParser *self, TocsinTree *node);
TocsinTree *tocsin_parser_read_filter(TocsinParser *self, TocsinTree *node);
TocsinTree *tocsin_parser_read_for(TocsinParser *self, TocsinTree *node);
TocsinTree *tocsin_parser_read_from(TocsinParser *self, TocsinTree *node);
TocsinTree *tocsin_parser_read_if(TocsinParser *self, TocsinTree *node);
TocsinTree *tocsin_parser_read_import(TocsinParser *self, TocsinTree *node);
TocsinTree *tocsin_parser_read_include(TocsinParser *self, TocsinTree *node);
TocsinTree *tocsin_parser_read_macro(TocsinParser *self, TocsinTree *node);
TocsinTree *tocsin_parser_read_set(TocsinParser *self, TocsinTree *node);
TocsinTree *tocsin_parser_read_with(TocsinParser *self, TocsinTree *node);

G_END_DECLS

#endif
