/* SPDX-License-Identifier: MIT */
/* Durations, sizes and rates as people write them. */
#include "base/units.h"

#include <string.h>
#include <tocsin/error.h>

typedef struct {
	const char *name;
	gint64 factor;
} Unit;

#define SECOND G_GINT64_CONSTANT(1000000)

static const Unit durations[] = {
        {"us", 1},          {"ms", 1000},         {"s", SECOND},         {"min", 60 * SECOND},
        {"m", 60 * SECOND}, {"h", 3600 * SECOND}, {"d", 86400 * SECOND}, {"w", 604800 * SECOND},
        {NULL, 0},
};

static const Unit sizes[] = {
        {"", 1},        {"B", 1},         {"k", 1 << 10}, {"K", 1 << 10},   {"KiB", 1 << 10},
        {"M", 1 << 20}, {"MiB", 1 << 20}, {"G", 1 << 30}, {"GiB", 1 << 30}, {NULL, 0},
};

/* Reads digits and the unit behind them; *@text moves behind both. FALSE on no digit, no such unit,
 * or overflow. */
static gboolean
parse_amount(const char **text, const Unit *units, gint64 *out_value)
{
	const char *p = *text;
	gint64 number = 0;

	if (!g_ascii_isdigit(*p)) {
		return FALSE;
	}
	for (; g_ascii_isdigit(*p); p++) {
		if (__builtin_mul_overflow(number, 10, &number) ||
		    __builtin_add_overflow(number, *p - '0', &number)) {
			return FALSE;
		}
	}
	gsize letters = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

	for (const Unit *unit = units; unit->name != NULL; unit++) {
		if (strlen(unit->name) == letters && strncmp(unit->name, p, letters) == 0) {
			*text = p + letters;
			return !__builtin_mul_overflow(number, unit->factor, out_value);
		}
	}
	return FALSE;
}

gboolean
tocsin_units_parse_duration(const char *text, gint64 *out_us, GError **error)
{
	const char *p = text;
	gint64 total = 0;

	if (strcmp(text, "0") == 0) {
		*out_us = 0;
		return TRUE;
	}
	do {
		gint64 part;

		if (!parse_amount(&p, durations, &part) ||
		    __builtin_add_overflow(total, part, &total)) {
			g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
			            "'%s' is not a duration; write a number and a unit (ms, s, m, "
			            "h, d, w), such as '10s' or '1h30m'",
			            text);
			return FALSE;
		}
	} while (*p != '\0');
	*out_us = total;
	return TRUE;
}

gboolean
tocsin_units_parse_size(const char *text, guint64 *out_bytes, GError **error)
{
	const char *p = text;
	gint64 bytes;

	if (!parse_amount(&p, sizes, &bytes) || *p != '\0') {
		g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
		            "'%s' is not a size; write bytes, or a number with k, M or G, "
		            "such as '10M'",
		            text);
		return FALSE;
	}
	*out_bytes = (guint64)bytes;
	return TRUE;
}

gboolean
tocsin_units_parse_rate(const char *text, guint *out_count, gint64 *out_per_us, GError **error)
{
	static const Unit none[] = {{"", 1}, {NULL, 0}};
	const char *p = text;
	gint64 count;

	if (parse_amount(&p, none, &count) && count > 0 && count <= G_MAXUINT && *p == '/') {
		for (const Unit *unit = durations; unit->name != NULL; unit++) {
			if (strcmp(unit->name, p + 1) == 0) {
				*out_count = (guint)count;
				*out_per_us = unit->factor;
				return TRUE;
			}
		}
	}
	g_set_error(error, TOCSIN_ERROR, TOCSIN_ERROR_INVALID,
	            "'%s' is not a rate; write a number, a slash and a unit (s, min, h, d), "
	            "such as '20/h'",
	            text);
	return FALSE;
}

char *
tocsin_units_format_duration(gint64 us)
{
	static const Unit steps[] = {
	        {"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}, {NULL, 0},
	};
	gint64 left = (us + 500) / 1000;
	GString *out = g_string_new(NULL);

	for (const Unit *step = steps; step->name != NULL; step++) {
		if (left >= step->factor) {
			g_string_append_printf(out, "%" G_GINT64_FORMAT "%s", left / step->factor,
			                       step->name);
			left %= step->factor;
		}
	}
	if (out->len == 0) {
		g_string_append_c(out, '0');
	}
	return g_string_free(out, FALSE);
}
