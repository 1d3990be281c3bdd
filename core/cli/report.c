/* SPDX-License-Identifier: MIT */
/* What became of a mail, as JSON, as lines, as an exit code. */
#include "cli/report.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include <sysexits.h>
#include <tocsin/error.h>

static void
set_text(JsonObject *object, const char *name, const char *text)
{
	if (text == NULL) {
		json_object_set_null_member(object, name);
	} else {
		json_object_set_string_member(object, name, text);
	}
}

static JsonObject *
make_error(const char *stage, gboolean is_permanent, const char *text)
{
	JsonObject *object = json_object_new();

	set_text(object, "class", stage);
	set_text(object, "permanence", is_permanent ? "permanent" : "temporary");
	set_text(object, "text", text);
	return object;
}

static JsonObject *
make_fate(const TocsinRecipient *recipient, const TocsinFate *fate)
{
	JsonObject *object = json_object_new();

	set_text(object, "recipient", recipient->address);
	set_text(object, "fate", tocsin_fate_status_name(fate->status));
	if (fate->code == 0) {
		json_object_set_null_member(object, "code");
	} else {
		json_object_set_int_member(object, "code", fate->code);
	}
	set_text(object, "enhanced", fate->enhanced);
	set_text(object, "text", fate->text);
	set_text(object, "stage", tocsin_stage_name(fate->stage));
	return object;
}

char *
tocsin_report_json(const TocsinMail *mail, const TocsinHandOver *result,
                   const TocsinReportError *local)
{
	g_autoptr(JsonObject) whole = json_object_new();
	g_autoptr(JsonNode) root = json_node_new(JSON_NODE_OBJECT);
	JsonArray *fates = json_array_new();

	if (local != NULL) {
		json_object_set_object_member(
		        whole, "error", make_error(local->stage, local->is_permanent, local->text));
	} else if (result != NULL && result->failure != NULL) {
		const TocsinFate *failure = result->failure;

		json_object_set_object_member(whole, "error",
		                              make_error(tocsin_stage_name(failure->stage),
		                                         failure->status == TOCSIN_FATE_REFUSED,
		                                         failure->text));
	} else {
		json_object_set_null_member(whole, "error");
	}
	for (guint i = 0; result != NULL && i < result->fates->len; i++) {
		json_array_add_object_element(fates,
		                              make_fate(tocsin_mail_recipient(mail, i),
		                                        g_ptr_array_index(result->fates, i)));
	}
	json_object_set_array_member(whole, "fates", fates);
	json_node_set_object(root, whole);
	g_autofree char *text = json_to_string(root, TRUE);

	return g_strconcat(text, "\n", NULL);
}

static void
add_line(GString *out, const TocsinRecipient *recipient, const TocsinFate *fate)
{
	g_string_append_printf(out, "%s: %s", recipient->address,
	                       tocsin_fate_status_name(fate->status));
	if (fate->code != 0) {
		g_string_append_printf(out, " (%u)", fate->code);
	}
	if (fate->text[0] != '\0') {
		g_string_append_printf(out, ": %s", fate->text);
	}
	g_string_append_c(out, '\n');
}

char *
tocsin_report_text(const TocsinMail *mail, const TocsinHandOver *result, gboolean is_verbose)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < result->fates->len; i++) {
		const TocsinFate *fate = g_ptr_array_index(result->fates, i);

		if (is_verbose || fate->status != TOCSIN_FATE_DELIVERED) {
			add_line(out, tocsin_mail_recipient(mail, i), fate);
		}
	}
	return g_string_free(out, FALSE);
}

static int
code_of_failure(const TocsinFate *failure)
{
	gboolean is_permanent = failure->status == TOCSIN_FATE_REFUSED;

	switch (failure->stage) {
	case TOCSIN_STAGE_LOCAL:
		return is_permanent ? EX_DATAERR : EX_TEMPFAIL;
	case TOCSIN_STAGE_AUTH:
		return is_permanent ? EX_NOPERM : EX_TEMPFAIL;
	case TOCSIN_STAGE_TLS:
	case TOCSIN_STAGE_PROTOCOL:
		return EX_PROTOCOL;
	default:
		return is_permanent ? EX_UNAVAILABLE : EX_TEMPFAIL;
	}
}

int
tocsin_report_exit_code(const TocsinHandOver *result)
{
	int code = EX_OK;

	if (result->failure != NULL) {
		return code_of_failure(result->failure);
	}
	for (guint i = 0; i < result->fates->len; i++) {
		const TocsinFate *fate = g_ptr_array_index(result->fates, i);

		if (fate->status == TOCSIN_FATE_REFUSED) {
			return EX_UNAVAILABLE; /* a permanent no outranks what may still work */
		}
		if (fate->status != TOCSIN_FATE_DELIVERED) {
			code = EX_TEMPFAIL;
		}
	}
	return code;
}

int
tocsin_report_error_code(const GError *error)
{
	switch (error->code) {
	case TOCSIN_ERROR_CONFIG:
	case TOCSIN_ERROR_PLUGIN:
	case TOCSIN_ERROR_TRUST:
		return EX_CONFIG;
	case TOCSIN_ERROR_IO:
		return EX_NOINPUT;
	default:
		return EX_DATAERR;
	}
}
