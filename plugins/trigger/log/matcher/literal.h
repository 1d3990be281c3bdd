/* SPDX-License-Identifier: MIT */
/* Small sets of byte strings, as the analysis of a regex builds them: "one of these is there".
 *
 * Plain values of a fixed size, so that they can be copied and dropped freely. Any thread. */
#ifndef TOCSIN_LOG_LITERAL_H
#define TOCSIN_LOG_LITERAL_H

#include <glib.h>

#include "frequency.h"

G_BEGIN_DECLS

#define TOCSIN_LOG_LITERAL_MAX 24u  /* bytes of one literal */
#define TOCSIN_LOG_LITERALS_MAX 32u /* literals of one set */

typedef struct {
	guint8 length;
	guint8 bytes[TOCSIN_LOG_LITERAL_MAX];
} TocsinLogLiteral;

typedef struct {
	guint count;
	gboolean is_caseless; /* ASCII letters of all members stand for both cases */
	TocsinLogLiteral items[TOCSIN_LOG_LITERALS_MAX];
} TocsinLogLiteralSet;

/* Makes @set hold just the empty string: the neutral element of append(). */
void tocsin_log_literals_init(TocsinLogLiteralSet *set);

/* Makes @set hold what @other does. Copies the members only, which is much less than the struct. */
void tocsin_log_literals_copy(TocsinLogLiteralSet *set, const TocsinLogLiteralSet *other);

/* Makes each member of @set be followed by each of @tail. FALSE, and @set is as it was, if the
 * result would be too large. */
gboolean tocsin_log_literals_append(TocsinLogLiteralSet *set, const TocsinLogLiteralSet *tail);

/* Adds the members of @other to @set. FALSE, and @set is as it was, if they are too many. */
gboolean tocsin_log_literals_join(TocsinLogLiteralSet *set, const TocsinLogLiteralSet *other);

/* Can the set tell anything? Not if it is empty or holds the empty string. */
gboolean tocsin_log_literals_is_useful(const TocsinLogLiteralSet *set);

/* Occurrences of its members to expect per byte of log; 1 if the set is not useful. */
double tocsin_log_literals_estimate(const TocsinLogLiteralSet *set,
                                    const TocsinLogFrequency *frequency);

/* A caseless match under UTF also takes U+017F for s and U+212A for k. Adds these to a caseless set
 * that holds such a letter. FALSE if there is no room. */
gboolean tocsin_log_literals_add_folds(TocsinLogLiteralSet *set);

G_END_DECLS

#endif
