/* SPDX-License-Identifier: MIT */
/* An event under construction, for triggers that raise few of them: fields without the ABI's
 * arrays. Thread: the trigger's. */
#ifndef TOCSIN_COMMON_EVENT_H
#define TOCSIN_COMMON_EVENT_H

#include <glib.h>
#include <tocsin/plugin.h>

G_BEGIN_DECLS

#define TOCSIN_DRAFT_FIELDS_MAX 20u

/* Everything it points to must live until tocsin_draft_emit() returns. */
typedef struct {
	tocsin_event event; /* fill in what is not below */
	tocsin_field fields[TOCSIN_DRAFT_FIELDS_MAX];
	const tocsin_field *list[TOCSIN_DRAFT_FIELDS_MAX + 1];
	guint count;
} TocsinDraft;

/* An empty event of this kind. */
void tocsin_draft_init(TocsinDraft *self, const char *kind);

/* Each adds a field; @type is one of TOCSIN_FIELD_*. More than TOCSIN_DRAFT_FIELDS_MAX is a
 * programmer's error. */
void tocsin_draft_add_text(TocsinDraft *self, const char *name, const char *text, gssize length);
void tocsin_draft_add_number(TocsinDraft *self, const char *name, guint32 type, gint64 number);

/* Hands it in; the answer is that of tocsin_loop.emit(). */
int32_t tocsin_draft_emit(TocsinDraft *self, const tocsin_loop *loop, tocsin_source *source,
                          tocsin_error *error);

/* The loop of a program that has one for triggers; NULL after host->fail(), of which @out_status is
 * the answer. */
const tocsin_loop *tocsin_draft_find_loop(const tocsin_host *host, int32_t *out_status,
                                          tocsin_error *error);

/* Names of severities for a setting's choices, NULL-ended; the first is TOCSIN_LEVEL_DEBUG. */
extern const char *const tocsin_draft_severities[];

/* The level of one of these names; @fallback for NULL. */
guint32 tocsin_draft_parse_severity(const char *name, guint32 fallback);

/* What a schema says of one field. */
typedef struct {
	const char *name;
	guint32 type;
	const char *help;
} TocsinDraftField;

/* Declares @fields (ended by a name of NULL) for every kind. */
int32_t tocsin_draft_declare(const tocsin_schemas *schemas, tocsin_schema *schema,
                             const TocsinDraftField *fields);

G_END_DECLS

#endif
