/* SPDX-License-Identifier: MIT */
/* Python's % on strings: "%s", "%05.2f", "%(name)s". */
#include <math.h>
#include <string.h>

#include "template/arithmetic.h"

#define WIDTH_MAX 10000
#define PRECISION_MAX 100

typedef struct {
	TocsinRun *run;
	const TocsinDatum *values;
	guint next;
	gboolean is_safe;
	GString *out;
} Formatter;

typedef struct {
	char flags[8];
	int width;
	int precision; /* -1: none */
	char letter;
} Spec;

/* The next value, or the one that "(name)" at @at names. */
static const TocsinDatum *
take_value(Formatter *self, const char **at)
{
	if (**at == '(') {
		const char *end = strchr(*at, ')');
		g_autofree char *name =
		        end != NULL ? g_strndup(*at + 1, (gsize)(end - *at - 1)) : NULL;
		const TocsinDatum *value = NULL;

		if (name != NULL && tocsin_datum_kind(self->values) == TOCSIN_DATUM_MAP) {
			value = tocsin_datum_lookup_named(self->values, name);
		}
		*at = end != NULL ? end + 1 : *at;
		return value != NULL
		               ? value
		               : tocsin_run_fail(self->run, "the format names a value that is "
		                                            "not given");
	}
	return NULL;
}

static const TocsinDatum *
take_next(Formatter *self)
{
	if (!tocsin_datum_is_tuple(self->values)) {
		return self->next++ == 0
		               ? self->values
		               : tocsin_run_fail(self->run, "the format needs more values");
	}
	if (self->next >= tocsin_datum_count(self->values)) {
		return tocsin_run_fail(self->run, "the format needs more values");
	}
	return tocsin_datum_nth(self->values, self->next++);
}

static int
read_int(const char **at, int maximum)
{
	int value = 0;

	while (g_ascii_isdigit(**at)) {
		value = MIN(value * 10 + (**at - '0'), maximum);
		(*at)++;
	}
	return value;
}

static void
read_spec(const char **at, Spec *spec)
{
	gsize count = 0;

	while (**at != '\0' && strchr("-+ 0#", **at) != NULL) {
		if (count + 1 < sizeof spec->flags) {
			spec->flags[count++] = **at;
		}
		(*at)++;
	}
	spec->flags[count] = '\0';
	spec->width = read_int(at, WIDTH_MAX);
	spec->precision = -1;
	if (**at == '.') {
		(*at)++;
		spec->precision = read_int(at, PRECISION_MAX);
	}
	while (**at == 'l' || **at == 'h' || **at == 'L') {
		(*at)++;
	}
	spec->letter = **at;
	if (**at != '\0') {
		(*at)++;
	}
}

static void
append_padded(Formatter *self, const Spec *spec, const char *text)
{
	glong length = g_utf8_strlen(text, -1);
	gboolean is_left = strchr(spec->flags, '-') != NULL;

	for (glong i = length; !is_left && i < spec->width; i++) {
		g_string_append_c(self->out, ' ');
	}
	g_string_append(self->out, text);
	for (glong i = length; is_left && i < spec->width; i++) {
		g_string_append_c(self->out, ' ');
	}
}

static gboolean
format_string(Formatter *self, const Spec *spec, const TocsinDatum *value)
{
	g_autoptr(TocsinDatum) text = NULL;
	g_autofree char *cut = NULL;

	if (spec->letter == 'r') {
		GString *quoted = g_string_new(NULL);

		tocsin_datum_print_quoted(value, quoted, self->run->limits->string_bytes);
		text = tocsin_run_gstring_take(self->run, quoted, FALSE);
	} else {
		text = tocsin_run_to_string(self->run, value);
	}
	if (text != NULL && self->is_safe) {
		TocsinDatum *escaped = tocsin_run_to_markup(self->run, text);

		tocsin_datum_unref(text);
		text = escaped;
	}
	if (text == NULL) {
		return FALSE;
	}
	cut = spec->precision >= 0 && (guint)spec->precision < tocsin_datum_count(text)
	              ? g_utf8_substring(tocsin_datum_text(text), 0, spec->precision)
	              : g_strdup(tocsin_datum_text(text));
	append_padded(self, spec, cut);
	return TRUE;
}

static gboolean
format_number(Formatter *self, const Spec *spec, const TocsinDatum *value)
{
	gboolean is_int = strchr("diuxXo", spec->letter) != NULL;
	g_autofree char *form = NULL;
	g_autofree char *text = NULL;
	gint64 number = (gint64)tocsin_datum_int(value);

	if (!tocsin_datum_is_number(value)) {
		tocsin_run_fail(self->run, "%%%c needs a number, found %s", spec->letter,
		                tocsin_datum_kind_name(value));
		return FALSE;
	}
	if (is_int && tocsin_datum_kind(value) == TOCSIN_DATUM_DOUBLE) {
		if (!(fabs(tocsin_datum_double(value)) < 9e18)) {
			tocsin_run_fail(self->run, "the number is beyond 64 bits");
			return FALSE;
		}
		number = (gint64)tocsin_datum_double(value);
	}
	form = spec->precision >= 0
	               ? g_strdup_printf("%%%s%d.%d%s%c", spec->flags, spec->width, spec->precision,
	                                 is_int ? G_GINT64_MODIFIER : "", spec->letter)
	               : g_strdup_printf("%%%s%s%.0d%s%c", spec->flags, "", spec->width,
	                                 is_int ? G_GINT64_MODIFIER : "", spec->letter);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	/* Built above from checked parts only: flags, two bounded numbers and a known letter. */
	text = is_int ? g_strdup_printf(form, number)
	              : g_strdup_printf(form, tocsin_datum_double(value));
#pragma GCC diagnostic pop
	g_string_append(self->out, text);
	return TRUE;
}

static gboolean
format_one(Formatter *self, const char **at)
{
	const TocsinDatum *value = take_value(self, at);
	Spec spec;

	if (self->run->error != NULL) {
		return FALSE;
	}
	read_spec(at, &spec);
	if (spec.letter == '%') {
		g_string_append_c(self->out, '%');
		return TRUE;
	}
	value = value != NULL ? value : take_next(self);
	if (value == NULL) {
		return FALSE;
	}
	if (spec.letter == 's' || spec.letter == 'r') {
		return format_string(self, &spec, value);
	}
	if (spec.letter != '\0' && strchr("diuxXoeEfFgG", spec.letter) != NULL) {
		return format_number(self, &spec, value);
	}
	tocsin_run_fail(self->run, "the format has an unknown letter behind %%");
	return FALSE;
}

TocsinDatum *
tocsin_arithmetic_format(TocsinRun *run, const TocsinDatum *format, const TocsinDatum *values)
{
	Formatter self = {.run = run,
	                  .values = values,
	                  .is_safe = tocsin_datum_is_safe(format),
	                  .out = g_string_new(NULL)};
	const char *at = tocsin_datum_text(format);

	while (*at != '\0') {
		gsize plain = strcspn(at, "%");

		g_string_append_len(self.out, at, (gssize)plain);
		at += plain;
		if (*at == '%') {
			at++;
			if (!format_one(&self, &at) || self.out->len > run->limits->string_bytes) {
				tocsin_run_fail_limit(run, "the formatted string is too long");
				g_string_free(self.out, TRUE);
				return NULL;
			}
		}
	}
	if (tocsin_datum_kind(values) != TOCSIN_DATUM_MAP &&
	    self.next < (tocsin_datum_is_tuple(values) ? tocsin_datum_count(values) : 1)) {
		g_string_free(self.out, TRUE);
		return tocsin_run_fail(run, "the format does not use all of its values");
	}
	return tocsin_run_gstring_take(run, self.out, self.is_safe);
}
