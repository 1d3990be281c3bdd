/* SPDX-License-Identifier: MIT */
/* What became of one recipient of one mail. */
#include "model/fate.h"

#include "base/text.h"

#include <string.h>
#include <tocsin/plugin.h>

static gsize
count_digits(const char *p)
{
	return strspn(p, "0123456789");
}

gboolean
tocsin_fate_is_enhanced_code(const char *text)
{
	if (strchr("245", text[0]) == NULL || text[0] == '\0' || text[1] != '.') {
		return FALSE;
	}
	const char *subject = text + 2;
	gsize length = count_digits(subject);

	if (length < 1 || length > 3 || subject[length] != '.') {
		return FALSE;
	}
	const char *detail = subject + length + 1;

	length = count_digits(detail);
	return length >= 1 && length <= 3 && detail[length] == '\0';
}

static char *
make_text(const char *text)
{
	g_autofree char *line = g_strndup(text != NULL ? text : "", TOCSIN_FATE_TEXT_MAX);

	g_strdelimit(line, "\r\n\t", ' ');
	return tocsin_text_keep_displayed(line, strlen(line), TOCSIN_FATE_TEXT_MAX);
}

TocsinFate *
tocsin_fate_new(TocsinFateStatus status, TocsinStage stage, guint code, const char *enhanced,
                const char *text, const char *account, gint64 time_us)
{
	TocsinFate *self = g_atomic_rc_box_new0(TocsinFate);

	self->status = status;
	self->stage = stage;
	self->code = code;
	if (enhanced != NULL && tocsin_fate_is_enhanced_code(enhanced)) {
		self->enhanced = g_strdup(enhanced);
	}
	self->text = make_text(text);
	self->account = g_strdup(account);
	self->time_us = time_us;
	return self;
}

TocsinFate *
tocsin_fate_ref(const TocsinFate *self)
{
	return g_atomic_rc_box_acquire((TocsinFate *)self);
}

static void
clear_fate(gpointer data)
{
	TocsinFate *self = data;

	g_free(self->enhanced);
	g_free(self->text);
	g_free(self->account);
}

void
tocsin_fate_unref(TocsinFate *self)
{
	if (self != NULL) {
		g_atomic_rc_box_release_full(self, clear_fate);
	}
}

TocsinFateStatus
tocsin_fate_status_from_plugin(gint32 status)
{
	switch (status) {
	case TOCSIN_OK:
		return TOCSIN_FATE_DELIVERED;
	case TOCSIN_E_PERM:
		return TOCSIN_FATE_REFUSED;
	case TOCSIN_E_UNKNOWN:
		return TOCSIN_FATE_UNKNOWN;
	default:
		return TOCSIN_FATE_DEFERRED;
	}
}

const char *
tocsin_fate_status_name(TocsinFateStatus status)
{
	switch (status) {
	case TOCSIN_FATE_DELIVERED:
		return "delivered";
	case TOCSIN_FATE_DEFERRED:
		return "deferred";
	case TOCSIN_FATE_REFUSED:
		return "refused";
	case TOCSIN_FATE_UNKNOWN:
		return "unknown";
	}
	return "invalid";
}

const char *
tocsin_stage_name(TocsinStage stage)
{
	static const char *const names[] = {
	        "local",  "connect",   "tls",  "greeting", "auth",
	        "sender", "recipient", "data", "lost",     "protocol",
	};

	return (guint)stage < G_N_ELEMENTS(names) ? names[stage] : "invalid";
}
