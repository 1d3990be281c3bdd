/* SPDX-License-Identifier: MIT */
/* A typed value: what an event's fields hold.
 *
 * Refcounted. A list or map is filled by its maker and immutable once it is shared; any thread may
 * then read it. Strings are always valid UTF-8 without NUL. */
#ifndef TOCSIN_MODEL_VALUE_H
#define TOCSIN_MODEL_VALUE_H

#include <glib.h>

#include "model/pack.h"

G_BEGIN_DECLS

/* Numbers are stored on disk: they never change. */
typedef enum {
	TOCSIN_VALUE_BOOL = 0,
	TOCSIN_VALUE_INT = 1,
	TOCSIN_VALUE_DOUBLE = 2,
	TOCSIN_VALUE_TIME = 3, /* microseconds since 1970, UTC */
	TOCSIN_VALUE_STRING = 4,
	TOCSIN_VALUE_LIST = 5,
	TOCSIN_VALUE_MAP = 6, /* keeps the order in which names were first set */
} TocsinValueType;

/* Lists and maps within lists and maps, the outermost counted. */
#define TOCSIN_VALUE_DEPTH_MAX 8u
/* Members of one list or map. */
#define TOCSIN_VALUE_MEMBERS_MAX 1000u

typedef struct _TocsinValue TocsinValue;

/* Each new value is the caller's reference. */
TocsinValue *tocsin_value_new_bool(gboolean value);
/* As above. */
TocsinValue *tocsin_value_new_int(gint64 value);
/* As above. */
TocsinValue *tocsin_value_new_double(gdouble value);
/* As above. Microseconds since 1970. */
TocsinValue *tocsin_value_new_time(gint64 time_us);

/* Invalid UTF-8 and NUL become U+FFFD. @length -1 means up to the NUL. */
TocsinValue *tocsin_value_new_string(const char *text, gssize length);
/* Empty. */
TocsinValue *tocsin_value_new_list(void);
/* Empty. */
TocsinValue *tocsin_value_new_map(void);

/* One more reference, for the caller to drop. */
TocsinValue *tocsin_value_ref(TocsinValue *self);

/* Does nothing on NULL. */
void tocsin_value_unref(TocsinValue *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinValue, tocsin_value_unref)

/* Adds to a list; takes the caller's reference to @member. A member beyond the limit of count
 * or depth is dropped: FALSE. */
gboolean tocsin_value_append(TocsinValue *list, TocsinValue *member);

/* Sets a map's member, in the place of an earlier one of that name; takes the caller's reference
 * to @member. A member beyond the limit of count or depth is dropped: FALSE. */
gboolean tocsin_value_set(TocsinValue *map, const char *name, TocsinValue *member);

/* About how many bytes the value takes when packed, members that were replaced counted too. */
gsize tocsin_value_weight(const TocsinValue *self);

/* Says which of the functions below has something to give. */
TocsinValueType tocsin_value_type(const TocsinValue *self);

/* Each gives 0, FALSE or "" when the value has another type; int and time read each other. */
gboolean tocsin_value_get_bool(const TocsinValue *self);
gint64 tocsin_value_get_int(const TocsinValue *self);
gdouble tocsin_value_get_double(const TocsinValue *self);
const char *tocsin_value_get_string(const TocsinValue *self);

/* Members of a list or map; 0 for the other types. */
guint tocsin_value_count(const TocsinValue *self);

/* The member at @index < count; belongs to the list or map. */
TocsinValue *tocsin_value_nth(const TocsinValue *self, guint index);

/* The name at @index < count of a map; belongs to the map. */
const char *tocsin_value_nth_name(const TocsinValue *map, guint index);

/* The map's member, or NULL; belongs to the map. */
TocsinValue *tocsin_value_lookup(const TocsinValue *map, const char *name);

/* Same type, same value; members in the same order; a NaN equals itself. */
gboolean tocsin_value_equal(const TocsinValue *a, const TocsinValue *b);

/* Appends the value as bytes. */
void tocsin_value_pack(const TocsinValue *self, GByteArray *out);

/* NULL on a fault, which is then marked in @from too. */
TocsinValue *tocsin_value_unpack(TocsinUnpack *from);

G_END_DECLS

#endif
