/* SPDX-License-Identifier: MIT */
/* tocsin_error: the reason that travels from a plugin's call to a GError. */
#include "abi/error.h"

#include <string.h>
#include <tocsin/error.h>

#include "base/secret.h"
#include "base/text.h"

/* A reason is read by a person: longer than this is not one. */
#define REASON_LIMIT 2000u

struct tocsin_error {
	char *text; /* (nullable) */
};

tocsin_error *
tocsin_abi_error_new(void)
{
	return g_new0(tocsin_error, 1);
}

void
tocsin_abi_error_free(tocsin_error *self)
{
	if (self == NULL) {
		return;
	}
	g_free(self->text);
	g_free(self);
}

void
tocsin_abi_error_set(tocsin_error *self, const char *text)
{
	g_autofree char *clean = tocsin_text_keep_displayed(text, strlen(text), REASON_LIMIT);

	if (self->text == NULL) {
		self->text = g_steal_pointer(&clean);
	} else if (strlen(self->text) < REASON_LIMIT) {
		g_autofree char *before = self->text;

		self->text = g_strdup_printf("%s (%s)", before, clean);
	}
}

const char *
tocsin_abi_error_get(const tocsin_error *self)
{
	return self->text;
}

void
tocsin_abi_error_cover(tocsin_error *self, const TocsinVeil *veil)
{
	char *covered =
	        self->text == NULL ? NULL : tocsin_veil_cover(veil, self->text, strlen(self->text));

	if (covered != NULL) {
		tocsin_wipe_free(self->text);
		self->text = covered;
	}
}

const char *
tocsin_abi_status_name(gint32 status)
{
	switch (status) {
	case TOCSIN_OK:
		return "success";
	case TOCSIN_MORE:
		return "more to come";
	case TOCSIN_END:
		return "nothing more";
	case TOCSIN_E_TEMP:
		return "not possible now";
	case TOCSIN_E_PERM:
		return "not possible";
	case TOCSIN_E_CONFIG:
		return "wrong settings";
	case TOCSIN_E_CANCELLED:
		return "cancelled";
	case TOCSIN_E_BUG:
		return "contract broken";
	case TOCSIN_E_UNKNOWN:
		return "outcome unknown";
	case TOCSIN_E_UNAVAILABLE:
		return "cannot be used now";
	case TOCSIN_E_EXPIRED:
		return "credential expired";
	default:
		return NULL;
	}
}

static TocsinError
code_for_status(gint32 status)
{
	switch (status) {
	case TOCSIN_E_CONFIG:
		return TOCSIN_ERROR_CONFIG;
	case TOCSIN_E_CANCELLED:
		return TOCSIN_ERROR_CANCELLED;
	default:
		return TOCSIN_ERROR_PLUGIN;
	}
}

void
tocsin_abi_error_to_gerror(const tocsin_error *self, gint32 status, GError **error)
{
	const char *name = tocsin_abi_status_name(status);

	if (self->text != NULL) {
		g_set_error_literal(error, TOCSIN_ERROR, code_for_status(status), self->text);
	} else {
		g_set_error(error, TOCSIN_ERROR, code_for_status(status), "%s (no reason given)",
		            name == NULL ? "undefined status" : name);
	}
}
