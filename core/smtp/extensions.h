/* SPDX-License-Identifier: MIT */
/* What a server says it can do: the reply to EHLO or LHLO (RFC 5321 section 4.1.1.1). Immutable
 * after construction; belongs to one thread. */
#ifndef TOCSIN_SMTP_EXTENSIONS_H
#define TOCSIN_SMTP_EXTENSIONS_H

#include <glib.h>

#include "smtp/reply.h"

G_BEGIN_DECLS

/* The extensions that the engine itself uses. */
typedef enum {
	TOCSIN_FEATURE_8BITMIME = 1 << 0,
	TOCSIN_FEATURE_AUTH = 1 << 1,
	TOCSIN_FEATURE_BINARYMIME = 1 << 2,
	TOCSIN_FEATURE_CHUNKING = 1 << 3,
	TOCSIN_FEATURE_DELIVERBY = 1 << 4,
	TOCSIN_FEATURE_DSN = 1 << 5,
	TOCSIN_FEATURE_ENHANCEDSTATUSCODES = 1 << 6,
	TOCSIN_FEATURE_FUTURERELEASE = 1 << 7,
	TOCSIN_FEATURE_LIMITS = 1 << 8,
	TOCSIN_FEATURE_MT_PRIORITY = 1 << 9,
	TOCSIN_FEATURE_PIPELINING = 1 << 10,
	TOCSIN_FEATURE_REQUIRETLS = 1 << 11,
	TOCSIN_FEATURE_SIZE = 1 << 12,
	TOCSIN_FEATURE_SMTPUTF8 = 1 << 13,
	TOCSIN_FEATURE_STARTTLS = 1 << 14,
} TocsinFeature;

/* Read only. */
typedef struct {
	guint known;                /* TocsinFeature */
	GHashTable *table;          /* of lower-case keyword : parameters as sent, without blanks at
	                              the ends; several AUTH lines are joined by a blank, of other
	                              keywords the last line counts */
	char **mechanisms;          /* of AUTH, in capitals, each once, NULL-terminated */
	guint64 size_max;           /* RFC 1870; 0: none known */
	guint mail_max;             /* RFC 9422: mails of a session; 0: no limit */
	guint recipient_max;        /* ... recipients of a mail */
	guint recipient_domain_max; /* ... domains of a mail's recipients */
	gint64 hold_max_s;          /* RFC 4865: the longest HOLDFOR; 0: none known */
	gint64 hold_until_max_s;    /* ... the latest HOLDUNTIL, since 1970; 0: none known */
	gint64 deliver_by_min_s;    /* RFC 2852; 0: none known */
} TocsinFeatures;

/* Reads the reply to EHLO. "AUTH=..." of old servers and Exchange's X-EXPS count as AUTH; lines
 * that do not start with a keyword are left out. */
TocsinFeatures *tocsin_features_new(const TocsinReply *reply);

/* Those of a server that was only greeted with HELO: none. */
TocsinFeatures *tocsin_features_new_empty(void);

/* Does nothing on NULL. */
void tocsin_features_free(TocsinFeatures *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinFeatures, tocsin_features_free)

/* The parameters of @keyword in any case of letters, "" if it has none; NULL if it is not offered.
 * Belongs to @self. */
const char *tocsin_features_get(const TocsinFeatures *self, const char *keyword);

static inline gboolean
tocsin_features_has(const TocsinFeatures *self, TocsinFeature feature)
{
	return (self->known & feature) != 0;
}

G_END_DECLS

#endif
