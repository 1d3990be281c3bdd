/* SPDX-License-Identifier: MIT */
/* Fills and names decisions. */
#include "rule/decision.h"

#include <stdarg.h>
#include <string.h>

void
tocsin_decision_clear(TocsinDecision *self)
{
	tocsin_tally_free(self->tally);
	memset(self, 0, sizeof *self);
}

/* Appends, parted from what was said before. */
void
tocsin_decision_say(TocsinDecision *self, const char *format, ...)
{
	gsize used = strlen(self->text);
	const char *end;
	va_list arguments;

	if (used > 0 && used + 3 < sizeof self->text) {
		self->text[used++] = ';';
		self->text[used++] = ' ';
	}
	va_start(arguments, format);
	(void)g_vsnprintf(self->text + used, sizeof self->text - used, format, arguments);
	va_end(arguments);
	for (char *at = self->text + used; *at != '\0'; at++) {
		*at = g_ascii_iscntrl(*at) ? ' ' : *at;
	}
	/* A cut may have gone through a character. */
	if (!g_utf8_validate(self->text, -1, &end)) {
		self->text[end - self->text] = '\0';
	}
}

const char *
tocsin_action_name(TocsinAction action)
{
	static const char *const names[] = {"none", "hold", "compose", "muted"};

	return (guint)action < G_N_ELEMENTS(names) ? names[action] : "unknown";
}

const char *
tocsin_reason_name(TocsinReason reason)
{
	static const char *const names[] = {"first",   "new",      "still",
	                                    "changed", "resolved", "flapping",
	                                    "digest",  "overflow", "escalated"};

	return (guint)reason < G_N_ELEMENTS(names) ? names[reason] : "unknown";
}
