/* SPDX-License-Identifier: MIT */
/* What templates and expressions reckon with: one typed tree.
 *
 * Refcounted (atomically). A list or map is filled by its maker through append() and set(); once
 * shared it is immutable, and any thread may read it. Strings are always valid UTF-8 without NUL.
 * Functions that say "takes" consume the caller's reference. */
#ifndef TOCSIN_TEMPLATE_DATUM_H
#define TOCSIN_TEMPLATE_DATUM_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
	TOCSIN_DATUM_UNDEFINED, /* a name or member that is not there */
	TOCSIN_DATUM_NONE,
	TOCSIN_DATUM_BOOL,
	TOCSIN_DATUM_INT,
	TOCSIN_DATUM_DOUBLE,
	TOCSIN_DATUM_STRING,
	TOCSIN_DATUM_LIST,
	TOCSIN_DATUM_MAP,    /* in the order of insertion */
	TOCSIN_DATUM_OBJECT, /* made by a running template: a macro, a loop */
} TocsinDatumKind;

typedef struct _TocsinDatum TocsinDatum;

#define TOCSIN_DATUM_DEPTH_MAX 64u

/* Python's None. */
TocsinDatum *tocsin_datum_new_none(void);
/* TRUE or FALSE. */
TocsinDatum *tocsin_datum_new_bool(gboolean value);
/* A whole number of 64 bits. */
TocsinDatum *tocsin_datum_new_int(gint64 value);
/* Any double, also infinite ones and NaN. */
TocsinDatum *tocsin_datum_new_double(gdouble value);

/* Seconds since 1970 as a double, exact to the microsecond: what date and ago take. */
TocsinDatum *tocsin_datum_new_time(gint64 time_us);

/* Copies @length bytes, or up to the NUL for -1. Invalid UTF-8 and NUL become U+FFFD. */
TocsinDatum *tocsin_datum_new_string(const char *bytes, gssize length);

/* Takes @text (from g_malloc()), which must be valid UTF-8 of @length bytes. */
TocsinDatum *tocsin_datum_new_string_take(char *text, gsize length);

/* As above; marked as markup that needs no escaping if @is_safe. */
TocsinDatum *tocsin_datum_new_text_take(char *text, gsize length, gboolean is_safe);

/* Says what was not there: @message such as "'user' is not defined". */
TocsinDatum *tocsin_datum_new_undefined(const char *message);

/* Empty. */
TocsinDatum *tocsin_datum_new_list(void);
/* A list that is written with parentheses. */
TocsinDatum *tocsin_datum_new_tuple(void);
/* Empty. */
TocsinDatum *tocsin_datum_new_map(void);

/* One more reference to the same datum. */
TocsinDatum *tocsin_datum_ref(const TocsinDatum *self);
/* Does nothing on NULL. */
void tocsin_datum_unref(TocsinDatum *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(TocsinDatum, tocsin_datum_unref)

/* Takes @member. */
void tocsin_datum_append(TocsinDatum *list, TocsinDatum *member);

/* Takes @key and @value. A key that is there keeps its place and gets the new value. */
void tocsin_datum_set(TocsinDatum *map, TocsinDatum *key, TocsinDatum *value);
/* Takes @value. */
void tocsin_datum_set_named(TocsinDatum *map, const char *name, TocsinDatum *value);
/* Empties a list or map. */
void tocsin_datum_clear(TocsinDatum *self);

/* What @self is. */
TocsinDatumKind tocsin_datum_kind(const TocsinDatum *self);
/* "string", "list" and so on, for errors. */
const char *tocsin_datum_kind_name(const TocsinDatum *self);

/* These return 0, FALSE or "" for a datum of another kind; a bool is an int, an int a double. */
gint64 tocsin_datum_int(const TocsinDatum *self);
gdouble tocsin_datum_double(const TocsinDatum *self);
/* The text of a string or the message of an undefined datum; belongs to the datum. */
const char *tocsin_datum_text(const TocsinDatum *self);
/* Bytes of a string. */
gsize tocsin_datum_size(const TocsinDatum *self);
gboolean tocsin_datum_is_safe(const TocsinDatum *self);
gboolean tocsin_datum_is_tuple(const TocsinDatum *self);
gboolean tocsin_datum_is_defined(const TocsinDatum *self);
gboolean tocsin_datum_is_string(const TocsinDatum *self);
/* An int or a bool. */
gboolean tocsin_datum_is_integral(const TocsinDatum *self);
/* An int, a bool or a double. */
gboolean tocsin_datum_is_number(const TocsinDatum *self);

/* Members of a list or map, characters of a string; 0 otherwise. */
guint tocsin_datum_count(const TocsinDatum *self);
/* The member of a list or the value of a map's entry; belongs to the datum. */
TocsinDatum *tocsin_datum_nth(const TocsinDatum *self, guint index);
TocsinDatum *tocsin_datum_nth_key(const TocsinDatum *map, guint index);
/* The value under the key, or NULL; belongs to the map. */
TocsinDatum *tocsin_datum_lookup(const TocsinDatum *map, const TocsinDatum *key);
TocsinDatum *tocsin_datum_lookup_named(const TocsinDatum *map, const char *name);

/* How many lists and maps are within each other; 0 for anything else. Functions here recurse this
 * deep; what runs templates refuses to build more than TOCSIN_DATUM_DEPTH_MAX. */
guint tocsin_datum_depth(const TocsinDatum *self);

/* Only an empty string, list or map, zero, false, none and undefined are not true. */
gboolean tocsin_datum_truth(const TocsinDatum *self);
/* By value; 1, 1.0 and true are equal, as in Python. Bounded by the depth of the tree. */
gboolean tocsin_datum_equal(const TocsinDatum *a, const TocsinDatum *b);
/* < 0, 0, > 0 in @out_order; FALSE if the two have no order (a string and a number). */
gboolean tocsin_datum_compare(const TocsinDatum *a, const TocsinDatum *b, gint *out_order);
guint tocsin_datum_hash(const TocsinDatum *self);

/* What @self says when it is printed, appended to @out: a string as it is, lists and maps as
 * Python writes them. Stops when @out is longer than @limit. */
void tocsin_datum_print(const TocsinDatum *self, GString *out, gsize limit);

/* The same, with strings quoted. */
void tocsin_datum_print_quoted(const TocsinDatum *self, GString *out, gsize limit);

/* The shortest text that reads back as @value, with ".0" if it is whole. */
void tocsin_datum_print_double(gdouble value, GString *out);

/* A value that a running template made. @klass tells what it can do; @self belongs to it. */
struct _TocsinRun;
struct _TocsinArguments;

typedef struct {
	const char *type_name;
	/* A new reference, or NULL if there is no such member. */
	TocsinDatum *(*get)(gpointer self, const char *name);
	/* A new reference, or NULL with the run's error set. May be NULL: not callable. */
	TocsinDatum *(*call)(gpointer self, struct _TocsinRun *run,
	                     const struct _TocsinArguments *arguments);
	void (*free)(gpointer self);
} TocsinObjectClass;

/* Takes @object, which klass->free() frees with the last reference. */
TocsinDatum *tocsin_datum_new_object(const TocsinObjectClass *klass, gpointer object);
/* NULL if it is no object. */
const TocsinObjectClass *tocsin_datum_object_class(const TocsinDatum *datum);
gpointer tocsin_datum_object(const TocsinDatum *datum);

G_END_DECLS

#endif
