/* SPDX-License-Identifier: MIT */
/* The filters and tests that expressions may name, and how they get their arguments. */
#ifndef TOCSIN_TEMPLATE_FILTER_H
#define TOCSIN_TEMPLATE_FILTER_H

#include "template/run.h"

G_BEGIN_DECLS

#define TOCSIN_FILTER_PARAMETERS_MAX 8u

/* One filter at work. */
typedef struct {
	TocsinRun *run;
	const TocsinDatum *input;
	/* One for each parameter, NULL where none was given; belong to the caller. */
	TocsinDatum *given[TOCSIN_FILTER_PARAMETERS_MAX];
	const TocsinArguments *arguments; /* all of them, for filters that take any */
} TocsinFilterCall;

/* A new reference, or NULL with the run's error set. */
typedef TocsinDatum *(*TocsinFilterFunction)(const TocsinFilterCall *call);

typedef struct {
	const char *name;
	/* Separated by spaces, in order; those after "*" only by name; "..." takes anything. */
	const char *parameters;
	TocsinFilterFunction apply;
	guint required;           /* how many parameters must be given */
	gboolean takes_undefined; /* as input and arguments; others fail on it */
} TocsinFilter;

/* Families of filters, each ended by an entry without name. */
extern const TocsinFilter tocsin_filters_case[];
extern const TocsinFilter tocsin_filters_encode[];
extern const TocsinFilter tocsin_filters_escape[];
extern const TocsinFilter tocsin_filters_link[];
extern const TocsinFilter tocsin_filters_list[];
extern const TocsinFilter tocsin_filters_number[];
extern const TocsinFilter tocsin_filters_regex[];
extern const TocsinFilter tocsin_filters_select[];
extern const TocsinFilter tocsin_filters_sort[];
extern const TocsinFilter tocsin_filters_table[];
extern const TocsinFilter tocsin_filters_text[];
extern const TocsinFilter tocsin_filters_time[];
extern const TocsinFilter tocsin_filters_truncate[];
extern const TocsinFilter tocsin_filters_wrap[];
extern const TocsinFilter tocsin_tests[];

/* The filter or test of that name, or NULL. A test returns a bool. */
const TocsinFilter *tocsin_filter_find(const char *name);
const TocsinFilter *tocsin_test_find(const char *name);
/* Every name there is (of char *), NULL at the end. Free with g_ptr_array_unref(). */
GPtrArray *tocsin_filter_names(void);
GPtrArray *tocsin_test_names(void);
/* The name that was probably meant, or NULL. */
const char *tocsin_filter_nearest(const char *name);
const char *tocsin_test_nearest(const char *name);

/* Runs it. @what is "filter" or "test", for errors. */
TocsinDatum *tocsin_filter_apply(const TocsinFilter *filter, const char *what, TocsinRun *run,
                                 const TocsinDatum *input, const TocsinArguments *arguments);

/* Spreads @arguments over @parameters as said above. */
gboolean tocsin_arguments_bind(TocsinRun *run, const char *what, const char *name,
                               const char *parameters, guint required,
                               const TocsinArguments *arguments, TocsinDatum **out_given);

/* A parameter as an int, a bool, a string, or @fallback where it was not given. FALSE and NULL
 * mean failure. The string belongs to the call. */
gboolean tocsin_filter_int(const TocsinFilterCall *call, guint index, gint64 fallback,
                           gint64 *out_value);
gboolean tocsin_filter_bool(const TocsinFilterCall *call, guint index, gboolean fallback);
const char *tocsin_filter_string(const TocsinFilterCall *call, guint index, const char *fallback);

/* The lines of a text as Python's splitlines() has them: TRUE while there is one, with @at behind
 * its end. */
gboolean tocsin_filter_next_line(const char **at, const char **out_line, gsize *out_length);

/* The member that a path such as "user.name" or "0" or an int leads to; undefined if there is
 * none. A new reference. NULL @path is the item itself. */
TocsinDatum *tocsin_filter_reach(TocsinRun *run, const TocsinDatum *item, const TocsinDatum *path,
                                 const TocsinDatum *fallback);

G_END_DECLS

#endif
