/* SPDX-License-Identifier: MIT */
/* GLib reads dates, and more than RFC 3339 allows: what it gets is of the right shape. */
#include "smtp/moment.h"

#include <string.h>

/* The text behind what looks like @shape, in which 0 stands for a digit; NULL if it does not. */
static const char *
skip_shape(const char *text, const char *shape)
{
	for (; *shape != '\0'; shape++, text++) {
		if (*shape == '0' ? !g_ascii_isdigit(*text) : *text != *shape) {
			return NULL;
		}
	}
	return text;
}

static gboolean
is_zone(const char *text)
{
	const char *end;

	if (strcmp(text, "Z") == 0) {
		return TRUE;
	}
	end = text[0] == '+' || text[0] == '-' ? skip_shape(text + 1, "00:00") : NULL;
	return end != NULL && *end == '\0';
}

gboolean
tocsin_moment_read(const char *text, gint64 *out_s)
{
	g_autofree char *upper = g_ascii_strup(text, -1);
	const char *rest = skip_shape(upper, "0000-00-00T00:00:00");
	g_autoptr(GDateTime) moment = NULL;

	if (rest != NULL && rest[0] == '.' && g_ascii_isdigit(rest[1])) {
		rest += 1 + strspn(rest + 1, "0123456789");
	}
	if (rest == NULL || !is_zone(rest)) {
		return FALSE;
	}
	moment = g_date_time_new_from_iso8601(upper, NULL);
	if (moment == NULL) {
		return FALSE;
	}
	*out_s = g_date_time_to_unix(moment);
	return TRUE;
}
