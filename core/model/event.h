/* SPDX-License-Identifier: MIT */
/* What happened: raised by a trigger, gathered by rules, shown by templates.
 *
 * Refcounted. Filled by its maker through the functions here and by setting the plain members; once
 * shared it is immutable, and any thread may read it. */
#ifndef TOCSIN_MODEL_EVENT_H
#define TOCSIN_MODEL_EVENT_H

#include <glib.h>

#include "model/value.h"

G_BEGIN_DECLS

/* Numbers are stored on disk: they never change. Ordered by weight. */
typedef enum {
	TOCSIN_SEVERITY_DEBUG = 0,
	TOCSIN_SEVERITY_INFO = 1,
	TOCSIN_SEVERITY_NOTICE = 2,
	TOCSIN_SEVERITY_WARNING = 3,
	TOCSIN_SEVERITY_ERROR = 4,
	TOCSIN_SEVERITY_CRITICAL = 5,
} TocsinSeverity;

/* Whether the event says that something is wrong. Numbers are stored on disk: they never change. */
typedef enum {
	TOCSIN_STATUS_NONE = 0,    /* it happened, no more: a log line, a written file */
	TOCSIN_STATUS_PROBLEM = 1, /* the thing named by the key is in trouble */
	TOCSIN_STATUS_OK = 2,      /* the thing named by the key is well (again) */
} TocsinStatus;

/* Where a line of the excerpt stands. Numbers are stored on disk: they never change. */
typedef enum {
	TOCSIN_MARK_BEFORE = 0,
	TOCSIN_MARK_MATCH = 1,
	TOCSIN_MARK_AFTER = 2,
} TocsinMark;

typedef enum {
	TOCSIN_EVENT_CATCH_UP = 1 << 0, /* it happened while nobody was watching */
	TOCSIN_EVENT_PARTIAL = 1 << 1,  /* something was cut: a line, a record, an excerpt */
} TocsinEventFlags;

#define TOCSIN_EVENT_EXCERPT_MAX 1000u      /* lines */
#define TOCSIN_EVENT_ATTACHMENTS_MAX 64u    /* files */
#define TOCSIN_EVENT_NAME_MAX 1024u         /* bytes of id, trigger, kind and key */
#define TOCSIN_EVENT_WEIGHT_MAX (16u << 20) /* bytes of fields, excerpt and attachments */
#define TOCSIN_EVENT_PACKED_MAX (17u << 20) /* bytes of a packed event */

typedef struct {
	TocsinMark mark;
	char *text; /* valid UTF-8 without line end */
} TocsinLine;

typedef struct {
	char *name;    /* file name to show, without folders */
	char *type;    /* media type, or NULL if it must be guessed */
	GBytes *bytes; /* the content, or NULL if it is at @path */
	char *path;    /* absolute, or NULL */
} TocsinAttachment;

/* Read only for all but its maker. No string but where said is NULL once it is shared. */
typedef struct {
	char *id;       /* the same again when the same thing is read again after a crash */
	gint64 time_us; /* when it happened, microseconds since 1970 */
	gint64 seen_us; /* when it was noticed */
	char *trigger;  /* the instance's name in the configuration */
	char *kind;     /* such as "failed", "written": what `on` names after the trigger */
	char *key;      /* which thing it is about: a host, a file; may be "" */
	TocsinSeverity severity;
	TocsinStatus status;
	guint flags;            /* TocsinEventFlags */
	TocsinValue *fields;    /* a map */
	GPtrArray *excerpt;     /* of TocsinLine */
	GPtrArray *attachments; /* of TocsinAttachment */
	gsize weight;           /* what counts for TOCSIN_EVENT_WEIGHT_MAX */
} TocsinEvent;

/* An event with these names (made valid UTF-8) and otherwise empty; time and seen time are both
 * @time_us, severity is info. @key may be NULL for "". */
TocsinEvent *tocsin_event_new(const char *id, const char *trigger, const char *kind,
                              const char *key, gint64 time_us);

/* One more reference, for the caller to drop. */
TocsinEvent *tocsin_event_ref(const TocsinEvent *self);

/* Does nothing on NULL. */
void tocsin_event_unref(TocsinEvent *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinEvent, tocsin_event_unref)

/* Sets a field; takes the caller's reference to @value. FALSE at the limits of
 * TOCSIN_VALUE_MEMBERS_MAX and TOCSIN_EVENT_WEIGHT_MAX: the field is dropped and the event marked
 * partial. */
gboolean tocsin_event_set_field(TocsinEvent *self, const char *name, TocsinValue *value);

/* Bytes that are not valid UTF-8 become U+FFFD. @length -1 means up to the NUL. */
gboolean tocsin_event_set_string(TocsinEvent *self, const char *name, const char *text,
                                 gssize length);
gboolean tocsin_event_set_int(TocsinEvent *self, const char *name, gint64 value);

/* The field, or NULL; belongs to the event. */
TocsinValue *tocsin_event_field(const TocsinEvent *self, const char *name);

/* The string field, or NULL if there is none of that name and type; belongs to the event. */
const char *tocsin_event_field_string(const TocsinEvent *self, const char *name);

/* Adds a line of @length bytes, or up to the NUL for -1. Beyond TOCSIN_EVENT_EXCERPT_MAX and
 * TOCSIN_EVENT_WEIGHT_MAX the line is dropped and the event marked partial. */
void tocsin_event_add_line(TocsinEvent *self, TocsinMark mark, const char *text, gssize length);

/* Adds an attachment whose content is @bytes; @type may be NULL. FALSE at the limit: the attachment
 * is dropped and the event marked partial. */
gboolean tocsin_event_attach_bytes(TocsinEvent *self, const char *name, const char *type,
                                   GBytes *bytes);

/* As above; the content is what is at @path when the mail is composed. */
gboolean tocsin_event_attach_path(TocsinEvent *self, const char *name, const char *type,
                                  const char *path);

/* The event as bytes: a version number, then all of it. Free with g_byte_array_unref(). */
GByteArray *tocsin_event_pack(const TocsinEvent *self);

/* Reads what tocsin_event_pack() wrote. TOCSIN_ERROR_INVALID on anything else, TOCSIN_ERROR_LIMIT
 * on more than TOCSIN_EVENT_PACKED_MAX bytes. */
TocsinEvent *tocsin_event_unpack(const void *bytes, gsize length, GError **error);

/* "debug", "info", ...; "none", "problem", "ok"; "before", "match", "after". */
const char *tocsin_severity_name(TocsinSeverity severity);
const char *tocsin_status_name(TocsinStatus status);
const char *tocsin_mark_name(TocsinMark mark);

/* FALSE if @name is none of them. */
gboolean tocsin_severity_parse(const char *name, TocsinSeverity *out_severity);
gboolean tocsin_status_parse(const char *name, TocsinStatus *out_status);

G_END_DECLS

#endif
